"""How people like to look at a list, kept under a name; some of it shown to everybody."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.users.tables import User
from db.views.tables import SavedView
from domain.privileges import Actor


class ViewRow(NamedTuple):
    view: SavedView
    owner: User


async def list_views(session: AsyncSession, actor: Actor, of_list: str) -> Sequence[ViewRow]:
    """Return the actor's views of a list and those shared with everybody, by name, at most 200."""
    found = await session.execute(
        select(SavedView, User)
        .join(User, User.id == SavedView.owner_user_id)
        .where(
            SavedView.organisation_id == actor.organisation_id,
            SavedView.list == of_list,
            or_(SavedView.owner_user_id == actor.user_id, SavedView.is_shared),
        )
        .order_by(SavedView.name, SavedView.id)
        .limit(200)
    )
    return [ViewRow(*row) for row in found]


async def find_view(session: AsyncSession, actor: Actor, view_id: UUID) -> ViewRow | None:
    """Return a view that the actor sees."""
    found = await session.execute(
        select(SavedView, User)
        .join(User, User.id == SavedView.owner_user_id)
        .where(
            SavedView.id == view_id,
            SavedView.organisation_id == actor.organisation_id,
            or_(SavedView.owner_user_id == actor.user_id, SavedView.is_shared),
        )
    )
    row = found.one_or_none()
    return None if row is None else ViewRow(*row)


async def add_view(
    session: AsyncSession,
    actor: Actor,
    *,
    of_list: str,
    name: str,
    query: Mapping[str, Any],
    is_shared: bool,
) -> UUID:
    """Store a view of the actor's. `saved_views_owner_user_id_list_name_key` refuses a name the actor has."""
    view = SavedView(
        organisation_id=actor.organisation_id,
        owner_user_id=actor.user_id,
        list=of_list,
        name=name,
        query=dict(query),
        is_shared=is_shared,
    )
    session.add(view)
    await session.flush()
    return view.id


async def change_view(session: AsyncSession, view: SavedView, changes: Mapping[str, Any]) -> None:
    """Change a view; the same constraint guards its name."""
    for name, value in changes.items():
        setattr(view, name, value)
    await session.flush()


async def delete_view(session: AsyncSession, view_id: UUID) -> None:
    """Forget a view."""
    await session.execute(delete(SavedView).where(SavedView.id == view_id))
