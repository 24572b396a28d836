"""Which requests have been answered already, so that asking again does nothing again."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.outbox.tables import IdempotencyKey


class Answered(NamedTuple):
    """The answer given to an earlier request with the same key."""

    request_hash: str
    status_code: int
    body: dict[str, Any] | None


async def claim(
    session: AsyncSession, organisation_id: UUID, user_id: UUID, key: str, *, request_hash: str
) -> Answered | None:
    """Claim `key` for the request at hand; return the earlier answer if it is taken.

    Whoever claims a key that another open transaction has claimed waits for that transaction to end.
    """
    claimed = await session.execute(
        insert(IdempotencyKey)
        .values(
            organisation_id=organisation_id, user_id=user_id, key=key, request_hash=request_hash
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if claimed.one_or_none() is not None:
        return None
    found = await session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status_code, IdempotencyKey.body).where(
            IdempotencyKey.user_id == user_id, IdempotencyKey.key == key
        )
    )
    earlier_hash, status_code, body = found.one()
    return Answered(earlier_hash, status_code or 200, body)


async def keep_answer(
    session: AsyncSession,
    user_id: UUID,
    key: str,
    *,
    status_code: int,
    body: dict[str, Any] | None,
) -> None:
    """Store the answer to the request that claimed `key`."""
    await session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
        .values(status_code=status_code, body=body)
    )
