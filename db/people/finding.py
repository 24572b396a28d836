"""Who is one person: which numbers, records and conversations are theirs?"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.tables import ConsentEntry
from db.conversations.tables import Conversation
from db.records.tables import Record


@dataclass(frozen=True)
class Person:
    """The numbers of one person, and the records and conversations that have them."""

    organisation_id: UUID
    numbers: Sequence[str]
    record_ids: Sequence[UUID]
    conversation_ids: Sequence[UUID]


async def find_person(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    number: str | None = None,
    record_id: UUID | None = None,
) -> Person | None:
    """Return whoever has this number, or whom this record is about; None if nothing is known of them.

    A record's earlier numbers are found by its conversations. Whoever was erased may stand in the ledger still.
    """
    numbers: set[str] = set() if number is None else {number}
    if record_id is not None:
        found = await session.execute(
            select(Record.phone, Conversation.customer_number)
            .outerjoin(Conversation, Conversation.record_id == Record.id)
            .where(Record.id == record_id, Record.organisation_id == organisation_id)
        )
        numbers |= {each for row in found for each in row if each is not None}
    records = await session.scalars(
        select(Record.id)
        .where(
            Record.organisation_id == organisation_id,
            or_(Record.phone.in_(numbers), Record.id == record_id),
        )
        .order_by(Record.id)
    )
    record_ids = list(records)
    conversations = await session.scalars(
        select(Conversation.id)
        .where(
            Conversation.organisation_id == organisation_id,
            or_(Conversation.customer_number.in_(numbers), Conversation.record_id.in_(record_ids)),
        )
        .order_by(Conversation.id)
    )
    conversation_ids = list(conversations)
    in_ledger = exists().where(
        ConsentEntry.organisation_id == organisation_id, ConsentEntry.customer_number.in_(numbers)
    )
    if not record_ids and not conversation_ids and not await session.scalar(select(in_ledger)):
        return None
    return Person(organisation_id, sorted(numbers), record_ids, conversation_ids)
