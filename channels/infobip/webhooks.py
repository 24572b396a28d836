"""What does Infobip tell us when it calls? Customers' texts, and what became of ours, many in a call.

Infobip signs nothing by default, so a secret in the address that only Infobip was given shows that it
is calling. Never write such an address into a log.

Source: reference on SMS, section 6.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from channels.errors import UnreadableWebhook
from channels.infobip import numbers
from channels.infobip.reports import id_of, required, status_report, text_of
from channels.interface import InboundText, StatusReport, WebhookAnswer

INBOUND_ANSWER: Final = WebhookAnswer(200, "application/json", b"{}")

_PARAMETER: Final = "key"
"""What the secret is called in the query."""

_Read = TypeVar("_Read")


def with_secret(url: str, secret: str) -> str:
    """Return an address of ours with the secret in its query."""
    return f"{url}{'&' if '?' in url else '?'}{_PARAMETER}={quote(secret, safe='')}"


def has_secret(url: str, secret: str) -> bool:
    """Return whether an address that was called holds the secret, once. Takes the same time either way."""
    given = parse_qs(urlsplit(url).query).get(_PARAMETER, [])
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), secret.encode())


def parse_inbound(body: bytes) -> list[InboundText]:
    """Read customers' texts. Raises UnreadableWebhook if there is none that can be read."""
    return _results(body, _inbound_text)


def parse_status(body: bytes) -> list[StatusReport]:
    """Read reports of what became of texts. Raises UnreadableWebhook if there is none that can be read."""
    return _results(body, status_report)


def _results(body: bytes, read: Callable[[Mapping[str, Any]], _Read]) -> list[_Read]:
    """Read a call's results. One that cannot be read does not keep the others from us: Infobip would
    bring them all again, and again in vain."""
    try:
        call = json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise UnreadableWebhook("the call is not JSON") from None
    results = call.get("results") if isinstance(call, dict) else None
    if not isinstance(results, list):
        raise UnreadableWebhook("the call has no results")
    readable = []
    for result in results:
        try:
            readable.append(read(result))
        except (AttributeError, ValueError):
            continue
    if results and not readable:
        raise UnreadableWebhook("the call has no result with the ids and numbers it needs")
    return readable


def _inbound_text(result: Mapping[str, Any]) -> InboundText:
    return InboundText(
        provider_message_id=id_of(result),
        from_number=numbers.ours(required(result, "from")),
        to_number=numbers.ours(required(result, "to")),
        # Not `cleanText`, which lacks its first word if that is a keyword of the number's.
        body=text_of(result, "text"),
        # Infobip's `keyword` routes texts; it tells nothing of an opt-out that Infobip took care of.
        keyword=None,
    )
