"""Refuses texts that wait with us: they will not go."""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages.tables import Message
from domain.failures import FailureKind
from domain.messages import MessageStatus

_LONGEST_WHY = 500
"""Characters the column holds."""


async def refuse(
    session: AsyncSession,
    which: ColumnElement[bool],
    why: str,
    now: datetime,
    *,
    failure: FailureKind | None = None,
) -> None:
    """Refuse the waiting texts for which `which` holds; `why` is a sentence for the seller."""
    await session.execute(
        update(Message)
        .where(which, Message.status == MessageStatus.HELD)
        .values(
            status=MessageStatus.REFUSED,
            failure=failure,
            error=why[:_LONGEST_WHY],
            held_until=None,
            held_for=None,
            held_reason=None,
            finished_at=now,
        )
    )
