"""Whether this process lives, and whether it can serve."""

from typing import Final, Literal

from fastapi import APIRouter
from sqlalchemy import text

from api.context import Database
from api.description import open_to_all
from api.problems import problems
from api.schemas import Shown

router = APIRouter(prefix="/health", tags=["health"])


class Health(Shown):
    status: Literal["ok"] = "ok"


_WHY: Final = "Whoever runs the process asks it, before anybody can sign in."


@router.get("/live", operation_id="getLive", openapi_extra=open_to_all(_WHY))
async def get_live() -> Health:
    """Answer, if the process can answer at all."""
    return Health()


@router.get(
    "/ready", operation_id="getReady", responses=problems(503), openapi_extra=open_to_all(_WHY)
)
async def get_ready(session: Database) -> Health:
    """Answer 200 when the database can be asked.

    The engine may be away: what it must be told waits in the outbox, and requests are served meanwhile.
    """
    await session.execute(text("SELECT 1"))
    return Health()
