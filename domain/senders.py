"""From which of our numbers does a text leave?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from domain import phone
from domain.numbers import NumberKind

NO_NUMBER: Final = (
    "The seller has no number to send from: give the seller or the seller's team one."
)
NO_TEAM_NUMBER: Final = (
    "The seller has no number of their own, and the organisation does not let the team's stand in: "
    "give the seller one, or let the team's stand in."
)
NO_MEDIA: Final = (
    "None of the seller's numbers can send pictures: take the picture out, "
    "or give the seller a number that can."
)

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that the seller, or a team of the seller, may send from."""

    number_id: UUID
    number: str
    kind: NumberKind
    country: str | None
    """ISO 3166; None where the number belongs to none."""
    owner_id: UUID | None
    """Whose it is: a user or a team."""
    is_own: bool
    """Of the seller, not of a team."""
    is_default: bool
    is_up: bool
    """Whether its account is switched on and not paused."""
    can_mms: bool
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What speaks for a number; None where nothing does."""

    sticky_id: UUID | None = None
    """The number this customer already talks with."""
    named: str | None = None
    """The number that the step names."""
    customer_number: str = ""
    """One of the customer's country is preferred among several."""
    needs_mms: bool = False
    uses_team_numbers: bool = True
    fails_over: bool = False


class NoSender(LookupError):
    """There is no number to send from; the message says why, for the seller."""


def choose(candidates: Sequence[Candidate], wanted: Wanted) -> Candidate:
    """Return the number a text leaves from. Raises NoSender.

    The number this customer already talks with, else the one the step names, else the seller's default or another
    own one, else of the team's the one unused for longest: of those that work, and of the customer's country where
    there is one. A number whose account is down keeps its texts, unless the organisation lets another number of the
    same owner stand in.
    """
    fitting = [each for each in candidates if each.can_mms or not wanted.needs_mms]
    if not fitting:
        raise NoSender(NO_MEDIA if candidates else NO_NUMBER)
    first = _first(fitting, wanted)
    if first.is_up or not wanted.fails_over:
        return first
    others = [each for each in fitting if each.is_up and each.owner_id == first.owner_id]
    return _best(others, wanted) if others else first


def _first(fitting: Sequence[Candidate], wanted: Wanted) -> Candidate:
    for each in fitting:
        if each.number_id == wanted.sticky_id:
            return each
    for each in fitting:
        if each.number == wanted.named:
            return each
    own = [each for each in fitting if each.is_own]
    if own:
        return _best(own, wanted)
    if not wanted.uses_team_numbers:
        raise NoSender(NO_TEAM_NUMBER)
    return _best(fitting, wanted)


def _best(pool: Sequence[Candidate], wanted: Wanted) -> Candidate:
    if len(pool) == 1:
        return pool[0]
    country = phone.country_of(wanted.customer_number)
    return min(
        pool,
        key=lambda each: (
            not each.is_default,
            # nothing leaves from a number that is down, so it would always be the one unused for longest
            not each.is_up,
            each.country != country,
            each.last_used_at or _NEVER,
            each.number_id,
        ),
    )
