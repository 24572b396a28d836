"""Who is away, and who does what is theirs meanwhile."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.absences.schemas import AbsenceOut, AbsencesOut, NewAbsence
from api.auth import May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.problems import invalid, not_found, problems
from db.users import absences
from db.users.queries import find_users
from db.visibility import ownership_of
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/absences", tags=["absences"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.USER, Privilege.READ))]
# who is away leaves the own items to others
_MayAssign = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.ASSIGN))]


@router.get("", operation_id="listAbsences", responses=problems(401, 403, 422))
async def list_absences(
    actor: _MayRead, session: Database, now: Now, user_id: UUID | None = None
) -> AbsencesOut:
    """List who is away now or will be, the first one first."""
    found = await absences.list_absences(session, actor, now=now, user_id=user_id)
    return AbsencesOut(items=[AbsenceOut.of(row) for row in found])


@router.post(
    "",
    operation_id="addAbsence",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def add_absence(
    body: NewAbsence, actor: _MayAssign, session: Database, now: Now
) -> AbsenceOut:
    """Note that somebody is away: oneself, or whoever's items one may hand over."""
    user_id = body.user_id or actor.user_id
    named = {user_id} | ({body.cover_user_id} if body.cover_user_id else set())
    known = {user.id for user in await find_users(session, actor.organisation_id, named)}
    for field, wanted in (("user_id", user_id), ("cover_user_id", body.cover_user_id)):
        if wanted is not None and wanted not in known:
            raise invalid(field, "There is no such active user.")
    if body.cover_user_id == user_id:
        raise invalid("cover_user_id", "Nobody stands in for themselves: name a colleague.")
    if body.ends_at <= now:
        raise invalid("ends_at", "This is in the past: name a later time.")
    await _require(session, actor, user_id)
    absence_id = await absences.add(
        session,
        actor,
        user_id,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        cover_user_id=body.cover_user_id,
    )
    row = await absences.find_absence(session, actor, absence_id)
    assert row is not None  # noqa: S101 - it has just been stored
    return AbsenceOut.of(row)


@router.delete(
    "/{absence_id}",
    operation_id="removeAbsence",
    status_code=204,
    responses=problems(401, 403, 404),
)
async def remove_absence(absence_id: UUID, actor: _MayAssign, session: Database) -> None:
    """Take an absence back: from then on everybody has their own items again."""
    row = await absences.find_absence(session, actor, absence_id)
    if row is None:
        raise not_found("absence")
    await _require(session, actor, row.user.id)
    await absences.remove(session, absence_id)


async def _require(session: Database, actor: Actor, user_id: UUID) -> None:
    """Refuse who may not hand over this user's items. Who only stands in for somebody does not say for how long."""
    owned = await ownership_of(session, user_id, None)
    require(replace(actor, covers=frozenset()), Entity.WORK_ITEM, Privilege.ASSIGN, owned)
