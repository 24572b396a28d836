"""How do we send, list and check through one Twilio account? Over the official SDK."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import httpx
import phonenumbers

# The SDK ships no type information.
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from channels import twilio_webhooks
from channels.errors import ProviderUnavailable
from channels.interface import (
    Accepted,
    DiscoveredNumber,
    InboundText,
    NotTaken,
    OutboundText,
    Outcome,
    ProviderMessage,
    Rejected,
    StatusReport,
    Unknown,
    Verdict,
    WebhookAnswer,
)
from channels.twilio_errors import failure_of_request
from channels.twilio_http import AnswerLost, NoAnswer, NotConnected, Refused, TwilioHttp
from domain.failures import FailureKind
from domain.messages import MessageStatus
from domain.numbers import NumberKind

BASE_URL: Final = "https://api.twilio.com"

_PAGE_SIZE = 100

_NO_SUCH_RECORD = 20404

_UNREADABLE = (TwilioException, AttributeError, LookupError, TypeError, ValueError)
"""What reading an answer raises that is JSON but not of the documented shape."""


@dataclass(frozen=True, slots=True)
class TwilioCredentials:
    """The auth token signs webhooks even where an API key, a pair of SID and secret, sends."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: tuple[str, str] | None = field(default=None, repr=False)


class TwilioChannel:
    """A `Channel` for one Twilio account."""

    def __init__(
        self,
        credentials: TwilioCredentials,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash. Closes `transport` when it is closed itself."""
        self._credentials = credentials
        self._http = TwilioHttp(transport, timeout_seconds)
        sid = credentials.account_sid
        owner = (sid, credentials.auth_token)
        self._owner = _Client(sid, owner, base_url, self._http)
        self._client = _Client(sid, credentials.api_key or owner, base_url, self._http)

    @property
    def inbound_answer(self) -> WebhookAnswer:
        return twilio_webhooks.INBOUND_ANSWER

    async def send(self, text: OutboundText) -> Outcome:
        try:
            message = await self._client.messages.create_async(
                to=text.to_number,
                from_=text.from_number,
                body=text.body,
                status_callback=text.status_callback_url,
            )
        except NotConnected as failure:
            return NotTaken(None, str(failure), None)
        except Refused as refusal:
            return _outcome_of(refusal)
        except AnswerLost as failure:
            return Unknown(str(failure))
        except _UNREADABLE:
            return Unknown("Twilio's answer could not be read")
        if not isinstance(message.sid, str) or not message.sid:
            return Unknown("Twilio's answer does not name the text")
        status = twilio_webhooks.status_of(message.status) or MessageStatus.QUEUED
        return Accepted(message.sid, status)

    async def list_sent(
        self, *, to_number: str, from_number: str, since: datetime
    ) -> list[ProviderMessage]:
        if since.tzinfo is None:
            raise ValueError("since must be timezone-aware")
        # Twilio shows when it created a text in whole seconds.
        first = since.astimezone(UTC).replace(microsecond=0)
        found: dict[str, ProviderMessage] = {}
        with _reading():
            # Not by DateSent: a text that still waits at Twilio has none and would stay hidden.
            page = await self._client.messages.page_async(
                to=to_number, from_=from_number, page_size=_PAGE_SIZE
            )
            while page is not None:
                recent = {
                    message.provider_message_id: message
                    for message in map(_provider_message, page)
                    if message.created_at >= first
                }
                # Newest first: when a page adds nothing, neither do those after it.
                if recent.keys() <= found.keys():
                    break
                found |= recent
                page = await page.next_page_async()
        return list(found.values())

    async def look_up(self, provider_message_id: str) -> ProviderMessage | None:
        with _reading():
            try:
                return _provider_message(
                    await self._client.messages(provider_message_id).fetch_async()
                )
            except Refused as refusal:
                if refusal.code == _NO_SUCH_RECORD:
                    return None
                raise

    async def list_numbers(self) -> list[DiscoveredNumber]:
        with _reading():
            return [
                DiscoveredNumber(n.phone_number, _kind(n.phone_number), n.friendly_name or "")
                for n in await self._client.incoming_phone_numbers.list_async(page_size=_PAGE_SIZE)
                if (n.capabilities or {}).get("sms", True)
            ] + [
                DiscoveredNumber(n.short_code, NumberKind.SHORT_CODE, n.friendly_name or "")
                for n in await self._list_short_codes()
            ]

    async def verify(self) -> Verdict:
        credentials = "the account SID and auth token"
        try:
            account = await self._owner.api.v2010.accounts(
                self._credentials.account_sid
            ).fetch_async()
            if account.status in ("suspended", "closed"):
                return Verdict(False, f"Twilio says that this account is {account.status}.")
            if account.status != "active":
                raise ValueError("no account's status")
            if self._credentials.api_key is not None:
                credentials = "the API key"
                await self._client.messages.page_async(page_size=1)
        except NoAnswer as failure:
            return Verdict(False, _why_not(failure, credentials))
        except _UNREADABLE:
            return Verdict(False, "What answers at this address is not Twilio's API.")
        return Verdict(True, "Twilio accepts the credentials, and the account is active.")

    def verify_signature(self, *, url: str, headers: Mapping[str, str], body: bytes) -> bool:
        return twilio_webhooks.is_signed_by(
            self._credentials.auth_token, url=url, headers=headers, body=body
        )

    def parse_inbound(self, body: bytes) -> InboundText:
        return twilio_webhooks.parse_inbound(body)

    def parse_status(self, body: bytes) -> StatusReport:
        return twilio_webhooks.parse_status(body)

    async def close(self) -> None:
        await self._http.close()

    async def _list_short_codes(self) -> list[Any]:
        try:
            return list(await self._client.short_codes.list_async(page_size=_PAGE_SIZE))
        except Refused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return []  # a server that stands in for Twilio need not know them
            raise


class _Client(Client):  # type: ignore[misc]  # the base class is untyped
    """The SDK's client for one pair of credentials, with our base URL in place of Twilio's."""

    def __init__(
        self, account_sid: str, auth: tuple[str, str], base_url: str, http: TwilioHttp
    ) -> None:
        username, password = auth
        super().__init__(username, password, account_sid, http_client=http)
        self._base_url = base_url

    def get_hostname(self, uri: str) -> str:
        # The credentials go to no other host, whatever an answer calls its next page.
        if not uri.startswith(BASE_URL + "/"):
            raise AnswerLost("Twilio's answer points to another address")
        return self._base_url + uri.removeprefix(BASE_URL)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn all that can go wrong with a question into ProviderUnavailable."""
    try:
        yield
    except NoAnswer as failure:
        raise ProviderUnavailable(str(failure)) from None
    except _UNREADABLE:
        raise ProviderUnavailable("Twilio's answer could not be read") from None


def _outcome_of(refusal: Refused) -> Outcome:
    """Say what a refusal of a create means. Source: reference on SMS, sections 2 and 8."""
    code = str(refusal.code) if refusal.code else f"HTTP {refusal.status}"
    failure = failure_of_request(refusal.code, refusal.status)
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotTaken(code, failure_of_request(20429, 429).reason, refusal.retry_after)
    # A redirect may follow on success; 408 may be a proxy's word about a request it had passed on.
    if refusal.status not in range(400, 500) or refusal.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(str(refusal))
    match failure.kind:
        case FailureKind.RETRY:
            return NotTaken(code, failure.reason, refusal.retry_after)
        case FailureKind.UNKNOWN:
            return Unknown(str(refusal))
        case _:
            return Rejected(code, failure.kind, failure.reason)


def _why_not(failure: NoAnswer, credentials: str) -> str:
    match failure:
        case Refused(status=401 | 403):
            return f"Twilio does not accept {credentials}."
        case Refused(status=status) if 300 <= status < 400:
            return "This address redirects elsewhere: enter the one it redirects to."
        case Refused(status=404):
            return "What answers at this address does not know this account."
        case _:
            return f"{str(failure)[0].upper()}{str(failure)[1:]}."


def _provider_message(message: Any) -> ProviderMessage:
    """Read one text of an answer. Raises ValueError if it lacks its id or its date."""
    if not message.sid or message.date_created is None:
        raise ValueError("a text without its id or its date")
    code = str(message.error_code) if message.error_code else None
    failure = twilio_webhooks.failure_of(message.status, code)
    return ProviderMessage(
        provider_message_id=str(message.sid),
        status=twilio_webhooks.status_of(message.status),
        from_number=str(message.from_ or ""),
        to_number=str(message.to or ""),
        body=str(message.body or ""),
        created_at=message.date_created,
        code=code,
        failure=failure.kind if failure else None,
        reason=failure.reason if failure else None,
    )


def _kind(e164: str) -> NumberKind:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return NumberKind.LONG_CODE
    if kind == phonenumbers.PhoneNumberType.TOLL_FREE:
        return NumberKind.TOLL_FREE
    return NumberKind.LONG_CODE
