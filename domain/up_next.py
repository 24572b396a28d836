"""What comes next for an enrollment, and when, as far as that can be said before it happens?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from domain import durations, quiet_hours
from domain.quiet_hours import AllowedHours, NeverAllowed, WeeklyHours
from domain.sequence import (
    AutomatedText,
    Branch,
    End,
    FieldIs,
    FieldValue,
    Replied,
    ReplyTo,
    SequenceDocument,
    Step,
    Wait,
    following,
)


@dataclass(frozen=True, slots=True)
class Known:
    """It happens at this instant, in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AfterCurrent:
    """It happens once the current step is done."""


@dataclass(frozen=True, slots=True)
class AfterWait:
    """It happens so long after the current step is done."""

    wait: timedelta


When = Known | AfterCurrent | AfterWait


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A step to come; `side` says under which condition, behind a branch."""

    step_id: str
    type: str
    title: str
    when: When
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When automated texts may reach this customer."""

    allowed: AllowedHours
    zones: Sequence[ZoneInfo]
    working: WeeklyHours | None = None


def upcoming(
    document: SequenceDocument, current_step_id: str, *, at: datetime | None, hours: Hours
) -> list[Upcoming]:
    """Return what follows the current step: nothing at the end, one step, or behind a branch one of each side.

    `at` is when the current step will be done, aware, where that is known. Waits are passed over, their length is in
    `when`. Raises KeyError if there is no such step.
    """
    step = document.step(current_step_id)
    done = _Done(at, timedelta(0))
    if isinstance(step, Branch):
        return _sides(document, step, done, asked_of=None, hours=hours)
    return _next(document, following(document, step.id), done, asked_of=step.id, hours=hours)


@dataclass(frozen=True, slots=True)
class _Done:
    """When the steps before are done: at an instant if that is known, and so long after the current step."""

    at: datetime | None
    wait: timedelta

    def after(self, wait: timedelta) -> "_Done":
        return _Done(None if self.at is None else self.at + wait, self.wait + wait)

    def when(self, step: Step, hours: Hours) -> When:
        if self.at is None:
            return AfterWait(self.wait) if self.wait else AfterCurrent()
        if not isinstance(step, AutomatedText):
            return Known(self.at)
        try:
            return Known(
                quiet_hours.next_allowed(self.at, hours.allowed, hours.zones, hours.working)
            )
        except NeverAllowed:
            return Known(self.at)


def _next(
    document: SequenceDocument,
    step: Step | None,
    done: _Done,
    *,
    asked_of: str | None,
    hours: Hours,
) -> list[Upcoming]:
    """`asked_of` is the text whose answer the very next step may wait for, counted from `done`."""
    while isinstance(step, Wait):
        done, asked_of = done.after(step.length), None
        step = following(document, step.id)
    if isinstance(step, Branch):
        return _sides(document, step, done, asked_of=asked_of, hours=hours)
    found = _upcoming(step, done, hours, side=None)
    return [] if found is None else [found]


def _sides(
    document: SequenceDocument, branch: Branch, done: _Done, *, asked_of: str | None, hours: Hours
) -> list[Upcoming]:
    match branch.when:
        case Replied(replied=ReplyTo(to=to, within=within)):
            yes = f"if they answer within {durations.format(within)}"
            # an answer may come at any moment; that none came is known at the end of the time
            answered = _Done(None, done.wait)
            silent = done.after(within) if to == asked_of else done
        case FieldIs(field=FieldValue(name=name, equals=equals)):
            yes, answered, silent = f"if {name} is {equals}", done, done
        case _:
            assert_never(branch.when)
    found = []
    for side, steps, at in ((yes, branch.then, answered), ("else", branch.otherwise, silent)):
        first: Step | None = steps[0] if steps else following(document, branch.id)
        while isinstance(first, Wait):
            at = at.after(first.length)
            first = following(document, first.id)
        found.append(_upcoming(first, at, hours, side=side))
    return [each for each in found if each is not None]


def _upcoming(step: Step | None, done: _Done, hours: Hours, *, side: str | None) -> Upcoming | None:
    """Return a step as it is shown; a branch behind a branch is not taken apart, or they would multiply."""
    if step is None or isinstance(step, End):
        return None
    return Upcoming(step.id, step.type, step.title, done.when(step, hours), side)
