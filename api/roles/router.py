"""What each role may do, and own roles beside those that come with the product."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems, refuse_in_use, refuse_taken
from api.roles.schemas import NewRole, RoleChanges, RoleOut
from db.live import announce_access
from db.roles import queries
from db.roles.tables import Role
from domain.privileges import Actor, Entity, Grants, Privilege, may_grant, written

router = APIRouter(prefix="/roles", tags=["roles"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.ROLE, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.ROLE, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.ROLE, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.ROLE, Privilege.DELETE))]

_TAKEN: Final = (
    "roles_organisation_id_name_key",
    "name",
    "There is a role of this name already.",
)


@router.get("", operation_id="listRoles", responses=problems(401, 403, 422))
async def list_roles(actor: _MayRead, session: Database, page: AskedPage) -> Page[RoleOut]:
    """List the roles with their privileges: on whose rows, of which entity."""
    return page_of(await queries.list_roles(session, actor, page), RoleOut.of)


@router.post(
    "",
    operation_id="createRole",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_role(actor: _MayCreate, session: Database, body: NewRole) -> RoleOut:
    """Make an own role as a copy of another, to change from there."""
    copied = await queries.find_role(session, actor, body.copy_of)
    if copied is None:
        raise invalid("copy_of", "There is no such role.")
    grants = queries.grants_of(copied)
    _check(actor, grants)
    with refuse_taken(*_TAKEN):
        role = await queries.create_role(
            session, actor.organisation_id, name=body.name, grants=grants
        )
    return RoleOut.of(role)


@router.get("/{role_id}", operation_id="getRole", responses=problems(401, 403, 404, 422))
async def get_role(role_id: UUID, actor: _MayRead, session: Database) -> RoleOut:
    """Show one role with its privileges."""
    return RoleOut.of(await _find(session, actor, role_id))


@router.patch("/{role_id}", operation_id="changeRole", responses=problems(401, 403, 404, 409, 422))
async def change_role(
    role_id: UUID, actor: _MayWrite, session: Database, body: RoleChanges
) -> RoleOut:
    """Rename an own role, or say what it gives; its holders may do so at once."""
    role = await _own(session, actor, role_id)
    changes: dict[str, Any] = body.model_dump(include={"name"}, exclude_none=True)
    if body.privileges is not None:
        grants = body.grants()
        _check(actor, grants)
        changes["privileges"] = written(grants)
    with refuse_taken(*_TAKEN):
        await queries.change_role(session, role, changes)
    await announce_access(
        session, actor.organisation_id, await queries.holders_of(session, role_id)
    )
    return RoleOut.of(role)


@router.delete(
    "/{role_id}",
    operation_id="deleteRole",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_role(role_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Delete an own role that nobody holds."""
    role = await _own(session, actor, role_id)
    with refuse_in_use("role"):
        await queries.delete_role(session, role)


async def _find(session: Database, actor: Actor, role_id: UUID) -> Role:
    role = await queries.find_role(session, actor, role_id)
    if role is None:
        raise not_found("role")
    return role


async def _own(session: Database, actor: Actor, role_id: UUID) -> Role:
    role = await _find(session, actor, role_id)
    if role.shipped is not None:
        raise Problem(
            409,
            "shipped-role",
            f"{role.name} comes with the product and stays as it is: copy it, and change the copy.",
        )
    return role


def _check(actor: Actor, grants: Grants) -> None:
    if not may_grant(actor, grants):
        raise Problem(
            403, "more-than-own", "This gives more than your own roles do: ask an administrator."
        )
