"""One record going through one version of one sequence: a workflow that lives for weeks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import interpreter
    from domain.enrollments import EndReason
    from domain.interpreter import Decision
    from workflows.effects import EnrollmentState, Reply, TemporalEffects


@dataclass(frozen=True)
class ReplyReceived:
    enrollment_id: UUID
    message_id: UUID
    received_at: datetime


@dataclass(frozen=True)
class DecideWorkItem:
    """A seller's decision. `segments` of the approved text, 0 where there is none to send."""

    enrollment_id: UUID
    work_item_id: UUID
    decision: Decision
    segments: int


@dataclass(frozen=True)
class WaitSkipped:
    """Names its step, so that it ends no other wait however late it comes."""

    enrollment_id: UUID
    step_id: str


@dataclass(frozen=True)
class EndEnrollment:
    enrollment_id: UUID
    reason: EndReason


@dataclass(frozen=True)
class Standing:
    """Where an enrollment stands, as its workflow knows it."""

    done: dict[str, str]
    open_work_item_id: UUID | None
    is_paused: bool
    ending: EndReason | None


@workflow.defn(name="Enrollment")
class EnrollmentWorkflow:
    """Messages name their enrollment: the workflow's id belongs to a record and a sequence, so a late message for an
    earlier enrollment of the two may arrive here, and is passed over."""

    @workflow.init
    def __init__(self, state: EnrollmentState) -> None:
        self._state = state
        self._effects = TemporalEffects(state)

    @workflow.run
    async def run(self, state: EnrollmentState) -> EndReason:
        reason = await interpreter.run(state.document, state.progress, self._effects)
        await self._effects.close(reason)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return reason

    @workflow.signal
    def reply_received(self, reply: ReplyReceived) -> None:
        known = {other.message_id for other in self._state.replies}
        if reply.enrollment_id == self._state.enrollment_id and reply.message_id not in known:
            self._state.replies.append(
                Reply(message_id=reply.message_id, received_at=reply.received_at)
            )

    @workflow.update
    def decide_work_item(self, decision: DecideWorkItem) -> None:
        self._state.decisions[decision.work_item_id] = decision.decision

    @decide_work_item.validator
    def _check_decision(self, decision: DecideWorkItem) -> None:
        if decision.work_item_id in self._state.decisions:
            raise ApplicationError(
                "This work item is decided already: reload the work list", type="AlreadyDecided"
            )
        if decision.work_item_id not in self._state.opened:
            raise ApplicationError(
                "This work item is not open in this enrollment: reload the work list",
                type="WrongWorkItem",
            )
        if decision.decision is Decision.APPROVED and decision.segments < 1:
            raise ApplicationError(
                "There is no text to send: write one, or skip the step", type="EmptyText"
            )

    @workflow.signal
    def pause(self, enrollment_id: UUID) -> None:
        if enrollment_id == self._state.enrollment_id:
            self._state.is_paused = True

    @workflow.signal
    def resume(self, enrollment_id: UUID) -> None:
        if enrollment_id == self._state.enrollment_id:
            self._state.is_paused = False

    @workflow.signal
    def wait_skipped(self, skipped: WaitSkipped) -> None:
        known = self._state.skipped_waits
        if skipped.enrollment_id == self._state.enrollment_id and skipped.step_id not in known:
            known.append(skipped.step_id)

    @workflow.signal
    def text_released(self) -> None:
        self._state.is_released = True

    @workflow.signal
    def end(self, ending: EndEnrollment) -> None:
        if ending.enrollment_id == self._state.enrollment_id and self._state.ending is None:
            self._state.ending = ending.reason

    @workflow.query
    def standing(self) -> Standing:
        undecided = [item for item in self._state.opened if item not in self._state.decisions]
        return Standing(
            done={step: outcome.value for step, outcome in self._state.progress.done.items()},
            open_work_item_id=undecided[-1] if undecided else None,
            is_paused=self._state.is_paused,
            ending=self._state.ending,
        )
