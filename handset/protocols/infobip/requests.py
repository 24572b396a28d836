"""What does a request to send ask for in Infobip's JSON, and what does Infobip refuse in it?"""

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from handset.addresses import is_callable_url, is_phone_number
from handset.entities import Account
from handset.protocols.infobip import addresses
from handset.reasons import Problem
from handset.segments import count_segments
from handset.sending import SendRequest

_MAX_PARTS: Final = 25
_MAX_BYTES: Final = 4000
_MAX_ID: Final = 200
_MAX_CALLBACK_DATA: Final = 4000
_MAX_VALIDITY_SECONDS: Final = 48 * 3600
_UNITS: Final = {"SECONDS": 1, "MINUTES": 60, "HOURS": 3600}
_FINAL: Final = frozenset({"delivered", "undelivered", "failed"})


class Malformed(Exception):
    """The request as a whole cannot be processed; `what` is the property that is wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def parse(content: bytes, account: Account | None) -> SendRequest:
    """Return what a request asks for. Raises Malformed.

    The handset takes one text to one recipient at a time.
    """
    try:
        message = _only(json.loads(content), "messages")
    except (ValueError, RecursionError):
        raise Malformed("body") from None
    destination = _only(message, "destinations")
    webhooks = _object(message, "webhooks")
    delivery = _object(webhooks, "delivery")
    options = _object(message, "options")
    url = _text(delivery, "url") or (account.settings.get("status_url", "") if account else "")
    if url and not is_callable_url(url):
        raise Malformed("messages[0].webhooks.delivery.url")
    callback_data = _text(webhooks, "callbackData")
    if len(callback_data) > _MAX_CALLBACK_DATA:
        raise Malformed("messages[0].webhooks.callbackData")
    body = _text(_object(message, "content"), "text")
    if not body:
        raise Malformed("messages[0].content.text")
    is_intermediate = delivery.get("intermediateReport", False) is True
    return SendRequest(
        sender=addresses.sender(_text(message, "sender"), account),
        recipient=addresses.recipient(_text(destination, "to")),
        body=body,
        status_callback=url if delivery.get("notify", True) is True else "",
        reports=_FINAL | {"sent"} if is_intermediate else _FINAL,
        # Infobip cuts longer ids, in its answers too.
        message_id=_text(destination, "messageId")[:_MAX_ID],
        reference=callback_data,
        validity_seconds=_validity_seconds(_object(options, "validityPeriod")),
        extra={"bulk_id": secrets.token_hex(10)},
    )


def check(request: SendRequest, account: Account) -> Problem | None:
    """Return why one text is refused, None if it is not. Its id is somebody else's to check."""
    if request.recipient == "+":
        return Problem(51)
    if not is_phone_number(request.recipient):
        return Problem(52)
    number = account.numbers.get(request.sender)
    if number is None or not number.capabilities.get("sms", False):
        return Problem(11)
    too_many = count_segments(request.body) > _MAX_PARTS
    if too_many or len(request.body.encode("utf-16-be", "replace")) > _MAX_BYTES:
        return Problem(25)
    return None


def _validity_seconds(period: Mapping[str, Any]) -> float | None:
    if not period:
        return None
    unit, amount = period.get("timeUnit", "MINUTES"), period.get("amount")
    if unit not in _UNITS or not isinstance(amount, int) or amount < 1:
        raise Malformed("messages[0].options.validityPeriod")
    return min(amount * _UNITS[unit], _MAX_VALIDITY_SECONDS)


def _only(holder: Any, name: str) -> Mapping[str, Any]:
    match holder:
        case {**fields} if isinstance(items := fields.get(name), list):
            if len(items) == 1 and isinstance(items[0], dict):
                return items[0]
    raise Malformed(name)


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(name)
    return value


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(name)
    return value
