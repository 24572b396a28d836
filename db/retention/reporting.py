"""What did the last run of retention do? Written down as it goes on, for each organisation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.retention.tables import RetentionRun
from domain.retention import Kind


async def begin(session: AsyncSession, organisation_id: UUID, started_at: datetime) -> None:
    """Begin the report of the run that started then, in place of the last one's; that of a run tried again goes on."""
    new: dict[str, Any] = {"started_at": started_at, "finished_at": None, "gone": {}}
    await session.execute(
        postgresql.insert(RetentionRun)
        .values(organisation_id=organisation_id, **new)
        .on_conflict_do_update(
            index_elements=[RetentionRun.organisation_id],
            set_=new,
            where=RetentionRun.started_at != started_at,
        )
    )


async def add(session: AsyncSession, organisation_id: UUID, kind: Kind, count: int) -> None:
    """Write down that so much of a kind went, in the transaction in which it goes."""
    so_far = func.coalesce(RetentionRun.gone[kind.value].as_integer(), 0)
    await session.execute(
        update(RetentionRun)
        .where(RetentionRun.organisation_id == organisation_id)
        .values(gone=RetentionRun.gone.concat(func.jsonb_build_object(kind.value, so_far + count)))
        .execution_options(synchronize_session=False)
    )


async def finish(session: AsyncSession, organisation_id: UUID, now: datetime) -> None:
    """Write down that the run is over."""
    await session.execute(
        update(RetentionRun)
        .where(RetentionRun.organisation_id == organisation_id)
        .values(finished_at=now)
        .execution_options(synchronize_session=False)
    )
