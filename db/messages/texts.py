"""Texts that sellers write themselves, outside of any sequence."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.providers.tables import PhoneNumber
from domain import segments
from domain.messages import Direction, MessageStatus
from domain.notices import StartText, text_workflow_id


async def write(
    session: AsyncSession, conversation_id: UUID, author_id: UUID, body: str, now: datetime
) -> tuple[UUID, str]:
    """Write a seller's text into a conversation and have it sent; return its id and its workflow's.

    Whether it may go is decided when it is sent. Raises NoResultFound if there is no such conversation.
    """
    counted = segments.count(body)
    row = (
        select(
            Conversation.organisation_id,
            Conversation.id,
            literal(Direction.OUTBOUND.value),
            literal(MessageStatus.HELD.value),
            literal(body),
            PhoneNumber.e164,
            Conversation.customer_number,
            literal(counted.segments),
            literal(counted.encoding),
            PhoneNumber.provider_account_id,
            literal(author_id),
            literal(now),
            literal("It is about to be sent."),
        )
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
        .where(Conversation.id == conversation_id)
    )
    columns = [
        "organisation_id", "conversation_id", "direction", "status", "body", "from_number", "to_number",
        "segments", "encoding", "provider_account_id", "author_id", "held_until", "held_reason",
    ]  # fmt: skip
    insert = postgresql.insert(Message).from_select(columns, row)
    stored = await session.execute(insert.returning(Message.id, Message.organisation_id))
    message_id, organisation_id = stored.one()
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_message_at=func.greatest(Conversation.last_message_at, now), unread_count=0)
    )
    workflow_id = text_workflow_id(message_id)
    notice = StartText(workflow_id=workflow_id, message_id=message_id)
    await outbox.add(session, organisation_id, [notice])
    return message_id, workflow_id
