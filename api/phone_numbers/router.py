"""The numbers the organisation sends from."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.phone_numbers.schemas import (
    DependentsOut,
    NewPhoneNumber,
    PhoneNumberChanges,
    PhoneNumberOut,
)
from api.phone_numbers.senders import written
from api.problems import Problem, ProblemError, invalid, not_found, problems
from db.providers import numbers, queries
from db.providers.numbers import Dependents
from db.providers.tables import PhoneNumber
from db.users.queries import find_users
from db.users.teams import team_exists
from db.visibility import ownership_of
from domain.numbers import WITHOUT_REPLIES, country_of, default_per_second
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/phone-numbers", tags=["phone numbers"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.DELETE))]

_NULLABLE: Final = frozenset({"country", "daily_cap", "owner_user_id", "owner_team_id"})
_OTHER_OWNER: Final = {"owner_user_id": "owner_team_id", "owner_team_id": "owner_user_id"}


@router.get("", operation_id="listPhoneNumbers", responses=problems(401, 403, 422))
async def list_phone_numbers(
    actor: _MayRead, session: Database, page: AskedPage
) -> Page[PhoneNumberOut]:
    """List the numbers with whose they are, and how long the queue of each is."""
    found = await numbers.list_phone_numbers(session, actor, page)
    waiting = await numbers.waiting_texts(session, [number.id for number in found.rows])
    return page_of(found, lambda number: PhoneNumberOut.of(number, waiting.get(number.id, 0)))


@router.post(
    "",
    operation_id="createPhoneNumber",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_phone_number(
    actor: _MayCreate, session: Database, body: NewPhoneNumber
) -> PhoneNumberOut:
    """Add a number of a provider account, or take a removed one up again.

    A new default takes the place of its owner's old one.
    """
    columns = body.model_dump() | _defaults(body)
    await _check_owner(session, actor, columns)
    if await queries.find_provider_account(session, actor, body.provider_account_id) is None:
        raise invalid("provider_account_id", "There is no such provider account.")
    number = await numbers.insert_phone_number(
        session, organisation_id=actor.organisation_id, **columns
    )
    if number is None:
        message = "This number is in use already."
        raise Problem(409, "taken", message, errors=[ProblemError(path="e164", message=message)])
    return await _shown(session, number)


@router.get("/{number_id}", operation_id="getPhoneNumber", responses=problems(401, 403, 404))
async def get_phone_number(number_id: UUID, actor: _MayRead, session: Database) -> PhoneNumberOut:
    """Show one number, be it that it was removed."""
    number = await numbers.find_phone_number(session, actor, number_id)
    if number is None:
        raise not_found("phone number")
    return await _shown(session, number)


@router.patch(
    "/{number_id}", operation_id="changePhoneNumber", responses=problems(401, 403, 404, 422)
)
async def change_phone_number(
    number_id: UUID, actor: _MayWrite, session: Database, now: Now, body: PhoneNumberChanges
) -> PhoneNumberOut:
    """Give a number to somebody else, make it a default, or change its pace.

    In other hands it is nobody's default, unless it is said to be.
    """
    number = await _find(session, actor, number_id)
    owned = await ownership_of(session, number.owner_user_id, number.owner_team_id)
    require(actor, Entity.PHONE_NUMBER, Privilege.WRITE, owned)
    sent = body.model_dump(exclude_unset=True)
    changes = {
        name: value for name, value in sent.items() if value is not None or name in _NULLABLE
    }
    await _check_owner(session, actor, changes)
    for owner, other in _OTHER_OWNER.items():
        if changes.get(owner) is not None:
            changes[other] = None
    to = [changes.get(owner, getattr(number, owner)) for owner in _OTHER_OWNER]
    if to != [number.owner_user_id, number.owner_team_id]:
        require(actor, Entity.PHONE_NUMBER, Privilege.ASSIGN, owned)
        new_owned = await ownership_of(session, *to)
        require(actor, Entity.PHONE_NUMBER, Privilege.ASSIGN, new_owned)
    if changes.get("owner_user_id", number.owner_user_id) != number.owner_user_id:
        changes.setdefault("is_default", False)
    await numbers.update_phone_number(session, number, changes, now)
    return await _shown(session, number)


@router.get(
    "/{number_id}/dependents",
    operation_id="getPhoneNumberDependents",
    responses=problems(401, 403, 404),
)
async def get_dependents(
    number_id: UUID, actor: _MayWrite, session: Database, now: Now
) -> DependentsOut:
    """Count what goes over a number, and would have to go another way without it."""
    number = await _find(session, actor, number_id)
    return DependentsOut.of(await numbers.dependents_of(session, number.id, now))


@router.delete(
    "/{number_id}",
    operation_id="deletePhoneNumber",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_phone_number(
    number_id: UUID,
    actor: _MayDelete,
    session: Database,
    now: Now,
    replace_with: Annotated[
        UUID | None, Query(description="The number that takes its conversations and enrollments.")
    ] = None,
    leave: Annotated[
        bool,
        Query(description="Leave them: their next text finds another sender, or asks a seller."),
    ] = False,
) -> None:
    """Remove a number. What was said over it stays readable, and replies to it still come in.

    With conversations or enrollments that go over it, say what becomes of them: `replace_with` or `leave`.
    """
    number = await _find(session, actor, number_id)
    if replace_with is not None:
        await _replace(session, actor, number, replace_with, now)
    elif not leave:
        dependents = await numbers.dependents_of(session, number.id, now)
        if any(dependents):
            raise _depended_on(dependents)
    await numbers.remove_phone_number(session, number, now)


async def _find(session: Database, actor: Actor, number_id: UUID) -> PhoneNumber:
    """Return a number that was not removed, or answer that there is none."""
    number = await numbers.find_phone_number(session, actor, number_id)
    if number is None or number.removed_at is not None:
        raise not_found("phone number")
    return number


async def _shown(session: Database, number: PhoneNumber) -> PhoneNumberOut:
    waiting = await numbers.waiting_texts(session, [number.id])
    return PhoneNumberOut.of(number, waiting.get(number.id, 0))


def _defaults(body: NewPhoneNumber) -> dict[str, Any]:
    """Return what the kind and the number tell, where nothing else was said."""
    number = written(body.kind, body.e164)
    return {
        "e164": number,
        "country": body.country or country_of(body.kind, number),
        "per_second": body.per_second or default_per_second(body.kind, number),
        "can_receive": body.kind not in WITHOUT_REPLIES
        if body.can_receive is None
        else body.can_receive,
    }


async def _replace(
    session: Database, actor: Actor, number: PhoneNumber, by_id: UUID, now: Now
) -> None:
    by = await numbers.find_phone_number(session, actor, by_id)
    if by is None or by.removed_at is not None or not by.can_sms or by.id == number.id:
        raise invalid("query.replace_with", "There is no such other number that can text.")
    await numbers.move_dependents(session, number, by, now)


def _depended_on(dependents: Dependents) -> Problem:
    return Problem(
        409,
        "has-dependents",
        f"Running enrollments whose next text leaves from this number: {dependents.enrollments}. Open conversations "
        f"over it: {dependents.conversations}. Say what becomes of them: replace_with=<number id> has them go on over "
        "another number; leave=true leaves them, and their next text finds another sender or becomes a work item.",
    )


async def _check_owner(session: Database, actor: Actor, columns: dict[str, Any]) -> None:
    user_id, team_id = columns.get("owner_user_id"), columns.get("owner_team_id")
    if user_id is not None and team_id is not None:
        raise invalid("owner_team_id", "A number belongs to a user or to a team, not to both.")
    if user_id is not None and not await find_users(session, actor.organisation_id, [user_id]):
        raise invalid("owner_user_id", "There is no such user.")
    if team_id is not None and not await team_exists(session, actor.organisation_id, team_id):
        raise invalid("owner_team_id", "There is no such team.")
