"""The work items of customers who wrote and were not answered: what closes them.

They are opened by the statement that stores a customer's text (db/messages/inbound.py), so that no text is without one.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.work_items.tables import WorkItem
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
