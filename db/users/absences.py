"""Who is away, and who stands for whom meanwhile?

A user is away while an absence holds, or once deactivated. The colleague whom an absence names stands in if that one is
there; else every member of the user's teams who is. What nobody stands in for is unattended.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.users.tables import Absence, TeamMember, User
from domain.privileges import Actor

Instant = datetime | ColumnElement[Any]


class AbsenceRow(NamedTuple):
    """An absence with whose it is, and who was asked to stand in."""

    absence: Absence
    user: User
    cover: User | None


def covers_of(now: Instant) -> ScalarSelect[Any]:
    """Return the ids of the users for whom a selected user stands in at `now`, as an array; null for none."""
    absence, inactive = aliased(Absence), aliased(User)
    # whoever is away: few, so that the many who are there cost nothing
    away = union(
        select(absence.user_id.label("id"))
        .where(absence.organisation_id == User.organisation_id, _holds(absence, now))
        .correlate(User),
        select(inactive.id)
        .where(inactive.organisation_id == User.organisation_id, not_(inactive.is_active))
        .correlate(User),
    ).subquery()
    mine, theirs = aliased(TeamMember), aliased(TeamMember)
    shares_team = (
        exists(literal(1))
        .where(mine.user_id == User.id, theirs.team_id == mine.team_id, theirs.user_id == away.c.id)
        .correlate_except(mine, theirs)
    )
    return (
        select(func.array_agg(away.c.id))
        .where(
            away.c.id != User.id,
            _is_there(User, now),
            or_(
                _names(away.c.id, User.id, now),
                and_(shares_team, not_(_is_covered_by_name(away.c.id, now))),
            ),
        )
        .correlate(User)
        .scalar_subquery()
    )


def is_unattended(user_id: ColumnElement[Any], team_id: ColumnElement[Any], now: Instant) -> Any:
    """Return whether what belongs to a user, or to a team, is seen by nobody at `now`."""
    user, member, colleague = aliased(User), aliased(TeamMember), aliased(User)
    mates = (
        exists(literal(1))
        .where(
            member.team_id.in_(
                select(TeamMember.team_id).where(TeamMember.user_id == user.id).correlate(user)
            ),
            colleague.id == member.user_id,
            colleague.id != user.id,
            _is_there(colleague, now),
        )
        .correlate_except(member, colleague)
    )
    nobody_for_user = (
        exists(literal(1))
        .where(
            user.id == user_id,
            not_(_is_there(user, now)),
            not_(_is_covered_by_name(user.id, now)),
            not_(mates),
        )
        .correlate_except(user)
    )
    anybody_of_team = (
        exists(literal(1))
        .where(member.team_id == team_id, colleague.id == member.user_id, _is_there(colleague, now))
        .correlate_except(member, colleague)
    )
    return or_(nobody_for_user, and_(team_id.is_not(None), not_(anybody_of_team)))


async def add(
    session: AsyncSession,
    actor: Actor,
    user_id: UUID,
    *,
    starts_at: datetime,
    ends_at: datetime,
    cover_user_id: UUID | None,
) -> UUID:
    """Note that a user is away, and return the absence's id."""
    absence = Absence(
        organisation_id=actor.organisation_id,
        user_id=user_id,
        starts_at=starts_at,
        ends_at=ends_at,
        cover_user_id=cover_user_id,
        created_by=actor.user_id,
    )
    session.add(absence)
    await session.flush()
    return absence.id


async def list_absences(
    session: AsyncSession, actor: Actor, *, now: datetime, user_id: UUID | None = None
) -> Sequence[AbsenceRow]:
    """Return absences of the organisation that have not ended by `now`, the first one first, at most 200."""
    statement = (
        _absences(actor)
        .where(Absence.ends_at > now)
        .order_by(Absence.starts_at, Absence.id)
        .limit(200)
    )
    if user_id is not None:
        statement = statement.where(Absence.user_id == user_id)
    return [AbsenceRow(*row) for row in await session.execute(statement)]


async def find_absence(session: AsyncSession, actor: Actor, absence_id: UUID) -> AbsenceRow | None:
    """Return an absence of the organisation."""
    found = await session.execute(_absences(actor).where(Absence.id == absence_id))
    row = found.one_or_none()
    return None if row is None else AbsenceRow(*row)


async def remove(session: AsyncSession, absence_id: UUID) -> None:
    """Take an absence back."""
    await session.execute(delete(Absence).where(Absence.id == absence_id))


def _absences(actor: Actor) -> Select[Absence, User, User | None]:
    cover = aliased(User)
    return (
        select(Absence, User, cover)
        .join(User, User.id == Absence.user_id)
        .outerjoin(cover, cover.id == Absence.cover_user_id)
        .where(Absence.organisation_id == actor.organisation_id)
    )


def _holds(absence: Any, now: Instant) -> ColumnElement[bool]:
    return and_(absence.starts_at <= now, absence.ends_at > now)


def _is_there(user: Any, now: Instant) -> ColumnElement[bool]:
    absence = aliased(Absence)
    is_absent = (
        exists(literal(1))
        .where(absence.user_id == user.id, _holds(absence, now))
        .correlate_except(absence)
    )
    return and_(user.is_active, not_(is_absent))


def _names(user_id: Any, cover_id: Any, now: Instant) -> ColumnElement[bool]:
    absence = aliased(Absence)
    return (
        exists(literal(1))
        .where(absence.user_id == user_id, absence.cover_user_id == cover_id, _holds(absence, now))
        .correlate_except(absence)
    )


def _is_covered_by_name(user_id: Any, now: Instant) -> ColumnElement[bool]:
    absence, cover = aliased(Absence), aliased(User)
    return (
        exists(literal(1))
        .where(
            absence.user_id == user_id,
            _holds(absence, now),
            cover.id == absence.cover_user_id,
            _is_there(cover, now),
        )
        .correlate_except(absence, cover)
    )
