"""What can every provider do for us? Send a text, find it again, recognise its own calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from domain.failures import FailureKind
from domain.messages import MessageStatus
from domain.numbers import NumberKind


@dataclass(frozen=True, slots=True)
class OutboundText:
    """A text to hand to a provider. Numbers are E.164; the callback URL names the message."""

    message_id: UUID
    from_number: str
    to_number: str
    body: str
    status_callback_url: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the text and named it."""

    provider_message_id: str
    status: MessageStatus


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused this text: nothing was created, and repeating it does not help."""

    code: str
    """The provider's own code, verbatim; `HTTP 413` and the like where it gave none."""
    failure: FailureKind
    reason: str
    """In a sentence a seller understands."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The text provably does not exist at the provider, and the same text may be tried again.

    Never connected, too many requests, or refused only for now (a full queue, maintenance).
    """

    code: str | None
    reason: str
    retry_after: timedelta | None
    """How long the provider asked us to wait, if it did."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left and no readable answer came: the text may exist and must not be repeated."""

    reason: str


Outcome = Accepted | Rejected | NotTaken | Unknown


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """One text as the provider knows it. Numbers are the provider's own, verbatim."""

    provider_message_id: str
    status: MessageStatus | None
    """None where the provider's state has no counterpart here."""
    from_number: str
    to_number: str
    body: str
    created_at: datetime
    """By the provider's clock, and perhaps in whole seconds only."""
    code: str | None
    """Why it failed, if it did: the provider's own code."""
    failure: FailureKind | None = None
    reason: str | None = None
    """In a sentence a seller understands."""


@dataclass(frozen=True, slots=True)
class InboundText:
    """A customer's text, verbatim. `keyword`: what the provider itself recognised and answered."""

    provider_message_id: str
    from_number: str
    to_number: str
    body: str
    keyword: Literal["stop", "start", "help"] | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What became of a text; if it failed, why, as far as the provider says."""

    provider_message_id: str
    status: MessageStatus | None
    """None when the report says nothing that is to be recorded."""
    code: str | None
    failure: FailureKind | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DiscoveredNumber:
    """A sending number that the provider account has."""

    e164: str
    kind: NumberKind
    friendly_name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an account can be used as it is configured, and why not in plain words."""

    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What a provider expects to read once we have stored an inbound text."""

    status_code: int
    media_type: str
    body: bytes


class Channel(Protocol):
    """One opened provider account, for one event loop. Holds connections until it is closed."""

    @property
    def inbound_answer(self) -> WebhookAnswer: ...

    async def send(self, text: OutboundText) -> Outcome:
        """Hand `text` to the provider, once: nothing is repeated in here."""
        ...

    async def list_sent(
        self, *, to_number: str, from_number: str, since: datetime
    ) -> list[ProviderMessage] | None:
        """Return the texts from one number to another created at or after `since`.

        None if the provider keeps no list. `since` is aware and is compared with the provider's
        clock at that clock's precision; the caller subtracts what it allows for clocks that differ.
        Raises ProviderUnavailable.
        """
        ...

    async def look_up(self, provider_message_id: str) -> ProviderMessage | None:
        """Return one text as the provider knows it now, or None. Raises ProviderUnavailable."""
        ...

    async def list_numbers(self) -> list[DiscoveredNumber]:
        """Return every number of the account that can send texts. Raises ProviderUnavailable."""
        ...

    async def verify(self) -> Verdict:
        """Ask the provider whether the credentials are right and the account is active."""
        ...

    def verify_signature(self, *, url: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether this account's provider signed a webhook.

        `url` is the one the provider was given, with its query string unchanged, not the one a
        proxy shows us. Names of headers may be in any case. `body` is raw.
        """
        ...

    def parse_inbound(self, body: bytes) -> InboundText:
        """Read a customer's text. Raises UnreadableWebhook."""
        ...

    def parse_status(self, body: bytes) -> StatusReport:
        """Read a status callback. Raises UnreadableWebhook."""
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


class Provider(Protocol):
    """A provider the product can talk to; opens the accounts an organisation has with it."""

    @property
    def name(self) -> str:
        """The key it is stored and addressed under, as in `/webhooks/{provider}/…`."""
        ...

    @property
    def credential_fields(self) -> Sequence[CredentialField]: ...

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> Channel:
        """Return a channel for one account; nothing is asked of the provider yet.

        `api_base_url` stands in for the provider's own address; `timeout_seconds` is the longest
        wait for one answer, connecting included. Raises InvalidCredentials, in words for an
        administrator.
        """
        ...
