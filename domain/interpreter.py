"""What happens next to an enrollment: one coroutine that walks the steps of a sequence.

It decides nothing that it cannot decide purely: the time, a sleep, a text sent, a seller's decision, a reply before
a deadline, a field's value come from an `Effects` object. Two drivers implement it: workflows/effects.py with Temporal,
domain/simulation.py with a virtual clock.

All it knows stands in `Progress`. A walk that starts anew with the same progress passes over what is done and goes on
with what had begun, at the instants that were fixed then; so a run may stop at any wait and another may go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol, assert_never

from pydantic import BaseModel

from domain.enrollments import EndReason
from domain.pacing import Lane
from domain.sequence import (
    AutomatedText,
    Branch,
    Call,
    Email,
    End,
    FieldIs,
    FieldValue,
    HumanStep,
    ManualText,
    Replied,
    ReplyTo,
    SequenceDocument,
    Step,
    Task,
    TextStep,
    Wait,
    first_behind,
    following,
)


@dataclass(frozen=True)
class Submitted:
    """The provider has the text, or may have it: it will not be sent again."""

    at: datetime
    lane: Lane | None = None
    """Where the next text queues, if that is another number than this one was expected to leave from."""
    kind: Literal["submitted"] = "submitted"


@dataclass(frozen=True)
class Held:
    """The text may not go before `until`; it was not sent."""

    until: datetime
    kind: Literal["held"] = "held"


@dataclass(frozen=True)
class NotSent:
    """The text was refused, and will not be sent. `ends` is set if the enrollment cannot go on."""

    ends: EndReason | None = None
    kind: Literal["not_sent"] = "not_sent"


TextOutcome = Submitted | Held | NotSent


class Decision(StrEnum):
    APPROVED = "approved"
    COMPLETED = "completed"
    SKIPPED = "skipped"


class Outcome(StrEnum):
    """How a step went."""

    SUBMITTED = "submitted"
    NOT_SENT = "not_sent"
    SKIPPED = "skipped"
    COMPLETED = "completed"
    WAITED = "waited"
    THEN = "then"
    ELSE = "else"


class Note(BaseModel):
    """One step done, not yet written to the timeline."""

    step_id: str
    outcome: Outcome
    at: datetime


class Progress(BaseModel):
    """How far an enrollment is; instants in UTC."""

    done: dict[str, Outcome] = {}
    deadlines: dict[str, datetime] = {}
    """When a step that waits will go on, fixed when it began."""
    submitted: dict[str, datetime] = {}
    """When each text was handed to its provider."""
    approved: list[str] = []
    """Manual texts that were approved and must still be sent."""
    notes: list[Note] = []


class Ended(Exception):
    """The enrollment ends here; the interpreter raises it for itself, effects to interrupt it."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(reason)
        self.reason = reason


class Effects(Protocol):
    """What the interpreter asks of the world. Every method but `now` may raise `Ended`."""

    def now(self) -> datetime: ...

    async def sleep_until(self, instant: datetime) -> None:
        """Sleep, with a text that is held, until the instant or until what it waits for is no more."""
        ...

    async def wait(self, step_id: str, *, until: datetime) -> bool:
        """Wait until the instant, or until a person skips the wait of this step; return whether one did."""
        ...

    async def send_text(self, step: TextStep) -> TextOutcome: ...

    async def decide(self, step: HumanStep) -> Decision:
        """Ask the seller, and wait for the answer as long as it takes."""
        ...

    async def has_reply(self, step_id: str, to: str, *, before: datetime) -> bool:
        """Wait, for the branch `step_id`, until the customer answers the text of step `to`, or until `before`."""
        ...

    async def field_is(self, step_id: str, condition: FieldValue) -> bool:
        """Ask the record, now, what the branch `step_id` wants to know."""
        ...


async def run(document: SequenceDocument, progress: Progress, effects: Effects) -> EndReason:
    """Walk the sequence from where `progress` stands to its end, and return why it ended."""
    try:
        await _Walk(document, progress, effects).steps(document.steps)
    except Ended as ended:
        return ended.reason
    return EndReason.COMPLETED


@dataclass(frozen=True)
class Position:
    """The step at which an enrollment stands, and until when, where that is known. None: at the end."""

    step_id: str | None
    until: datetime | None = None
    sends: bool = False
    """Whether the next thing to happen, then, is that a text leaves by itself."""


