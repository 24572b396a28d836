"""How do we send, list and check through one Infobip account?"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import httpx

from channels.errors import MediaRefused, ProviderUnavailable
from channels.http import AnswerLost, NoAnswer, NotConnected, Refused, Unreadable
from channels.infobip import ids, numbers, webhooks
from channels.infobip.errors import (
    DUPLICATE,
    NO_MEDIA,
    NO_MEDIA_FAILURE,
    REJECTED_GROUP,
    failure_of_rejection,
    failure_of_request,
)
from channels.infobip.http import LABEL, InfobipHttp
from channels.infobip.logs import instant, next_cursor, provider_message, rows_of
from channels.infobip.reports import id_of, said_of, status_report
from channels.interface import (
    Accepted,
    ByHand,
    DiscoveredNumber,
    InboundText,
    Media,
    MediaLink,
    NotTaken,
    OutboundText,
    Outcome,
    Problem,
    ProviderMessage,
    Registration,
    Rejected,
    SentText,
    StatusReport,
    Unknown,
    Verdict,
    Webhook,
    WebhookAnswer,
)
from domain.messages import MessageStatus

_SEND: Final = "/sms/3/messages"
_LOGS: Final = "/sms/3/logs"

_LONGEST_VALIDITY: Final = timedelta(hours=48)
_PAGE_SIZE: Final = 1000

_NOT_INFOBIP: Final = Verdict(
    Problem.NOT_THE_PROVIDER, "What answers at this address is not Infobip's API."
)


@dataclass(frozen=True, slots=True)
class InfobipCredentials:
    """The secret stands in the addresses that Infobip calls."""

    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class InfobipChannel:
    """A `Channel` for one Infobip account.

    A text carries our own id as its `messageId`, which Infobip takes once, even of a text that it refuses; so its id
    there is ours, with a number behind it once it was refused (channels/infobip/ids.py).
    """

    def __init__(
        self,
        credentials: InfobipCredentials,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash. Closes `transport` when it is closed itself."""
        self._credentials = credentials
        self._http = InfobipHttp(credentials.api_key, base_url, transport, timeout_seconds)

    @property
    def inbound_answer(self) -> WebhookAnswer:
        return webhooks.INBOUND_ANSWER

    @property
    def status_answer(self) -> WebhookAnswer:
        return webhooks.INBOUND_ANSWER

    async def send(self, text: OutboundText) -> Outcome:
        if text.media_urls:
            return Rejected(NO_MEDIA, NO_MEDIA_FAILURE.kind, NO_MEDIA_FAILURE.reason)
        try:
            answer = await self._http.post(_SEND, _request(text))
        except NotConnected as failure:
            return NotTaken(None, str(failure), None)
        except Refused as refusal:
            return _outcome_of_refusal(refusal)
        except AnswerLost as failure:
            return Unknown(str(failure))
        return _outcome_of_answer(answer)

    async def find_sent(self, text: SentText) -> list[ProviderMessage]:
        """Return the text that carries our id, if Infobip has it: its logs keep 48 hours."""
        with _reading():
            rows = await self._logs_of(ids.theirs(text.message_id, text.refusals))
            return [provider_message(row) for row in rows]

    async def list_messages(
        self, *, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderMessage]:
        """Yield our texts of that time, as far as it lies in the last 48 hours.

        Never the customers': Infobip's only list of those hands out each text once and never again, so
        that asking for it would take texts from their own way to us.
        """
        query = {
            "sentSince": instant(since),
            "sentUntil": instant(until),
            "limit": str(_PAGE_SIZE),
            "useCursor": "true",
        }
        seen: set[str] = set()
        while True:
            with _reading():
                page = await self._http.get(_LOGS, query)
                messages = [provider_message(row) for row in rows_of(page)]
                cursor = next_cursor(page)
            for message in messages:
                yield message
            if cursor is None:
                return
            if cursor in seen:
                raise ProviderUnavailable(f"{LABEL}'s list does not end")
            seen.add(cursor)
            query["cursor"] = cursor

    async def look_up(self, provider_message_id: str) -> StatusReport | None:
        with _reading():
            rows = await self._logs_of(provider_message_id)
            return status_report(rows[0]) if rows else None

    async def list_numbers(self) -> list[DiscoveredNumber] | None:
        """Return None: Infobip's API for texts does not list numbers."""
        return None

    async def verify(self) -> Verdict:
        try:
            rows_of(await self._http.get(_LOGS, {"limit": "1"}))
        except NoAnswer as failure:
            return _verdict_on(failure)
        except ValueError:
            return _NOT_INFOBIP
        return Verdict(None, "Infobip accepts the API key.")

    def webhook_url(self, url: str) -> str:
        return webhooks.with_secret(url, self._credentials.webhook_secret)

    async def register_webhooks(
        self, number: str, *, inbound_url: str, status_url: str
    ) -> Registration:
        """Say where to enter the address. `status_url` needs no entry, since every text carries its own."""
        return ByHand(
            f"In Infobip's portal, under Channels and Numbers > Numbers, open {number}. Under SMS, "
            "let the default action be Forward to HTTP, with the method POST, the format MO_JSON_2 "
            f"and this URL: {inbound_url} – or send it to Infobip's support and ask them to do so. "
            "Whoever knows the URL can pretend to be Infobip: show it to nobody else. Delivery "
            "reports need no setting."
        )

    def is_genuine(self, webhook: Webhook) -> bool:
        return webhooks.has_secret(webhook.url, self._credentials.webhook_secret)

    def parse_inbound(self, webhook: Webhook) -> list[InboundText]:
        return webhooks.parse_inbound(webhook.body)

    def parse_status(self, webhook: Webhook) -> list[StatusReport]:
        return webhooks.parse_status(webhook.body)

    async def media_of(self, provider_message_id: str) -> list[MediaLink]:
        return []

    async def fetch_media(self, url: str, *, max_bytes: int) -> Media:
        raise MediaRefused("texts over Infobip carry no media")

    async def close(self) -> None:
        await self._http.close()

    async def _logs_of(self, message_id: str) -> list[Mapping[str, Any]]:
        """Return the rows about one text. Raises NoAnswer, ValueError."""
        rows = rows_of(await self._http.get(_LOGS, {"messageId": message_id}))
        return [row for row in rows if id_of(row) == message_id]


