"""How long is each kind of data kept?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """A kind of data whose age an organisation may limit; the age counts from what is named."""

    TEXTS = "texts"
    """From when the text was written. What it said, and to whom, goes; the row stays, since a provider knows it."""
    CLOSED_WORK_ITEMS = "closed_work_items"
    """From the decision. What it asked and said goes; the row stays, since timelines name it."""
    TIMELINES = "timelines"
    """From the entry, on an enrollment that has ended."""
    ALERTS = "alerts"
    """From when it was resolved."""
    RECONCILIATIONS = "reconciliations"
    """From its end."""
    CONSENT = "consent"
    """From the last text or entry of the number, and never while a withdrawal is in force."""
    ERASURES = "erasures"
    """From the erasure; what is kept says neither whom nor what."""


Periods = Mapping[Kind, int | None]
"""Days by kind; None keeps for ever."""

PROOF: Final = 1825
"""Days that proof of consent outlives claims: four years for the TCPA (28 U.S.C. 1658), and one to be served."""

LONGEST: Final = 36_500
"""Days; who wants more wants to keep for ever."""


DEFAULTS: Final[Periods] = MappingProxyType(
    {
        Kind.TEXTS: None,
        Kind.CLOSED_WORK_ITEMS: 730,
        Kind.TIMELINES: 730,
        Kind.ALERTS: 365,
        Kind.RECONCILIATIONS: 90,
        Kind.CONSENT: PROOF,
        Kind.ERASURES: PROOF,
    }
)


class InvalidRetention(ValueError):
    """No period that data can be kept for; the message says what would be one."""


def checked(chosen: Periods) -> Periods:
    """Return the periods that an organisation chose. Raises InvalidRetention."""
    for kind, days in chosen.items():
        if days is None:
            continue
        if kind is Kind.CONSENT and days < least(kind):
            raise InvalidRetention(
                f"{kind}: proof must outlive claims. Keep it for {PROOF} days or more, or for ever."
            )
        if not 1 <= days <= LONGEST:
            raise InvalidRetention(f"{kind}: keep it for 1 to {LONGEST} days, or for ever.")
    return chosen


def least(kind: Kind) -> int:
    """Return the days that a kind of data is kept at least."""
    return PROOF if kind is Kind.CONSENT else 1


def in_force(stored: Mapping[str, int | None]) -> dict[Kind, int | None]:
    """Return the period of every kind, where `stored` are those that an organisation chose."""
    return {kind: stored.get(kind, default) for kind, default in DEFAULTS.items()}


def cutoff(days: int | None, now: datetime) -> datetime | None:
    """Return the instant before which data that are kept for `days` go; None if they stay for ever."""
    return None if days is None else now - timedelta(days=days)
