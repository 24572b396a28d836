"""What is TeleSign to the conformance suite?"""

import json
from base64 import b64encode
from typing import Final

from channels.interface import Problem
from channels.telesign.provider import Telesign
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.provider_case import (
    Failure,
    ProviderCase,
    Refusal,
    UnlistedRefusal,
    UnlistedReport,
)
from tests.channels.telesign.conftest import API_KEY, CUSTOMER_ID, KEY

_CREDENTIALS: Final = {"customer_id": CUSTOMER_ID, "api_key": API_KEY}


def _with_unlisted_code(body: bytes) -> bytes:
    report = json.loads(body)
    report["status"]["code"] = 299
    return json.dumps(report).encode()


def _without_escapes(body: bytes) -> bytes:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode()


def _with_every_character_escaped(body: bytes) -> bytes:
    content = json.loads(body)
    text = content["user_response"].pop("mo_message")
    units = text.encode("utf-16-be").hex()
    escaped = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    written = json.dumps(content | {"user_response": {**content["user_response"], "mo_message": 0}})
    return written.replace('"mo_message": 0', f'"mo_message": "{escaped}" ').encode()


CASE: Final = ProviderCase(
    provider=Telesign(),
    account=CUSTOMER_ID,
    handset_credentials={"api_key": API_KEY},
    credentials=_CREDENTIALS,
    other_credentials=_CREDENTIALS | {"api_key": b64encode(b"the key of nobody").decode()},
    secrets=(API_KEY, KEY.decode()),
    suspended=Problem.SUSPENDED,
    lists=frozenset(),
    keeps_our_ids=True,
    lists_numbers=False,
    registers_webhooks=False,
    signs_calls=True,
    has_media=False,
    sends_from_names=True,
    keeps_validity=False,
    reports_by_parts=True,
    refuses_repeats=False,
    names_keywords=True,
    refusals={
        FailureKind.RETRY: Refusal(10019, "10019"),
        FailureKind.NUMBER: Refusal(11000, "11000"),
        FailureKind.ACCOUNT: Refusal(10010, "10010"),
        FailureKind.SENDER: Refusal(11013, "11013"),
        FailureKind.NEVER: Refusal(11009, "11009"),
    },
    throttled="10019",
    unlisted_refusal=UnlistedRefusal(
        b'{"status": {"code": 19999, "description": "phone_number 12125550111 is new to us"}}',
        "19999",
    ),
    failures={
        FailureKind.RETRY: Failure(503, "503"),
        FailureKind.RETRY_ONCE: Failure(210, "210"),
        FailureKind.NUMBER: Failure(507, "507"),
        FailureKind.OPT_OUT: Failure(510, "510"),
        FailureKind.CONTENT: Failure(515, "515"),
        FailureKind.SENDER: Failure(237, "237", MessageStatus.FAILED),
    },
    unlisted_report=UnlistedReport(
        rewrite=_with_unlisted_code,
        code="299",
        # Nothing says whether the text failed, so nothing is recorded of it.
        status=None,
        failure=None,
    ),
    unknown_id="0" * 32,
    encodings=(_without_escapes, _with_every_character_escaped),
    half_a_pair=rb"\ud83d",
)