def position_after(document: SequenceDocument, step_id: str, at: datetime) -> Position:
    """Return where an enrollment will stand once `step_id` is done at `at`, a text by being submitted."""
    step = following(document, step_id)
    match step:
        case Branch(when=Replied(replied=ReplyTo(to=to, within=within))) if to == step_id:
            return Position(step.id, at + within)
        case _:
            return position_at(document, step, at)


def position_behind(
    document: SequenceDocument, branch: Branch, at: datetime, *, holds: bool
) -> Position:
    """Return where an enrollment stands once `branch` was answered at `at`: on one of its sides, or after it."""
    return position_at(document, first_behind(document, branch, holds=holds), at)


def position_at(document: SequenceDocument, step: Step | None, at: datetime) -> Position:
    """Return where an enrollment stands that came to `step` at `at`; None: to the end."""
    match step:
        case None:
            return Position(None)
        case Wait():
            sends = isinstance(following(document, step.id), AutomatedText)
            return Position(step.id, at + step.length, sends)
        case _:
            return Position(step.id, sends=isinstance(step, AutomatedText))


def position_now(document: SequenceDocument, position: Position, now: datetime) -> Position:
    """Return where an enrollment stands at `now` that was last seen at `position`: waits end by themselves."""
    while position.step_id is not None and position.until is not None and position.until <= now:
        if not isinstance(document.step(position.step_id), Wait):
            break
        position = position_after(document, position.step_id, position.until)
    return position


class _Walk:
    def __init__(self, document: SequenceDocument, progress: Progress, effects: Effects) -> None:
        self._document = document
        self._progress = progress
        self._effects = effects

    async def steps(self, steps: Sequence[Step]) -> None:
        for step in steps:
            outcome = self._progress.done.get(step.id)
            if outcome is None:
                outcome = await self._do(step)
                self._progress.done[step.id] = outcome
                note = Note(step_id=step.id, outcome=outcome, at=self._effects.now())
                self._progress.notes.append(note)
            if isinstance(step, Branch):
                await self.steps(step.then if outcome is Outcome.THEN else step.otherwise)

    async def _do(self, step: Step) -> Outcome:
        match step:
            case AutomatedText():
                return await self._text(step)
            case ManualText():
                return await self._manual_text(step)
            case Call() | Task() | Email():
                decision = await self._effects.decide(step)
                return Outcome.SKIPPED if decision is Decision.SKIPPED else Outcome.COMPLETED
            case Wait():
                until = self._deadline(step, self._effects.now() + step.length)
                was_skipped = await self._effects.wait(step.id, until=until)
                return Outcome.SKIPPED if was_skipped else Outcome.WAITED
            case Branch():
                return Outcome.THEN if await self._holds(step) else Outcome.ELSE
            case End():
                raise Ended(EndReason.COMPLETED)
            case _:
                assert_never(step)

    async def _text(self, step: TextStep) -> Outcome:
        while True:
            outcome = await self._effects.send_text(step)
            match outcome:
                case Held(until):
                    await self._effects.sleep_until(until)
                case Submitted(at):
                    self._progress.submitted[step.id] = at
                    return Outcome.SUBMITTED
                case NotSent(ends):
                    if ends is not None:
                        raise Ended(ends)
                    return Outcome.NOT_SENT
                case _:
                    assert_never(outcome)

    async def _manual_text(self, step: ManualText) -> Outcome:
        if step.id not in self._progress.approved:
            if await self._effects.decide(step) is Decision.SKIPPED:
                return Outcome.SKIPPED
            self._progress.approved.append(step.id)
        return await self._text(step)

    async def _holds(self, branch: Branch) -> bool:
        match branch.when:
            case FieldIs(field=condition):
                return await self._effects.field_is(branch.id, condition)
            case Replied(replied=ReplyTo(to=to, within=within)):
                asked_at = self._progress.submitted.get(to)
                if asked_at is None:  # skipped or refused: nobody can answer it (capabilities C20)
                    return False
                deadline = self._deadline(branch, asked_at + within)
                return await self._effects.has_reply(branch.id, to, before=deadline)
            case _:
                assert_never(branch.when)

    def _deadline(self, step: Step, instant: datetime) -> datetime:
        return self._progress.deadlines.setdefault(step.id, instant)
