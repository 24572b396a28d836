"""What does TeleSign tell us when it calls? Its signature, customers' texts, and what became of ours.

One address may be given to both kinds of calls, as TeleSign's portal has only one for an account:
`sub_resource` tells them apart. Source: reference on SMS, section 5; TeleSign's page on authenticating
callbacks names both headers.
"""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import phonenumbers

from channels.errors import UnreadableWebhook
from channels.interface import InboundText, StatusReport, Webhook, WebhookAnswer
from channels.storable import storable
from channels.telesign import reports

INBOUND_ANSWER: Final = WebhookAnswer(200, "application/json", b"{}")
"""TeleSign takes nothing but a 200 for an answer, and calls again after any other."""

_SIGNATURE_HEADERS: Final = ("authorization", "x-ts-authorization")
"""Both carry the signature; the second survives a proxy that keeps the first to itself."""

_INBOUND: Final = "mo_sms"

_KEYWORDS: Final[Mapping[str, Literal["stop", "start", "help"]]] = {
    "stop": "stop",
    "start": "start",
    "help": "help",
}

_LONGEST_SHORT_CODE: Final = 8
_SHORTEST_NUMBER: Final = 7
"""Country code and subscriber number together."""


def is_signed_by(api_key: str, webhook: Webhook) -> bool:
    """Return whether whoever holds `api_key`, in base64, signed this call.

    The signature is of the raw body. "TSA" and the customer ID may stand before it.
    """
    digest = hmac.new(b64decode(api_key), webhook.body, hashlib.sha256).digest()
    expected = b64encode(digest)
    given = [
        value.rpartition(":")[2].strip().encode()
        for name, value in webhook.headers.items()
        if name.lower() in _SIGNATURE_HEADERS
    ]
    return any(hmac.compare_digest(expected, signature) for signature in given)


def parse_inbound(webhook: Webhook) -> list[InboundText]:
    """Read a customer's text; a delivery report at the same address is none. Raises UnreadableWebhook."""
    content = _json(webhook)
    response = content.get("user_response")
    if content.get("sub_resource") != _INBOUND and response is None:
        return []
    if not isinstance(response, dict):
        raise UnreadableWebhook("the call has no user_response")
    body = response.get("mo_message") or ""
    if not isinstance(body, str):
        raise UnreadableWebhook("the call's mo_message is no text")
    action = response.get("action")
    return [
        InboundText(
            provider_message_id=_required(content, "reference_id"),
            from_number=_number(_required(response, "phone_number")),
            to_number=_number(_required(response, "sender_id")),
            body=storable(body),
            keyword=_KEYWORDS.get(action.lower()) if isinstance(action, str) else None,
        )
    ]


def parse_status(webhook: Webhook) -> list[StatusReport]:
    """Read a delivery report. Raises UnreadableWebhook; also for a customer's text, lest it be lost here."""
    content = _json(webhook)
    if content.get("sub_resource") == _INBOUND:
        raise UnreadableWebhook("a customer's text came to the address of delivery reports")
    try:
        report = reports.read(content).about
    except ValueError as missing:
        raise UnreadableWebhook(f"the call has no {missing}") from None
    if report.message_id is None:
        report = replace(report, message_id=_message_in(webhook.url))
    return [report]


def _json(webhook: Webhook) -> Mapping[str, Any]:
    try:
        content = json.loads(webhook.body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise UnreadableWebhook("the call holds no JSON object")
    return content


def _required(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableWebhook(f"the call has no {name}")
    return storable(value)


def _message_in(url: str) -> UUID | None:
    try:
        return UUID(parse_qs(urlsplit(url).query).get("message", [""])[0])
    except ValueError:
        return None


def _number(address: str) -> str:
    """Return a number, a short code or a name as we write it; TeleSign leaves out the "+".

    Seven and eight digits may be either: a number where a country has one like that.
    """
    digits = address.strip().removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) < _SHORTEST_NUMBER:
        return address.strip()
    if len(digits) <= _LONGEST_SHORT_CODE and not _is_valid("+" + digits):
        return digits
    return "+" + digits


def _is_valid(e164: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return False
