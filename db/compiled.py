"""How does a statement run that runs all day? Compiled once by SQLAlchemy, and executed by the driver alone.

For the few statements that every text needs: the layers above the driver cost several times what such a statement does.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from psycopg import AsyncRawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql import ClauseElement

from db.autocommit import Connection


class Compiled:
    """A statement with the values it always has; the others are given by the names of its parameters."""

    def __init__(self, statement: ClauseElement) -> None:
        # as the server numbers them: the driver would else look for their names in the long text each time
        dialect = psycopg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled).encode()
        # what the statement asks of its caller stands there as None
        self._always = {name: _plain(value) for name, value in (compiled.params or {}).items()}
        self._order: list[str] = compiled.positiontup  # type: ignore[attr-defined]  # of a positional one

    async def one_or_none(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Return the statement's only row, its columns as attributes, or None."""
        async with AsyncRawCursor(connection, row_factory=namedtuple_row) as cursor:
            await cursor.execute(self._sql, self._given(values))
            return await cursor.fetchone()

    async def execute(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run a statement that returns nothing."""
        async with AsyncRawCursor(connection) as cursor:
            await cursor.execute(self._sql, self._given(values))

    def _given(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            _plain(values[name]) if name in values else self._always[name] for name in self._order
        ]


def _plain(value: Any) -> Any:
    """Return what stands for a value in the database: of an enumeration its value, where the driver takes its name."""
    return value.value if isinstance(value, Enum) else value
