"""What happens to texts that waited for a word on consent, once it is said?"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages import releasing
from db.messages.tables import Message
from domain.messages import HoldKind


async def release(
    session: AsyncSession, organisation_id: UUID, customer_numbers: Collection[str], now: datetime
) -> list[str]:
    """Have the texts to these numbers looked at that wait for a word on consent; return the workflows to tell.

    The caller holds the numbers' locks alone, so that no text begins to wait meanwhile.
    """
    waiting = and_(Message.to_number.in_(customer_numbers), Message.held_for == HoldKind.CONSENT)
    return await releasing.release(session, organisation_id, waiting, now)
