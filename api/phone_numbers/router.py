"""The numbers the organisation sends from."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.phone_numbers.schemas import NewPhoneNumber, PhoneNumberChanges, PhoneNumberOut
from api.problems import invalid, not_found, problems, refuse_in_use, refuse_taken
from db.providers import queries
from db.providers.tables import PhoneNumber
from db.users.queries import find_users, team_exists
from domain import phone
from domain.numbers import NumberKind
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/phone-numbers", tags=["phone numbers"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.PHONE_NUMBER, Privilege.DELETE))]


@router.get("", operation_id="listPhoneNumbers", responses=problems(401, 403, 422))
async def list_phone_numbers(
    actor: _MayRead, session: Database, page: AskedPage
) -> Page[PhoneNumberOut]:
    """List the numbers with whose they are."""
    found = await queries.list_phone_numbers(session, actor, page)
    return page_of(found, PhoneNumberOut.model_validate)


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
    """Add a number of a provider account. A new default takes the place of its owner's old one."""
    columns = body.model_dump() | {"e164": _parsed(body)}
    await _check_owner(session, actor, columns)
    if await queries.find_provider_account(session, actor, body.provider_account_id) is None:
        raise invalid("provider_account_id", "There is no such provider account.")
    with refuse_taken("phone_numbers_e164_key", "e164", "This number is in use already."):
        number = await queries.insert_phone_number(
            session, organisation_id=actor.organisation_id, **columns
        )
    return PhoneNumberOut.model_validate(number)


@router.get("/{number_id}", operation_id="getPhoneNumber", responses=problems(401, 403, 404))
async def get_phone_number(number_id: UUID, actor: _MayRead, session: Database) -> PhoneNumberOut:
    """Show one number."""
    return PhoneNumberOut.model_validate(await _find(session, actor, number_id))


@router.patch(
    "/{number_id}", operation_id="changePhoneNumber", responses=problems(401, 403, 404, 422)
)
async def change_phone_number(
    number_id: UUID, actor: _MayWrite, session: Database, body: PhoneNumberChanges
) -> PhoneNumberOut:
    """Give a number to somebody else, make it a default, or change its pace."""
    number = await _find(session, actor, number_id)
    changes = body.model_dump(exclude_unset=True)
    await _check_owner(session, actor, changes)
    for owner, other in (
        ("owner_user_id", "owner_team_id"),
        ("owner_team_id", "owner_user_id"),
    ):
        if changes.get(owner) is not None:
            changes[other] = None
    await queries.update_phone_number(session, number, changes)
    return PhoneNumberOut.model_validate(number)


@router.delete(
    "/{number_id}",
    operation_id="deletePhoneNumber",
    status_code=204,
    responses=problems(401, 403, 404, 409),
)
async def delete_phone_number(number_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Take a number away that no conversation was held over."""
    number = await _find(session, actor, number_id)
    with refuse_in_use("number"):
        await queries.delete_phone_number(session, number.id)


async def _find(session: Database, actor: Actor, number_id: UUID) -> PhoneNumber:
    number = await queries.find_phone_number(session, actor, number_id)
    if number is None:
        raise not_found("phone number")
    return number


def _parsed(body: NewPhoneNumber) -> str:
    if body.kind in (NumberKind.SHORT_CODE, NumberKind.ALPHANUMERIC):
        return body.e164.strip()[:16]
    try:
        return phone.parse(body.e164)
    except phone.InvalidNumber as error:
        raise invalid("e164", str(error)) from error


async def _check_owner(session: Database, actor: Actor, columns: dict[str, Any]) -> None:
    user_id, team_id = columns.get("owner_user_id"), columns.get("owner_team_id")
    if user_id is not None and team_id is not None:
        raise invalid("owner_team_id", "A number belongs to a user or to a team, not to both.")
    if user_id is not None and not await find_users(session, actor.organisation_id, [user_id]):
        raise invalid("owner_user_id", "There is no such user.")
    if team_id is not None and not await team_exists(session, actor.organisation_id, team_id):
        raise invalid("owner_team_id", "There is no such team.")
