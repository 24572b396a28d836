"""What stands in a record's thread, and notes as they are sent and shown."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, StringConstraints

from api.conversations.schemas import MessageOut
from api.schemas import Instant, RecordRef, Sent, SequenceRef, Shown, UserRef
from db.conversations.moves import MoveRow
from db.records.notes import NoteRow
from db.records.thread import StepRow, ThreadKind, WorkRow
from domain.enrollments import TimelineKind
from domain.work_items import WorkItemKind, WorkItemStatus


class NewNote(Sent):
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class NoteOut(Shown):
    model_config = ConfigDict(title="Note")

    id: UUID
    record_id: UUID
    body: str
    author: UserRef
    created_at: Instant

    @classmethod
    def of(cls, row: NoteRow) -> "NoteOut":
        note = row.note
        return cls(
            id=note.id,
            record_id=note.record_id,
            body=note.body,
            author=UserRef.of(row.author),
            created_at=note.created_at,
        )


class ThreadStep(Shown):
    """What an enrollment did besides texting."""

    enrollment_id: UUID
    sequence: SequenceRef
    kind: TimelineKind
    step_id: str | None
    detail: str | None
    until: Instant | None
    actor: UserRef | None

    @classmethod
    def of(cls, row: StepRow) -> "ThreadStep":
        entry = row.entry
        return cls(
            enrollment_id=entry.enrollment_id,
            sequence=SequenceRef.of(row.sequence),
            kind=entry.kind,
            step_id=entry.step_id,
            detail=entry.detail,
            until=entry.until,
            actor=None if row.actor is None else UserRef.of(row.actor),
        )


class ThreadWork(Shown):
    """A call, a task or the like that somebody has done or skipped."""

    work_item_id: UUID
    kind: WorkItemKind
    status: WorkItemStatus
    title: str
    reason: str | None
    decided_by: UserRef | None

    @classmethod
    def of(cls, row: WorkRow) -> "ThreadWork":
        item = row.item
        return cls(
            work_item_id=item.id,
            kind=item.kind,
            status=item.status,
            title=item.title,
            reason=item.reason,
            decided_by=None if row.decided_by is None else UserRef.of(row.decided_by),
        )


class ThreadMove(Shown):
    """Texts that came from another record, or went there; `source` is None for the inbox.

    Of a record that the reader may not see there is neither a name nor the `reason`, which may hold it.
    """

    source: RecordRef | None
    target: RecordRef | None
    hides: Literal["source", "target"] | None
    """Which of the two is a record that the reader may not see."""
    count: int
    reason: str | None
    moved_by: UserRef

    @classmethod
    def of(cls, row: MoveRow) -> "ThreadMove":
        hides: Literal["source", "target"] | None = None
        if row.hides_target:
            hides = "target"
        elif row.hides_source:
            hides = "source"
        return cls(
            source=None if row.source is None else RecordRef.of(row.source),
            target=None if row.target is None else RecordRef.of(row.target),
            hides=hides,
            count=row.text_count,
            reason=None if hides else row.move.reason,
            moved_by=UserRef.of(row.moved_by),
        )


class ThreadItem(Shown):
    """One thing in a record's thread: what `type` names is there, and the others are None."""

    type: ThreadKind
    id: UUID
    at: Instant
    record: RecordRef
    """Whose it is: the record itself, or one that hangs on it."""
    conversation_id: UUID | None = None
    message: MessageOut | None = None
    step: ThreadStep | None = None
    note: NoteOut | None = None
    work: ThreadWork | None = None
    move: ThreadMove | None = None
