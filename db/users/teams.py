"""Who works together."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.pages import PageOf, PageRequest, read_page
from db.users.tables import Team, TeamMember, User
from db.visibility import visible_to
from domain.privileges import Actor


class TeamRow(NamedTuple):
    team: Team
    members: list[User]


async def list_teams(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[TeamRow]:
    """Return teams with their members, by age of the team."""
    statement = select(Team).where(visible_to(actor, Team))
    teams = await read_page(session, statement, lambda team: team, page=page, keys=[Team.id])
    return PageOf(await _with_members(session, teams.rows), teams.next)


async def find_team(session: AsyncSession, actor: Actor, team_id: UUID) -> TeamRow | None:
    """Return the team with its members if the actor may see it."""
    team = await session.scalar(select(Team).where(visible_to(actor, Team), Team.id == team_id))
    return None if team is None else (await _with_members(session, [team]))[0]


async def create_team(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    name: str,
    business_unit_id: UUID,
    member_ids: Collection[UUID],
) -> UUID:
    """Store a new team. Its name must be free: `teams_organisation_id_name_key` refuses it otherwise."""
    team = Team(organisation_id=organisation_id, name=name, business_unit_id=business_unit_id)
    session.add(team)
    await session.flush()
    await set_members(session, team.id, member_ids)
    return team.id


async def change_team(session: AsyncSession, team: Team, changes: Mapping[str, Any]) -> None:
    """Rename or move a team; the same constraint guards its name."""
    for name, value in changes.items():
        setattr(team, name, value)
    await session.flush()


async def set_members(session: AsyncSession, team_id: UUID, member_ids: Collection[UUID]) -> None:
    """Have a team consist of these users."""
    await session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
    if member_ids:
        await session.execute(
            insert(TeamMember), [{"team_id": team_id, "user_id": user_id} for user_id in member_ids]
        )


async def delete_team(session: AsyncSession, team: Team) -> None:
    """Delete a team. One that owns numbers or records is refused by the foreign keys."""
    await set_members(session, team.id, ())
    await session.delete(team)
    await session.flush()


async def team_exists(session: AsyncSession, organisation_id: UUID, team_id: UUID) -> bool:
    """Return whether the organisation has this team."""
    found = await session.scalar(
        select(Team.id).where(Team.id == team_id, Team.organisation_id == organisation_id)
    )
    return found is not None


async def is_member(session: AsyncSession, team_id: UUID, user_id: UUID) -> bool:
    """Return whether the user is in the team."""
    return await session.get(TeamMember, (team_id, user_id)) is not None


async def _with_members(session: AsyncSession, teams: Sequence[Team]) -> list[TeamRow]:
    members: dict[UUID, list[User]] = {team.id: [] for team in teams}
    found = await session.execute(
        select(TeamMember.team_id, User)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id.in_(members))
        .order_by(User.id)
    )
    for team_id, user in found:
        members[team_id].append(user)
    return [TeamRow(team, members[team.id]) for team in teams]
