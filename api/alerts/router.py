"""What an administrator must know of: paused accounts, replies that were missed, senders that were refused."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.alerts.schemas import AlertOut
from api.auth import May
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import not_found, problems
from db.alerts import queries
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.ALERT, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.ALERT, Privilege.WRITE))]


@router.get("", operation_id="listAlerts", responses=problems(401, 403, 422))
async def list_alerts(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    is_open: Annotated[
        bool | None, Query(alias="open", description="Only open ones, or only those that are over.")
    ] = None,
) -> Page[AlertOut]:
    """List alerts, the youngest first."""
    found = await queries.list_alerts(session, actor.organisation_id, page, is_open=is_open)
    return page_of(found, AlertOut.model_validate)


@router.post(
    "/{alert_id}/resolve",
    operation_id="resolveAlert",
    responses=problems(401, 403, 404),
    dependencies=[Idempotent],
)
async def resolve_alert(alert_id: UUID, actor: _MayWrite, session: Database, now: Now) -> AlertOut:
    """Say that an alert is dealt with. If it happens again, it is a new one."""
    alert = await queries.find_alert(session, actor.organisation_id, alert_id)
    if alert is None:
        raise not_found("alert")
    await queries.close_alert(session, alert, now)
    return AlertOut.model_validate(alert)
