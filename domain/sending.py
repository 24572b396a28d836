"""Whether a text may leave now: consent, the record's state, its account, and the customer's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain import quiet_hours
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.messages import HoldKind
from domain.quiet_hours import AllowedHours, NeverAllowed, Send, WeeklyHours

LOOK_AGAIN = timedelta(minutes=1)
"""When to look again at what somebody must set right, or what a notice will tell the workflow."""

IN_ORDER = timedelta(seconds=2)
"""When to look again whether the text before this one has left the provider."""

_SWITCHED_OFF = "The provider account of this number is switched off."
_PAUSED = "The provider account of this number is paused after a failure. Your administrator knows."

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
    allowed: AllowedHours
    zones: Sequence[ZoneInfo]
    working_hours: WeeklyHours | None = None
    ended: EndReason | None = None
    """Why the enrollment has ended, if it has."""
    is_unreachable: bool = False
    """Whether a provider said that no text can reach this customer's number."""
    is_behind: bool = False
    """Whether an earlier text to this customer is still on its way through the provider."""


@dataclass(frozen=True)
class Account:
    """The state of the provider account that a text would leave over."""

    is_enabled: bool = True
    """Whether it is switched on, and not paused until somebody resumes it."""
    paused_until: datetime | None = None
    """When a paused account is tried again; None if it is not paused."""


@dataclass(frozen=True)
class Hold:
    """The text waits: `why` in a sentence for the seller."""

    until: datetime
    why: str
    kind: HoldKind


@dataclass(frozen=True)
class Refuse:
    """The text must not go, now or later; `ends` is set if nothing else may go either."""

    why: str
    failure: FailureKind
    ends: EndReason | None


Verdict = Send | Hold | Refuse


def verdict(facts: Facts, account: Account, now: datetime) -> Verdict:
    """Return whether a text may leave at `now` (aware), and in a seller's words why not."""
    if facts.is_opted_out:
        return Refuse(
            "The customer has opted out of texts.", FailureKind.OPT_OUT, EndReason.OPTED_OUT
        )
    if facts.is_unreachable:
        return Refuse(
            "This number cannot receive texts.", FailureKind.NUMBER, EndReason.UNREACHABLE
        )
    if not facts.is_record_active:
        return Refuse("The record is closed.", FailureKind.NEVER, EndReason.RECORD_DEACTIVATED)
    if facts.ended is not None:
        return Refuse("The enrollment has ended.", FailureKind.NEVER, facts.ended)
    if not facts.is_running:
        return Hold(now + LOOK_AGAIN, "The enrollment is paused.", HoldKind.PAUSE)
    try:
        hours = quiet_hours.verdict(now, facts.allowed, facts.zones, facts.working_hours)
    except NeverAllowed:
        return Hold(now + timedelta(days=1), NO_HOUR, HoldKind.HOURS)
    if isinstance(hours, quiet_hours.Hold):
        return Hold(hours.until, hours.why, HoldKind.HOURS)
    if not account.is_enabled:
        return Hold(now + LOOK_AGAIN, _SWITCHED_OFF, HoldKind.ACCOUNT)
    if account.paused_until is not None and account.paused_until > now:
        return Hold(min(account.paused_until, now + LOOK_AGAIN), _PAUSED, HoldKind.ACCOUNT)
    if facts.is_behind:
        return Hold(now + IN_ORDER, "The text before this one is still on its way.", HoldKind.ORDER)
    return hours


def valid_until(facts: Facts, now: datetime) -> datetime | None:
    """Return when the customer's quiet hours begin, after which a provider must not deliver the text any more."""
    return quiet_hours.allowed_until(now, facts.allowed, facts.zones)


def ending_after(failure: FailureKind | None) -> EndReason | None:
    """Return why an enrollment ends when a text failed so; None if it goes on."""
    match failure:
        case FailureKind.OPT_OUT:
            return EndReason.OPTED_OUT
        case FailureKind.NUMBER:
            return EndReason.UNREACHABLE
        case _:
            return None
