"""How an enrollment touches the world: the interpreter's `Effects` with Temporal's timers, activities and messages."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrollments import EndReason
    from domain.identifiers import derived_id
    from domain.interpreter import (
        Decision,
        Ended,
        Position,
        Progress,
        Submitted,
        TextOutcome,
        position_after,
    )
    from domain.messages import Urgency
    from domain.pacing import Lane
    from domain.replies import answered_step, ends_enrollment
    from domain.sequence import (
        Branch,
        FieldValue,
        HumanStep,
        ManualText,
        SequenceDocument,
        TextStep,
        Wait,
        first_behind,
    )
    from workflows import activities, sending

HISTORY_LIMIT = 1_000
"""Events after which a run continues as new; the server suggests it at 4,096 and warns at 10,240."""


class Reply(BaseModel):
    message_id: UUID
    received_at: datetime


class EnrollmentState(BaseModel):
    """All that one run of an enrollment hands to the next."""

    enrollment_id: UUID
    document: SequenceDocument
    lane: Lane | None = None
    """Where its next text queues."""
    progress: Progress = Progress()
    replies: list[Reply] = []
    is_paused: bool = False
    ending: EndReason | None = None
    opened: list[UUID] = []
    """Work items that were put before the seller; the last one may still be open."""
    decisions: dict[UUID, Decision] = {}
    skipped_waits: list[str] = []
    """Steps whose wait a person has ended, or will have ended before it begins."""
    is_released: bool = False
    """Whether what held a text is no more, since it was last looked at."""


class TemporalEffects:
    """Raises `Ended` from any method but `now` once the enrollment is to end, and continues as new from any
    method once the history has grown."""

    def __init__(self, state: EnrollmentState) -> None:
        self._state = state

    def now(self) -> datetime:
        return workflow.now()

    async def sleep_until(self, instant: datetime) -> None:
        await self._wait(lambda: self._state.is_released, until=instant)

    async def wait(self, step_id: str, *, until: datetime) -> bool:
        def was_skipped() -> bool:
            return step_id in self._state.skipped_waits

        await self._wait(was_skipped, until=until)
        return was_skipped()

    async def send_text(self, step: TextStep) -> TextOutcome:
        await self._ready()
        order = activities.SendStepText(
            visit=self._visit(position_after(self._state.document, step.id, workflow.now())),
            step_id=step.id,
            work_item_id=self._work_item_id(step) if isinstance(step, ManualText) else None,
            lane=self._state.lane,
        )
        urgency = Urgency.MANUAL if isinstance(step, ManualText) else Urgency.AUTOMATED
        # before the look and not behind it: one that comes meanwhile may be of what the look has seen
        self._state.is_released = False
        outcome = await workflow.execute_activity(
            activities.send_step_text,
            order,
            task_queue=sending.queue_beside(workflow.info().task_queue),
            priority=sending.priority(urgency, self._state.lane),
            start_to_close_timeout=activities.PROVIDER_LIMIT,
            retry_policy=activities.RETRY,
        )
        self._noted(order.visit)
        if isinstance(outcome, Submitted) and outcome.lane is not None:
            self._state.lane = outcome.lane
        return outcome

    async def decide(self, step: HumanStep) -> Decision:
        await self._ready()
        item_id = self._work_item_id(step)
        if item_id not in self._state.opened:
            # first, since the seller may decide before this activity's end is known here
            self._state.opened.append(item_id)
            visit = self._visit(Position(step.id))
            await workflow.execute_activity(
                activities.open_work_item,
                activities.OpenWorkItem(visit=visit, step_id=step.id, work_item_id=item_id),
                start_to_close_timeout=activities.DATABASE_LIMIT,
                retry_policy=activities.RETRY,
            )
            self._noted(visit)
        await self._wait(lambda: item_id in self._state.decisions)
        return self._state.decisions[item_id]

    async def has_reply(self, step_id: str, to: str, *, before: datetime) -> bool:
        def answered() -> bool:
            return any(
                reply.received_at <= before and self._answers(reply) == to
                for reply in self._state.replies
            )

        await self._wait(answered, until=before)
        told = answered()
        if told and not (
            self._waits_behind(step_id) and workflow.patched("5-waits-behind-a-reply")
        ):
            return True
        # a reply that came in time may be stored and not told yet, if something failed in between
        order = activities.FindReply(
            enrollment_id=self._state.enrollment_id,
            after=self._state.progress.submitted[to],
            until=before,
            step_id=step_id,
        )
        found = await workflow.execute_activity(
            activities.find_reply,
            order,
            start_to_close_timeout=activities.DATABASE_LIMIT,
            retry_policy=activities.RETRY,
        )
        return told or found

    async def field_is(self, step_id: str, condition: FieldValue) -> bool:
        await self._ready()
        return await workflow.execute_activity(
            activities.ask_field,
            activities.AskField(self._state.enrollment_id, step_id),
            start_to_close_timeout=activities.DATABASE_LIMIT,
            retry_policy=activities.RETRY,
        )

    async def close(self, reason: EndReason) -> None:
        """Write down why the enrollment ended, with all that was not written yet."""
        await workflow.execute_activity(
            activities.close_enrollment,
            activities.CloseEnrollment(visit=self._visit(Position(None)), reason=reason),
            start_to_close_timeout=activities.DATABASE_LIMIT,
            retry_policy=activities.RETRY,
        )

    async def _wait(self, goal: Callable[[], bool], *, until: datetime | None = None) -> None:
        """Wait until `goal` holds or the instant has come; a pause does not stop the clock, but what comes next."""
        await self._ready()
        timeout = until - workflow.now() if until is not None else None
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: goal() or self._ending() is not None or self._has_long_history(),
                timeout=timeout,
            )
        await self._ready()

    async def _ready(self) -> None:
        """Return when the enrollment may do its next thing. Raises Ended, or continues as new."""
        await workflow.wait_condition(
            lambda: (
                not self._state.is_paused or self._ending() is not None or self._has_long_history()
            )
        )
        ending = self._ending()
        if ending is not None:
            raise Ended(ending)
        if self._has_long_history():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(self._state)

    def _ending(self) -> EndReason | None:
        if self._state.ending is None and any(
            ends_enrollment(self._state.document, self._state.progress.done, self._answers(reply))
            for reply in self._state.replies
        ):
            return EndReason.REPLIED
        return self._state.ending

    def _answers(self, reply: Reply) -> str | None:
        # asked anew each time: a reply may be known here before the text it answers is
        return answered_step(self._state.progress.submitted, reply.received_at)

    def _has_long_history(self) -> bool:
        return workflow.info().get_current_history_length() > HISTORY_LIMIT

    def _waits_behind(self, branch_id: str) -> bool:
        """Return whether a wait is what the answered side begins with: only an activity can write that it runs."""
        document = self._state.document
        branch = document.step(branch_id)
        return isinstance(branch, Branch) and isinstance(
            first_behind(document, branch, holds=True), Wait
        )

    def _work_item_id(self, step: HumanStep) -> UUID:
        return derived_id(self._state.enrollment_id, step.id, "work-item")

    def _visit(self, position: Position) -> activities.Visit:
        return activities.Visit(
            enrollment_id=self._state.enrollment_id,
            position=position,
            notes=list(self._state.progress.notes),
        )

    def _noted(self, visit: activities.Visit) -> None:
        del self._state.progress.notes[: len(visit.notes)]
