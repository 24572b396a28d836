"""Who works here, in which teams, and who is signed in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.organisations.tables import Organisation
from db.pages import PageOf, PageRequest, read_page
from db.users.tables import Session, Team, TeamMember, User
from db.visibility import visible_to
from domain.privileges import Actor
from domain.users import Role

_KEEP_EXPIRED = timedelta(days=7)


class SignIn(NamedTuple):
    """One session with whose it is."""

    expires_at: datetime
    user: User
    organisation: Organisation
    team_ids: frozenset[UUID]

    @property
    def actor(self) -> Actor:
        return Actor(self.user.id, self.user.organisation_id, self.user.role, self.team_ids)


class TeamRow(NamedTuple):
    team: Team
    members: list[User]


async def find_sign_in(session: AsyncSession, token_hash: bytes) -> SignIn | None:
    """Return the sign-in of an active user that this token belongs to, expired or not."""
    teams = (
        select(func.array_agg(TeamMember.team_id))
        .where(TeamMember.user_id == Session.user_id)
        .scalar_subquery()
    )
    found = await session.execute(
        select(Session.expires_at, User, Organisation, teams)
        .join(User, User.id == Session.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(Session.token_hash == token_hash, User.is_active)
    )
    row = found.one_or_none()
    if row is None:
        return None
    expires_at, user, organisation, team_ids = row
    return SignIn(expires_at, user, organisation, frozenset(team_ids or ()))


async def find_user_by_email(session: AsyncSession, email: str) -> tuple[User, Organisation] | None:
    """Return the active user with this e-mail address, in any case, and the organisation."""
    found = await session.execute(
        select(User, Organisation)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.email == email.lower(), User.is_active)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def open_session(
    session: AsyncSession, user_id: UUID, *, token_hash: bytes, now: datetime, expires_at: datetime
) -> None:
    """Sign a user in; sessions of the user that expired long ago are forgotten."""
    await session.execute(
        delete(Session).where(Session.user_id == user_id, Session.expires_at < now - _KEEP_EXPIRED)
    )
    await session.execute(
        insert(Session).values(token_hash=token_hash, user_id=user_id, expires_at=expires_at)
    )


async def close_session(session: AsyncSession, token_hash: bytes) -> None:
    """Sign out."""
    await session.execute(delete(Session).where(Session.token_hash == token_hash))


async def list_users(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[User]:
    """Return users by age of their account."""
    statement = select(User).where(visible_to(actor, User))
    return await read_page(session, statement, lambda user: user, page=page, keys=[User.id])


async def find_users(
    session: AsyncSession, organisation_id: UUID, user_ids: Collection[UUID]
) -> list[User]:
    """Return those of `user_ids` who are active users of the organisation."""
    found = await session.scalars(
        select(User).where(
            User.organisation_id == organisation_id, User.id.in_(user_ids), User.is_active
        )
    )
    return list(found)


async def users_by_email(
    session: AsyncSession, organisation_id: UUID, emails: Collection[str]
) -> dict[str, UUID]:
    """Return the ids of the organisation's active users with these addresses, by address."""
    found = await session.execute(
        select(User.email, User.id).where(
            User.organisation_id == organisation_id, User.email.in_(emails), User.is_active
        )
    )
    return {row.email: row.id for row in found}


async def create_user(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    password_hash: str,
) -> User:
    """Store a new user. The address must be free: `users_email_key` refuses it otherwise."""
    user = User(
        organisation_id=organisation_id,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        role=role,
        password_hash=password_hash,
    )
    session.add(user)
    await session.flush()
    return user


async def create_organisation(session: AsyncSession, name: str) -> UUID:
    """Store a new organisation with the default quiet hours, and return its id."""
    return (
        await session.execute(insert(Organisation).values(name=name).returning(Organisation.id))
    ).scalar_one()


async def list_teams(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[TeamRow]:
    """Return teams with their members, by age of the team."""
    statement = select(Team).where(visible_to(actor, Team))
    teams = await read_page(session, statement, lambda team: team, page=page, keys=[Team.id])
    members: dict[UUID, list[User]] = {team.id: [] for team in teams.rows}
    found = await session.execute(
        select(TeamMember.team_id, User)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.team_id.in_(members))
        .order_by(User.id)
    )
    for team_id, user in found:
        members[team_id].append(user)
    return PageOf([TeamRow(team, members[team.id]) for team in teams.rows], teams.next)


async def create_team(
    session: AsyncSession, organisation_id: UUID, *, name: str, member_ids: Collection[UUID]
) -> UUID:
    """Store a new team. Its name must be free: `teams_organisation_id_name_key` refuses it otherwise."""
    team_id = (
        await session.execute(
            insert(Team).values(organisation_id=organisation_id, name=name).returning(Team.id)
        )
    ).scalar_one()
    if member_ids:
        await session.execute(
            insert(TeamMember), [{"team_id": team_id, "user_id": user_id} for user_id in member_ids]
        )
    return team_id


async def team_exists(session: AsyncSession, organisation_id: UUID, team_id: UUID) -> bool:
    """Return whether the organisation has this team."""
    count = await session.scalar(
        select(func.count()).where(Team.id == team_id, Team.organisation_id == organisation_id)
    )
    return bool(count)
