"""Which parts an organisation has, and which is part of which."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.business_units.tables import BusinessUnit
from db.organisations.tables import Organisation
from db.pages import PageOf, PageRequest, read_page
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor


class UnitCycle(Exception):
    """A unit would be part of itself, or of one that is part of it."""


async def list_units(
    session: AsyncSession, actor: Actor, page: PageRequest
) -> PageOf[BusinessUnit]:
    """Return the units, the oldest first, and so the root before all."""
    statement = select(BusinessUnit).where(visible_to(actor, BusinessUnit))
    return await read_page(session, statement, lambda unit: unit, page=page, keys=[BusinessUnit.id])


async def find_unit(session: AsyncSession, actor: Actor, unit_id: UUID) -> BusinessUnit | None:
    """Return the unit if the actor may see it."""
    return await session.scalar(
        select(BusinessUnit).where(BusinessUnit.id == unit_id, visible_to(actor, BusinessUnit))
    )


async def unit_exists(session: AsyncSession, organisation_id: UUID, unit_id: UUID) -> bool:
    """Return whether the organisation has this unit."""
    found = await session.scalar(
        select(BusinessUnit.id).where(
            BusinessUnit.id == unit_id, BusinessUnit.organisation_id == organisation_id
        )
    )
    return found is not None


async def create_unit(
    session: AsyncSession, organisation_id: UUID, *, name: str, parent_id: UUID
) -> BusinessUnit:
    """Store a unit. Its name must be free: `business_units_organisation_id_name_key` refuses it otherwise."""
    unit = BusinessUnit(organisation_id=organisation_id, name=name, parent_id=parent_id)
    session.add(unit)
    await session.flush()
    return unit


async def change_unit(
    session: AsyncSession, unit: BusinessUnit, changes: Mapping[str, Any]
) -> None:
    """Rename or move a unit. Raises UnitCycle; moves in one organisation wait for each other."""
    if "parent_id" in changes:
        await session.scalar(
            select(Organisation.id).where(Organisation.id == unit.organisation_id).with_for_update()
        )
        if changes["parent_id"] in await within(session, unit.id):
            raise UnitCycle
    for name, value in changes.items():
        setattr(unit, name, value)
    await session.flush()


async def delete_unit(session: AsyncSession, unit: BusinessUnit) -> None:
    """Delete a unit. One that has users, teams or units is refused by the foreign keys."""
    await session.delete(unit)
    await session.flush()


async def within(session: AsyncSession, unit_id: UUID) -> set[UUID]:
    """Return the unit and all that are part of it, at any depth."""
    tree = select(BusinessUnit.id).where(BusinessUnit.id == unit_id).cte("units", recursive=True)
    tree = tree.union(select(BusinessUnit.id).join(tree, BusinessUnit.parent_id == tree.c.id))
    return set(await session.scalars(select(tree.c.id)))


async def users_above(session: AsyncSession, unit_id: UUID) -> list[UUID]:
    """Return the users of the unit and of all that it is part of."""
    chain = (
        select(BusinessUnit.id, BusinessUnit.parent_id)
        .where(BusinessUnit.id == unit_id)
        .cte("units", recursive=True)
    )
    chain = chain.union(
        select(BusinessUnit.id, BusinessUnit.parent_id).where(BusinessUnit.id == chain.c.parent_id)
    )
    found = await session.scalars(
        select(User.id).where(User.business_unit_id.in_(select(chain.c.id)))
    )
    return list(found)
