"""How does a statement run that runs all day? Compiled once by SQLAlchemy, and executed by the driver alone.

For the few statements that every text needs: the layers above the driver cost several times what such a statement does.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from psycopg import AsyncRawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import ARRAY, TableValuedAlias, bindparam, column, func
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from db.autocommit import Connection
from db.engine import BY_KEYS


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

    async def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Return the statement's rows, their columns as attributes."""
        async with AsyncRawCursor(connection, row_factory=namedtuple_row) as cursor:
            await cursor.execute(self._sql, self._given(values))
            return await cursor.fetchall()

    async def execute(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run a statement that returns nothing."""
        async with AsyncRawCursor(connection) as cursor:
            await cursor.execute(self._sql, self._given(values))

    def _given(self, values: Mapping[str, Any]) -> list[Any]:
        return [
            _plain(values[name]) if name in values else self._always[name] for name in self._order
        ]


_BY_KEYS: Final = "; ".join(f"SET LOCAL {name} = {value}" for name, value in BY_KEYS.items())


async def look_up_by_keys(connection: Connection) -> None:
    """Have the transaction's statements look each row up by its key, by a plan that is made once.

    For rows that are `given`: else the server plans anew for each number of them, which costs more than running the
    statement, and reads whole tables that it has not counted yet.
    """
    await connection.execute(_BY_KEYS)


def given(columns: Mapping[str, TypeEngine[Any]], *, name: str) -> TableValuedAlias:
    """Return rows that the caller of a statement gives: of each column a list, by the column's name."""
    lists = [bindparam(each, type_=ARRAY(type_)) for each, type_ in columns.items()]
    named = [column(each, type_) for each, type_ in columns.items()]
    return func.unnest(*lists).table_valued(*named, name=name).render_derived()


def _plain(value: Any) -> Any:
    """Return what stands for a value in the database: of an enumeration its value, where the driver takes its name."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, Enum) else value
