"""Ends the wait at which an enrollment stands: of a step that is named, and once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments import progress
from db.enrollments.progress import Entry
from db.enrollments.tables import Enrollment, TimelineEntry
from db.outbox import queries as outbox
from domain.enrollments import TimelineKind
from domain.interpreter import Outcome, position_after
from domain.notices import SkipWait
from domain.sequence import SequenceDocument, Step, Wait


@dataclass(frozen=True, slots=True)
class Skipped:
    """The wait is over; `workflow_id` waits to be told, unless it was told before."""

    workflow_id: str | None


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """The enrollment does not wait at the step that was named, but stands at this one; None: at none."""

    at: Step | None


async def skip_wait(
    session: AsyncSession,
    enrollment: Enrollment,
    document: SequenceDocument,
    step_id: str,
    *,
    by: UUID,
    now: datetime,
) -> Skipped | NotWaiting:
    """End the wait of a step of a running enrollment that was read in this transaction.

    A wait that was skipped before is left as it is: who asks twice never skips the one after it.
    """
    here = progress.position_of(enrollment, document, now)
    step = None if here.step_id is None else document.step(here.step_id)
    if isinstance(step, Wait) and step.id == step_id:
        after = position_after(document, step_id, now)
        moved = await session.scalar(
            update(Enrollment)
            .where(
                Enrollment.id == enrollment.id,
                Enrollment.ended_at.is_(None),
                # whoever moved it meanwhile, by a skip above all, was first
                Enrollment.current_step_id.is_not_distinct_from(enrollment.current_step_id),
                Enrollment.waiting_until.is_not_distinct_from(enrollment.waiting_until),
            )
            .values(
                current_step_id=after.step_id,
                waiting_until=after.until,
                sends_next=after.sends,
                waiting_reason=None,
            )
            .returning(Enrollment.id)
            .execution_options(synchronize_session=False)
        )
        if moved is not None:
            # under the key of the entry that the wait's own end would have written: it writes none any more
            entry = Entry(
                TimelineKind.WAITED, now, step_id=step_id, detail=Outcome.SKIPPED, actor_id=by
            )
            await progress.write_entries(session, [(enrollment.id, entry)])
            notice = SkipWait(
                workflow_id=enrollment.workflow_id, enrollment_id=enrollment.id, step_id=step_id
            )
            await outbox.add(session, enrollment.organisation_id, [notice])
            return Skipped(notice.workflow_id)
    return (
        Skipped(None) if await _was_skipped(session, enrollment.id, step_id) else NotWaiting(step)
    )


async def _was_skipped(session: AsyncSession, enrollment_id: UUID, step_id: str) -> bool:
    found = await session.scalar(
        select(TimelineEntry.id).where(
            TimelineEntry.enrollment_id == enrollment_id,
            TimelineEntry.kind == TimelineKind.WAITED,
            TimelineEntry.step_id == step_id,
            TimelineEntry.detail == Outcome.SKIPPED,
        )
    )
    return found is not None
