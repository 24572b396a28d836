"""What does every organisation begin with? One business unit, and the shipped roles."""

from uuid import UUID

from sqlalchemy import ScalarSelect, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.business_units.tables import BusinessUnit
from db.organisations.tables import Organisation
from db.roles.tables import Role
from domain import users
from domain.roles import NAMES


async def create_organisation(session: AsyncSession, name: str) -> UUID:
    """Store a new organisation with the default quiet hours, and return its id.

    Its name must be free: `organisations_name_key` refuses it otherwise.
    """
    organisation = Organisation(name=name)
    session.add(organisation)
    await session.flush()
    await found(session, organisation)
    return organisation.id


async def found(session: AsyncSession, organisation: Organisation) -> None:
    """Give a new organisation, which is stored, its unit and its roles."""
    await session.execute(
        insert(BusinessUnit).values(organisation_id=organisation.id, name=organisation.name)
    )
    await session.execute(
        insert(Role),
        [
            {"organisation_id": organisation.id, "name": NAMES[role], "shipped": role}
            for role in users.Role
        ],
    )


def root_unit(organisation_id: UUID) -> ScalarSelect[UUID]:
    """Return the unit that all others of the organisation are part of."""
    return (
        select(BusinessUnit.id)
        .where(BusinessUnit.organisation_id == organisation_id, BusinessUnit.parent_id.is_(None))
        .scalar_subquery()
    )


def shipped_role(organisation_id: UUID, role: users.Role) -> ScalarSelect[UUID]:
    """Return the organisation's row of a shipped role."""
    return (
        select(Role.id)
        .where(Role.organisation_id == organisation_id, Role.shipped == role)
        .scalar_subquery()
    )
