"""What can every provider do for us? Send a text, find it again, recognise its own calls.

docs/adding-a-provider.md says how to write a new one; tests/channels/conformance.py what it must hold to.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from domain.numbers import NumberKind


@dataclass(frozen=True, slots=True)
class OutboundText:
    """A text to hand to a provider. The customer's number is E.164; the callback URL names the message.

    `from_number` is whatever we send from: E.164, a short code, an alphanumeric id, a messaging service.
    """

    message_id: UUID
    from_number: str
    to_number: str = field(repr=False)
    body: str = field(repr=False)
    status_callback_url: str = field(repr=False)
    media_urls: tuple[str, ...] = field(default=(), repr=False)
    """Where the provider can fetch what goes with the text."""
    valid_for: timedelta | None = None
    """How long the provider may keep the text waiting; rounded to what it can do, ignored by one that cannot."""
    refusals: int = 0
    """How often it was refused under an id that is used up since (`Rejected.used_up_id`): it needs another."""


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that may have been handed over; what a provider is asked to find again."""

    message_id: UUID
    from_number: str
    to_number: str = field(repr=False)
    since: datetime
    """No text created before this instant is meant; the caller has subtracted what clocks may differ."""
    refusals: int = 0
    """As of the `OutboundText` that may have been handed over."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the provider charges, in millionths of the currency (ISO 4217)."""

    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class MediaLink:
    """A picture or the like that came with a customer's text; `content_type` is the provider's claim."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Media:
    """What was behind a `MediaLink`."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the text and named it."""

    provider_message_id: str
    status: MessageStatus


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused this text under this id of ours: it reached nobody, and will not if it is repeated so."""

    code: str
    """The provider's own code, verbatim; `HTTP 413` and the like where it gave none."""
    failure: FailureKind
    reason: str
    """In a sentence a seller understands."""
    used_up_id: str | None = None
    """The text's id at the provider, if the provider has noted the refusal under it and takes it no more."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The text provably does not exist at the provider, and the same text may be tried again.

    Never connected, too many requests, or refused only for now (a full queue, maintenance).
    """

    code: str | None
    reason: str
    retry_after: timedelta | None
    """How long the provider asked us to wait, if it did."""
    is_throttled: bool = False
    """Whether we were too fast for the account (HTTP 429 and its like), and should slow down."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left and no readable answer came: the text may exist and must not be repeated."""

    reason: str


Outcome = Accepted | Rejected | NotTaken | Unknown


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """One text as the provider's list shows it. Numbers as in `InboundText`."""

    provider_message_id: str
    direction: Direction
    status: MessageStatus | None
    """None where the provider's state has no counterpart here."""
    from_number: str = field(repr=False)
    to_number: str = field(repr=False)
    body: str = field(repr=False)
    created_at: datetime
    """By the provider's clock, and perhaps in whole seconds only."""
    code: str | None = None
    """Why it failed, if it did: the provider's own code."""
    failure: FailureKind | None = None
    reason: str | None = None
    """In a sentence a seller understands."""
    message_id: UUID | None = None
    """Ours, if the provider keeps it."""
    price: Price | None = None
    media_count: int = 0
    service: str | None = None
    """As in `InboundText`."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """A customer's text, verbatim; its numbers are E.164, a short code's digits, or an alphanumeric id.

    `keyword`: what the provider itself recognised and answered.
    """

    provider_message_id: str
    from_number: str = field(repr=False)
    to_number: str = field(repr=False)
    body: str = field(repr=False)
    keyword: Literal["stop", "start", "help"] | None
    media: tuple[MediaLink, ...] = ()
    service: str | None = None
    """The messaging service that `to_number` belongs to, if it does."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What became of a text; if it failed, why, as far as the provider says."""

    provider_message_id: str
    status: MessageStatus | None
    """None when the report says nothing that is to be recorded."""
    code: str | None
    failure: FailureKind | None
    reason: str | None
    message_id: UUID | None = None
    """Ours, if the call carries it."""
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class DiscoveredNumber:
    """A sending number that the provider account has."""

    e164: str
    kind: NumberKind
    friendly_name: str
    can_sms: bool = True
    can_mms: bool = False
    can_receive: bool = True


