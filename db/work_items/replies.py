"""The work items of customers who wrote and were not answered: what closes them, and what opens them again.

They are opened by the statement that stores a customer's text (db/messages/inbound.py), so that no text is without one.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.providers.tables import PhoneNumber
from db.work_items.tables import WorkItem
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from domain.work_items import WorkItemKind, WorkItemStatus

_OPEN = (WorkItem.kind == WorkItemKind.REPLY, WorkItem.status == WorkItemStatus.OPEN)


async def answered(session: AsyncSession, conversation_id: UUID, by: UUID, now: datetime) -> None:
    """Close what asked for an answer in a conversation, since somebody gives one.

    To be called once the conversation's row is locked or changed: a text that comes meanwhile waits for that row and
    opens an item of its own.
    """
    await session.execute(
        update(WorkItem)
        .where(WorkItem.conversation_id == conversation_id, *_OPEN)
        .values(status=WorkItemStatus.COMPLETED, decided_at=now, decided_by=by)
    )


async def unanswered(session: AsyncSession, answer_id: UUID) -> None:
    """Open again, as it was, what was closed by an answer somebody wrote, since the text `answer_id` will not go.

    It stays closed while another answer has left or waits, once the customer has asked anew, and if nobody wants an
    answer any more. To be called once the conversation's row is locked, and the text refused: so of two answers that
    are refused at once the second one finds the first.
    """
    conversation_id = (
        select(Message.conversation_id).where(Message.id == answer_id).scalar_subquery()
    )
    newest = (
        select(WorkItem.id)
        .where(WorkItem.conversation_id == conversation_id, WorkItem.kind == WorkItemKind.REPLY)
        .order_by(WorkItem.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    closing, other = aliased(Message), aliased(Message)
    await session.execute(
        update(WorkItem)
        .where(
            WorkItem.id == newest,
            WorkItem.status == WorkItemStatus.COMPLETED,
            # an answer closes it at the instant it is written; else somebody said that it is done
            exists().where(
                closing.conversation_id == WorkItem.conversation_id,
                closing.author_id == WorkItem.decided_by,
                closing.created_at == WorkItem.decided_at,
                closing.status == MessageStatus.REFUSED,
                closing.failure.is_distinct_from(FailureKind.OPT_OUT),
            ),
            ~exists().where(
                other.conversation_id == WorkItem.conversation_id,
                other.direction == Direction.OUTBOUND,
                other.author_id.is_not(None),
                other.created_at >= WorkItem.decided_at,
                other.status != MessageStatus.REFUSED,
            ),
        )
        .values(status=WorkItemStatus.OPEN, decided_at=None, decided_by=None)
        .execution_options(synchronize_session=False)
    )


async def follow_number(
    session: AsyncSession, conversations: ColumnElement[bool], number_id: UUID
) -> None:
    """Have what asks for an answer in the inbox be whose the number is that its conversation will be held over.

    As the conversation is: else who has the work could not read what it is about, and who reads it would not have it.
    """
    # before their work: the order in which everybody locks them
    inbox = await session.scalars(
        select(Conversation.id)
        .where(Conversation.record_id.is_(None), conversations)
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
    )
    ids = inbox.all()
    if not ids:
        return
    number = await session.get_one(PhoneNumber, number_id, populate_existing=True)
    if number.removed_at is None:
        await session.execute(
            update(WorkItem)
            .where(WorkItem.conversation_id.in_(ids), *_OPEN)
            .values(assignee_id=number.owner_user_id, team_id=number.owner_team_id)
        )


async def cancel_for_number(
    session: AsyncSession, organisation_id: UUID, customer_number: str, reason: str, now: datetime
) -> None:
    """Close what asked for an answer to a customer who wants none."""
    conversations = select(Conversation.id).where(
        Conversation.organisation_id == organisation_id,
        Conversation.customer_number == customer_number,
    )
    await session.execute(
        update(WorkItem)
        .where(WorkItem.conversation_id.in_(conversations), *_OPEN)
        .values(status=WorkItemStatus.CANCELLED, decided_at=now, reason=reason)
    )
