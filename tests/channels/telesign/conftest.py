"""Makers of texts, of channels, of TeleSign's answers and of its calls."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from channels.interface import OutboundText, Webhook
from channels.telesign.channel import TelesignChannel
from channels.telesign.http import TelesignCredentials

CUSTOMER_ID = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890"
KEY = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
API_KEY = base64.b64encode(KEY).decode()
CREDENTIALS = TelesignCredentials(CUSTOMER_ID, API_KEY)
MESSAGE_ID = UUID("01936d3e-0000-7000-8000-000000000001")
REFERENCE_ID = "0123456789ABCDEF0123456789ABCDEF"
FIRST_PART = "35E63E88CB000E049196AD1CFCFFB89C"
SECOND_PART = "35E63E88CC7C050491613443467F3F12"
OURS = "+15005550006"
THEIRS = "+12125550123"
BODY = "Hi Ada, lunch on Tuesday?"
STATUS_URL = "https://sms.example.org/api/v1/webhooks/telesign/7/status"
CALLBACK = f"{STATUS_URL}?message={MESSAGE_ID}"

Handler = Callable[[httpx.Request], httpx.Response]


def make_text(body: str = BODY, **changes: Any) -> OutboundText:
    facts: dict[str, Any] = {
        "message_id": MESSAGE_ID,
        "from_number": OURS,
        "to_number": THEIRS,
        "body": body,
        "status_callback_url": CALLBACK,
    }
    return OutboundText(**(facts | changes))


def make_channel(
    handler: Handler, *, base_url: str = "https://telesign.example.org"
) -> TelesignChannel:
    """Return a channel whose every request is answered by `handler`."""
    return TelesignChannel(CREDENTIALS, base_url, httpx.MockTransport(handler), 10.0)


def make_status(code: int | str | None = 290, **fields: Any) -> dict[str, Any]:
    """Return what TeleSign answers to a create and to a question; `code` None leaves the status out."""
    status = {
        "code": code,
        "description": f"About {THEIRS}",
        "updated_on": "2026-11-23T13:00:00.000000Z",
    }
    answer: dict[str, Any] = {"reference_id": REFERENCE_ID, "external_id": None}
    return answer | ({} if code is None else {"status": status}) | fields


def make_error(code: int) -> dict[str, Any]:
    """Return a refusal: with the customer's number in its words."""
    return {
        "reference_id": REFERENCE_ID,
        "external_id": None,
        "status": {
            "code": code,
            "description": f"Invalid value for parameter phone_number {THEIRS}",
            "updated_on": "2026-11-23T13:00:00.000000Z",
        },
    }


def make_inbound(**response: Any) -> dict[str, Any]:
    """Return the call that brings a customer's text."""
    return {
        "status": {
            "code": 1500,
            "description": "MO SMS",
            "updated_on": "2026-11-23T13:00:00.000000Z",
        },
        "submit_timestamp": "2026-11-23T13:00:00.000000Z",
        "errors": [],
        "reference_id": REFERENCE_ID,
        "sub_resource": "mo_sms",
        "user_response": {
            "phone_number": "12125550123",
            "iso_country_code": "US",
            "sender_id": "15005550006",
            "mo_message": "Yes, gladly",
            "action": "generic",
            **response,
        },
    }


def make_call(content: Any, *, url: str = STATUS_URL, key: bytes = KEY) -> Webhook:
    """Return `content` as a signed call; bytes go as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    signature = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    return Webhook(url, {"Authorization": signature, "Content-Type": "application/json"}, body)


def always(status: int, content: Any = None, headers: dict[str, str] | None = None) -> Handler:
    """Return a server that answers everything alike: JSON, or bytes as they are."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda request: httpx.Response(status, content=raw, headers=headers)


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError("TeleSign was asked")


def by_id(answers: dict[str, Any], *, status: int = 404, code: int = 10017) -> Handler:
    """Return a server that knows the texts of `answers`."""

    def answer(request: httpx.Request) -> httpx.Response:
        known = answers.get(request.url.path.removeprefix("/v1/messaging/"))
        if known is None:
            return httpx.Response(status, json=make_error(code))
        return httpx.Response(200, json=known)

    return answer
