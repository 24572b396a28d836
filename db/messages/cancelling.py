"""Takes back a text that has not left yet, as its author may."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages import decisions
from db.messages.tables import Message
from domain.messages import MessageStatus, Verdict


async def cancel(
    session: AsyncSession, message_id: UUID, *, by: UUID, by_name: str, now: datetime
) -> bool:
    """Refuse a text that waits with us, outside of any sequence; return False if it has left, or will.

    Its row's lock decides between this and a send of the same moment: one of the two finds it changed.
    """
    why = f"Cancelled by {by_name}."
    organisation_id = await session.scalar(
        update(Message)
        .where(
            Message.id == message_id,
            Message.status == MessageStatus.HELD,
            Message.enrollment_id.is_(None),
        )
        .values(
            status=MessageStatus.REFUSED,
            error=why,
            held_until=None,
            held_for=None,
            held_reason=None,
            finished_at=now,
        )
        .returning(Message.organisation_id)
    )
    if organisation_id is None:
        return False
    await decisions.keep(
        session, organisation_id, message_id, Verdict.CANCEL, "cancelled", why, now, actor_id=by
    )
    return True
