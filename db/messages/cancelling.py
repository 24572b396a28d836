"""Takes back a text that has not left yet, as its author may."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.messages import decisions
from db.messages.tables import Message
from db.work_items import replies
from domain.messages import MessageStatus, Verdict


async def cancel(
    session: AsyncSession, message_id: UUID, *, by: UUID, by_name: str, now: datetime
) -> bool:
    """Refuse a text that waits with us, outside of any sequence; return False if it has left, or will.

    Its row's lock decides between this and a send of the same moment: one of the two finds it changed. What it
    answered is to be answered again.
    """
    # before the text itself, as in db/consent/locking.py: a customer's STOP takes back the texts of its conversation
    place = select(Message.conversation_id).where(Message.id == message_id).scalar_subquery()
    await session.execute(select(Conversation.id).where(Conversation.id == place).with_for_update())
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
    await replies.unanswered(session, message_id)
    return True
