"""Who works together."""

from collections.abc import Collection
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import invalid, not_found, problems, refuse_in_use, refuse_taken
from api.teams.schemas import NewTeam, TeamChanges, TeamOut
from db.business_units.queries import unit_exists
from db.live import announce_access
from db.users import teams
from db.users.queries import find_users
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/teams", tags=["teams"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.DELETE))]

_TAKEN: Final = (
    "teams_organisation_id_name_key",
    "name",
    "There is a team of this name already.",
)


@router.get("", operation_id="listTeams", responses=problems(401, 403, 422))
async def list_teams(actor: _MayRead, session: Database, page: AskedPage) -> Page[TeamOut]:
    """List the teams with their members."""
    return page_of(await teams.list_teams(session, actor, page), TeamOut.of)


@router.post(
    "",
    operation_id="createTeam",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_team(actor: _MayCreate, session: Database, body: NewTeam) -> TeamOut:
    """Make a team."""
    await _check(session, actor, body.member_ids, body.business_unit_id)
    with refuse_taken(*_TAKEN):
        team_id = await teams.create_team(
            session,
            actor.organisation_id,
            name=body.name,
            business_unit_id=body.business_unit_id or actor.unit_id,
            member_ids=set(body.member_ids),
        )
    await announce_access(session, actor.organisation_id, body.member_ids)
    return TeamOut.of(await _row(session, actor, team_id))


@router.get("/{team_id}", operation_id="getTeam", responses=problems(401, 403, 404, 422))
async def get_team(team_id: UUID, actor: _MayRead, session: Database) -> TeamOut:
    """Show one team with its members."""
    return TeamOut.of(await _row(session, actor, team_id))


@router.patch("/{team_id}", operation_id="changeTeam", responses=problems(401, 403, 404, 409, 422))
async def change_team(
    team_id: UUID, actor: _MayWrite, session: Database, body: TeamChanges
) -> TeamOut:
    """Rename a team, move it, or say who is in it. What is the team's is at once its members' alone."""
    row = await _row(session, actor, team_id)
    await _check(session, actor, body.member_ids or (), body.business_unit_id)
    with refuse_taken(*_TAKEN):
        changes = body.model_dump(exclude_none=True, exclude={"member_ids"})
        await teams.change_team(session, row.team, changes)
    if body.member_ids is not None:
        await teams.set_members(session, team_id, set(body.member_ids))
    concerned = {*(user.id for user in row.members), *(body.member_ids or ())}
    await announce_access(session, actor.organisation_id, concerned)
    return TeamOut.of(await _row(session, actor, team_id))


@router.delete(
    "/{team_id}",
    operation_id="deleteTeam",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_team(team_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Delete a team that owns nothing."""
    row = await _row(session, actor, team_id)
    with refuse_in_use("team"):
        await teams.delete_team(session, row.team)
    await announce_access(session, actor.organisation_id, [user.id for user in row.members])


async def _row(session: Database, actor: Actor, team_id: UUID) -> teams.TeamRow:
    row = await teams.find_team(session, actor, team_id)
    if row is None:
        raise not_found("team")
    return row


async def _check(
    session: Database, actor: Actor, member_ids: Collection[UUID], unit_id: UUID | None
) -> None:
    members = await find_users(session, actor.organisation_id, member_ids)
    if len(members) < len(set(member_ids)):
        raise invalid("member_ids", "Not all of these are users of the organisation.")
    if unit_id is not None and not await unit_exists(session, actor.organisation_id, unit_id):
        raise invalid("business_unit_id", "There is no such business unit.")
