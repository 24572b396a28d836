"""How the organisation runs its work list: kept with the organisation, its defaults in domain/work_list_settings.py."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.organisations.tables import Organisation
from domain.work_list_settings import WorkListSettings


async def get_settings(session: AsyncSession, organisation_id: UUID) -> WorkListSettings:
    """Return the settings of the organisation. Raises NoResultFound."""
    found = await session.execute(
        select(Organisation.work_list).where(Organisation.id == organisation_id)
    )
    return WorkListSettings.model_validate(found.scalar_one())


async def put_settings(
    session: AsyncSession, organisation_id: UUID, settings: WorkListSettings
) -> None:
    """Replace the settings of the organisation."""
    await session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(work_list=settings.model_dump(mode="json"))
    )