@contextmanager
def _reading() -> Iterator[None]:
    """Turn all that can go wrong with a question into ProviderUnavailable."""
    try:
        yield
    except NoAnswer as failure:
        raise ProviderUnavailable(str(failure)) from None
    except ValueError:
        raise ProviderUnavailable(f"{LABEL}'s answer could not be read") from None


def _request(text: OutboundText) -> dict[str, Any]:
    message_id = ids.theirs(text.message_id, text.refusals)
    message: dict[str, Any] = {
        "sender": numbers.theirs(text.from_number),
        "destinations": [{"to": numbers.theirs(text.to_number), "messageId": message_id}],
        "content": {"text": text.body},
        "webhooks": {
            # Reports on the way too: they tell that a text has left, and that a lost answer was a yes.
            "delivery": {"url": text.status_callback_url, "intermediateReport": True},
            "contentType": "application/json",
            "callbackData": str(text.message_id),
        },
    }
    if text.valid_for is not None:
        seconds = int(min(text.valid_for, _LONGEST_VALIDITY).total_seconds())
        message["options"] = {"validityPeriod": {"amount": max(seconds, 1), "timeUnit": "SECONDS"}}
    return {"messages": [message]}


def _outcome_of_answer(answer: Mapping[str, Any]) -> Outcome:
    """Say what a text's own entry in an answer of HTTP 200 means: it may be a refusal."""
    try:
        (entry,) = answer["messages"]
        message_id, said = id_of(entry), said_of(entry)
    except (AttributeError, LookupError, TypeError, ValueError):
        return Unknown(f"{LABEL}'s answer could not be read")
    if said.status == DUPLICATE:
        return Unknown(f"{LABEL} was asked before to send this text")
    if said.group == REJECTED_GROUP:
        # Never NotTaken, even if it was refused only for now: the id is used up, and the same text
        # under it would be taken for a duplicate.
        code, failure = failure_of_rejection(said.status)
        return Rejected(code, failure.kind, failure.reason, used_up_id=message_id)
    if said.message_status is None:
        return Unknown(f"{LABEL}'s answer does not say whether it took the text")
    if said.failure() is not None:
        return Accepted(message_id, MessageStatus.QUEUED)  # its report tells why it failed
    return Accepted(message_id, said.message_status)


def _outcome_of_refusal(refusal: Refused) -> Outcome:
    """Say what another answer than HTTP 2xx to a create means. Source: reference on SMS, section 8."""
    code = str(refusal.code) if refusal.code else f"HTTP {refusal.status}"
    failure = failure_of_request(refusal.status)
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotTaken(code, failure.reason, refusal.retry_after, is_throttled=True)
    # A redirect may follow on success; 408 may be a proxy's word about a request it had passed on.
    if refusal.status not in range(400, 500) or refusal.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(str(refusal))
    return Rejected(code, failure.kind, failure.reason)


def _verdict_on(failure: NoAnswer) -> Verdict:
    match failure:
        case Refused(status=401):
            return Verdict(Problem.CREDENTIALS, "Infobip does not accept the API key.")
        case Refused(status=403):
            return Verdict(
                Problem.PERMISSION,
                "The API key is right, but its scope is too narrow: it needs sms:manage.",
            )
        case Refused(status=429):
            return Verdict(
                Problem.UNREACHABLE, "Infobip was asked too much at once. Try again in a minute."
            )
        case Refused(status=status) if 300 <= status < 400:
            return Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            )
        case Unreadable() | Refused(status=400 | 404 | 405):
            return _NOT_INFOBIP
        case _:
            return Verdict(Problem.UNREACHABLE, f"{failure}.")
