"""Begins the conversation with a record's number, before a word was said."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.records.tables import Record


async def open_with(
    session: AsyncSession, record: Record, phone_number_id: UUID
) -> tuple[UUID, bool]:
    """Return the conversation with the number that the record holds, and whether it is new.

    A new one is held over the given number of ours. Raises ValueError if the record has no number.
    """
    if record.phone is None:
        raise ValueError("the record has no number to talk with")
    made = await session.scalar(
        postgresql.insert(Conversation)
        .values(
            organisation_id=record.organisation_id,
            customer_number=record.phone,
            record_id=record.id,
            phone_number_id=phone_number_id,
        )
        .on_conflict_do_nothing()
        .returning(Conversation.id)
    )
    if made is not None:
        return made, True
    found = await session.scalars(
        select(Conversation.id).where(
            Conversation.organisation_id == record.organisation_id,
            Conversation.customer_number == record.phone,
            Conversation.record_id == record.id,
        )
    )
    return found.one(), False
