"""How does a text look in Infobip's JSON? In an answer, in a report, in the logs, and as it comes in."""

from datetime import UTC, datetime
from typing import Any, Final

from handset.entities import Message
from handset.protocols.infobip.addresses import shown
from handset.protocols.infobip.problems import error_json, status_json

_PRICE_OF_A_PART: Final = 0.0351
_CURRENCY: Final = "EUR"


def instant(at: datetime) -> str:
    """Write an instant as Infobip does: milliseconds, and an offset without a colon."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def accepted_json(message: Message) -> dict[str, Any]:
    """Return what answers the request that made `message`."""
    return {
        "messageId": message.id,
        "status": status_json("queued", None),
        "destination": shown(message.recipient),
        "details": {"messageCount": message.segments},
    }


def report_json(message: Message, status: str) -> dict[str, Any]:
    """Return the report that `message` reached a status of the carrier's."""
    is_final = status == message.outcome
    return {
        **_common_json(message, status),
        "to": shown(message.recipient),
        "doneAt": instant(message.final_at if is_final else message.sent_at or message.created_at),
        "callbackData": message.reference,
    }


def log_json(message: Message, now: datetime) -> dict[str, Any]:
    """Return the row of the logs about `message` as it stands at `now`."""
    row = {
        **_common_json(message, message.status(now)),
        "destination": shown(message.recipient),
        "content": {"text": message.body},
        "mccMnc": "31012",
    }
    return row if now < message.final_at else {**row, "doneAt": instant(message.final_at)}


def inbound_json(message: Message) -> dict[str, Any]:
    """Return a customer's text as it is told of. The number has no keywords set."""
    return {
        "messageId": message.id,
        "from": shown(message.sender),
        "to": shown(message.recipient),
        "text": message.body,
        "cleanText": message.body,
        "keyword": "",
        "receivedAt": instant(message.created_at),
        "smsCount": message.segments,
        "price": {"pricePerMessage": 0, "currency": _CURRENCY},
        "callbackData": "",
    }


def _common_json(message: Message, status: str) -> dict[str, Any]:
    return {
        "bulkId": message.extra["bulk_id"],
        "messageId": message.id,
        "sender": shown(message.sender),
        "sentAt": instant(message.created_at),
        "messageCount": message.segments,
        "price": {"pricePerMessage": _PRICE_OF_A_PART, "currency": _CURRENCY},
        "status": status_json(status, message.error_code),
        "error": error_json(status, message.error_code),
    }
