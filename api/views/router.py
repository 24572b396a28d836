"""How people like to look at a list, kept under a name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May, require
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.problems import not_found, problems, refuse_taken
from api.views.schemas import ListName, NewView, ViewChanges, ViewOut, ViewsOut
from db.views import queries
from db.views.queries import ViewRow
from domain.privileges import NOBODYS, Actor, Entity, Ownership, Privilege

router = APIRouter(prefix="/views", tags=["views"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.SAVED_VIEW, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.SAVED_VIEW, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.SAVED_VIEW, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.SAVED_VIEW, Privilege.DELETE))]

_KEY = "saved_views_owner_user_id_list_name_key"
_TAKEN = "You have a view of this name already."


@router.get("", operation_id="listViews", responses=problems(401, 403, 422))
async def list_views(
    actor: _MayRead, session: Database, of_list: Annotated[ListName, Query(alias="list")]
) -> ViewsOut:
    """List your views of a list, and those shared with everybody."""
    found = await queries.list_views(session, actor, of_list)
    return ViewsOut(items=[ViewOut.of(row) for row in found])


@router.post(
    "",
    operation_id="addView",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def add_view(body: NewView, actor: _MayCreate, session: Database) -> ViewOut:
    """Keep a view under a name. Whoever may change other people's work items may share it."""
    if body.is_shared:
        _require_sharing(actor)
    with refuse_taken(_KEY, "name", _TAKEN):
        view_id = await queries.add_view(
            session,
            actor,
            of_list=body.list,
            name=body.name,
            query=body.query,
            is_shared=body.is_shared,
        )
    return ViewOut.of(await _row(session, actor, view_id))


@router.patch("/{view_id}", operation_id="changeView", responses=problems(401, 403, 404, 409, 422))
async def change_view(
    view_id: UUID, body: ViewChanges, actor: _MayWrite, session: Database
) -> ViewOut:
    """Rename a view of yours, keep another look at the list under its name, or share it."""
    row = await _row(session, actor, view_id)
    require(actor, Entity.SAVED_VIEW, Privilege.WRITE, Ownership(row.owner.id))
    changes = body.model_dump(exclude_none=True)
    if changes.get("is_shared"):
        _require_sharing(actor)
    with refuse_taken(_KEY, "name", _TAKEN):
        await queries.change_view(session, row.view, changes)
    return ViewOut.of(row)


@router.delete(
    "/{view_id}", operation_id="deleteView", status_code=204, responses=problems(401, 403, 404)
)
async def delete_view(view_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Forget a view."""
    row = await _row(session, actor, view_id)
    require(actor, Entity.SAVED_VIEW, Privilege.DELETE, Ownership(row.owner.id))
    await queries.delete_view(session, view_id)


def _require_sharing(actor: Actor) -> None:
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, NOBODYS)


async def _row(session: Database, actor: Actor, view_id: UUID) -> ViewRow:
    row = await queries.find_view(session, actor, view_id)
    if row is None:
        raise not_found("view")
    return row
