"""What happens when nobody can be sure whether a customer withdrew consent? Texts wait, and a seller is asked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import locking
from db.consent import queries as consent
from db.consent.queries import Said
from db.conversations.tables import Conversation
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.records.tables import Record
from db.work_items.tables import WorkItem
from domain.consent import Source
from domain.enrollments import TimelineKind
from domain.identifiers import derived_id
from domain.work_items import WorkItemKind, WorkItemStatus

TITLE = "Did the customer withdraw consent?"


async def ask(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> list[str]:
    """Let nothing leave to a number until a seller has read the text that may withdraw consent.

    The seller is that of the running enrollment, else the record's. Where there is nobody to ask the text counts as a
    withdrawal. Returns the workflows to tell.
    """
    assert said.message_id is not None  # noqa: S101 - there is nothing to ask about but a text
    item_id = derived_id(said.message_id, WorkItemKind.CONSENT_QUESTION)
    running = (
        select(Enrollment.seller_id)
        .where(Enrollment.record_id == Record.id, Enrollment.ended_at.is_(None))
        .limit(1)
        .scalar_subquery()
    )
    assignee = func.coalesce(running, Record.owner_user_id)
    row = (
        select(
            literal(item_id).label("id"),
            Message.organisation_id,
            literal(WorkItemKind.CONSENT_QUESTION.value).label("kind"),
            Conversation.record_id,
            assignee.label("assignee_id"),
            Conversation.id.label("conversation_id"),
            Message.id.label("message_id"),
            literal(TITLE).label("title"),
            Message.body.label("text"),
            literal(now).label("due_at"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Record, Record.id == Conversation.record_id)
        .where(Message.id == said.message_id, assignee.is_not(None))
    )
    opened = await session.scalar(
        postgresql.insert(WorkItem)
        .from_select([column.name for column in row.selected_columns], row)
        .on_conflict_do_nothing()
        .returning(WorkItem.record_id)
    )
    if opened is None:
        return await consent.withdraw(session, organisation_id, customer_number, said, now)
    await consent.suspect(session, organisation_id, customer_number, said, now)
    enrollments = await session.scalars(
        select(Enrollment.id).where(Enrollment.record_id == opened, Enrollment.ended_at.is_(None))
    )
    asked = Entry(
        TimelineKind.CONSENT_ASKED,
        now,
        message_id=said.message_id,
        work_item_id=item_id,
        key=str(said.message_id),
    )
    await progress.write_entries(session, [(each, asked) for each in enrollments])
    return []


async def answer(
    session: AsyncSession, item: WorkItem, *, withdrawn: bool, actor_id: UUID, now: datetime
) -> list[str] | None:
    """Write down what a seller says the customer meant; return the workflows to tell, or None if it was said before.

    What waited goes on once every question about the number is answered so. A withdrawal counts from when the text
    came.
    """
    found = await session.execute(
        select(
            Message.id,
            Message.created_at,
            Message.phone_number_id,
            Conversation.organisation_id,
            Conversation.customer_number,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == item.message_id)
    )
    text = found.one()
    # the number before its work: the order in which a STOP takes them
    await locking.exclusive(session, text.organisation_id, [text.customer_number])
    decided = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == item.id, WorkItem.status == WorkItemStatus.OPEN)
        .values(status=WorkItemStatus.COMPLETED, decided_at=now, decided_by=actor_id)
        .returning(WorkItem.id)
    )
    if decided is None:
        return None
    said = Said(
        Source.REPLY,
        text.created_at,
        phone_number_id=text.phone_number_id,
        message_id=text.id,
        actor_id=actor_id,
    )
    if withdrawn:
        told = await consent.withdraw(
            session, text.organisation_id, text.customer_number, said, now
        )
        # what was unclear is answered, however far the withdrawal reaches
        told += await consent.end_unclear(session, text.organisation_id, text.customer_number, now)
        return told
    return await consent.dismiss(session, text.organisation_id, text.customer_number, said, now)
