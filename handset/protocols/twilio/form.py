"""What does a request to send say in Twilio's form, and what does Twilio refuse in it?"""

from collections.abc import Iterable, Mapping
from typing import Final

from handset.addresses import NumberKind, is_callable_url, is_phone_number, kind_of
from handset.entities import Account, Pool
from handset.pools import senders_of
from handset.reasons import Problem
from handset.sending import MAX_BODY, SendRequest

_MAX_MEDIA: Final = 10


def send_request(form: Iterable[tuple[str, str]], service: Pool | None) -> SendRequest:
    """Return what a decoded form asks for; unknown parameters are left out, as by Twilio.

    `service` is the Messaging Service it names, if there is that.
    """
    pairs = list(form)
    value = dict(pairs)
    period = value.get("ValidityPeriod", "")
    of_service = service.settings.get("status_callback", "") if service else ""
    return SendRequest(
        sender=value.get("From", ""),
        recipient=value.get("To", ""),
        body=value.get("Body", ""),
        pool=service.id if service else "",
        media_urls=tuple(text for name, text in pairs if name == "MediaUrl"),
        status_callback=value.get("StatusCallback", "") or of_service,
        validity_seconds=int(period) if period.isdecimal() else None,
    )


def check_form(value: Mapping[str, str], request: SendRequest) -> Problem | None:
    """Return why the parameters themselves are refused, None if they are not."""
    service = value.get("MessagingServiceSid")
    if not request.recipient:
        return Problem(21604)
    if service and not request.pool:
        return Problem(21701, service)
    if value.get("ScheduleType") or value.get("SendAt"):
        # Nothing is scheduled here, with a Messaging Service or without.
        return Problem(35118)
    if not (request.sender or request.pool):
        return Problem(21603)
    if not request.body and not request.media_urls:
        return Problem(21602)
    if len(request.body) > MAX_BODY:
        return Problem(21617)
    if len(request.media_urls) > _MAX_MEDIA:
        return Problem(21623)
    if not all(is_callable_url(url) for url in request.media_urls):
        return Problem(21620)
    if request.status_callback and not is_callable_url(request.status_callback):
        return Problem(21609, request.status_callback)
    period = value.get("ValidityPeriod")
    if period and not (period.isdecimal() and 1 <= int(period) <= 36_000):
        return Problem(21624)
    return None


def check_sender(request: SendRequest, account: Account) -> Problem | None:
    """Return why `account` cannot text from this sender to this recipient, None if it can."""
    if not is_phone_number(request.recipient):
        return Problem(21211, request.recipient)
    if request.pool:
        return _check_service(request, account, account.pools[request.pool])
    if kind_of(request.sender) in (None, NumberKind.ALPHANUMERIC):
        # A name sends as part of a Messaging Service only.
        return Problem(21212, request.sender)
    if request.recipient == request.sender:
        return Problem(21266)
    number = account.numbers.get(request.sender)
    if number is None or not number.capabilities.get("sms", False):
        return Problem(21606, request.sender)
    return None


def _check_service(request: SendRequest, account: Account, service: Pool) -> Problem | None:
    senders = [number.address for number in senders_of(account, service)]
    if request.sender and request.sender not in senders:
        return Problem(21606, request.sender)
    if not senders:
        return Problem(21704, service.id)
    return None
