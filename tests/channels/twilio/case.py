"""What is Twilio to the conformance suite?"""

import re
from base64 import b64encode
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from channels.interface import Problem
from channels.twilio.provider import Twilio
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from tests.channels.provider_case import (
    Failure,
    ProviderCase,
    Refusal,
    UnlistedRefusal,
    UnlistedReport,
)
from tests.channels.twilio.conftest import ACCOUNT_SID, API_KEY, AUTH_TOKEN

_KEY_SID, _KEY_SECRET = API_KEY
_CREDENTIALS: Final = {
    "account_sid": ACCOUNT_SID,
    "auth_token": AUTH_TOKEN,
    "api_key_sid": _KEY_SID,
    "api_key_secret": _KEY_SECRET,
}


def _basic(user: str, password: str) -> str:
    return b64encode(f"{user}:{password}".encode()).decode()


def _with_blanks_as_percent_20(body: bytes) -> bytes:
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    return urlencode([*fields, ("FromCity", "NEW YORK")], quote_via=quote).encode()


def _with_small_hexadecimal_digits(body: bytes) -> bytes:
    return re.sub(rb"%[0-9A-F]{2}", lambda match: match[0].lower(), body)


CASE: Final = ProviderCase(
    provider=Twilio(),
    account=ACCOUNT_SID,
    handset_credentials={"auth_token": AUTH_TOKEN, _KEY_SID: _KEY_SECRET},
    credentials=_CREDENTIALS,
    other_credentials=_CREDENTIALS | {"auth_token": "f" * 32, "api_key_secret": "another secret"},
    secrets=(AUTH_TOKEN, _KEY_SECRET, _basic(ACCOUNT_SID, AUTH_TOKEN), _basic(*API_KEY)),
    suspended=Problem.SUSPENDED,
    lists=frozenset(Direction),
    keeps_our_ids=False,
    lists_numbers=True,
    registers_webhooks=True,
    signs_calls=True,
    has_media=True,
    # Names belong to messaging services.
    sends_from_names=False,
    keeps_validity=True,
    reports_by_parts=False,
    refuses_repeats=False,
    # Only of a messaging service that manages opt-outs.
    names_keywords=False,
    refusals={
        FailureKind.RETRY: Refusal(21611, "21611"),
        FailureKind.NUMBER: Refusal(21211, "21211"),
        FailureKind.OPT_OUT: Refusal(21610, "21610"),
        FailureKind.ACCOUNT: Refusal(20005, "20005"),
        FailureKind.SENDER: Refusal(21408, "21408"),
        FailureKind.NEVER: Refusal(21612, "21612"),
    },
    throttled="20429",
    unlisted_refusal=UnlistedRefusal(
        b'{"code": 29999, "message": "\'To\' +12125550111 is new to us", "status": 400}', "29999"
    ),
    failures={
        FailureKind.RETRY: Failure(30022, "30022"),
        FailureKind.RETRY_ONCE: Failure(30003, "30003"),
        FailureKind.NUMBER: Failure(30005, "30005"),
        FailureKind.OPT_OUT: Failure(30004, "30004"),
        FailureKind.CONTENT: Failure(30007, "30007"),
        FailureKind.SENDER: Failure(30034, "30034"),
    },
    unlisted_report=UnlistedReport(
        rewrite=lambda body: body.replace(b"ErrorCode=30003", b"ErrorCode=39999"),
        code="39999",
        status=MessageStatus.UNDELIVERED,
        failure=FailureKind.RETRY_ONCE,
    ),
    unknown_id="SM" + "0" * 32,
    encodings=(_with_blanks_as_percent_20, _with_small_hexadecimal_digits),
    half_a_pair=b"%ED%A0%BD",
)
