"""Work items as they are shown, and decisions as they are sent."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, RecordRef, SegmentsOut, Sent, SequenceRef, Shown, UserRef
from db.work_items.queries import WorkItemRow
from domain.work_items import WorkItemKind, WorkItemStatus


class Approval(Sent):
    """`text` is what goes out; without it, the text as it was offered."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Hi Ada, shall we talk on Thursday at ten?"}]}
    )

    # longer ones are refused by the router, with words of their own
    text: Annotated[str, Field(max_length=20_000)] | None = None


class Skip(Sent):
    reason: Annotated[str, Field(max_length=300)] | None = None


class Completion(Sent):
    note: Annotated[str, Field(max_length=300)] | None = None


class Snooze(Sent):
    until: Instant


class WorkItemOut(Shown):
    """`text` is filled in; after approval it is the text as approved. `reason` says why it is here."""

    model_config = ConfigDict(title="WorkItem")

    id: UUID
    kind: WorkItemKind
    status: WorkItemStatus
    title: str
    text: str | None
    segments: SegmentsOut | None
    reason: str | None
    record: RecordRef
    assignee: UserRef
    sequence: SequenceRef | None
    enrollment_id: UUID | None
    step_id: str | None
    conversation_id: UUID | None
    message_id: UUID | None
    due_at: Instant
    created_at: Instant
    decided_at: Instant | None
    decided_by: UserRef | None

    @classmethod
    def of(cls, row: WorkItemRow) -> "WorkItemOut":
        item = row.item
        return cls(
            id=item.id,
            kind=item.kind,
            status=item.status,
            title=item.title,
            text=item.text,
            segments=None if item.text is None else SegmentsOut.of(item.text),
            reason=item.reason,
            record=RecordRef.of(row.record),
            assignee=UserRef.of(row.assignee),
            sequence=None if row.sequence is None else SequenceRef.of(row.sequence),
            enrollment_id=item.enrollment_id,
            step_id=item.step_id,
            conversation_id=row.conversation_id,
            message_id=item.message_id,
            due_at=item.due_at,
            created_at=item.created_at,
            decided_at=item.decided_at,
            decided_by=None if row.decided_by is None else UserRef.of(row.decided_by),
        )
