"""What a sequence would do to a record: the interpreter under a virtual clock, before anything is activated.

The same walk as the real one (domain/interpreter.py), with sleeps that take no time, sellers who approve at once, and
customers who answer as the caller says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain import interpreter
from domain.enrollments import EndReason
from domain.interpreter import Decision, Held, Submitted, TextOutcome
from domain.placeholders import UnfilledPlaceholder, render
from domain.quiet_hours import AllowedHours, Hold, WeeklyHours, verdict
from domain.sequence import FieldValue, HumanStep, SequenceDocument, TextStep, matches


class SimulatedKind(StrEnum):
    TEXT_HELD = "text_held"
    TEXT_SENT = "text_sent"
    TEXT_REFUSED = "text_refused"
    WAITED = "waited"
    WORK_ITEM = "work_item"
    REPLY = "reply"
    NO_REPLY = "no_reply"
    FIELD = "field"


@dataclass(frozen=True)
class SimulatedEvent:
    """One thing that would happen, at an instant in UTC; `why` is a sentence."""

    at: datetime
    step_id: str
    kind: SimulatedKind
    text: str | None = None
    until: datetime | None = None
    why: str | None = None


@dataclass(frozen=True)
class Subject:
    """The record a sequence is rehearsed with."""

    values: Mapping[str, Any]
    """What placeholders are filled from: record, seller, organisation."""
    fields: Mapping[str, Any]
    """What branches ask about."""
    zones: Sequence[ZoneInfo]
    """The customer's possible time zones."""


Replies = Callable[[str], timedelta | None]
"""How long after the text of a step the customer answers it; None: never."""


@dataclass(frozen=True)
class Simulation:
    ending: EndReason
    events: list[SimulatedEvent]


def simulate(
    document: SequenceDocument,
    subject: Subject,
    *,
    starting_at: datetime,
    allowed: AllowedHours,
    replies: Replies,
) -> Simulation:
    """Return what `document` would do to `subject` from `starting_at` (aware) on."""
    effects = _VirtualEffects(
        subject=subject,
        clock=starting_at,
        allowed=allowed,
        working=document.settings.working_hours,
        replies=replies,
    )
    walk = interpreter.run(document, interpreter.Progress(), effects)
    try:
        walk.send(None)
    except StopIteration as stop:
        return Simulation(ending=stop.value, events=effects.events)
    raise RuntimeError("a simulated effect awaited something real")


@dataclass
class _VirtualEffects:
    """Effects that never wait: a sleep sets the clock."""

    subject: Subject
    clock: datetime
    allowed: AllowedHours
    working: WeeklyHours | None
    replies: Replies
    events: list[SimulatedEvent] = field(default_factory=list)
    _sent: dict[str, datetime] = field(default_factory=dict)
    _step: str = ""

    def now(self) -> datetime:
        return self.clock

    async def sleep_until(self, instant: datetime) -> None:
        self.clock = max(self.clock, instant)

    async def send_text(self, step: TextStep) -> TextOutcome:
        match verdict(self.clock, self.allowed, self.subject.zones, self.working):
            case Hold(until, why):
                self._note(step.id, SimulatedKind.TEXT_HELD, until=until, why=why)
                return Held(until)
        try:
            text = render(step.text, self.subject.values)
        except UnfilledPlaceholder as problem:
            self._note(step.id, SimulatedKind.TEXT_REFUSED, why=str(problem))
            return interpreter.NotSent()
        self._note(step.id, SimulatedKind.TEXT_SENT, text=text)
        self._sent[step.id] = self.clock
        return Submitted(self.clock)

    async def decide(self, step: HumanStep) -> Decision:
        self._note(step.id, SimulatedKind.WORK_ITEM, why="Taken as done at once")
        return Decision.APPROVED

    async def has_reply(self, step_id: str, *, before: datetime) -> bool:
        delay = self.replies(step_id)
        at = self._sent[step_id] + delay if delay is not None else None
        if at is None or at > before:
            self.clock = max(self.clock, before)
            self._note(step_id, SimulatedKind.NO_REPLY)
            return False
        self.clock = max(self.clock, at)
        self._note(step_id, SimulatedKind.REPLY)
        return True

    async def field_is(self, condition: FieldValue) -> bool:
        return matches(condition, self.subject.fields)

    def _note(self, step_id: str, kind: SimulatedKind, **details: Any) -> None:
        self.events.append(SimulatedEvent(at=self.clock, step_id=step_id, kind=kind, **details))
