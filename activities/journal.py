"""Writes what an activity did onto its enrollment, beside the work itself: no activity runs only to note something."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments import progress
from db.enrollments.progress import Entry
from domain.enrollments import TimelineKind
from domain.interpreter import Position
from workflows.activities import Visit

Journal = Callable[[AsyncSession, Entry], Awaitable[None]]


def step_journal(visit: Visit, step_id: str) -> Journal:
    """Return the journal of one step: it moves the enrollment on, or keeps it here while a text is held."""

    async def write(session: AsyncSession, entry: Entry) -> None:
        # a text may be held several times: the instant tells one time from the next
        key = entry.until.isoformat() if entry.until else ""
        entries = [*progress.entries_of(visit.notes), replace(entry, step_id=step_id, key=key)]
        await progress.write_entries(session, [(visit.enrollment_id, each) for each in entries])
        if entry.kind is TimelineKind.TEXT_HELD:
            here = Position(step_id, entry.until)
            await progress.move(session, visit.enrollment_id, here, waiting_reason=entry.detail)
        else:
            await progress.move(session, visit.enrollment_id, visit.position)

    return write


async def no_journal(session: AsyncSession, entry: Entry) -> None:
    """Write nothing: the journal of a text outside of any enrollment."""
