"""What does Twilio tell us when it calls? Its signature, customers' texts, and what became of ours.

Source: reference on SMS, sections 1.4 to 1.7.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final, Literal
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import UUID

# The SDK ships no type information.
from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from channels.errors import UnreadableWebhook
from channels.failures import Failure
from channels.interface import InboundText, MediaLink, StatusReport, Webhook, WebhookAnswer
from channels.storable import storable
from channels.twilio.errors import failure_of_delivery
from domain.failures import FailureKind
from domain.messages import MessageStatus

INBOUND_ANSWER: Final = WebhookAnswer(
    200, "text/xml", b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
)
"""TwiML that sends nothing: what we have to say, we send as a text of its own."""

STATUS_ANSWER: Final = WebhookAnswer(204, "text/plain", b"")

_STATUSES: Final = {
    "accepted": MessageStatus.QUEUED,
    "queued": MessageStatus.QUEUED,
    "scheduled": MessageStatus.QUEUED,
    "sending": MessageStatus.QUEUED,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}

_CANCELED: Final = Failure(FailureKind.NEVER, "The text was canceled at the provider.")

_KEYWORDS: Final[dict[str, Literal["stop", "start", "help"]]] = {
    "STOP": "stop",
    "START": "start",
    "HELP": "help",
}


def status_of(name: object) -> MessageStatus | None:
    """Return our name for one of Twilio's states of an outbound text, None if it has none."""
    return _STATUSES.get(name) if isinstance(name, str) else None


def is_signed_by(token: str, webhook: Webhook) -> bool:
    """Return whether whoever holds `token` signed this call.

    Its URL is tried with and without its port, as Twilio signs either. A call that is no form must
    carry the hash of its body in the URL.
    """
    url, body = webhook.url, webhook.body
    lowered = {name.lower(): value for name, value in webhook.headers.items()}
    signature = lowered.get(SIGNATURE_HEADER.lower(), "")
    form = _Form(body if _is_form(lowered) else b"")
    if body and not form and not _body_hash_matches(url, body):
        return False
    algorithm = get_signature_algorithm(lowered.get(SIGNATURE_SETTINGS_HEADER.lower()))
    return bool(RequestValidator(token).validate(url, form, signature, algorithm))


def parse_inbound(webhook: Webhook) -> InboundText:
    """Read a customer's text. Raises UnreadableWebhook if it lacks its id or a number."""
    form = _Form(webhook.body)
    return InboundText(
        provider_message_id=form.required("MessageSid"),
        from_number=form.required("From"),
        to_number=form.required("To"),
        body=form.get("Body"),
        keyword=_KEYWORDS.get(form.get("OptOutType").upper()),
        media=tuple(_media(form)),
        service=form.get("MessagingServiceSid") or None,
    )


def parse_status(webhook: Webhook) -> StatusReport:
    """Read a status callback. Raises UnreadableWebhook if it lacks the text's id or its state."""
    form = _Form(webhook.body)
    name = form.required("MessageStatus")
    status = status_of(name)
    has_failed = status in (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
    code = (form.get("ErrorCode") or None) if has_failed else None
    failure = failure_of(name, code)
    return StatusReport(
        provider_message_id=form.required("MessageSid"),
        status=status,
        code=code,
        failure=failure.kind if failure else None,
        reason=failure.reason if failure else None,
        message_id=_message_id(webhook.url),
    )


def failure_of(name: str, code: str | None) -> Failure | None:
    """Return why a text in Twilio's state `name` failed, by its error code; None if it has not."""
    if status_of(name) not in (MessageStatus.FAILED, MessageStatus.UNDELIVERED):
        return None
    return _CANCELED if name == "canceled" else failure_of_delivery(_number(code))


class _Form:
    """The fields of a form, blank and repeated ones too, as the SDK's validator asks for them."""

    def __init__(self, body: bytes) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(body.decode(errors="replace"), keep_blank_values=True):
            self._fields.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def getlist(self, name: str) -> list[str]:
        return self._fields[name]

    def get(self, name: str) -> str:
        return storable(self._fields.get(name, [""])[0])

    def required(self, name: str) -> str:
        value = self.get(name)
        if not value:
            raise UnreadableWebhook(f"the call has no {name}")
        return value


def _media(form: _Form) -> Iterator[MediaLink]:
    for n in count():
        if not (url := form.get(f"MediaUrl{n}")):
            return
        yield MediaLink(url, form.get(f"MediaContentType{n}"))


def _message_id(url: str) -> UUID | None:
    """Return the id that we wrote into the callback's URL, if it is one of ours."""
    try:
        return UUID(parse_qs(urlsplit(url).query).get("message", [""])[0])
    except ValueError:
        return None


def _is_form(headers: Mapping[str, str]) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == "application/x-www-form-urlencoded"


def _body_hash_matches(url: str, body: bytes) -> bool:
    expected = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), expected.encode())


def _number(code: str | None) -> int | None:
    return int(code) if code and code.isascii() and code.isdigit() and len(code) < 10 else None
