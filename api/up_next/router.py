"""What is up for one record: the step before, the current one, the next one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.problems import not_found, problems
from api.up_next.schemas import UpNextOut
from api.work_items.desk import AtDesk
from db.enrollments.up_next import up_next
from db.records.queries import find_record
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/records", tags=["work items"])

_ENROLLMENT = (Entity.ENROLLMENT, Privilege.READ)
_WORK_ITEM = (Entity.WORK_ITEM, Privilege.READ)
_MayRead = Annotated[
    Actor, Depends(May(Entity.RECORD, Privilege.READ, also=(_ENROLLMENT, _WORK_ITEM)))
]


@router.get("/{record_id}/up-next", operation_id="getUpNext", responses=problems(401, 403, 404))
async def get_up_next(
    record_id: UUID, actor: _MayRead, session: Database, desk: AtDesk
) -> UpNextOut:
    """Show what was done last, what is to be done now and what comes next, in every running enrollment."""
    row = await find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    return UpNextOut.of(row.record, await up_next(session, actor, row.record, desk.now), desk)
