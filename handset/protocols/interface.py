"""What must one write to have the carrier speak another provider's protocol?

A package beside `twilio` with a class of this shape, and a line in `handset.protocols.registry`.
The carrier decides what becomes of a request and remembers it; a protocol only translates: what
came over HTTP into a `SendRequest`, what was decided into the provider's answer, and what happened
into the provider's webhooks. It keeps no state of its own: all it needs later it puts into
`SendRequest.extra`, an account's `settings`, or reads from `exchange.carrier`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from starlette.routing import BaseRoute

from handset.entities import Account, Call, Number
from handset.reasons import Codes

if TYPE_CHECKING:
    from handset.exchange import Exchange


LONGEST_BACKOFF: Final = 240
"""The most units that a backoff without a longest one of its own grows to: a minute by default."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One HTTP request of the carrier, ready to be made."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where customers' texts to a number go. Without a `url` they go nowhere."""

    url: str
    method: str = "POST"


class CarrierProtocol(Protocol):
    """One provider's HTTP protocol."""

    @property
    def name(self) -> str:
        """What accounts and the log call it."""
        ...

    @property
    def refusals(self) -> Codes:
        """Its codes of refused requests, with one for each of `reasons.REFUSALS` at least.

        With one for OPTED_OUT or QUEUE_FULL too, such a request is refused; without, the text is
        accepted and fails.
        """
        ...

    @property
    def failures(self) -> Codes:
        """Its codes of texts that do not arrive, with one for each of `reasons.FAILURES`."""
        ...

    def check_account(
        self, account_id: str, credentials: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        """Raise ValueError, saying what is wrong, if no account of this provider is like that."""
        ...

    def new_message_id(self, *, has_media: bool) -> str:
        """Return an id nothing else has; inbound texts get theirs here too."""
        ...

    def inbound_hook(self, account: Account, number: Number) -> Hook:
        """Return where a customer's text to `number` is told of."""
        ...

    @property
    def most_in_webhook(self) -> int:
        """How many of a kind one webhook may tell of."""
        ...

    def webhook(self, calls: Sequence[Call], account: Account, *, forged: bool) -> WebhookRequest:
        """Return the request that tells of `calls`: inbound texts, or statuses of sent ones.

        They have one address, and are `most_in_webhook` at most. Made anew for every attempt, so
        that credentials changed meanwhile count. `forged`: as somebody would make it who knows
        everything but the secrets.
        """
        ...

    def is_taken(self, status: int) -> bool:
        """Tell whether a webhook answered with that HTTP status has been taken."""
        ...

    def attempts(self, call: Call, default: int, status: int | None, error: str | None) -> int:
        """Return how often `call` is tried in all, given how it went this time.

        Most return `default`. `error` is there if no answer came; it starts with "Connect" if
        the other side was never reached.
        """
        ...

    def backoff(self, attempt: int) -> int:
        """Return how long after the `attempt`th failed try, from 1, the next one comes.

        In units of the behaviour's `webhook_backoff_seconds`.
        """
        ...

    def routes(self, exchange: "Exchange") -> Sequence[BaseRoute]:
        """Return the provider's HTTP routes over `exchange`.

        Plain routes, not FastAPI's: creating must be lean, and the provider's errors are its own.
        """
        ...
