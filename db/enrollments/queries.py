"""Which records go through which sequences, where each stands, and what happened to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enrollments import progress
from db.enrollments.progress import Entry
from db.enrollments.tables import Enrollment, TimelineEntry
from db.pages import PageOf, PageRequest, read_page
from db.providers.senders import sending_number_of
from db.providers.tables import PhoneNumber
from db.records.queries import is_opted_out
from db.records.tables import Record
from db.sequences.tables import Sequence as SequenceTable
from db.sequences.tables import SequenceVersion
from db.users.tables import User
from db.visibility import visible_to
from domain.enrollments import EnrollmentStatus, TimelineKind
from domain.interpreter import Position
from domain.notices import enrollment_workflow_id
from domain.pacing import Lane
from domain.privileges import Actor, Ownership


class EnrollmentRow(NamedTuple):
    """An enrollment with whom it is about, in which version of what, and who sends."""

    enrollment: Enrollment
    record: Record
    sequence: SequenceTable
    version: int
    seller: User
    unit_id: UUID
    """The business unit of the record's owner."""

    @property
    def owned(self) -> Ownership:
        return Ownership(self.record.owner_user_id, self.record.owner_team_id, self.unit_id)


class Candidate(NamedTuple):
    """A record somebody wants to enroll, with what may stand against it."""

    record: Record
    is_opted_out: bool
    lane: Lane | None
    """The number its texts will probably leave from; None if the owner has none."""
    unit_id: UUID
    """The business unit of the record's owner."""

    @property
    def owned(self) -> Ownership:
        return Ownership(self.record.owner_user_id, self.record.owner_team_id, self.unit_id)


class TimelineRow(NamedTuple):
    entry: TimelineEntry
    actor: User | None


@dataclass(frozen=True, slots=True)
class NewEnrollment:
    """One record that passed every check."""

    record_id: UUID
    seller_id: UUID
    lane: Lane | None


async def list_enrollments(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    sequence_key: str | None = None,
    status: EnrollmentStatus | None = None,
    record_id: UUID | None = None,
) -> PageOf[EnrollmentRow]:
    """Return enrollments, the newest first."""
    statement = _enrollments(actor)
    if sequence_key is not None:
        statement = statement.where(SequenceTable.key == sequence_key)
    if status is not None:
        statement = statement.where(Enrollment.status == status)
    if record_id is not None:
        statement = statement.where(Enrollment.record_id == record_id)
    return await read_page(
        session, statement, EnrollmentRow, page=page, keys=[Enrollment.id], descending=True
    )


async def find_enrollment(
    session: AsyncSession, actor: Actor, enrollment_id: UUID
) -> EnrollmentRow | None:
    """Return the enrollment, as it stands now, if the actor may see it."""
    found = await session.execute(
        _enrollments(actor)
        .where(Enrollment.id == enrollment_id)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return None if row is None else EnrollmentRow(*row)


async def find_enrollments(
    session: AsyncSession, actor: Actor, enrollment_ids: Collection[UUID]
) -> list[EnrollmentRow]:
    """Return those of `enrollment_ids` that the actor may see, the oldest first."""
    found = await session.execute(
        _enrollments(actor).where(Enrollment.id.in_(enrollment_ids)).order_by(Enrollment.id)
    )
    return [EnrollmentRow(*row) for row in found]


async def find_candidates(
    session: AsyncSession, actor: Actor, record_ids: Collection[UUID]
) -> list[Candidate]:
    """Return those of `record_ids` that the actor may see, in no order."""
    number = aliased(PhoneNumber)
    found = await session.execute(
        select(
            Record,
            is_opted_out.label("is_opted_out"),
            number.id,
            number.per_second,
            User.business_unit_id,
        )
        .join(User, User.id == Record.owner_user_id)
        .outerjoin(number, number.id == sending_number_of(Record.owner_user_id))
        .where(Record.id.in_(record_ids), visible_to(actor, Record))
    )
    return [
        Candidate(
            record,
            opted_out,
            None if number_id is None else Lane(number_id, float(per_second)),
            unit_id,
        )
        for record, opted_out, number_id, per_second, unit_id in found
    ]


async def enroll(
    session: AsyncSession,
    actor: Actor,
    new: Sequence[NewEnrollment],
    *,
    sequence: SequenceTable,
    version_id: UUID,
    position: Position,
    is_only: bool,
    now: datetime,
) -> dict[UUID, UUID]:
    """Store enrollments, which begin at `position`; return their ids by record.

    A record that runs the sequence already, or another one where only one is allowed, is left out: the
    database's own constraints say so, whoever else enrolls at the same moment.
    """
    if not new:
        return {}
    inserted = await session.execute(
        postgresql.insert(Enrollment)
        .values(
            [
                {
                    "organisation_id": actor.organisation_id,
                    "record_id": each.record_id,
                    "sequence_id": sequence.id,
                    "version_id": version_id,
                    "seller_id": each.seller_id,
                    "workflow_id": enrollment_workflow_id(each.record_id, sequence.key),
                    "is_only": is_only,
                    "phone_number_id": each.lane.number_id if each.lane else None,
                    "current_step_id": position.step_id,
                    "waiting_until": position.until,
                    "sends_next": position.sends,
                    "enrolled_by": actor.user_id,
                    "started_at": now,
                }
                for each in new
            ]
        )
        .on_conflict_do_nothing()
        .returning(Enrollment.record_id, Enrollment.id)
    )
    ids: dict[UUID, UUID] = {row.record_id: row.id for row in inserted}
    entry = Entry(kind=TimelineKind.ENROLLED, at=now, actor_id=actor.user_id)
    await progress.write_entries(
        session, [(enrollment_id, entry) for enrollment_id in ids.values()]
    )
    return ids


async def set_status(
    session: AsyncSession,
    enrollment: Enrollment,
    *,
    before: EnrollmentStatus,
    after: EnrollmentStatus,
    kind: TimelineKind,
    actor: Actor,
    now: datetime,
) -> bool:
    """Move a running enrollment from one status to another; return whether it stood in `before`."""
    moved = await session.scalar(
        update(Enrollment)
        .where(Enrollment.id == enrollment.id, Enrollment.status == before)
        .values(status=after)
        .returning(Enrollment.id)
    )
    if moved is None:
        return False
    # it may happen again: the instant tells one time from the next
    entry = Entry(kind=kind, at=now, actor_id=actor.user_id, key=now.isoformat())
    await progress.write_entries(session, [(enrollment.id, entry)])
    return True


async def list_timeline(session: AsyncSession, enrollment_id: UUID) -> list[TimelineRow]:
    """Return all that happened to an enrollment, in order."""
    found = await session.execute(
        select(TimelineEntry, User)
        .outerjoin(User, User.id == TimelineEntry.actor_id)
        .where(TimelineEntry.enrollment_id == enrollment_id)
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return [TimelineRow(*row) for row in found]


def _enrollments(actor: Actor) -> Select[Enrollment, Record, SequenceTable, int, User, UUID]:
    owner = aliased(User)
    return (
        select(
            Enrollment,
            Record,
            SequenceTable,
            SequenceVersion.number,
            User,
            owner.business_unit_id,
        )
        .join(Record, Record.id == Enrollment.record_id)
        .join(SequenceTable, SequenceTable.id == Enrollment.sequence_id)
        .join(SequenceVersion, SequenceVersion.id == Enrollment.version_id)
        .join(User, User.id == Enrollment.seller_id)
        .join(owner, owner.id == Record.owner_user_id)
        .where(visible_to(actor, Enrollment))
    )
