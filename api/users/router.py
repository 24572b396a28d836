"""Who works here, where, and in which roles."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May, require
from api.context import Database, InContext
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems, refuse_taken
from api.session.schemas import UserOut
from api.users.schemas import NewUser, UserChanges
from db.business_units.queries import unit_exists
from db.live import announce_access
from db.roles.queries import find_roles, grants_of
from db.users import queries, sign_in
from domain.privileges import NOBODYS, Actor, Entity, Grants, Privilege, combined, may_grant
from domain.roles import SHIPPED

router = APIRouter(prefix="/users", tags=["users"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.USER, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.USER, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.USER, Privilege.WRITE))]


@router.get("", operation_id="listUsers", responses=problems(401, 403, 422))
async def list_users(actor: _MayRead, session: Database, page: AskedPage) -> Page[UserOut]:
    """List everybody of the organisation."""
    return page_of(await queries.list_users(session, actor, page), UserOut.of)


@router.post(
    "",
    operation_id="createUser",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_user(
    actor: _MayCreate, session: Database, context: InContext, body: NewUser
) -> UserOut:
    """Add somebody to the organisation, with roles that give no more than yours do."""
    given = await _grants_of(session, actor, body.role_ids)
    _check_grants(actor, combined(given, SHIPPED[body.role]) if body.role else given)
    await _check_unit(session, actor, body.business_unit_id)
    password_hash = await context.passwords.hash(body.password)
    with refuse_taken("users_email_key", "email", "Somebody has this e-mail address already."):
        user = await queries.create_user(
            session,
            actor.organisation_id,
            email=body.email,
            first_name=body.first_name,
            last_name=body.last_name,
            password_hash=password_hash,
            business_unit_id=body.business_unit_id or actor.unit_id,
            role_ids=body.role_ids,
            role=body.role,
        )
    return UserOut.of(await queries.get_user(session, user.id))


@router.get("/{user_id}", operation_id="getUser", responses=problems(401, 403, 404, 422))
async def get_user(user_id: UUID, actor: _MayRead, session: Database) -> UserOut:
    """Show one user."""
    return UserOut.of(await _row(session, actor, user_id))


@router.patch("/{user_id}", operation_id="changeUser", responses=problems(401, 403, 404, 409, 422))
async def change_user(
    user_id: UUID, actor: _MayWrite, session: Database, context: InContext, body: UserChanges
) -> UserOut:
    """Change a user: the name, the business unit, the roles, whether the user may sign in, or a forgotten password.

    Roles can be given and taken only by who may assign users, and only such as give no more than one's own. A password
    is set only for others whose roles give no more than one's own; one's own is changed with the current one.
    """
    row = await _row(session, actor, user_id)
    require(actor, Entity.USER, Privilege.WRITE, NOBODYS)
    if body.role_ids is not None:
        require(actor, Entity.USER, Privilege.ASSIGN, NOBODYS)
        _check_grants(actor, await _grants_of(session, actor, body.role_ids))
    await _check_unit(session, actor, body.business_unit_id)
    changes = body.model_dump(exclude_none=True, exclude={"role_ids", "password"})
    if body.password is not None:
        _check_password(actor, row)
        changes["password_hash"] = await context.passwords.hash(body.password)
    try:
        await queries.change_user(session, row.user, changes, role_ids=body.role_ids)
    except queries.LastAdministrator as error:
        raise Problem(
            409,
            "last-administrator",
            "Nobody would be left to administer the organisation: make somebody else an administrator first.",
        ) from error
    if body.password is not None:
        await sign_in.close_sessions(session, user_id)
    await announce_access(session, actor.organisation_id, [user_id])
    return UserOut.of(await _row(session, actor, user_id))


def _check_password(actor: Actor, row: queries.UserRow) -> None:
    """Refuse to set a password with which the actor could sign in as somebody who may do more."""
    if row.user.id == actor.user_id:
        raise invalid(
            "password", "Change your own with the current one: in the menu under your name."
        )
    _check_grants(actor, sign_in.grants_of(row.roles), "This user's roles")


async def _row(session: Database, actor: Actor, user_id: UUID) -> queries.UserRow:
    row = await queries.find_user(session, actor, user_id)
    if row is None:
        raise not_found("user")
    return row


async def _grants_of(session: Database, actor: Actor, role_ids: Collection[UUID]) -> Grants:
    roles = await find_roles(session, actor.organisation_id, role_ids)
    if len(roles) < len(set(role_ids)):
        raise invalid("role_ids", "Not all of these are roles of the organisation.")
    return combined(*(grants_of(role) for role in roles))


def _check_grants(actor: Actor, grants: Grants, roles: str = "These roles") -> None:
    if not may_grant(actor, grants):
        raise Problem(
            403,
            "more-than-own",
            f"{roles} give more than yours do: ask somebody who holds them.",
        )


async def _check_unit(session: Database, actor: Actor, unit_id: UUID | None) -> None:
    if unit_id is not None and not await unit_exists(session, actor.organisation_id, unit_id):
        raise invalid("business_unit_id", "There is no such business unit.")
