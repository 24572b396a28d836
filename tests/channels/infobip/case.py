"""What is Infobip to the conformance suite?"""

import json
from typing import Final

from channels.infobip.provider import Infobip
from channels.interface import Problem
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from tests.channels.infobip.conftest import API_KEY, SECRET
from tests.channels.provider_case import (
    Failure,
    ProviderCase,
    Refusal,
    UnlistedRefusal,
    UnlistedReport,
)


def _with_unlisted_error(body: bytes) -> bytes:
    call = json.loads(body)
    call["results"][-1]["error"]["id"] = 9999
    return json.dumps(call).encode()


def _with_escapes(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=1).encode()


CASE: Final = ProviderCase(
    provider=Infobip(),
    account="conformance",
    handset_credentials={"api_key": API_KEY},
    credentials={"api_key": API_KEY, "webhook_secret": SECRET},
    other_credentials={"api_key": "the-key-of-nobody", "webhook_secret": "the secret of nobody"},
    secrets=(API_KEY,),
    webhook_secret=SECRET,
    # What an account that was shut off is told is not documented.
    suspended=Problem.PERMISSION,
    # Reading the received texts would take them from their own way to us.
    lists=frozenset({Direction.OUTBOUND}),
    keeps_our_ids=True,
    lists_numbers=False,
    registers_webhooks=False,
    signs_calls=False,
    has_media=False,
    sends_from_names=True,
    keeps_validity=True,
    reports_by_parts=False,
    refuses_repeats=True,
    names_keywords=False,
    refusals={
        FailureKind.RETRY: Refusal(20, "status 20"),
        FailureKind.NUMBER: Refusal(52, "status 52"),
        FailureKind.OPT_OUT: Refusal(14, "status 14"),
        FailureKind.ACCOUNT: Refusal(12, "status 12"),
        FailureKind.SENDER: Refusal(19, "status 19"),
        FailureKind.NEVER: Refusal(25, "status 25"),
    },
    throttled="E429",
    unlisted_refusal=UnlistedRefusal(
        b'{"errorCode": "E418", "description": "12125550111 is new to us"}', "E418"
    ),
    failures={
        FailureKind.RETRY: Failure(4100, "error 4100"),
        FailureKind.RETRY_ONCE: Failure(27, "error 27"),
        FailureKind.NUMBER: Failure(1, "error 1"),
        FailureKind.OPT_OUT: Failure(603, "error 603"),
        FailureKind.CONTENT: Failure(607, "error 607"),
        FailureKind.SENDER: Failure(571, "error 571"),
    },
    unlisted_report=UnlistedReport(
        rewrite=_with_unlisted_error,
        code="error 9999",
        status=MessageStatus.UNDELIVERED,
        failure=FailureKind.RETRY_ONCE,
    ),
    unknown_id="01936d3e-0000-7000-8000-000000000099",
    encodings=(_with_escapes,),
    half_a_pair=rb"\ud83d",
)
