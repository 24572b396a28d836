"""Writes what an activity did onto its enrollment, beside the work itself: no activity runs only to note something."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments import progress
from db.enrollments.progress import Entry
from domain.enrollments import TimelineKind
from domain.interpreter import Position
from workflows.activities import Visit


class Journal(Protocol):
    async def __call__(
        self,
        session: AsyncSession,
        kind: TimelineKind,
        at: datetime,
        *,
        message_id: UUID | None = None,
        detail: str | None = None,
        until: datetime | None = None,
    ) -> None: ...


def step_journal(visit: Visit, step_id: str) -> Journal:
    """Return the journal of one step: it moves the enrollment on, or keeps it here while a text is held."""

    async def write(
        session: AsyncSession,
        kind: TimelineKind,
        at: datetime,
        *,
        message_id: UUID | None = None,
        detail: str | None = None,
        until: datetime | None = None,
    ) -> None:
        entry = Entry(
            kind=kind,
            at=at,
            step_id=step_id,
            message_id=message_id,
            detail=detail,
            until=until,
            key=until.isoformat() if until else "",
        )
        await progress.write_entries(
            session,
            [(visit.enrollment_id, each) for each in [*progress.entries_of(visit.notes), entry]],
        )
        if kind is TimelineKind.TEXT_HELD:
            await progress.move(
                session, visit.enrollment_id, Position(step_id, until), waiting_reason=detail
            )
        else:
            await progress.move(session, visit.enrollment_id, visit.position)

    return write


def no_journal() -> Journal:
    """Return the journal of a text outside of any enrollment."""

    async def write(
        session: AsyncSession,
        kind: TimelineKind,
        at: datetime,
        *,
        message_id: UUID | None = None,
        detail: str | None = None,
        until: datetime | None = None,
    ) -> None:
        pass

    return write
