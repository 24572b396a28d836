"""What an administrator decides for the whole organisation."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.organisation.schemas import OrganisationSettingsChanges, OrganisationSettingsOut
from api.problems import invalid, problems
from db.organisations.tables import Organisation
from db.retention.tables import RetentionRun
from domain.privileges import Actor, Entity, Privilege
from domain.quiet_hours import chosen

router = APIRouter(prefix="/organisation", tags=["organisation"])

_MayRead = Annotated[Actor, Depends(May(Entity.ORGANISATION, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.ORGANISATION, Privilege.WRITE))]


@router.get("", operation_id="getOrganisation", responses=problems(401, 403))
async def get_organisation(actor: _MayRead, session: Database) -> OrganisationSettingsOut:
    """Show the organisation with its settings."""
    return await _shown(session, await session.get_one(Organisation, actor.organisation_id))


@router.patch("", operation_id="changeOrganisation", responses=problems(401, 403, 422))
async def change_organisation(
    actor: _MayWrite, session: Database, body: OrganisationSettingsChanges
) -> OrganisationSettingsOut:
    """Change the organisation's settings."""
    organisation = await session.get_one(Organisation, actor.organisation_id)
    changes = body.model_dump(exclude_none=True, exclude={"retention"})
    _check_hours(organisation, changes)
    for name, value in changes.items():
        setattr(organisation, name, value)
    if body.retention is not None:
        organisation.retention = organisation.retention | body.retention
    await session.flush()
    return await _shown(session, organisation)


def _check_hours(organisation: Organisation, changes: Mapping[str, Any]) -> None:
    """Refuse hours in which no text may go out, or more than the law lets; whoever leaves them alone keeps them."""
    named = [name for name in ("allowed_from", "allowed_until") if name in changes]
    if not named:
        return
    try:
        chosen(
            changes.get("allowed_from", organisation.allowed_from),
            changes.get("allowed_until", organisation.allowed_until),
        )
    except ValueError as error:
        raise invalid(named[-1], f"{error}.") from error


async def _shown(session: Database, organisation: Organisation) -> OrganisationSettingsOut:
    last_run = await session.get(RetentionRun, organisation.id)
    return OrganisationSettingsOut.of(organisation, last_run)
