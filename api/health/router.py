"""Whether this process lives, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import text

from api.context import Database
from api.problems import problems
from api.schemas import Shown

router = APIRouter(prefix="/health", tags=["health"])


class Health(Shown):
    status: Literal["ok"] = "ok"


@router.get("/live", operation_id="getLive")
async def get_live() -> Health:
    """Answer, if the process can answer at all."""
    return Health()


@router.get("/ready", operation_id="getReady", responses=problems(503))
async def get_ready(session: Database) -> Health:
    """Answer 200 when the database can be asked.

    The engine may be away: what it must be told waits in the outbox, and requests are served meanwhile.
    """
    await session.execute(text("SELECT 1"))
    return Health()
