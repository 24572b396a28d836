"""Makers of texts, of channels, of Infobip's answers and of its reports."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from channels.infobip.channel import InfobipChannel, InfobipCredentials
from channels.interface import OutboundText

API_KEY = "0123456789abcdef0123456789abcdef-01234567-89ab-cdef-0123-456789abcdef"
SECRET = "the-secret-in-our-addresses"
MESSAGE_ID = UUID("01936d3e-0000-7000-8000-000000000001")
OURS = "+447700900001"
THEIRS = "+447700900123"
BODY = "Hi Ada, lunch on Tuesday?"
CALLBACK = f"https://sms.example.org/api/v1/webhooks/infobip/7/status?message=42&key={SECRET}"

_GROUPS = {1: "PENDING", 2: "UNDELIVERABLE", 3: "DELIVERED", 4: "EXPIRED", 5: "REJECTED"}


def make_text(
    body: str = BODY,
    *,
    media_urls: tuple[str, ...] = (),
    valid_for: timedelta | None = None,
    from_number: str = OURS,
) -> OutboundText:
    return OutboundText(
        message_id=MESSAGE_ID,
        from_number=from_number,
        to_number=THEIRS,
        body=body,
        status_callback_url=CALLBACK,
        media_urls=media_urls,
        valid_for=valid_for,
    )


def make_channel(handler: Callable[[httpx.Request], httpx.Response]) -> InfobipChannel:
    """Return a channel whose every request is answered by `handler`."""
    return InfobipChannel(
        InfobipCredentials(API_KEY, SECRET),
        "https://abc12.api.example.org",
        httpx.MockTransport(handler),
        10.0,
    )


def always(
    status: int, content: Any = None, headers: dict[str, str] | None = None
) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that answers everything alike: JSON, or bytes as they are."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda request: httpx.Response(status, content=raw, headers=headers)


def make_status(status: int = 26, group: int = 1) -> dict[str, Any]:
    return {
        "groupId": group,
        "groupName": _GROUPS.get(group, "OF_TOMORROW"),
        "id": status,
        "name": "A_NAME",
        "description": f"About {THEIRS}",
    }


def make_error(error: int = 0, group: int = 0, *, permanent: bool = False) -> dict[str, Any]:
    return {
        "groupId": group,
        "groupName": "OK",
        "id": error,
        "name": "A_NAME",
        "description": f"About {THEIRS}",
        "permanent": permanent,
    }


def make_answer(status: int = 26, group: int = 1) -> dict[str, Any]:
    """Return what answers a request to send."""
    return {
        "bulkId": "2034072219640523072",
        "messages": [
            {
                "messageId": str(MESSAGE_ID),
                "status": make_status(status, group),
                "destination": THEIRS[1:],
                "details": {"messageCount": 1},
            }
        ],
    }


def make_refusal(code: str) -> dict[str, Any]:
    """Return a refusal as version 3 words one, with the customer's number in it."""
    return {
        "errorCode": code,
        "description": f"The number {THEIRS} cannot be processed.",
        "action": "Check the syntax, violations and adjust the request.",
        "violations": [{"property": "messages[0].destinations[0].to", "violation": THEIRS}],
        "resources": [],
    }


def make_row(**fields: Any) -> dict[str, Any]:
    """Return a row of the logs."""
    return {
        "sender": OURS[1:],
        "destination": THEIRS[1:],
        "bulkId": "2034072219640523072",
        "messageId": str(MESSAGE_ID),
        "sentAt": "2026-11-23T14:00:00.250+0100",
        "doneAt": "2026-11-23T14:00:03.000+0100",
        "messageCount": 2,
        "price": {"pricePerMessage": 0.0351, "currency": "EUR"},
        "status": make_status(5, 3),
        "error": make_error(),
        "platform": {"entityId": "e", "applicationId": "a"},
        "content": {"text": BODY},
        "mccMnc": "23410",
        **fields,
    }


def make_report(**fields: Any) -> dict[str, Any]:
    """Return a delivery report."""
    row = make_row(**{"to": THEIRS[1:], "callbackData": str(MESSAGE_ID), **fields})
    del row["destination"], row["content"]
    return row


def make_inbound(**fields: Any) -> dict[str, Any]:
    """Return a customer's text."""
    return {
        "messageId": "817790313235066447",
        "from": THEIRS[1:],
        "to": OURS[1:],
        "text": "QUIZ Paris",
        "cleanText": "Paris",
        "keyword": "QUIZ",
        "receivedAt": "2026-11-23T13:00:00.000+0000",
        "smsCount": 1,
        "price": {"pricePerMessage": 0, "currency": "EUR"},
        "callbackData": "",
        **fields,
    }
