"""Tells whoever is looking that something changed.

Triggers on messages, conversations, work items and enrollments (migration 0001) NOTIFY in the transaction that makes
the change, so that no writer can forget to and none pays a round trip for it. The payload holds ids only, since
anyone with the database can listen, and the users and teams whose business the
change is.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

_CHANNEL = "touchline"


@dataclass(frozen=True)
class Change:
    """What changed: an event's name, ids to look it up by, and the users and teams whose business it is."""

    organisation_id: UUID
    event: str
    data: Mapping[str, str]
    audience: frozenset[UUID]


async def listen(url: str) -> AsyncIterator[Change]:
    """Yield every change from now on. Raises psycopg.OperationalError when the connection is lost."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(plain, autocommit=True) as connection:
        await connection.execute(f"LISTEN {_CHANNEL}")
        async for notification in connection.notifies():
            payload = json.loads(notification.payload)
            yield Change(
                organisation_id=UUID(payload["organisation_id"]),
                event=payload["event"],
                data=payload["data"],
                audience=frozenset(map(UUID, payload["audience"])),
            )