class Problem(StrEnum):
    """Why an account cannot be used."""

    CREDENTIALS = "credentials"
    """The provider does not take them."""
    SUSPENDED = "suspended"
    PERMISSION = "permission"
    """Right, but not allowed to send."""
    UNREACHABLE = "unreachable"
    NOT_THE_PROVIDER = "not_the_provider"
    """Something else answers at that address."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an account can be used as it is configured, and why not in plain words."""

    problem: Problem | None
    text: str

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Registered:
    """The provider calls us at these addresses from now on."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """The provider cannot be told over its API: what somebody has to do there, in words."""

    instructions: str = field(repr=False)


Registration = Registered | ByHand


@dataclass(frozen=True, slots=True)
class Webhook:
    """A call from outside. `url` is the one the provider was given, its query string unchanged, not the one a
    proxy shows us; names of headers may be in any case; `body` is raw."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What a provider expects to read once we have stored what it told us."""

    status_code: int
    media_type: str
    body: bytes


class Channel(Protocol):
    """One opened provider account, for one event loop. Holds connections until it is closed."""

    @property
    def inbound_answer(self) -> WebhookAnswer: ...

    @property
    def status_answer(self) -> WebhookAnswer: ...

    async def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to the provider, once: nothing is repeated in here."""
        ...

    async def find_sent(self, text: SentText) -> list[ProviderMessage] | None:
        """Return the provider's texts that may be `text`: by our id, else those between its two numbers.

        None if the provider keeps no list. Raises ProviderUnavailable.
        """
        ...

    def list_messages(
        self, *, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderMessage] | None:
        """Yield every text of the account, both ways, created in that time; None if there is no list.

        The iterator raises ProviderUnavailable.
        """
        ...

    async def look_up(self, provider_message_id: str) -> StatusReport | None:
        """Return what became of one text, or None if the provider does not know it. Raises ProviderUnavailable."""
        ...

    async def list_numbers(self) -> list[DiscoveredNumber] | None:
        """Return every number of the account that can send texts; None if the provider cannot say.

        Raises ProviderUnavailable.
        """
        ...

    async def verify(self) -> Verdict:
        """Ask the provider whether the credentials are right and the account may send. Sends no text."""
        ...

    def webhook_url(self, url: str) -> str:
        """Return the address to give to the provider for `url` of ours: with a secret in it where it signs nothing."""
        ...

    async def register_webhooks(
        self, number: str, *, inbound_url: str, status_url: str
    ) -> Registration:
        """Have texts to our `number` brought to `inbound_url`, as `webhook_url` returned it.

        Raises ProviderUnavailable.
        """
        ...

    def is_genuine(self, webhook: Webhook) -> bool:
        """Return whether this account's provider made the call."""
        ...

    def parse_inbound(self, webhook: Webhook) -> list[InboundText]:
        """Read the customers' texts of a call. Raises UnreadableWebhook."""
        ...

    def parse_status(self, webhook: Webhook) -> list[StatusReport]:
        """Read the reports of a call. Raises UnreadableWebhook."""
        ...

    async def media_of(self, provider_message_id: str) -> list[MediaLink]:
        """Return what came with a text that was found in the list. Raises ProviderUnavailable."""
        ...

    async def fetch_media(self, url: str, *, max_bytes: int) -> Media:
        """Fetch what came with a text, from the provider's own hosts alone.

        Raises MediaRefused if it is elsewhere, too large or gone, ProviderUnavailable if a later try may work.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing an administrator types in to connect an account."""

    name: str
    label: str
    is_secret: bool
    is_required: bool
    hint: str = ""
    """Where it is found at the provider, in a sentence."""
    is_generated: bool = False
    """Whether we draw it if it is left empty: a secret that only the webhook addresses carry."""


class Provider(Protocol):
    """A provider the product can talk to; opens the accounts an organisation has with it."""

    @property
    def name(self) -> str:
        """The key it is stored and addressed under, as in `/webhooks/{provider}/…`."""
        ...

    @property
    def label(self) -> str:
        """What people call it."""
        ...

    @property
    def credential_fields(self) -> Sequence[CredentialField]: ...

    @property
    def needs_base_url(self) -> bool:
        """Whether every account has an address of its own at the provider, which must be typed in."""
        ...

    def knows_code(self, code: str) -> bool:
        """Return whether the provider's code is in our table; one that is not is kept, counted and shown."""
        ...

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> Channel:
        """Return a channel for one account; nothing is asked of the provider yet.

        `api_base_url` stands in for the provider's own address; `timeout_seconds` is the longest
        wait for one answer, connecting included. Raises InvalidCredentials, in words for an
        administrator.
        """
        ...
