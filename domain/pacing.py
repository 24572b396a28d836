"""How fast may texts leave, and what happens when a provider finds us too fast?

A number's rate is kept by one row in the database that every worker asks (db/providers/pace.py): the generic cell
rate algorithm without a burst. Temporal's task queue keeps the backlog ordered before that (workflows/sending.py).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.messages import Urgency


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a text is expected to queue: the number it will probably leave from, and that number's pace.

    Only the order of the queue hangs on it. Which number it is and how fast it may go is decided when it is sent.
    """

    number_id: UUID
    per_second: float
    """Segments."""


_MARGIN: Final = Decimal("1.04")
"""Texts leave this much further apart than the rate asks, so that no window of it ever holds one too many,
though requests reach a provider a little early or late."""

CARRIERS_ZONE: Final = ZoneInfo("America/Los_Angeles")
"""Where a day of the carriers' caps begins. Source: reference on SMS, section 9 (T-Mobile, brand and day)."""

CAPPED: Final = (
    "This number has sent all that it may today. The next day begins at midnight in Los Angeles."
)
"""Why a text waits for its number's cap."""

_PATIENCE: Final = {
    Urgency.REPLY: timedelta(seconds=10),
    Urgency.MANUAL: timedelta(seconds=10),
    Urgency.AUTOMATED: timedelta(seconds=1),
}

_NEXT_TURN: Final = 1.1

_SLOWEST: Final = 1 / 64
_DOUBLING: Final = timedelta(seconds=30)

_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)


def interval(segments: int, per_second: Decimal, throttle: float) -> timedelta:
    """Return how long a text of so many segments keeps its number busy.

    `throttle` is the part of its pace that the number's account takes at the moment.
    """
    return timedelta(seconds=float(segments * _MARGIN / per_second) / throttle)


def patience(urgency: Urgency, busy: timedelta) -> timedelta:
    """Return how far ahead a text that keeps its number `busy` for so long may take its turn, waiting for it in place.

    What is more urgent may reach past the turns that others have not taken yet; a text that would have to
    wait longer goes back to the queue, so that a more urgent one can overtake it. The very next turn can always be
    taken, or a slow number would stand idle while its texts come and go.
    """
    return max(_PATIENCE[urgency], busy * _NEXT_TURN)


def cap_day(now: datetime) -> date:
    """Return the day of the daily caps that `now` (aware) lies in."""
    return now.astimezone(CARRIERS_ZONE).date()


def cap_ends(now: datetime) -> datetime:
    """Return when that day ends, in UTC."""
    tomorrow = cap_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), tzinfo=CARRIERS_ZONE).astimezone(UTC)


def throttle_now(throttle: float, since: datetime | None, now: datetime) -> float:
    """Return the part of its pace that an account takes now: it doubles every half minute after a slow-down."""
    if since is None:
        return 1.0
    doublings = min((now - since) / _DOUBLING, 10.0)
    return min(1.0, float(throttle * 2**doublings))


def slowed_down(throttle: float) -> float:
    """Return the part of its pace for an account that just found us too fast."""
    return max(_SLOWEST, throttle / 2)


def pause_length(pauses: int) -> timedelta:
    """Return how long an account is left alone after its `pauses`-th failure in a row, from 1."""
    doublings = min(max(pauses - 1, 0), 10)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << doublings))
