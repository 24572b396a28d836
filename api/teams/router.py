"""Who works together."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import invalid, problems, refuse_taken
from api.schemas import UserRef
from api.teams.schemas import NewTeam, TeamOut
from db.users import queries
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/teams", tags=["teams"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.TEAM, Privilege.CREATE))]


@router.get("", operation_id="listTeams", responses=problems(401, 403, 422))
async def list_teams(actor: _MayRead, session: Database, page: AskedPage) -> Page[TeamOut]:
    """List the teams with their members."""
    return page_of(await queries.list_teams(session, actor, page), TeamOut.of)


@router.post(
    "",
    operation_id="createTeam",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_team(actor: _MayCreate, session: Database, body: NewTeam) -> TeamOut:
    """Make a team."""
    members = await queries.find_users(session, actor.organisation_id, body.member_ids)
    if len(members) < len(set(body.member_ids)):
        raise invalid("member_ids", "Not all of these are users of the organisation.")
    with refuse_taken(
        "teams_organisation_id_name_key", "name", "There is a team of this name already."
    ):
        team_id = await queries.create_team(
            session,
            actor.organisation_id,
            name=body.name,
            member_ids=[user.id for user in members],
        )
    return TeamOut(id=team_id, name=body.name, members=[UserRef.of(user) for user in members])
