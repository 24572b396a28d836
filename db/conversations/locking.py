"""Who comes first when several decide at once about the texts of one customer?

Locks are taken in one order everywhere: the customer, then conversations by id, then their texts.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def lock_customer(session: AsyncSession, organisation_id: UUID, customer_number: str) -> None:
    """Let one transaction at a time decide to which conversation a customer's texts belong."""
    key = f"{organisation_id} {customer_number}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
