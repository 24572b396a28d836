"""The parts of the organisation: a tree."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.business_units.schemas import BusinessUnitChanges, BusinessUnitOut, NewBusinessUnit
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems, refuse_in_use, refuse_taken
from db.business_units import queries
from db.business_units.tables import BusinessUnit
from db.live import announce_access
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/business-units", tags=["business units"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.BUSINESS_UNIT, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.BUSINESS_UNIT, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.BUSINESS_UNIT, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.BUSINESS_UNIT, Privilege.DELETE))]

_TAKEN: Final = (
    "business_units_organisation_id_name_key",
    "name",
    "There is a business unit of this name already.",
)


@router.get("", operation_id="listBusinessUnits", responses=problems(401, 403, 422))
async def list_business_units(
    actor: _MayRead, session: Database, page: AskedPage
) -> Page[BusinessUnitOut]:
    """List the business units, the one that all are part of first."""
    found = await queries.list_units(session, actor, page)
    return page_of(found, BusinessUnitOut.model_validate)


@router.post(
    "",
    operation_id="createBusinessUnit",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_business_unit(
    actor: _MayCreate, session: Database, body: NewBusinessUnit
) -> BusinessUnitOut:
    """Make a business unit within another."""
    await _check_parent(session, actor, body.parent_id)
    with refuse_taken(*_TAKEN):
        unit = await queries.create_unit(
            session, actor.organisation_id, name=body.name, parent_id=body.parent_id
        )
    await _announce(session, actor, unit.id)
    return BusinessUnitOut.model_validate(unit)


@router.get("/{unit_id}", operation_id="getBusinessUnit", responses=problems(401, 403, 404, 422))
async def get_business_unit(unit_id: UUID, actor: _MayRead, session: Database) -> BusinessUnitOut:
    """Show one business unit."""
    return BusinessUnitOut.model_validate(await _find(session, actor, unit_id))


@router.patch(
    "/{unit_id}", operation_id="changeBusinessUnit", responses=problems(401, 403, 404, 409, 422)
)
async def change_business_unit(
    unit_id: UUID, actor: _MayWrite, session: Database, body: BusinessUnitChanges
) -> BusinessUnitOut:
    """Rename a business unit, or make it part of another, with all that is part of it."""
    unit = await _find(session, actor, unit_id)
    changes = body.model_dump(exclude_none=True)
    if body.parent_id is not None:
        await _check_parent(session, actor, body.parent_id)
        # those above the old place and those above the new one
        await _announce(session, actor, unit_id)
    try:
        with refuse_taken(*_TAKEN):
            await queries.change_unit(session, unit, changes)
    except queries.UnitCycle as error:
        raise Problem(
            409, "unit-cycle", "A unit cannot be part of itself, or of one that is part of it."
        ) from error
    if body.parent_id is not None:
        await _announce(session, actor, unit_id)
    return BusinessUnitOut.model_validate(unit)


@router.delete(
    "/{unit_id}",
    operation_id="deleteBusinessUnit",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422),
)
async def delete_business_unit(unit_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Delete a business unit that nobody and nothing belongs to."""
    unit = await _find(session, actor, unit_id)
    await _announce(session, actor, unit_id)
    with refuse_in_use("business unit"):
        await queries.delete_unit(session, unit)


async def _find(session: Database, actor: Actor, unit_id: UUID) -> BusinessUnit:
    unit = await queries.find_unit(session, actor, unit_id)
    if unit is None:
        raise not_found("business unit")
    return unit


async def _check_parent(session: Database, actor: Actor, parent_id: UUID) -> None:
    if await queries.find_unit(session, actor, parent_id) is None:
        raise invalid("parent_id", "There is no such business unit.")


async def _announce(session: Database, actor: Actor, unit_id: UUID) -> None:
    """Tell everybody who may see more or less by this unit's place in the tree."""
    users = await queries.users_above(session, unit_id)
    await announce_access(session, actor.organisation_id, users)
