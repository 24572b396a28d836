"""May this request to send a text be accepted? What Twilio checks before it creates a message."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from handset.carrier import Carrier
from handset.problems import Problem

MAX_BODY: Final = 1600
_E164: Final = re.compile(r"\+[1-9]\d{1,14}")
_MAX_MEDIA: Final = 10


@dataclass(frozen=True, slots=True)
class SendRequest:
    """The parameters of a create request as they came; empty for what was not given."""

    recipient: str
    sender: str
    body: str
    status_callback: str
    messaging_service: str
    schedule: str
    validity_period: str
    media_urls: tuple[str, ...]

    @classmethod
    def parse(cls, form: Iterable[tuple[str, str]]) -> "SendRequest":
        """Take the parameters out of a decoded form; unknown ones are left out, as by Twilio."""
        pairs = list(form)
        value = dict(pairs)
        return cls(
            recipient=value.get("To", ""),
            sender=value.get("From", ""),
            body=value.get("Body", ""),
            status_callback=value.get("StatusCallback", ""),
            messaging_service=value.get("MessagingServiceSid", ""),
            schedule=value.get("ScheduleType", "") or value.get("SendAt", ""),
            validity_period=value.get("ValidityPeriod", ""),
            media_urls=tuple(text for name, text in pairs if name == "MediaUrl"),
        )

    @property
    def media(self) -> int:
        """How many media it carries."""
        return len(self.media_urls)


def check_send(request: SendRequest, account_sid: str, carrier: Carrier) -> Problem | None:
    """Return why `request` is refused, None if it is not. There are no Messaging Services here."""
    return _check_form(request) or _check_numbers(request, account_sid, carrier)


def _check_form(request: SendRequest) -> Problem | None:
    if not request.recipient:
        return Problem(21604)
    if request.messaging_service:
        return Problem(21701, request.messaging_service)
    if request.schedule:
        return Problem(35118)
    if not request.sender:
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
    period = request.validity_period
    if period and not (period.isdecimal() and 1 <= int(period) <= 36_000):
        return Problem(21624)
    return None


def _check_numbers(request: SendRequest, account_sid: str, carrier: Carrier) -> Problem | None:
    if not is_phone_number(request.recipient):
        return Problem(21211, request.recipient)
    if not is_phone_number(request.sender):
        return Problem(21212, request.sender)
    if request.recipient == request.sender:
        return Problem(21266)
    number = carrier.accounts[account_sid].numbers.get(request.sender)
    if number is None or not number.capabilities.get("sms", False):
        return Problem(21606, request.sender)
    if (request.sender, request.recipient) in carrier.opted_out:
        return Problem(21610)
    return None


@lru_cache(maxsize=65_536)
def is_phone_number(text: str) -> bool:
    """Tell whether `text` is E.164 and of a length its country has."""
    if _E164.fullmatch(text) is None:
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def is_callable_url(text: str) -> bool:
    """Tell whether Twilio would call `text`: http or https, and no underscore in the host."""
    try:
        url = urlsplit(text)
        host = url.hostname or ""
        url.port  # noqa: B018 - raises ValueError for a port that cannot be
    except ValueError:
        return False
    return url.scheme in ("http", "https") and host != "" and "_" not in host
