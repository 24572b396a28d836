"""Everything that was said and done about a record, in one order: texts, steps, notes, calls and tasks, moves.

An account shows what hangs on it too, a contact its opportunities; of each only what the reader may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations import queries as conversations
from db.conversations.moves import MoveRow, moves_seen_by
from db.conversations.queries import MessageRow
from db.conversations.tables import Conversation, ConversationMove
from db.enrollments.tables import Enrollment, TimelineEntry
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.records.family import family_of
from db.records.notes import NoteRow
from db.records.tables import Note, Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to
from db.work_items.tables import WorkItem
from domain.enrollments import TimelineKind
from domain.privileges import Actor
from domain.work_items import WorkItemKind, WorkItemStatus


class ThreadKind(StrEnum):
    MESSAGE = "message"
    STEP = "step"
    """What an enrollment did besides texting."""
    NOTE = "note"
    WORK = "work"
    """A call, a task or the like that somebody has done or skipped."""
    MOVE = "move"
    """Texts that came from another record, or went there."""


class ThreadRow(NamedTuple):
    """Where one thing stands in the thread, and whose it is."""

    at: datetime
    id: UUID
    kind: str
    record_id: UUID


class StepRow(NamedTuple):
    entry: TimelineEntry
    sequence: Sequence
    actor: User | None


class WorkRow(NamedTuple):
    item: WorkItem
    decided_by: User | None


@dataclass
class Thread:
    """A page of a thread: its rows, and what each of them is by its id."""

    page: PageOf[ThreadRow]
    records: dict[UUID, Record] = field(default_factory=dict)
    messages: dict[UUID, MessageRow] = field(default_factory=dict)
    steps: dict[UUID, StepRow] = field(default_factory=dict)
    notes: dict[UUID, NoteRow] = field(default_factory=dict)
    work: dict[UUID, WorkRow] = field(default_factory=dict)
    moves: dict[UUID, MoveRow] = field(default_factory=dict)


_STEPS = (
    TimelineKind.ENROLLED,
    TimelineKind.WAITED,
    TimelineKind.BRANCHED,
    TimelineKind.PAUSED,
    TimelineKind.RESUMED,
    TimelineKind.ENDED,
)
_WORK = (WorkItemKind.CALL, WorkItemKind.TASK, WorkItemKind.EMAIL, WorkItemKind.FOLLOW_UP)


async def list_thread(
    session: AsyncSession, actor: Actor, record_id: UUID, page: PageRequest
) -> Thread:
    """Return what was said and done about a record and what hangs on it, the newest first."""
    found = await session.scalars(family_of(actor, record_id))
    ids = list(found)
    entries = union_all(*_branches(actor, ids)).subquery("thread")
    keys: list[Any] = [entries.c.at, entries.c.id]
    read = await read_page(
        session,
        select(entries.c.at, entries.c.id, entries.c.kind, entries.c.record_id),
        ThreadRow,
        page=page,
        keys=keys,
        descending=True,
    )
    return await _with_details(session, actor, read)


def _branches(actor: Actor, ids: list[UUID]) -> Iterable[Select[*tuple[Any, ...]]]:
    mine = select(Conversation.id).where(
        Conversation.record_id.in_(ids), visible_to(actor, Conversation)
    )
    yield (
        select(
            Message.created_at.label("at"),
            Message.id.label("id"),
            literal(ThreadKind.MESSAGE.value).label("kind"),
            Conversation.record_id.label("record_id"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.id.in_(mine))
    )
    yield (
        select(
            TimelineEntry.at,
            TimelineEntry.id,
            literal(ThreadKind.STEP.value),
            Enrollment.record_id,
        )
        .join(Enrollment, Enrollment.id == TimelineEntry.enrollment_id)
        .where(
            Enrollment.record_id.in_(ids),
            visible_to(actor, Enrollment),
            TimelineEntry.kind.in_(_STEPS),
        )
    )
    yield select(Note.created_at, Note.id, literal(ThreadKind.NOTE.value), Note.record_id).where(
        Note.record_id.in_(ids)
    )
    yield select(
        WorkItem.decided_at, WorkItem.id, literal(ThreadKind.WORK.value), WorkItem.record_id
    ).where(
        WorkItem.record_id.in_(ids),
        WorkItem.kind.in_(_WORK),
        WorkItem.status.in_([WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED]),
    )
    to_us = ConversationMove.to_conversation_id.in_(mine)
    yield select(
        ConversationMove.moved_at,
        ConversationMove.id,
        literal(ThreadKind.MOVE.value),
        case((to_us, ConversationMove.to_record_id), else_=ConversationMove.from_record_id),
    ).where(or_(to_us, ConversationMove.from_conversation_id.in_(mine)))


async def _with_details(session: AsyncSession, actor: Actor, page: PageOf[ThreadRow]) -> Thread:
    """Read what the rows are: one statement for each kind that is there."""

    def ids(kind: ThreadKind) -> list[UUID]:
        return [row.id for row in page.rows if row.kind == kind]

    thread = Thread(page)
    records = await session.scalars(
        select(Record).where(Record.id.in_({row.record_id for row in page.rows}))
    )
    thread.records = {record.id: record for record in records}
    if wanted := ids(ThreadKind.MESSAGE):
        texts = await conversations.get_messages(session, wanted)
        thread.messages = {text.message.id: text for text in texts}
    if wanted := ids(ThreadKind.STEP):
        steps = await session.execute(
            select(TimelineEntry, Sequence, User)
            .join(Enrollment, Enrollment.id == TimelineEntry.enrollment_id)
            .join(Sequence, Sequence.id == Enrollment.sequence_id)
            .outerjoin(User, User.id == TimelineEntry.actor_id)
            .where(TimelineEntry.id.in_(wanted))
        )
        thread.steps = {row[0].id: StepRow(*row) for row in steps}
    if wanted := ids(ThreadKind.NOTE):
        notes = await session.execute(
            select(Note, User).join(User, User.id == Note.author_id).where(Note.id.in_(wanted))
        )
        thread.notes = {row[0].id: NoteRow(*row) for row in notes}
    if wanted := ids(ThreadKind.WORK):
        work = await session.execute(
            select(WorkItem, User)
            .outerjoin(User, User.id == WorkItem.decided_by)
            .where(WorkItem.id.in_(wanted))
        )
        thread.work = {row[0].id: WorkRow(*row) for row in work}
    if wanted := ids(ThreadKind.MOVE):
        moves = await session.execute(moves_seen_by(actor).where(ConversationMove.id.in_(wanted)))
        thread.moves = {row[0].id: MoveRow(*row) for row in moves}
    return thread
