"""Which work items has a person opened, and which ones do they follow? For each person by themselves."""

from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.work_items.tables import WorkItem, WorkItemMark

Mark = Literal["is_opened", "is_followed"]

# of an item that a person has never marked there is no row
IS_OPENED: Final[ColumnElement[bool]] = func.coalesce(WorkItemMark.is_opened, False)
IS_FOLLOWED: Final[ColumnElement[bool]] = func.coalesce(WorkItemMark.is_followed, False)


def marked_by(user_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition on which a selected work item is joined with a person's marks; None: with nobody's."""
    return and_(WorkItemMark.work_item_id == WorkItem.id, WorkItemMark.user_id == user_id)


async def note(
    session: AsyncSession, work_item_id: UUID, user_id: UUID, mark: Mark, *, is_so: bool
) -> None:
    """Note for a person whether they have opened an item, or follow it."""
    await session.execute(
        postgresql.insert(WorkItemMark)
        .values({"work_item_id": work_item_id, "user_id": user_id, mark: is_so})
        .on_conflict_do_update(
            index_elements=["user_id", "work_item_id"],
            set_={mark: is_so},
            # what is so already is announced to nobody
            where=WorkItemMark.__table__.c[mark] != is_so,
        )
    )
