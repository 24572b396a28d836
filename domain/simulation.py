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
from domain.interpreter import Decision, Ended, Held, NotSent, Submitted, TextOutcome
from domain.placeholders import UnfilledPlaceholder, render
from domain.quiet_hours import AllowedHours, Hold, NeverAllowed, verdict
from domain.replies import answered_step, ends_enrollment
from domain.sending import NO_HOUR
from domain.sequence import FieldValue, HumanStep, SequenceDocument, TextStep, matches, words_of


class SimulatedKind(StrEnum):
    TEXT_HELD = "text_held"
    TEXT_SENT = "text_sent"
    TEXT_REFUSED = "text_refused"
    WORK_ITEM = "work_item"
    REPLY = "reply"
    NO_REPLY = "no_reply"


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
    language: str | None = None
    """What chooses among the variants of a template."""


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
    progress = interpreter.Progress()
    effects = _VirtualEffects(
        document=document,
        progress=progress,
        subject=subject,
        clock=starting_at,
        allowed=allowed,
        replies=replies,
    )
    walk = interpreter.run(document, progress, effects)
    try:
        walk.send(None)
    except StopIteration as stop:
        return Simulation(ending=stop.value, events=effects.events)
    raise RuntimeError("a simulated effect awaited something real")


@dataclass
class _VirtualEffects:
    """Effects that never wait: a sleep sets the clock."""

    document: SequenceDocument
    progress: interpreter.Progress
    subject: Subject
    clock: datetime
    allowed: AllowedHours
    replies: Replies
    events: list[SimulatedEvent] = field(default_factory=list)
    _sent: dict[str, datetime] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock

    async def sleep_until(self, instant: datetime) -> None:
        self._pass_time(instant)

    async def wait(self, step_id: str, *, until: datetime) -> bool:
        self._pass_time(until)
        return False

    async def send_text(self, step: TextStep) -> TextOutcome:
        working = self.document.settings.working_hours
        try:
            decision = verdict(self.clock, self.allowed, self.subject.zones, working)
            text = render(words_of(step, self.subject.language), self.subject.values)
        except UnfilledPlaceholder as problem:
            return self._refuse(step, str(problem))
        except NeverAllowed:  # held for ever, in earnest
            return self._refuse(step, NO_HOUR)
        if isinstance(decision, Hold):
            self._note(step.id, SimulatedKind.TEXT_HELD, until=decision.until, why=decision.why)
            return Held(decision.until)
        self._note(step.id, SimulatedKind.TEXT_SENT, text=text)
        self._sent[step.id] = self.clock
        return Submitted(self.clock)

    def _refuse(self, step: TextStep, why: str) -> NotSent:
        self._note(step.id, SimulatedKind.TEXT_REFUSED, why=why)
        return NotSent()

    async def decide(self, step: HumanStep) -> Decision:
        self._note(step.id, SimulatedKind.WORK_ITEM, why="Taken as done at once")
        return Decision.APPROVED

    async def has_reply(self, step_id: str, to: str, *, before: datetime) -> bool:
        answers = [at for at, answered in self._answers() if answered == to and at <= before]
        self._pass_time(min(answers, default=before))
        self._note(to, SimulatedKind.REPLY if answers else SimulatedKind.NO_REPLY)
        return bool(answers)

    async def field_is(self, step_id: str, condition: FieldValue) -> bool:
        return matches(condition, self.subject.fields)

    def _answers(self) -> list[tuple[datetime, str | None]]:
        """Return when the customer answers what was sent, and which text that answers, the first answer first."""
        delays = ((at, self.replies(step_id)) for step_id, at in self._sent.items())
        received = sorted(at + delay for at, delay in delays if delay is not None)
        return [(at, answered_step(self._sent, at)) for at in received]

    def _pass_time(self, until: datetime) -> None:
        """Set the clock forward. Raises Ended at an answer that ends the enrollment."""
        for at, step_id in self._answers():
            ends = ends_enrollment(self.document, self.progress.done, step_id)
            if at <= until and step_id is not None and ends:
                self.clock = max(self.clock, at)
                self._note(step_id, SimulatedKind.REPLY)
                raise Ended(EndReason.REPLIED)
        self.clock = max(self.clock, until)

    def _note(self, step_id: str, kind: SimulatedKind, **details: Any) -> None:
        self.events.append(SimulatedEvent(at=self.clock, step_id=step_id, kind=kind, **details))
