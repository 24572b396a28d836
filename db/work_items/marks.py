"""Which work items has a person opened, and which ones do they follow? For each person by themselves."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.work_items.tables import WorkItem, WorkItemMark

# of an item that a person has never marked there is no row
IS_OPENED: Final[ColumnElement[bool]] = func.coalesce(WorkItemMark.is_opened, False)
IS_FOLLOWED: Final[ColumnElement[bool]] = func.coalesce(WorkItemMark.is_followed, False)


def marked_by(user_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition on which a selected work item is joined with a person's marks; None: with nobody's."""
    return and_(WorkItemMark.work_item_id == WorkItem.id, WorkItemMark.user_id == user_id)


async def mark_opened(
    session: AsyncSession, work_item_id: UUID, user_id: UUID, *, is_opened: bool
) -> None:
    """Note that a person has opened an item, or that it is to be as if they had not."""
    await _mark(session, work_item_id, user_id, "is_opened", is_so=is_opened)


async def follow(
    session: AsyncSession, work_item_id: UUID, user_id: UUID, *, is_followed: bool
) -> None:
    """Note that a person follows an item, or no longer does."""
    await _mark(session, work_item_id, user_id, "is_followed", is_so=is_followed)


async def _mark(
    session: AsyncSession, work_item_id: UUID, user_id: UUID, mark: str, *, is_so: bool
) -> None:
    values = {"work_item_id": work_item_id, "user_id": user_id, mark: is_so}
    await session.execute(
        postgresql.insert(WorkItemMark)
        .values(values)
        .on_conflict_do_update(
            index_elements=["user_id", "work_item_id"],
            set_={mark: is_so},
            # what is so already is announced to nobody
            where=WorkItemMark.__table__.c[mark] != is_so,
        )
    )
