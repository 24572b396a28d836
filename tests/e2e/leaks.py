"""Where does a secret stand that nobody may read? A search of all that the product writes down or says.

A secret is looked for as it is, and as it looks inside a URL, a JSON text, base64 (so also in the header of
Basic authentication) or hexadecimal digits.
"""

import base64
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import psycopg
from psycopg import sql
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client


@dataclass(frozen=True)
class Secrets:
    """What to look for, each by a name that may be shown."""

    by_name: Mapping[str, str]

    def found_in(self, place: str, content: bytes) -> list[str]:
        """Return which secrets stand in `content`, and in which form."""
        found = []
        for name, secret in self.by_name.items():
            forms = (form for form, written in forms_of(secret) if written in content)
            if form := next(forms, None):
                found.append(f"{name} stands in {place}, {form}")
        return found

    def without(self, *names: str) -> "Secrets":
        """Return all but those of these names."""
        return Secrets({name: each for name, each in self.by_name.items() if name not in names})


@cache
def forms_of(secret: str) -> list[tuple[str, bytes]]:
    """Return the ways a secret may be written, by name."""
    raw = secret.encode()
    return [
        ("as it is", raw),
        ("in a URL", quote(secret, safe="").encode()),
        ("in a form", quote_plus(secret).encode()),
        ("in a path", quote(secret).encode()),
        ("in JSON", json.dumps(secret)[1:-1].encode()),
        ("in hexadecimal", raw.hex().encode()),
        *(("in base64", _inside_base64(raw, before)) for before in range(3)),
        *(("in base64 of URLs", _url_safe(_inside_base64(raw, before))) for before in range(3)),
    ]


def _inside_base64(raw: bytes, before: int) -> bytes:
    """Return the characters that `raw` always gives when so many bytes (modulo 3) stand before it."""
    encoded = base64.b64encode(bytes(before) + raw)
    # Its first and last character may be shared with what stands around it.
    return encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]


def _url_safe(encoded: bytes) -> bytes:
    return encoded.translate(bytes.maketrans(b"+/", b"-_"))


def files_of(folder: Path, *, but: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield every file below `folder` with its content, without those whose path begins with one of `but`."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(but):
            yield name, path.read_bytes()


def rows_of(database_url: str) -> Iterator[tuple[str, bytes]]:
    """Yield every value of every row of every table, whatever its type."""
    tables = """
        SELECT table_schema, table_name FROM information_schema.tables
        WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
    """
    with psycopg.connect(database_url) as connection:
        for schema, table in connection.execute(tables).fetchall():
            query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))
            cursor = connection.execute(query)
            columns = [column.name for column in cursor.description or ()]
            for row in cursor:
                for column, value in zip(columns, row, strict=True):
                    yield f"{table}.{column}", _as_bytes(value)


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return json.dumps(value, default=str, ensure_ascii=False).encode()


async def histories_at(address: str) -> list[tuple[str, bytes]]:
    """Return what the engine there keeps just now; the failure of an attempt, only until the next."""
    engine = await Client.connect(address)
    return [each async for each in _histories_of(engine)]


async def _histories_of(engine: Client) -> AsyncIterator[tuple[str, bytes]]:
    """Yield what the engine keeps of every workflow: each event, what is under way, and the schedules."""
    async for found in engine.list_workflows():
        handle = engine.get_workflow_handle(found.id, run_id=found.run_id)
        described = await handle.describe()
        yield f"the state of {found.id}", described.raw_description.SerializeToString()
        async for event in handle.fetch_history_events():
            kind = EventType.Name(event.event_type)
            yield f"{kind} of {found.id}", event.SerializeToString()
    async for schedule in await engine.list_schedules():
        state = await engine.get_schedule_handle(schedule.id).describe()
        yield f"schedule {schedule.id}", state.raw_description.SerializeToString()
