"""Makers of texts, of channels and of Twilio's answers."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from channels.interface import OutboundText
from channels.twilio.channel import TwilioChannel
from channels.twilio.client import TwilioCredentials

ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
API_KEY = ("SK00000000000000000000000000000002", "the-secret-of-the-key")
SERVICE = "MG00000000000000000000000000000004"
SID = "SM00000000000000000000000000000003"
MESSAGE_ID = UUID("01936d3e-0000-7000-8000-000000000001")
ROOT = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
OURS = "+15005550006"
THEIRS = "+12125550123"
BODY = "Hi Ada, lunch on Tuesday?"
CALLBACK = "https://sms.example.org/api/v1/webhooks/twilio/7/status?message=42"


Handler = Callable[[httpx.Request], httpx.Response]


def make_text(body: str = BODY, *, from_number: str = OURS, **fields: Any) -> OutboundText:
    return OutboundText(
        message_id=MESSAGE_ID,
        from_number=from_number,
        to_number=THEIRS,
        body=body,
        status_callback_url=CALLBACK,
        **fields,
    )


def make_channel(
    handler: Handler,
    *,
    api_key: tuple[str, str] | None = None,
    base_url: str = "https://carrier.example.org",
) -> TwilioChannel:
    """Return a channel whose every request is answered by `handler`."""
    credentials = TwilioCredentials(ACCOUNT_SID, AUTH_TOKEN, api_key)
    return TwilioChannel(credentials, base_url, httpx.MockTransport(handler), 10.0)


def always(status: int, content: Any = None, headers: dict[str, str] | None = None) -> Handler:
    """Return a server that answers everything alike: JSON, or bytes as they are."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda request: httpx.Response(status, content=raw, headers=headers)


def by_path(answers: dict[str, httpx.Response]) -> Handler:
    """Return a server that knows the paths of `answers`, with their query, under the account or from the root."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix(ROOT)
        return answers.get(path) or httpx.Response(404, json=make_error(20404, 404))

    return answer


def make_message(**fields: Any) -> dict[str, Any]:
    """Return a message as Twilio's API shows one."""
    return {
        "sid": SID,
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": BODY,
        "date_created": "Mon, 23 Nov 2026 13:00:00 +0000",
        "date_updated": "Mon, 23 Nov 2026 13:00:00 +0000",
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": OURS,
        "to": THEIRS,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "status": "queued",
        "subresource_uris": {},
        "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{SID}.json",
        **fields,
    }


def make_error(code: int, status: int) -> dict[str, Any]:
    """Return a refusal as Twilio words one: with the customer's number in it."""
    return {
        "code": code,
        "message": f"The 'To' number {THEIRS} is not a valid phone number.",
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def created() -> bytes:
    return json.dumps(make_message()).encode()
