"""When is it a certain clock time for the customer?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.quiet_hours import clock_change

LONGEST_AHEAD: Final = timedelta(days=90)
"""How far ahead a text may be scheduled."""


def instant_of(local: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    """Return the instant, in UTC, from which the clocks of all `zones` have come to `local`, a naive clock time.

    A clock that jumps over it has come to it when it jumps; one that shows it twice, the first time. Raises
    ValueError if `local` has a zone or there are no zones.
    """
    if local.tzinfo is not None:
        raise ValueError("a clock time of the customer has no zone of its own")
    if not zones:
        raise ValueError("a customer is in at least one zone")
    return max(_first(local.replace(fold=0), zone) for zone in zones)


def clock_of(at: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    """Return the clock time, without a zone, to which the clocks of all `zones` have come at the instant `at`.

    It is the one to schedule for: that of the clock which is the furthest behind. Raises ValueError without zones.
    """
    return min(at.astimezone(zone).replace(tzinfo=None, fold=0) for zone in zones)


def why_not(at: datetime, now: datetime) -> str | None:
    """Return why no text can be scheduled for `at`, in a sentence for the seller; None if it can."""
    if at <= now:
        return "That time has passed for the customer: choose a later one."
    if at - now > LONGEST_AHEAD:
        return f"A text can wait {LONGEST_AHEAD.days} days at most: choose an earlier time."
    return None


def _first(local: datetime, zone: ZoneInfo) -> datetime:
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local:
        return instant
    # The clock never shows it: by the offset after the jump, `local` lies before it, and the other way round.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return clock_change(before, instant, zone)
