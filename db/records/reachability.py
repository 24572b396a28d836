"""Which customer numbers can no text reach, and what follows when a provider says so of one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments import progress
from db.enrollments.tables import Enrollment
from db.records.tables import Record
from domain.enrollments import EndReason

_LONGEST_REASON = 300
"""Characters the column holds."""


async def mark_unreachable(
    session: AsyncSession, organisation_id: UUID, number: str, reason: str, now: datetime
) -> list[str]:
    """Mark every record with this number, and end their enrollments; return the workflows to tell.

    A record loses the mark when it gets another number (db/records/queries.py, db/records/imports.py).
    """
    marked = (
        update(Record)
        .where(Record.organisation_id == organisation_id, Record.phone == number)
        .values(
            unreachable_since=func.coalesce(Record.unreachable_since, now),
            unreachable_reason=reason[:_LONGEST_REASON],
        )
        .returning(Record.id)
        .cte("marked")
    )
    record_ids = (await session.scalars(select(marked.c.id))).all()
    return await progress.end(
        session, Enrollment.record_id.in_(record_ids), EndReason.UNREACHABLE, now
    )
