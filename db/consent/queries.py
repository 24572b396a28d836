"""Which customer numbers must not be texted, and what follows when one says so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.tables import OptOut
from db.conversations.tables import Conversation
from db.enrollments import progress
from db.enrollments.tables import Enrollment
from db.messages import held
from db.messages.tables import Message
from db.records.tables import Record
from domain.enrollments import EndReason
from domain.failures import FailureKind


async def withdraw(
    session: AsyncSession,
    organisation_id: UUID,
    customer_number: str,
    *,
    message_id: UUID,
    source: str,
    now: datetime,
) -> list[str]:
    """Opt a number out: end every enrollment that texts it and refuse what waits; return the workflows to tell.

    `message_id` is the evidence: the text that said so, or the one that the provider refused for it.
    """
    await session.execute(
        postgresql.insert(OptOut)
        .values(
            organisation_id=organisation_id,
            customer_number=customer_number,
            message_id=message_id,
            source=source,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    records = select(Record.id).where(
        Record.organisation_id == organisation_id, Record.phone == customer_number
    )
    workflows = await progress.end(
        session, Enrollment.record_id.in_(records), EndReason.OPTED_OUT, now
    )
    conversations = select(Conversation.id).where(
        Conversation.organisation_id == organisation_id,
        Conversation.customer_number == customer_number,
    )
    await held.refuse(
        session,
        Message.conversation_id.in_(conversations),
        "The customer opted out before this text could go out.",
        now,
        failure=FailureKind.OPT_OUT,
    )
    return workflows


async def restore(
    session: AsyncSession, organisation_id: UUID, customer_number: str, *, now: datetime
) -> None:
    """Lift the opt-out of a number, unless it came after `now`; what it ended stays ended.

    A text that said so may be found days later, and another one have taken it back meanwhile.
    """
    await session.execute(
        update(OptOut)
        .where(
            OptOut.organisation_id == organisation_id,
            OptOut.customer_number == customer_number,
            OptOut.ended_at.is_(None),
            OptOut.created_at <= now,
        )
        .values(ended_at=now)
    )


async def is_opted_out(session: AsyncSession, organisation_id: UUID, customer_number: str) -> bool:
    """Return whether a number must not be texted."""
    found = await session.scalar(
        select(OptOut.id).where(
            OptOut.organisation_id == organisation_id,
            OptOut.customer_number == customer_number,
            OptOut.ended_at.is_(None),
        )
    )
    return found is not None
