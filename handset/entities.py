"""What is there in the carrier's world? Accounts, numbers, texts either way, and webhooks it owes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handset.addresses import NumberKind
from handset.reasons import Code


@dataclass(slots=True)
class Number:
    """One sender of an account. `sms_url` is empty while it has no inbound webhook of its own.

    `address` is E.164, a short code or a name; `per_second` its pace in segments, None for its
    kind's.
    """

    id: str
    account_id: str
    address: str
    kind: NumberKind
    friendly_name: str
    sms_url: str
    sms_method: str
    capabilities: dict[str, bool]
    per_second: float | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Pool:
    """Senders of an account among which the carrier chooses. Settings are named by its protocol.

    `manages_opt_outs`: keywords count for all its senders, and webhooks tell of them.
    """

    id: str
    account_id: str
    addresses: list[str]
    manages_opt_outs: bool
    settings: dict[str, str]
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Account:
    """One customer of the provider. Credentials and settings are named by its protocol."""

    id: str
    protocol: str
    credentials: dict[str, str]
    settings: dict[str, str]
    status: str
    created_at: datetime
    updated_at: datetime
    numbers: dict[str, Number] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)

    def pool_of(self, address: str) -> Pool | None:
        """Return the pool that `address` is in; it is in one at most."""
        return next((pool for pool in self.pools.values() if address in pool.addresses), None)


@dataclass(frozen=True, slots=True)
class Media:
    """One file that goes with a text. `sha256` names its content among the carrier's files."""

    id: str
    content_type: str
    size: int
    sha256: str


@dataclass(slots=True)
class Message:
    """One text, either way. Its future is decided at its creation; `status` only reads the clock.

    `n` is the number of the log entry that created it. `queued_at`: when the sender of a text
    through a pool is chosen. `sent_at` is None if it never leaves the carrier. `media_count`
    counts what it carries, `media` is what of it the carrier has. `keyword` is the carrier's word
    it acted on. `reference` is the client's own, `extra` what its protocol keeps with it. `parts`
    are the ids of its segments if each is reported on, the first being the text's own.
    """

    n: int
    id: str
    account_id: str
    direction: str
    sender: str
    recipient: str
    body: str
    segments: int
    media_count: int
    created_at: datetime
    listed_at: datetime
    queued_at: datetime | None
    sent_at: datetime | None
    final_at: datetime
    outcome: str
    error_code: Code | None
    pool: str
    keyword: str | None
    reference: str
    extra: Mapping[str, Any]
    parts: Sequence[str]
    updated_at: datetime
    media: list[Media] = field(default_factory=list)

    @property
    def is_inbound(self) -> bool:
        """Whether the customer wrote it."""
        return self.direction == "inbound"

    @property
    def customer(self) -> str:
        """The customer's number."""
        return self.sender if self.is_inbound else self.recipient

    @property
    def number(self) -> str:
        """Our number."""
        return self.recipient if self.is_inbound else self.sender

    @property
    def arrives(self) -> bool:
        """Whether the customer's handset gets it; without a receipt it does all the same."""
        return self.outcome in ("sent", "delivered")

    def status(self, now: datetime) -> str:
        """Return the status of the message at `now`.

        At its creation itself it is "queued", and "accepted" until its sender is chosen.
        """
        if now > self.final_at:
            return self.outcome
        if self.sent_at is not None and now > self.sent_at:
            return "sent"
        return "queued" if self.has_sender(now) else "accepted"

    def has_sender(self, now: datetime) -> bool:
        """Tell whether its sender is chosen at `now`."""
        if self.pool == "" or self.direction != "outbound-api":
            return True
        return self.queued_at is not None and now > self.queued_at

    def is_waiting(self, now: datetime) -> bool:
        """Tell whether it is still to be sent at `now`."""
        return self.sent_at is not None and self.sent_at > now


@dataclass(slots=True)
class Call:
    """One webhook the carrier owes: that a text reached `status`, or that a customer wrote.

    `token` is equal over its retries. `is_forged_first`: a forged copy is still to come before it.
    `part` is the id of the part it tells of, empty if it is about the whole text. `carrier_url` is
    where the carrier itself is reached, for URLs in what is told.
    """

    key: str
    message: Message
    status: str
    url: str
    method: str
    token: str
    due_at: datetime
    part: str = ""
    attempts: int = 0
    is_forged_first: bool = False
    carrier_url: str = ""

    @property
    def kind(self) -> str:
        """The kind of its log entries."""
        return "webhook" if self.message.is_inbound else "callback"


@dataclass(frozen=True, slots=True)
class Download:
    """One medium of a sent text that the carrier has yet to fetch from where the client has it."""

    key: str
    message: Message
    url: str
