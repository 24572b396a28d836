"""How fast does a number send, and when is it a text's turn?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handset.addresses import NumberKind
from handset.behaviour import Behaviour
from handset.entities import Number

_DEFAULTS: Final = {
    NumberKind.LONG_CODE: 1.0,
    NumberKind.TOLL_FREE: 3.0,
    NumberKind.SHORT_CODE: 100.0,
    NumberKind.ALPHANUMERIC: 10.0,
}
_LONG_CODE_ELSEWHERE: Final = 10.0
"""Of a long code outside the North American plan."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a text leaves its number's queue; `free_at` is when the next one can, None: at once."""

    leaves_at: datetime
    free_at: datetime | None


def per_second(number: Number | None, behaviour: Behaviour) -> float | None:
    """Return the segments a second that `number` sends, None while it has no limit."""
    if number is None:
        return None
    if number.per_second is not None or not behaviour.pace:
        return number.per_second
    if number.kind in behaviour.rates:
        return behaviour.rates[number.kind]
    if number.kind is NumberKind.LONG_CODE and not number.address.startswith("+1"):
        return _LONG_CODE_ELSEWHERE
    return _DEFAULTS[number.kind]


def turn(now: datetime, segments: int, rate: float | None, free_at: datetime | None) -> Turn:
    """Return when a text of `segments` leaves a number that sends `rate` of them a second.

    `free_at` is when the queue before it is empty.
    """
    if rate is None:
        return Turn(now, None)
    leaves_at = now if free_at is None else max(now, free_at)
    return Turn(leaves_at, leaves_at + timedelta(seconds=segments / rate))
