"""Records on their way through sequences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import CurrentSignIn, May, require, require_on
from api.context import Database, Now
from api.enrollments.enrolling import TO_RECORD, enroll
from api.enrollments.refusals import not_waiting
from api.enrollments.schemas import (
    EnrollmentOut,
    EnrollReport,
    NewEnrollments,
    RefusedRecord,
    SkippedWait,
    Timeline,
    TimelineEntryOut,
)
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page
from api.problems import Problem, not_found, problems
from db.enrollments import progress, queries
from db.enrollments.queries import EnrollmentRow
from db.enrollments.skipping import NotWaiting, Skipped, skip_wait
from db.enrollments.tables import Enrollment
from db.sequences.documents import document_of
from db.sequences.queries import find_newest_version, find_sequence
from db.sequences.tables import Sequence as SequenceTable
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind
from domain.notices import Pause, Resume
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/enrollments", tags=["enrollments"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.READ))]
_MayCreate = Annotated[
    Actor,
    Depends(
        May(
            Entity.ENROLLMENT,
            Privilege.CREATE,
            also=(*TO_RECORD, (Entity.SEQUENCE, Privilege.APPEND_TO)),
        )
    ),
]
_MayWrite = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.WRITE))]


@router.get("", operation_id="listEnrollments", responses=problems(401, 403, 422))
async def list_enrollments(
    actor: _MayRead,
    session: Database,
    now: Now,
    page: AskedPage,
    sequence: str | None = None,
    status: EnrollmentStatus | None = None,
    record_id: UUID | None = None,
) -> Page[EnrollmentOut]:
    """List enrollments, the newest first; `sequence` is a key."""
    found = await queries.list_enrollments(
        session, actor, page, sequence_key=sequence, status=status, record_id=record_id
    )
    return Page(items=await shown(session, found.rows, now), next=found.next)


@router.post(
    "",
    operation_id="enrollRecords",
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
    dependencies=[Idempotent],
)
async def enroll_records(
    actor: _MayCreate,
    sign_in: CurrentSignIn,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: NewEnrollments,
) -> EnrollReport:
    """Enroll records in the newest version of an active sequence. Each is enrolled or refused by itself."""
    row = await find_sequence(session, actor, body.sequence)
    if row is None:
        raise not_found("sequence")
    sequence = row.sequence
    of_sequence = SequenceTable.id == sequence.id
    await require_on(session, actor, SequenceTable, of_sequence, Privilege.APPEND_TO)
    newest = await find_newest_version(session, sequence.id)
    if newest is None or not sequence.is_active:
        raise Problem(409, "sequence-not-active", "Publish and activate this sequence first.")
    done = await enroll(
        session,
        outbox,
        actor,
        body.record_ids,
        sequence=sequence,
        version_id=newest.version.id,
        kind=sequence.record_kind,
        is_only=not sign_in.organisation.several_sequences,
        now=now,
    )
    return EnrollReport(
        enrolled=await shown(session, done.enrolled, now),
        refused=[
            RefusedRecord(record_id=record_id, reason=reason)
            for record_id, reason in done.refused.items()
        ],
    )


@router.get("/{enrollment_id}", operation_id="getEnrollment", responses=problems(401, 403, 404))
async def get_enrollment(
    enrollment_id: UUID, actor: _MayRead, session: Database, now: Now
) -> EnrollmentOut:
    """Show where an enrollment stands."""
    return await _answer(session, actor, enrollment_id, now)


@router.get(
    "/{enrollment_id}/timeline",
    operation_id="getEnrollmentTimeline",
    responses=problems(401, 403, 404),
)
async def get_timeline(enrollment_id: UUID, actor: _MayRead, session: Database) -> Timeline:
    """Show all that happened to an enrollment, in order."""
    row = await _row(session, actor, enrollment_id)
    entries = await queries.list_timeline(session, row.enrollment.id)
    return Timeline(items=[TimelineEntryOut.of(entry) for entry in entries])


@router.post(
    "/{enrollment_id}/pause",
    operation_id="pauseEnrollment",
    responses=problems(401, 403, 404, 409),
)
async def pause_enrollment(
    enrollment_id: UUID, actor: _MayWrite, session: Database, outbox: RequestOutbox, now: Now
) -> EnrollmentOut:
    """Let nothing go out until it is resumed. Pausing what is paused changes nothing."""
    row = await _changeable(session, actor, enrollment_id)
    moved = await queries.set_status(
        session,
        row.enrollment,
        before=EnrollmentStatus.ACTIVE,
        after=EnrollmentStatus.PAUSED,
        kind=TimelineKind.PAUSED,
        actor=actor,
        now=now,
    )
    if moved:
        notice = Pause(workflow_id=row.enrollment.workflow_id, enrollment_id=enrollment_id)
        await outbox.add(actor.organisation_id, [notice])
    return await _answer(session, actor, enrollment_id, now)


@router.post(
    "/{enrollment_id}/resume",
    operation_id="resumeEnrollment",
    responses=problems(401, 403, 404, 409),
)
async def resume_enrollment(
    enrollment_id: UUID, actor: _MayWrite, session: Database, outbox: RequestOutbox, now: Now
) -> EnrollmentOut:
    """Let it go on. Resuming what is not paused changes nothing."""
    row = await _changeable(session, actor, enrollment_id)
    moved = await queries.set_status(
        session,
        row.enrollment,
        before=EnrollmentStatus.PAUSED,
        after=EnrollmentStatus.ACTIVE,
        kind=TimelineKind.RESUMED,
        actor=actor,
        now=now,
    )
    if moved:
        notice = Resume(workflow_id=row.enrollment.workflow_id, enrollment_id=enrollment_id)
        await outbox.add(actor.organisation_id, [notice])
    return await _answer(session, actor, enrollment_id, now)


@router.post(
    "/{enrollment_id}/disconnect",
    operation_id="disconnectEnrollment",
    responses=problems(401, 403, 404, 409),
)
async def disconnect_enrollment(
    enrollment_id: UUID, actor: _MayWrite, session: Database, outbox: RequestOutbox, now: Now
) -> EnrollmentOut:
    """Take the record out of the sequence, for good."""
    await _changeable(session, actor, enrollment_id)
    workflow_ids = await progress.end(
        session,
        Enrollment.id == enrollment_id,
        EndReason.DISCONNECTED,
        now,
        actor_id=actor.user_id,
    )
    outbox.tell(workflow_ids)
    return await _answer(session, actor, enrollment_id, now)


@router.post(
    "/{enrollment_id}/skip-wait",
    operation_id="skipWait",
    responses=problems(401, 403, 404, 409, 422),
)
async def skip_enrollment_wait(
    enrollment_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: SkippedWait,
) -> EnrollmentOut:
    """End the wait of a step at once; what follows keeps its hours and pace. Skipping it again changes nothing."""
    row = await _changeable(session, actor, enrollment_id)
    document = await document_of(session, row.enrollment.version_id)
    match await skip_wait(
        session, row.enrollment, document, body.step_id, by=actor.user_id, now=now
    ):
        case NotWaiting(step):
            raise not_waiting(step)
        case Skipped(str(workflow_id)):
            outbox.tell([workflow_id])
    return await _answer(session, actor, enrollment_id, now)


async def _row(session: Database, actor: Actor, enrollment_id: UUID) -> EnrollmentRow:
    row = await queries.find_enrollment(session, actor, enrollment_id)
    if row is None:
        raise not_found("enrollment")
    return row


async def _changeable(session: Database, actor: Actor, enrollment_id: UUID) -> EnrollmentRow:
    row = await _row(session, actor, enrollment_id)
    require(actor, Entity.ENROLLMENT, Privilege.WRITE, row.owned)
    if row.enrollment.ended_at is not None:
        raise Problem(409, "enrollment-ended", "This enrollment has ended already.")
    return row


async def _answer(
    session: Database, actor: Actor, enrollment_id: UUID, now: datetime
) -> EnrollmentOut:
    (found,) = await shown(session, [await _row(session, actor, enrollment_id)], now)
    return found


async def shown(
    session: Database, rows: Sequence[EnrollmentRow], now: datetime
) -> list[EnrollmentOut]:
    found = []
    for row in rows:
        document = await document_of(session, row.enrollment.version_id)
        here = progress.position_of(row.enrollment, document, now)
        step = None if here.step_id is None else document.step(here.step_id)
        found.append(EnrollmentOut.of(row, step, here.until))
    return found
