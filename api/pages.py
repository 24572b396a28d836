"""How lists are answered: one page, and the cursor of the next."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from db.pages import PageOf, PageRequest

T = TypeVar("T")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """One page of a list. `next` is the `after` of the next page, null on the last."""

    items: list[T]
    next: str | None


def page_of(found: PageOf[R], make: Callable[[R], T]) -> Page[T]:
    """Return the answer for `found`, each row by `make`."""
    return Page(items=[make(row) for row in found.rows], next=found.next)


async def _asked(
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many items.")] = 50,
    after: Annotated[
        str | None, Query(max_length=500, description="The `next` of the page before.")
    ] = None,
) -> PageRequest:
    return PageRequest(limit=limit, after=after)


AskedPage = Annotated[PageRequest, Depends(_asked)]
