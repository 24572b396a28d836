"""With which keys do other systems' forms sign their tokens, and what does such a token name?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.embed.tables import EmbedKey
from db.pages import PageOf, PageRequest, read_page
from db.records.tables import Record
from db.users.sign_in import SignIn, active_user, sign_in_of
from db.users.tables import User
from db.visibility import visible_to
from domain.embedding import RecordName
from domain.privileges import Actor


class EmbedKeyRow(NamedTuple):
    """A key with who made it."""

    key: EmbedKey
    author: User


async def list_keys(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[EmbedKeyRow]:
    """Return keys by age, active or not."""
    statement = (
        select(EmbedKey, User)
        .join(User, User.id == EmbedKey.created_by)
        .where(visible_to(actor, EmbedKey))
    )
    return await read_page(session, statement, EmbedKeyRow, page=page, keys=[EmbedKey.id])


async def find_key(session: AsyncSession, actor: Actor, key_id: UUID) -> EmbedKeyRow | None:
    """Return the key if the actor may see it."""
    found = await session.execute(
        select(EmbedKey, User)
        .join(User, User.id == EmbedKey.created_by)
        .where(EmbedKey.id == key_id, visible_to(actor, EmbedKey))
    )
    row = found.one_or_none()
    return None if row is None else EmbedKeyRow(*row)


async def create_key(
    session: AsyncSession,
    actor: Actor,
    *,
    name: str,
    allowed_origins: Sequence[str],
    seal: Callable[[UUID], bytes],
) -> UUID:
    """Store a key, its secret sealed for the id it gets, and return that id.

    Its name must be free: `embed_keys_organisation_id_name_key` refuses it otherwise.
    """
    key_id: UUID = (await session.execute(select(func.uuidv7()))).scalar_one()
    session.add(
        EmbedKey(
            id=key_id,
            organisation_id=actor.organisation_id,
            name=name,
            secret=seal(key_id),
            allowed_origins=list(allowed_origins),
            created_by=actor.user_id,
        )
    )
    await session.flush()
    return key_id


async def change_key(session: AsyncSession, key: EmbedKey, changes: Mapping[str, Any]) -> None:
    """Change a key; the same constraint guards its name."""
    for name, value in changes.items():
        setattr(key, name, value)
    await session.flush()


async def find_active_key(session: AsyncSession, key_id: UUID) -> EmbedKey | None:
    """Return the key of this id, whosever it is, unless it is deactivated."""
    found: EmbedKey | None = await session.scalar(
        select(EmbedKey).where(EmbedKey.id == key_id, EmbedKey.is_active)
    )
    return found


async def find_seller(
    session: AsyncSession, organisation_id: UUID, seller: str, expires_at: datetime
) -> SignIn | None:
    """Return the active user of the organisation with this id or e-mail address (in any case), as if signed in."""
    named = aliased(User)
    try:
        is_meant = named.id == UUID(seller)
    except ValueError:
        is_meant = named.email == seller.lower()
    user_id = select(named.id).where(named.organisation_id == organisation_id, is_meant)
    found = (await session.execute(active_user(user_id.scalar_subquery()))).one_or_none()
    return None if found is None else sign_in_of(found, expires_at)


async def find_named_record(session: AsyncSession, actor: Actor, named: RecordName) -> UUID | None:
    """Return the id of the record that a token names, if the actor may see it."""
    meant = (
        Record.id == named.id
        if named.id is not None
        else (Record.kind == named.kind) & (Record.external_id == named.external_id)
    )
    found: UUID | None = await session.scalar(
        select(Record.id).where(visible_to(actor, Record), meant)
    )
    return found
