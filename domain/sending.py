"""Whether a text may leave now: consent, the record's state, its account, and the customer's clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import consent, messages, quiet_hours
from domain.consent import OurNumber, Purpose, Withdrawal
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.messages import HoldKind
from domain.quiet_hours import AllowedHours, NeverAllowed, Send, WeeklyHours

LOOK_AGAIN = timedelta(minutes=1)
"""When to look again at what somebody must set right, or what a notice will tell the workflow."""

LOOK_AGAIN_UNTOLD = timedelta(hours=1)
"""When to look again at a text that its workflow is told to look at, for what nobody tells of: it may leave from
another number by then."""

READY_AHEAD = timedelta(seconds=0.05)
"""Before its turn that a text is made ready: what that takes varies, and would disturb the pace."""

LATE = timedelta(seconds=0.25)
"""Behind its turn after which a text is looked at once more: the process, or the disk, stood still."""

HANDED_OVER_WITHIN = READY_AHEAD + 2 * LATE
"""After which a text that was made ready has begun to leave, or is looked at once more. Twice what it may be late, for
the way to the provider."""

IN_ORDER = timedelta(seconds=2)
"""When to look again whether the text before this one has left the provider, unless that waits for its account."""

ABOUT_TO_GO = "It is about to be sent."
IS_PAUSED = "The enrollment is paused."

_SWITCHED_OFF = "The provider account of this number is switched off."
_PAUSED = "The provider account of this number is paused after a failure. Your administrator knows."

NO_HOUR = (
    "No hour of the week is allowed in all time zones this customer may be in: set the record's time zone, "
    "or change the sequence's working hours."
)


NO_CONSENT = "No consent to marketing is on record."


@dataclass(frozen=True)
class Facts:
    """What is known at the moment of sending."""

    is_record_active: bool
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
    """Whether an earlier text to this customer is still on its way through the provider, or is the next to leave."""
    is_behind_for_long: bool = False
    """Whether one waits for its account, which may take long."""
    withdrawals: Sequence[Withdrawal] = ()
    """Of the customer's consent, in force."""
    purpose: Purpose = Purpose.SERVICE
    lacks_consent: bool = False
    """Whether marketing needs a consent on record, and there is none."""
    is_answer: bool = False
    """Whether a person answers a customer who just wrote (domain/answers.py): the hours do not bind that."""


@dataclass(frozen=True)
class Account:
    """The state of the provider account that a text would leave over."""

    is_enabled: bool = True
    """Whether it is switched on, and not paused until somebody resumes it."""
    paused_until: datetime | None = None
    """When a paused account is tried again; None if it is not paused."""


@dataclass(frozen=True)
class Hold:
    """The text waits, and is looked at again at `until`: `why` in a sentence for the seller."""

    until: datetime
    why: str
    kind: HoldKind

    @property
    def known_end(self) -> datetime | None:
        """When it may leave; None if nobody knows, and `why` alone says what it waits for."""
        return messages.known_end(self.kind, self.until)


@dataclass(frozen=True)
class Refuse:
    """The text must not go, now or later; `ends` is set if nothing else may go either."""

    why: str
    failure: FailureKind
    ends: EndReason | None
    withdrawal: UUID | None = None
    """The entry of the ledger that forbids it."""
    rule: str = field(kw_only=True)
    """What is to be said of it in one word."""


Verdict = Send | Hold | Refuse


def verdict(facts: Facts, account: Account, number: OurNumber | None, now: datetime) -> Verdict:
    """Return whether a text may leave from `number` at `now` (aware), and in a seller's words why not."""
    withdrawal = consent.blocking(facts.withdrawals, number, facts.purpose)
    if withdrawal is not None and not withdrawal.is_unclear:
        return Refuse(
            consent.why(withdrawal),
            FailureKind.OPT_OUT,
            EndReason.OPTED_OUT,
            withdrawal=withdrawal.entry_id,
            rule="opt_out",
        )
    if facts.lacks_consent and facts.purpose is Purpose.MARKETING:
        return Refuse(NO_CONSENT, FailureKind.OPT_OUT, EndReason.OPTED_OUT, rule="no_consent")
    if facts.is_unreachable:
        return Refuse(
            "This number cannot receive texts.",
            FailureKind.NUMBER,
            EndReason.UNREACHABLE,
            rule="unreachable",
        )
    if not facts.is_record_active:
        return Refuse(
            "The record is closed.",
            FailureKind.NEVER,
            EndReason.RECORD_DEACTIVATED,
            rule="record_closed",
        )
    if facts.ended is not None:
        return Refuse(
            "The enrollment has ended.", FailureKind.NEVER, facts.ended, rule="enrollment_ended"
        )
    if withdrawal is not None:
        return Hold(now + LOOK_AGAIN_UNTOLD, consent.why(withdrawal), HoldKind.CONSENT)
    if not facts.is_running:
        return Hold(now + LOOK_AGAIN, IS_PAUSED, HoldKind.PAUSE)
    outside = hours_forbid(facts, now)
    if outside is not None:
        return outside
    if not account.is_enabled:
        return Hold(now + LOOK_AGAIN, _SWITCHED_OFF, HoldKind.ACCOUNT)
    if account.paused_until is not None and account.paused_until > now:
        return Hold(min(account.paused_until, now + LOOK_AGAIN), _PAUSED, HoldKind.ACCOUNT)
    if facts.is_behind:
        again = LOOK_AGAIN if facts.is_behind_for_long else IN_ORDER
        return Hold(now + again, "The text before this one is still on its way.", HoldKind.ORDER)
    return Send()


def hours_forbid(facts: Facts, now: datetime) -> Hold | None:
    """Return until when the customer's hours keep the text here, and why; None if they allow it or do not bind it."""
    return None if facts.is_answer else outside_hours(facts, now)


def outside_hours(facts: Facts, now: datetime) -> Hold | None:
    """Return until when the customer's hours forbid a text, and why; None if they allow it."""
    try:
        hours = quiet_hours.verdict(now, facts.allowed, facts.zones, facts.working_hours)
    except NeverAllowed:
        return Hold(now + timedelta(days=1), NO_HOUR, HoldKind.NO_HOUR)
    if isinstance(hours, quiet_hours.Hold):
        return Hold(hours.until, hours.why, HoldKind.HOURS)
    return None


def rule_of(decision: Verdict, facts: Facts, now: datetime) -> str:
    """Return by which rule a decision fell: "allowed", "answer", what the text waits for, or why it is refused."""
    match decision:
        case Send():
            return "answer" if facts.is_answer and outside_hours(facts, now) else "allowed"
        case Hold(_, _, kind):
            return kind.value
        case Refuse():
            return decision.rule
        case _:
            assert_never(decision)


def valid_until(facts: Facts, now: datetime) -> datetime | None:
    """Return when the customer's quiet hours begin, after which a provider must not deliver the text any more.

    None if texts go out around the clock, and for an answer that goes outside the hours.
    """
    if facts.is_answer and outside_hours(facts, now) is not None:
        return None
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
