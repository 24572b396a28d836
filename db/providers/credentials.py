"""Which key are the stored credentials encrypted with? All with the current one, once a rotation is over.

Whoever stores credentials and whoever encrypts all of them anew keep out of each other's way by a lock, so that nothing
is stored with a former key after the rotation has gone by.
"""

from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.providers.tables import ProviderAccount
from db.secrets import SecretBox, UnreadableSecret

_LOCK: Final = 7_043_118_901
"""A number of our own among PostgreSQL's advisory locks."""


class Resealed(NamedTuple):
    """What became of the stored credentials: how many there are, and which accounts' cannot be read."""

    accounts: int
    resealed: int
    unreadable: list[UUID]


async def keep_key(session: AsyncSession) -> None:
    """Hold a rotation up until the end of the transaction; to be called before credentials are read and sealed."""
    await session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


async def reseal_all(session: AsyncSession, secrets: SecretBox) -> Resealed:
    """Encrypt every account's credentials with the current key; those that cannot be read stay as they are."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    stored = (
        await session.execute(
            select(ProviderAccount.id, ProviderAccount.credentials)
            .order_by(ProviderAccount.id)
            .with_for_update()
        )
    ).all()
    resealed = 0
    unreadable = []
    for account_id, sealed in stored:
        if secrets.is_current(sealed):
            continue
        try:
            credentials = secrets.open(sealed, account_id=account_id)
        except UnreadableSecret:
            unreadable.append(account_id)
            continue
        await session.execute(
            update(ProviderAccount)
            .where(ProviderAccount.id == account_id)
            .values(credentials=secrets.seal(credentials, account_id=account_id))
        )
        resealed += 1
    return Resealed(len(stored), resealed, unreadable)
