"""How a long list is read page by page while rows keep arriving: by the key of the last row seen."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

R = TypeVar("R")


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
    keys: Sequence[InstrumentedAttribute[Any]],
    descending: bool = False,
) -> PageOf[R]:
    """Run `statement` ordered by `keys`, which together must be unique, and give each row to `make`.

    Raises InvalidCursor if `page.after` does not fit `keys`.
    """
    order: list[ColumnElement[Any]] = [key.desc() if descending else key.asc() for key in keys]
    statement = statement.add_columns(*keys).order_by(*order).limit(page.limit + 1)
    if page.after is not None:
        last = _decode(page.after, keys)
        key = tuple_(*keys)
        statement = statement.where(key < last if descending else key > last)
    found = [tuple(row) for row in await session.execute(statement)]
    rows = found[: page.limit]
    more = len(found) > page.limit
    return PageOf(
        rows=[make(*row[: -len(keys)]) for row in rows],
        next=_encode(rows[-1][-len(keys) :]) if more else None,
    )


def _encode(values: Sequence[Any]) -> str:
    parts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> tuple[Any, ...]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(
            _parse(key.type.python_type, part) for key, part in zip(keys, parts, strict=True)
        )
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidCursor("the cursor in `after` is not one this list gave") from error


def _parse(kind: type, part: str) -> Any:
    if kind is datetime:
        instant = datetime.fromisoformat(part)
        if instant.tzinfo is None:
            raise ValueError("a cursor's instant has a zone")
        return instant
    if kind is UUID:
        return UUID(part)
    return kind(part)
