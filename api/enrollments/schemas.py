"""Enrollments as they are sent and shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, RecordRef, Sent, SequenceRef, Shown, UserRef
from db.enrollments.queries import EnrollmentRow, TimelineRow
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind
from domain.sequence import Step

StepType = Literal[
    "automated_text", "manual_text", "call", "task", "email", "wait", "branch", "end"
]


class NewEnrollments(Sent):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"sequence": "welcome", "record_ids": ["0199a0b0-0000-7000-8000-000000000003"]}
            ]
        }
    )

    sequence: str = Field(max_length=64, description="The key of the sequence.")
    record_ids: list[UUID] = Field(min_length=1, max_length=1000)


class SkippedWait(Sent):
    """The wait that the person saw running: another one is not skipped in its place."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"step_id": "pause"}]})

    step_id: str = Field(max_length=64)


class StepRef(Shown):
    id: str
    type: StepType
    title: str


class EnrollmentOut(Shown):
    """One record in one version of one sequence, and where it stands."""

    model_config = ConfigDict(title="Enrollment")

    id: UUID
    record: RecordRef
    sequence: SequenceRef
    version: int
    seller: UserRef
    status: EnrollmentStatus
    end_reason: EndReason | None
    current_step: StepRef | None
    waiting_until: Instant | None
    waiting_reason: str | None
    started_at: Instant
    ended_at: Instant | None

    @classmethod
    def of(cls, row: EnrollmentRow, step: Step | None, until: datetime | None) -> "EnrollmentOut":
        enrollment = row.enrollment
        return cls(
            id=enrollment.id,
            record=RecordRef.of(row.record),
            sequence=SequenceRef.of(row.sequence),
            version=row.version,
            seller=UserRef.of(row.seller),
            status=enrollment.status,
            end_reason=enrollment.end_reason,
            current_step=None if step is None else StepRef.model_validate(step),
            # what comes then comes once it is resumed, which nobody knows
            waiting_until=None if enrollment.status is EnrollmentStatus.PAUSED else until,
            waiting_reason=enrollment.waiting_reason,
            started_at=enrollment.started_at,
            ended_at=enrollment.ended_at,
        )


class RefusedRecord(Shown):
    """Why a record was not enrolled, in a sentence."""

    record_id: UUID
    reason: str


class EnrollReport(Shown):
    """Which records were enrolled, and which were not and why."""

    enrolled: list[EnrollmentOut]
    refused: list[RefusedRecord]


class TimelineEntryOut(Shown):
    """One thing that happened to an enrollment."""

    model_config = ConfigDict(title="TimelineEntry")

    id: UUID
    at: Instant
    kind: TimelineKind
    step_id: str | None
    detail: str | None
    until: Instant | None
    message_id: UUID | None
    work_item_id: UUID | None
    actor: UserRef | None

    @classmethod
    def of(cls, row: TimelineRow) -> "TimelineEntryOut":
        entry = row.entry
        return cls(
            id=entry.id,
            at=entry.at,
            kind=entry.kind,
            step_id=entry.step_id,
            detail=entry.detail,
            until=entry.until,
            message_id=entry.message_id,
            work_item_id=entry.work_item_id,
            actor=None if row.actor is None else UserRef.of(row.actor),
        )


class Timeline(Shown):
    items: list[TimelineEntryOut]
