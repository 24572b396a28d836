"""A seller's text that was refused before it was written: kept, since somebody may ask what a withdrawal kept here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import queries as consent
from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.providers.tables import PhoneNumber
from domain import segments
from domain.consent import OurNumber, Purpose, Withdrawal, blocking, why
from domain.failures import FailureKind
from domain.identifiers import derived_id
from domain.messages import Direction, MessageStatus


async def keep(
    session: AsyncSession,
    conversation_id: UUID,
    author_id: UUID,
    body: str,
    now: datetime,
    *,
    key: str,
) -> Withdrawal | None:
    """Write a seller's text as refused, once for each `key`, and return what refuses it; None if nothing does."""
    found = await session.execute(
        select(
            Conversation.organisation_id,
            Conversation.customer_number,
            PhoneNumber.id,
            PhoneNumber.brand,
        )
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
        .where(Conversation.id == conversation_id)
    )
    organisation_id, customer, number_id, brand = found.one()
    withdrawal = blocking(
        await consent.in_force(session, organisation_id, customer),
        OurNumber(number_id, brand),
        Purpose.SERVICE,
    )
    if withdrawal is None or withdrawal.is_unclear:
        return None
    counted = segments.count(body)
    values = {
        "id": derived_id(conversation_id, str(author_id), key),
        "conversation_id": conversation_id,
        "direction": Direction.OUTBOUND,
        "status": MessageStatus.REFUSED,
        "body": body,
        "segments": counted.segments,
        "encoding": counted.encoding,
        "to_number": customer,
        "author_id": author_id,
        "failure": FailureKind.OPT_OUT,
        "error": why(withdrawal),
        "consent_entry_id": withdrawal.entry_id,
        "created_at": now,
        "finished_at": now,
    }
    columns = Message.__table__.c
    row = select(
        *(literal(value, columns[name].type) for name, value in values.items()),
        PhoneNumber.organisation_id,
        PhoneNumber.e164,
        PhoneNumber.id,
        PhoneNumber.provider_account_id,
    ).where(PhoneNumber.id == number_id)
    names = [*values, "organisation_id", "from_number", "phone_number_id", "provider_account_id"]
    await session.execute(
        postgresql.insert(Message).from_select(names, row).on_conflict_do_nothing()
    )
    return withdrawal
