"""Of one record: what was done last in each running enrollment, what is to be done now, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.enrollments.progress import position_of
from db.enrollments.tables import Enrollment, TimelineEntry
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.records.tables import Record
from db.sequences.documents import document_of
from db.sequences.tables import Sequence as SequenceTable
from db.users.tables import User
from db.visibility import visible_to
from db.work_items.queries import WorkItemRow, find_work_items
from db.work_items.tables import WorkItem
from domain import time_zones
from domain.enrollments import EnrollmentStatus, TimelineKind
from domain.interpreter import Position
from domain.messages import HoldKind, MessageStatus
from domain.privileges import Actor
from domain.quiet_hours import AllowedHours
from domain.sequence import SequenceDocument, Step
from domain.up_next import Hours, Upcoming, upcoming
from domain.work_items import WorkItemStatus

_BEFORE: Final = 3
"""Steps shown that are done already."""

_DONE: Final = (
    TimelineKind.TEXT_SUBMITTED,
    TimelineKind.TEXT_REFUSED,
    TimelineKind.WAITED,
    TimelineKind.BRANCHED,
    TimelineKind.WORK_ITEM_DECIDED,
)
"""Entries that end a step. An approved text is done once it has left, or could not."""


class Before(NamedTuple):
    """A step that is done: how it went, when, by whom, and where its text is now."""

    step_id: str
    title: str
    type: str
    outcome: str
    at: datetime
    by: User | None
    message_status: MessageStatus | None


class Current(NamedTuple):
    """What the enrollment stands at: the item to decide, or until when and why it waits."""

    step_id: str
    title: str
    type: str
    work_item: WorkItemRow | None
    waiting_until: datetime | None
    reason: str | None


class Walk(NamedTuple):
    """One running enrollment. `current` is None between two steps."""

    enrollment: Enrollment
    sequence: SequenceTable
    before: Sequence[Before]
    current: Current | None
    next: Sequence[Upcoming]


class UpNext(NamedTuple):
    """All there is to do about a record. `by_hand` are open items of no step."""

    walks: Sequence[Walk]
    by_hand: Sequence[WorkItemRow]


async def up_next(session: AsyncSession, actor: Actor, record: Record, now: datetime) -> UpNext:
    """Return what is up, at `now`, for a record the actor may see."""
    found = await session.execute(
        select(Enrollment, SequenceTable, Organisation)
        .join(SequenceTable, SequenceTable.id == Enrollment.sequence_id)
        .join(Organisation, Organisation.id == Enrollment.organisation_id)
        .where(
            Enrollment.record_id == record.id,
            Enrollment.ended_at.is_(None),
            visible_to(actor, Enrollment),
        )
        .order_by(Enrollment.id)
    )
    running = [(enrollment, sequence, organisation) for enrollment, sequence, organisation in found]
    ids = [enrollment.id for enrollment, _, _ in running]
    before = await _before(session, ids)
    held = await _held(session, ids)
    open_items = await find_work_items(
        session,
        actor,
        and_(WorkItem.record_id == record.id, WorkItem.status == WorkItemStatus.OPEN),
        limit=200,
    )
    of_steps: dict[_Place, WorkItemRow] = {
        (row.item.enrollment_id, row.item.step_id): row
        for row in open_items
        if row.item.enrollment_id is not None
    }
    walks = []
    for enrollment, sequence, organisation in running:
        document = await document_of(session, enrollment.version_id)
        steps = {step.id: step for step in document.all_steps()}
        entries = before.get(enrollment.id, ())
        here = position_of(enrollment, document, now)
        current = _current(enrollment, here, steps, of_steps, held)
        walks.append(
            Walk(
                enrollment,
                sequence,
                [
                    _step_done(entry, steps[entry.entry.step_id])
                    for entry in entries
                    if entry.entry.step_id in steps
                ],
                current,
                []
                if current is None
                else _next(document, current, enrollment, organisation, record),
            )
        )
    steps_of_walks = {(walk.enrollment.id, walk.current.step_id) for walk in walks if walk.current}
    by_hand = [
        row
        for row in open_items
        if (row.item.enrollment_id, row.item.step_id) not in steps_of_walks
    ]
    return UpNext(walks, by_hand)


_Place = tuple[UUID | None, str | None]
"""A step of an enrollment."""


class _Entry(NamedTuple):
    entry: TimelineEntry
    actor: User | None
    message_status: MessageStatus | None


async def _before(
    session: AsyncSession, enrollment_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[_Entry]]:
    """Return the last steps done of each enrollment, the latest last."""
    place = (
        func.row_number()
        .over(
            partition_by=TimelineEntry.enrollment_id,
            order_by=(TimelineEntry.at.desc(), TimelineEntry.id.desc()),
        )
        .label("place")
    )
    latest = (
        select(TimelineEntry, place)
        .where(
            TimelineEntry.enrollment_id.in_(enrollment_ids),
            TimelineEntry.kind.in_(_DONE),
            TimelineEntry.step_id.is_not(None),
            # its text is an entry of its own
            func.coalesce(TimelineEntry.detail, "") != WorkItemStatus.APPROVED.value,
        )
        .subquery()
    )
    entry = aliased(TimelineEntry, latest)
    found = await session.execute(
        select(entry, User, Message.status)
        .outerjoin(User, User.id == entry.actor_id)
        .outerjoin(Message, Message.id == entry.message_id)
        .where(latest.c.place <= _BEFORE)
        .order_by(entry.at, entry.id)
    )
    entries: dict[UUID, list[_Entry]] = {}
    for row in found:
        entries.setdefault(row[0].enrollment_id, []).append(_Entry(*row))
    return entries


async def _held(
    session: AsyncSession, enrollment_ids: Sequence[UUID]
) -> Mapping[tuple[UUID, str], Message]:
    """Return the texts that wait, by enrollment and step."""
    found = await session.scalars(
        select(Message).where(
            Message.enrollment_id.in_(enrollment_ids),
            Message.status == MessageStatus.HELD,
            Message.held_for != HoldKind.RETRY,
        )
    )
    return {
        (message.enrollment_id, message.step_id): message
        for message in found
        if message.enrollment_id is not None and message.step_id is not None
    }


def _step_done(done: _Entry, step: Step) -> Before:
    entry = done.entry
    return Before(
        step.id,
        step.title,
        step.type,
        entry.detail or _OUTCOMES.get(entry.kind, entry.kind.value),
        entry.at,
        done.actor,
        done.message_status,
    )


_OUTCOMES: Final = {
    TimelineKind.TEXT_SUBMITTED: "sent",
    TimelineKind.TEXT_REFUSED: "not sent",
    TimelineKind.WAITED: "waited",
}


def _current(
    enrollment: Enrollment,
    here: Position,
    steps: Mapping[str, Step],
    items: Mapping[_Place, WorkItemRow],
    held: Mapping[tuple[UUID, str], Message],
) -> Current | None:
    step = steps.get(here.step_id or "")
    if step is None:
        return None
    text = held.get((enrollment.id, step.id))
    until, why = here.until, enrollment.waiting_reason
    if text is not None:
        until, why = text.known_end, text.held_reason
    if enrollment.status is EnrollmentStatus.PAUSED:
        until, why = None, "The enrollment is paused."
    return Current(step.id, step.title, step.type, items.get((enrollment.id, step.id)), until, why)


def _next(
    document: SequenceDocument,
    current: Current,
    enrollment: Enrollment,
    organisation: Organisation,
    record: Record,
) -> list[Upcoming]:
    zones = time_zones.zones_of(
        timezone=record.timezone,
        country=record.country,
        region=record.region,
        phone=record.phone or "",
    )
    hours = Hours(
        AllowedHours(organisation.allowed_from, organisation.allowed_until),
        [ZoneInfo(zone) for zone in zones.zones],
        document.settings.working_hours,
    )
    return upcoming(document, current.step_id, at=current.waiting_until, hours=hours)
