"""Tells whoever is looking that something changed.

Triggers on messages, conversations, work items, enrollments and records (db/migrations) write down what changed in the
transaction that makes the change, so that no writer can forget to and none pays a round trip for it. The payload holds
ids only, and the users and teams whose business the change is.

Whoever listens announces what stands there, by NOTIFY, a few times a second. A writer does not do so itself: PostgreSQL
lets no two transactions that NOTIFY commit at a time, and so makes each wait until the disk has the one before.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, Column, Table, Text, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base

ACCESS_CHANGED: Final = "access.changed"
"""The event that ends the streams of whom it concerns: they are of who the person was when they began."""

_EVERY_SECONDS: Final = 0.05
"""How long a change may wait to be announced."""

_MANY: Final = 2000
"""Announcements whose rows are worth clearing away at once, since each round reads past them."""

announcements: Final = Table(
    "announcements", Base.metadata, Column("payload", Text, nullable=False), prefixes=["UNLOGGED"]
)
"""Changes that are still to be announced. Not logged: a crash of the server ends every stream, and pages that connect
again ask for everything anew."""

_ANNOUNCE: Final = """
    WITH changes AS (DELETE FROM announcements RETURNING payload)
    SELECT count(pg_notify('touchline', payload)) FROM changes
"""


@dataclass(frozen=True)
class Change:
    """What changed: an event's name, ids to look it up by, and the users and teams whose business it is."""

    organisation_id: UUID
    event: str
    data: Mapping[str, str]
    audience: frozenset[UUID]


async def announce_access(
    session: AsyncSession, organisation_id: UUID, user_ids: Collection[UUID]
) -> None:
    """Tell, once the transaction is committed, that what these users may see is not what it was."""
    await session.execute(
        select(
            func.announce(
                organisation_id,
                ACCESS_CHANGED,
                literal({}, JSONB),
                literal(list(user_ids), ARRAY(Uuid())),
            )
        )
    )


async def listen(url: str) -> AsyncIterator[Change]:
    """Yield every change from now on. Raises psycopg.OperationalError when the connection is lost."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as connection:
        await connection.execute("LISTEN touchline")
        announced = await _announce(connection)
        async for _ in connection.notifies(timeout=0):
            pass  # what changed before now is for those who listened already
        while True:
            announced += await _announce(connection)
            if announced >= _MANY:
                announced = 0
                await connection.execute("VACUUM announcements")
            async for notification in connection.notifies(timeout=_EVERY_SECONDS):
                yield _change(notification.payload)


async def _announce(connection: psycopg.AsyncConnection[Any]) -> int:
    """Announce what was written down and is committed; return how much that was."""
    (count,) = await (await connection.execute(_ANNOUNCE)).fetchone() or (0,)
    return int(count)


def _change(payload: str) -> Change:
    content = json.loads(payload)
    return Change(
        organisation_id=UUID(content["organisation_id"]),
        event=content["event"],
        data=content["data"],
        audience=frozenset(map(UUID, content["audience"])),
    )
