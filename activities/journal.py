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
        entries = step_entries(visit, step_id, entry)
        await progress.write_entries(session, [(visit.enrollment_id, each) for each in entries])
        if entry.kind is TimelineKind.TEXT_HELD:
            here = Position(step_id, entry.until, sends=entry.until is not None)
            await progress.move(session, visit.enrollment_id, here, waiting_reason=entry.detail)
        else:
            await progress.move(session, visit.enrollment_id, visit.position)

    return write


def step_entries(visit: Visit, step_id: str, entry: Entry) -> list[Entry]:
    """Return what the journal of a step writes for `entry`: the steps done since the last visit go before it."""
    # a text may be held several times: the instant tells one time from the next, where it is known
    key = entry.until.isoformat() if entry.until else entry.key
    return [*progress.entries_of(visit.notes), replace(entry, step_id=step_id, key=key)]


async def no_journal(session: AsyncSession, entry: Entry) -> None:
    """Write nothing: the journal of a text outside of any enrollment."""
