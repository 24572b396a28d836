"""Whether a text may leave now: consent, the record's state, whose number, and the customer's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain import quiet_hours
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.quiet_hours import AllowedHours, Hold, NeverAllowed, Send, WeeklyHours

LOOK_AGAIN = timedelta(minutes=1)
"""When to look again at what somebody must set right, or what a notice will tell the workflow."""

NO_HOUR = (
    "No hour of the week is allowed in all time zones this customer may be in: set the record's time zone, "
    "or change the sequence's working hours."
)


@dataclass(frozen=True)
class Facts:
    """What is known at the moment of sending."""

    is_record_active: bool
    is_opted_out: bool
    is_running: bool
    """False for an enrollment that is paused, or has ended; its workflow is being told."""
    is_account_enabled: bool
    allowed: AllowedHours
    zones: Sequence[ZoneInfo]
    working_hours: WeeklyHours | None = None
    ended: EndReason | None = None
    """Why the enrollment has ended, if it has."""


@dataclass(frozen=True)
class Refuse:
    """The text must not go, now or later; `ends` is set if nothing else may go either."""

    why: str
    failure: FailureKind
    ends: EndReason | None


Verdict = Send | Hold | Refuse


def verdict(facts: Facts, now: datetime) -> Verdict:
    """Return whether a text may leave at `now` (aware), and in a seller's words why not."""
    if facts.is_opted_out:
        return Refuse(
            "The customer has opted out of texts.", FailureKind.OPT_OUT, EndReason.OPTED_OUT
        )
    if not facts.is_record_active:
        return Refuse("The record is closed.", FailureKind.NEVER, EndReason.RECORD_DEACTIVATED)
    if facts.ended is not None:
        return Refuse("The enrollment has ended.", FailureKind.NEVER, facts.ended)
    if not facts.is_running:
        return Hold(now + LOOK_AGAIN, "The enrollment is paused.")
    if not facts.is_account_enabled:
        return Hold(now + LOOK_AGAIN, "The provider account of this number is switched off.")
    try:
        return quiet_hours.verdict(now, facts.allowed, facts.zones, facts.working_hours)
    except NeverAllowed:
        return Hold(now + timedelta(days=1), NO_HOUR)


def ending_after(failure: FailureKind | None) -> EndReason | None:
    """Return why an enrollment ends when a text failed so; None if it goes on."""
    match failure:
        case FailureKind.OPT_OUT:
            return EndReason.OPTED_OUT
        case FailureKind.NUMBER:
            return EndReason.UNREACHABLE
        case _:
            return None
