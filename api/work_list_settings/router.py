"""How the organisation runs its work list: what comes first, how many texts at once, how long they can be undone."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import May, require
from api.context import Database
from api.problems import problems
from api.work_list_settings.schemas import WorkListSettingsOut
from db.work_items.settings import get_settings, put_settings
from domain.privileges import NOBODYS, Actor, Entity, Privilege
from domain.work_list_settings import WorkListSettings

router = APIRouter(prefix="/work-list-settings", tags=["work items"])

_MayRead = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.WRITE))]


@router.get("", operation_id="getWorkListSettings", responses=problems(401, 403))
async def get_work_list_settings(actor: _MayRead, session: Database) -> WorkListSettingsOut:
    """Show what comes first on the work list, and why."""
    return WorkListSettingsOut.of(await get_settings(session, actor.organisation_id))


@router.put("", operation_id="putWorkListSettings", responses=problems(401, 403, 422))
async def put_work_list_settings(
    body: WorkListSettings, actor: _MayWrite, session: Database
) -> WorkListSettingsOut:
    """Set what comes first, for everybody: a manager's. What is left out goes back to its default."""
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, NOBODYS)
    await put_settings(session, actor.organisation_id, body)
    return WorkListSettingsOut.of(body)
