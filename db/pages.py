"""How a long list is read page by page while rows keep arriving: by the key of the last row seen."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

R = TypeVar("R")

Key = ColumnElement[Any] | InstrumentedAttribute[Any]
"""What a list is ordered by: a column, or an expression over the rows."""


class InvalidCursor(ValueError):
    """The cursor is not one that this list gave."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: at most `limit` rows that follow the cursor `after`."""

    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class PageOf(Generic[R]):
    """The rows of one page, and the cursor of the next page if there is one."""

    rows: list[R]
    next: str | None


async def read_page(
    session: AsyncSession,
    statement: Select[*tuple[Any, ...]],
    make: Callable[..., R],
    *,
    page: PageRequest,
    keys: Sequence[Key],
    descending: bool = False,
) -> PageOf[R]:
    """Run `statement` ordered by `keys`, which together must be unique, and give each row to `make`.

    Raises InvalidCursor if `page.after` does not fit `keys`.
    """
    order: list[ColumnElement[Any]] = [key.desc() if descending else key.asc() for key in keys]
    statement = statement.add_columns(*keys).order_by(*order).limit(page.limit + 1)
    if page.after is not None:
        last = decode_cursor(page.after, keys)
        key = tuple_(*keys)
        statement = statement.where(key < last if descending else key > last)
    found = [tuple(row) for row in await session.execute(statement)]
    rows = found[: page.limit]
    more = len(found) > page.limit
    return PageOf(
        rows=[make(*row[: -len(keys)]) for row in rows],
        next=encode_cursor(rows[-1][-len(keys) :]) if more else None,
    )


def first_key(cursor: str, kind: type) -> Any:
    """Return the first key that a cursor holds, for a list whose order hangs on it. Raises InvalidCursor."""
    try:
        return _parse(kind, _parts(cursor)[0])
    except _MALFORMED as error:
        raise _invalid() from error


def encode_cursor(values: Sequence[Any]) -> str:
    """Return the cursor of what follows the row with these values of the keys."""
    parts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, keys: Sequence[Key]) -> tuple[Any, ...]:
    try:
        return tuple(
            _parse(key.type.python_type, part)
            for key, part in zip(keys, _parts(cursor), strict=True)
        )
    except _MALFORMED as error:
        raise _invalid() from error


def _parts(cursor: str) -> list[str]:
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(parts, list):
        raise TypeError("a cursor is a list of keys")
    return parts


_MALFORMED = (binascii.Error, ValueError, TypeError, IndexError, InvalidOperation)


def _invalid() -> InvalidCursor:
    return InvalidCursor("the cursor in `after` is not one this list gave")


def _parse(kind: type, part: str) -> Any:
    if kind is datetime:
        instant = datetime.fromisoformat(part)
        if instant.tzinfo is None:
            raise ValueError("a cursor's instant has a zone")
        return instant
    if kind is UUID:
        return UUID(part)
    if kind is Decimal and not Decimal(part).is_finite():
        raise ValueError("a cursor's number is one")
    return kind(part)
