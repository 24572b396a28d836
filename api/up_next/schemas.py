"""What is up for a record, as it is shown."""

from typing import Literal, assert_never
from uuid import UUID

from pydantic import ConfigDict

from api.schemas import Instant, RecordRef, SequenceRef, Shown, UserRef
from api.work_items.desk import Desk
from api.work_items.schemas import WorkItemOut
from db.enrollments.up_next import Before, Current, UpNext, Walk
from db.records.tables import Record
from domain import durations
from domain.enrollments import EnrollmentStatus
from domain.messages import MessageStatus
from domain.up_next import AfterCurrent, AfterWait, Known, Upcoming


class _StepOut(Shown):
    step_id: str
    title: str
    type: str


class BeforeOut(_StepOut):
    """A step that is done, and what came of it."""

    model_config = ConfigDict(title="StepBefore")

    outcome: str
    at: Instant
    by: UserRef | None
    message_status: MessageStatus | None

    @classmethod
    def of(cls, before: Before) -> "BeforeOut":
        return cls.model_validate(before)


class CurrentOut(_StepOut):
    """The step it stands at: the item to decide, or until when it waits and why."""

    model_config = ConfigDict(title="CurrentStep")

    work_item: WorkItemOut | None
    waiting_until: Instant | None
    reason: str | None

    @classmethod
    def of(cls, current: Current, desk: Desk) -> "CurrentOut":
        item = None if current.work_item is None else desk.show(current.work_item)
        return cls(**current._asdict() | {"work_item": item})


class NextOut(_StepOut):
    """A step to come: at an instant, or once the current one is done, or so long after that."""

    model_config = ConfigDict(title="NextStep")

    when: Literal["at", "after_current", "after_wait"]
    at: Instant | None
    wait: str | None
    side: str | None
    """Under which condition, behind a branch."""

    @classmethod
    def of(cls, step: Upcoming) -> "NextOut":
        when: Literal["at", "after_current", "after_wait"]
        at = wait = None
        match step.when:
            case Known(instant):
                when, at = "at", instant
            case AfterCurrent():
                when = "after_current"
            case AfterWait(length):
                when, wait = "after_wait", durations.format(length)
            case _:
                assert_never(step.when)
        return cls(
            step_id=step.step_id,
            title=step.title,
            type=step.type,
            when=when,
            at=at,
            wait=wait,
            side=step.side,
        )


class WalkOut(Shown):
    """One running enrollment."""

    model_config = ConfigDict(title="UpNextEnrollment")

    id: UUID
    sequence: SequenceRef
    status: EnrollmentStatus
    before: list[BeforeOut]
    current: CurrentOut | None
    next: list[NextOut]

    @classmethod
    def of(cls, walk: Walk, desk: Desk) -> "WalkOut":
        return cls(
            id=walk.enrollment.id,
            sequence=SequenceRef.of(walk.sequence),
            status=walk.enrollment.status,
            before=[BeforeOut.of(step) for step in walk.before],
            current=None if walk.current is None else CurrentOut.of(walk.current, desk),
            next=[NextOut.of(step) for step in walk.next],
        )


class UpNextOut(Shown):
    """What was done last, what is to be done now, and what comes next. `by_hand` are open items of no current step."""

    model_config = ConfigDict(title="UpNext")

    record: RecordRef
    enrollments: list[WalkOut]
    by_hand: list[WorkItemOut]

    @classmethod
    def of(cls, record: Record, found: UpNext, desk: Desk) -> "UpNextOut":
        return cls(
            record=RecordRef.of(record),
            enrollments=[WalkOut.of(walk, desk) for walk in found.walks],
            by_hand=[desk.show(row) for row in found.by_hand],
        )
