"""What do we ask of Twilio for a text, and what does a refusal mean? Source: reference on SMS, 1.2, 2 and 8."""

import re
from http import HTTPStatus
from typing import Any, Final

from channels.http import Refused
from channels.interface import NotTaken, OutboundText, Outcome, Rejected, Unknown
from channels.twilio.errors import failure_of_request
from domain.failures import FailureKind

_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
"""Its sid; an alphanumeric sender may begin with MG, too."""
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 1, 36_000
_TOO_MANY_REQUESTS: Final = 20429


def is_service(sender: str) -> bool:
    """Return whether we send from a messaging service, and not from a number of our own."""
    return _SERVICE.fullmatch(sender) is not None


def create_fields(text: OutboundText) -> dict[str, Any]:
    """Return the arguments of the SDK's `messages.create_async` for a text."""
    sender = "messaging_service_sid" if is_service(text.from_number) else "from_"
    fields: dict[str, Any] = {
        "to": text.to_number,
        sender: text.from_number,
        "body": text.body,
        "status_callback": text.status_callback_url,
    }
    if text.media_urls:
        fields["media_url"] = list(text.media_urls)
    if text.valid_for is not None:
        seconds = int(text.valid_for.total_seconds())
        fields["validity_period"] = min(max(seconds, _SHORTEST_VALIDITY), _LONGEST_VALIDITY)
    return fields


def outcome_of(refusal: Refused) -> Outcome:
    """Return what the refusal of a create means for its text."""
    code = str(refusal.code) if refusal.code else f"HTTP {refusal.status}"
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        reason = failure_of_request(_TOO_MANY_REQUESTS, refusal.status).reason
        return NotTaken(code, reason, refusal.retry_after, is_throttled=True)
    # A redirect may follow on success; 408 may be a proxy's word about a request it had passed on.
    if refusal.status not in range(400, 500) or refusal.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(str(refusal))
    number = refusal.code if isinstance(refusal.code, int) else None
    failure = failure_of_request(number, refusal.status)
    match failure.kind:
        case FailureKind.RETRY:
            return NotTaken(code, failure.reason, refusal.retry_after)
        case FailureKind.UNKNOWN:
            return Unknown(str(refusal))
        case _:
            return Rejected(code, failure.kind, failure.reason)
