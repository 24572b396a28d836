"""Which key are the stored secrets encrypted with? All with the current one, once a rotation is over.

Whoever stores a secret and whoever encrypts all of them anew keep out of each other's way by a lock, so that nothing
is stored with a former key after the rotation has gone by.
"""

from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.embed.tables import EmbedKey
from db.providers.tables import ProviderAccount
from db.secrets import SecretBox, UnreadableSecret

_LOCK: Final = 7_043_118_901
"""A number of our own among PostgreSQL's advisory locks."""


class Resealed(NamedTuple):
    """What became of the stored secrets: how many there are, and which accounts' and embed keys' cannot be read."""

    secrets: int
    resealed: int
    unreadable_accounts: list[UUID]
    unreadable_keys: list[UUID]


async def keep_key(session: AsyncSession) -> None:
    """Hold a rotation up until the end of the transaction; to be called before a secret is read and sealed."""
    await session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


async def reseal_all(session: AsyncSession, secrets: SecretBox) -> Resealed:
    """Encrypt every stored secret with the current key; those that cannot be read stay as they are."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    accounts = await _reseal(session, secrets, ProviderAccount, ProviderAccount.credentials)
    # what cannot be read of these proves nothing, and is nobody's to mend
    await _reseal(session, secrets, ProviderAccount, ProviderAccount.former_credentials)
    keys = await _reseal(session, secrets, EmbedKey, EmbedKey.secret)
    return Resealed(
        accounts.total + keys.total,
        accounts.resealed + keys.resealed,
        accounts.unreadable,
        keys.unreadable,
    )


class _Done(NamedTuple):
    total: int
    resealed: int
    unreadable: list[UUID]


async def _reseal(
    session: AsyncSession,
    secrets: SecretBox,
    table: type[ProviderAccount] | type[EmbedKey],
    column: InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None],
) -> _Done:
    stored = (
        await session.execute(
            select(table.id, column).where(column.is_not(None)).order_by(table.id).with_for_update()
        )
    ).all()
    resealed = 0
    unreadable = []
    for row_id, sealed in stored:
        if sealed is None or secrets.is_current(sealed):
            continue
        try:
            opened = secrets.open(sealed, row_id=row_id)
        except UnreadableSecret:
            unreadable.append(row_id)
            continue
        anew = secrets.seal(opened, row_id=row_id)
        await session.execute(update(table).where(table.id == row_id).values({column: anew}))
        resealed += 1
    return _Done(len(stored), resealed, unreadable)
