"""What sellers must do now, and what they decided."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.pages import PageOf, PageRequest, read_page
from db.records.queries import is_opted_out
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to
from db.work_items.tables import WorkItem
from domain.privileges import Actor
from domain.work_items import WorkItemKind, WorkItemStatus


class WorkItemRow(NamedTuple):
    """A work item with all a seller needs to decide it."""

    item: WorkItem
    record: Record
    assignee: User
    enrollment: Enrollment | None
    sequence: Sequence | None
    decided_by: User | None
    conversation_id: UUID | None
    is_opted_out: bool


async def list_work_items(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    status: WorkItemStatus | None = None,
    kind: WorkItemKind | None = None,
    assignee_id: UUID | None = None,
) -> PageOf[WorkItemRow]:
    """Return work items, what is due first first."""
    statement = _work_items(actor)
    if status is not None:
        statement = statement.where(WorkItem.status == status)
    if kind is not None:
        statement = statement.where(WorkItem.kind == kind)
    if assignee_id is not None:
        statement = statement.where(WorkItem.assignee_id == assignee_id)
    return await read_page(
        session, statement, WorkItemRow, page=page, keys=[WorkItem.due_at, WorkItem.id]
    )


async def find_work_item(
    session: AsyncSession, actor: Actor, work_item_id: UUID
) -> WorkItemRow | None:
    """Return the work item, as it stands now, if the actor may see it."""
    found = await session.execute(
        _work_items(actor)
        .where(WorkItem.id == work_item_id)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return None if row is None else WorkItemRow(*row)


async def decide(
    session: AsyncSession,
    work_item_id: UUID,
    status: WorkItemStatus,
    *,
    decided_by: UUID,
    now: datetime,
    text: str | None = None,
    reason: str | None = None,
) -> bool:
    """Close an open item with the seller's decision; return whether it was open, so that one decision wins.

    `text` and `reason` replace what stands there, if given.
    """
    decided = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == work_item_id, WorkItem.status == WorkItemStatus.OPEN)
        .values(
            status=status,
            decided_at=now,
            decided_by=decided_by,
            text=func.coalesce(literal(text), WorkItem.text),
            reason=func.coalesce(literal(reason), WorkItem.reason),
        )
        .returning(WorkItem.id)
    )
    return decided is not None


async def snooze(session: AsyncSession, work_item_id: UUID, until: datetime) -> bool:
    """Make an open item due at `until`; return whether it was open."""
    moved = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == work_item_id, WorkItem.status == WorkItemStatus.OPEN)
        .values(due_at=until)
        .returning(WorkItem.id)
    )
    return moved is not None


def _work_items(
    actor: Actor,
) -> Select[
    WorkItem, Record, User, Enrollment | None, Sequence | None, User | None, UUID | None, bool
]:
    decided_by = aliased(User)
    return (
        select(
            WorkItem,
            Record,
            User,
            Enrollment,
            Sequence,
            decided_by,
            Conversation.id,
            is_opted_out,
        )
        .join(Record, Record.id == WorkItem.record_id)
        .join(User, User.id == WorkItem.assignee_id)
        .outerjoin(Enrollment, Enrollment.id == WorkItem.enrollment_id)
        .outerjoin(Sequence, Sequence.id == Enrollment.sequence_id)
        .outerjoin(decided_by, decided_by.id == WorkItem.decided_by)
        .outerjoin(
            Conversation,
            and_(
                Conversation.organisation_id == Record.organisation_id,
                Conversation.customer_number == Record.phone,
                Conversation.record_id == Record.id,
            ),
        )
        .where(visible_to(actor, WorkItem))
    )
