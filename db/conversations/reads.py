"""How far has each person read?"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation, ConversationRead
from db.messages.tables import Message
from db.users.tables import User
from domain.messages import Direction

MANY: Final = 10
"""Unread texts are counted up to here: so many, or more."""


async def mark_read(
    session: AsyncSession, conversation_id: UUID, user_id: UUID, until: datetime
) -> None:
    """Note that a person has read all that came until then; what was read already stays read."""
    values = postgresql.insert(ConversationRead).values(
        conversation_id=conversation_id, user_id=user_id, read_until=until
    )
    await session.execute(
        values.on_conflict_do_update(
            index_elements=["conversation_id", "user_id"],
            set_={"read_until": values.excluded.read_until},
            where=ConversationRead.read_until < values.excluded.read_until,
        )
    )


def is_unread(user_id: UUID) -> ColumnElement[bool]:
    """Return whether the customer wrote in a selected conversation since the person read it.

    Who never did has read all that came before they joined, or a newcomer would find years of it.
    """
    read, joined = _read_until(user_id), _joined_at(user_id)
    return and_(
        Conversation.last_inbound_at > joined,
        or_(read.is_(None), Conversation.last_inbound_at > read),
    )


def unread_count(user_id: UUID) -> ColumnElement[int]:
    """Return how many texts of a selected conversation the person has not read, up to `MANY`."""
    since = func.coalesce(_read_until(user_id), _joined_at(user_id))
    unread = (
        select(Message.id)
        .where(
            Message.conversation_id == Conversation.id,
            Message.created_at > since,
            Message.direction == Direction.INBOUND,
        )
        .limit(MANY)
        .correlate(Conversation)
        .subquery()
    )
    counted = select(func.count()).select_from(unread).scalar_subquery()
    return case((is_unread(user_id), counted), else_=0)


def _read_until(user_id: UUID) -> ScalarSelect[datetime]:
    return (
        select(ConversationRead.read_until)
        .where(
            ConversationRead.conversation_id == Conversation.id, ConversationRead.user_id == user_id
        )
        .correlate(Conversation)
        .scalar_subquery()
    )


def _joined_at(user_id: UUID) -> ScalarSelect[datetime]:
    return select(User.created_at).where(User.id == user_id).scalar_subquery()
