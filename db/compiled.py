"""How does a statement run that runs all day? Compiled once by SQLAlchemy, and executed by the driver alone.

For the few statements that every text needs: the layers above the driver cost several times what such a statement does.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql import ClauseElement

from db.autocommit import Connection


class Compiled:
    """A statement with the values it always has; the others are given by the names of its parameters."""

    def __init__(self, statement: ClauseElement) -> None:
        dialect = psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        # what the statement asks of its caller stands there as None
        self._always = {
            name: _plain(value)
            for name, value in (compiled.params or {}).items()
            if value is not None
        }

    async def one_or_none(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Return the statement's only row, its columns as attributes, or None."""
        async with connection.cursor(row_factory=namedtuple_row) as cursor:
            await cursor.execute(self._sql, self._merged(values))
            return await cursor.fetchone()

    async def execute(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run a statement that returns nothing."""
        await connection.execute(self._sql, self._merged(values))

    def _merged(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._always, **{name: _plain(value) for name, value in values.items()}}


def _plain(value: Any) -> Any:
    """Return what stands for a value in the database: of an enumeration its value, where the driver takes its name."""
    return value.value if isinstance(value, Enum) else value
