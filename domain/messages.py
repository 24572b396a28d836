"""What may become of a text: its states, and the one rule that they only move forward."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final


class Direction(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"


class MessageStatus(StrEnum):
    """The life of one text.

    HELD waits with us until a named instant; SUBMITTING is on its way to the provider and must never be
    submitted again; UNCERTAIN left us and the provider cannot say whether it took it; QUEUED is with the
    provider; SENT with the carrier. The rest is final. Source of QUEUED and later: Twilio's message
    statuses; a text may stay SENT for ever where the carrier gives no delivery receipt.
    """

    HELD = "held"
    SUBMITTING = "submitting"
    UNCERTAIN = "uncertain"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REFUSED = "refused"
    """We did not send it: opted out, no number to send from, record closed."""
    RECEIVED = "received"
    """An inbound text."""


class HoldKind(StrEnum):
    """What a text that waits with us waits for."""

    HOURS = "hours"
    """The customer's allowed hours."""
    NO_HOUR = "no_hour"
    """Somebody to set right that no hour of the customer's week is allowed."""
    PACE = "pace"
    """Its number's rate or daily cap."""
    ORDER = "order"
    """An earlier text to the same customer."""
    ACCOUNT = "account"
    """The provider account: switched off, or paused after a failure."""
    PROVIDER = "provider"
    """The provider did not take it just now."""
    PAUSE = "pause"
    """Its enrollment is paused."""
    RETRY = "retry"
    """The time until a failed text is tried again."""
    SCHEDULE = "schedule"
    """The time that its author chose."""
    CONSENT = "consent"
    """Somebody to say whether the customer withdrew consent."""
    START = "start"
    """Nothing: it is about to be sent."""


class Verdict(StrEnum):
    """What was decided about a text."""

    SEND = "send"
    HOLD = "hold"
    REFUSE = "refuse"
    CANCEL = "cancel"


class Urgency(IntEnum):
    """What leaves first when several texts wait for one number; the values are Temporal's priority keys."""

    REPLY = 1
    """A seller's own text."""
    MANUAL = 2
    """A sequence's text that a seller approved."""
    AUTOMATED = 3


FINAL: Final = frozenset(
    {
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
        MessageStatus.REFUSED,
        MessageStatus.RECEIVED,
    }
)

_RANK: Final = {
    MessageStatus.HELD: 0,
    MessageStatus.SUBMITTING: 1,
    MessageStatus.UNCERTAIN: 2,
    MessageStatus.QUEUED: 3,
    MessageStatus.SENT: 4,
    MessageStatus.DELIVERED: 5,
    MessageStatus.UNDELIVERED: 5,
    MessageStatus.FAILED: 5,
}

REPORTABLE: Final = frozenset(
    {
        MessageStatus.QUEUED,
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
        MessageStatus.FAILED,
    }
)
"""What a provider may report of a text it has."""


def known_end(held_for: HoldKind | None, until: datetime | None) -> datetime | None:
    """Return when a text that is held until `until` may leave; None if nobody knows.

    Only what the clock ends has an end to promise: for all else `until` is when the text is looked at again.
    """
    return until if held_for in _BY_THE_CLOCK else None


_BY_THE_CLOCK: Final = frozenset({HoldKind.HOURS, HoldKind.RETRY, HoldKind.SCHEDULE})


def may_become(reported: MessageStatus) -> frozenset[MessageStatus]:
    """Return the states from which a provider's report of `reported` moves a text; from all others it is stale.

    Providers report late, twice and out of order, so a report never moves a text backwards and never
    changes a final state. Raises ValueError if `reported` is not a state a provider reports.
    """
    if reported not in REPORTABLE:
        raise ValueError(f"{reported} is not a state a provider reports")
    return frozenset(status for status, rank in _RANK.items() if rank < _RANK[reported])


def advance(current: MessageStatus, reported: MessageStatus) -> MessageStatus:
    """Return the state of a text in `current` after a provider's report of `reported`."""
    return reported if current in may_become(reported) else current
