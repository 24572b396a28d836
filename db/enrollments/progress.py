"""Writes where enrollments stand, what happened to them, and their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment, TimelineEntry
from db.messages import held
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.work_items.tables import WorkItem
from domain.enrollments import EndReason, TimelineKind, status_after
from domain.interpreter import Note, Outcome, Position, position_now
from domain.notices import EndEnrollment
from domain.sequence import SequenceDocument
from domain.work_items import OF_STEPS, WorkItemStatus

_NOTED = {
    Outcome.WAITED: TimelineKind.WAITED,
    Outcome.THEN: TimelineKind.BRANCHED,
    Outcome.ELSE: TimelineKind.BRANCHED,
}
"""Steps that no activity did; the others write their own entries."""


_LONGEST_DETAIL = 300
"""Characters the column holds; the whole of a longer reason stands with its text or work item."""


@dataclass(frozen=True)
class Entry:
    """One thing for the timeline. `key` tells entries of one kind and step apart."""

    kind: TimelineKind
    at: datetime
    step_id: str | None = None
    detail: str | None = None
    until: datetime | None = None
    message_id: UUID | None = None
    work_item_id: UUID | None = None
    actor_id: UUID | None = None
    key: str = ""


async def write_entries(session: AsyncSession, entries: Sequence[tuple[UUID, Entry]]) -> None:
    """Write entries to enrollments' timelines; one written before, by an earlier try, is not written again."""
    if entries:
        await session.execute(
            _INSERT_ENTRY,
            [
                {
                    "of_enrollment": enrollment_id,
                    "new_at": entry.at,
                    "new_kind": entry.kind,
                    "new_step_id": entry.step_id,
                    "new_detail": entry.detail and entry.detail[:_LONGEST_DETAIL],
                    "new_until": entry.until,
                    "new_message_id": entry.message_id,
                    "new_work_item_id": entry.work_item_id,
                    "new_actor_id": entry.actor_id,
                    "new_key": entry.key,
                }
                for enrollment_id, entry in entries
            ],
        )


def _insert_entry() -> postgresql.Insert:
    columns = (
        *("at", "kind", "step_id", "detail", "until"),
        *("message_id", "work_item_id", "actor_id", "key"),
    )
    return (
        # the table and not the class, since parameters beside a class are taken for rows to insert
        postgresql.insert(TimelineEntry.metadata.tables[TimelineEntry.__tablename__])
        .values(
            organisation_id=select(Enrollment.organisation_id)
            .where(Enrollment.id == bindparam("of_enrollment"))
            .scalar_subquery(),
            enrollment_id=bindparam("of_enrollment"),
            **{column: bindparam(f"new_{column}") for column in columns},
        )
        .on_conflict_do_nothing()
    )


_INSERT_ENTRY: Final = _insert_entry()
"""Made once, and for one entry: SQLAlchemy compiles a statement of several rows anew each time."""


def entries_of(notes: Sequence[Note]) -> list[Entry]:
    """Return the entries for steps that were done without an activity."""
    return [
        Entry(kind=_NOTED[note.outcome], at=note.at, step_id=note.step_id, detail=note.outcome)
        for note in notes
        if note.outcome in _NOTED
    ]


def position_of(enrollment: Enrollment, document: SequenceDocument, now: datetime) -> Position:
    """Return where an enrollment stands, by what was written of it last and the time since. Raises KeyError."""
    written = Position(enrollment.current_step_id, enrollment.waiting_until, enrollment.sends_next)
    return position_now(document, written, now)


async def move(
    session: AsyncSession,
    enrollment_id: UUID,
    position: Position,
    *,
    waiting_reason: str | None = None,
) -> None:
    """Write where a running enrollment stands now, and what it waits for."""
    await session.execute(
        _MOVE,
        {
            "enrollment_id": enrollment_id,
            "step_id": position.step_id,
            "until": position.until,
            "sends": position.sends,
            "reason": waiting_reason,
        },
    )


def _move() -> Update:
    table = Enrollment.metadata.tables[Enrollment.__tablename__]
    return (
        update(table)
        .where(table.c.id == bindparam("enrollment_id"), table.c.ended_at.is_(None))
        .values(
            current_step_id=bindparam("step_id"),
            waiting_until=bindparam("until"),
            sends_next=bindparam("sends"),
            waiting_reason=bindparam("reason"),
        )
    )


_MOVE: Final = _move()


async def queue_on(session: AsyncSession, enrollment_id: UUID, number_id: UUID) -> None:
    """Write from which number the next text of an enrollment is expected to leave."""
    await session.execute(
        update(Enrollment).where(Enrollment.id == enrollment_id).values(phone_number_id=number_id)
    )


async def end(
    session: AsyncSession,
    which: ColumnElement[bool],
    reason: EndReason,
    now: datetime,
    *,
    actor_id: UUID | None = None,
    withdrawal: UUID | ScalarSelect[UUID] | None = None,
    tell_workflows: bool = True,
) -> list[str]:
    """End the running enrollments for which `which` holds; return the ids of their workflows.

    Their open work items are cancelled and their waiting texts refused in the same transaction, so that
    whoever looks sees all of it or nothing. `withdrawal` is the entry of the ledger of consent that ended them;
    `tell_workflows` puts the notices into the outbox.
    """
    ended = (
        (
            await session.execute(
                update(Enrollment)
                .where(which, Enrollment.ended_at.is_(None))
                .values(
                    status=status_after(reason),
                    end_reason=reason,
                    ended_at=now,
                    waiting_until=None,
                    waiting_reason=None,
                )
                .returning(Enrollment)
            )
        )
        .scalars()
        .all()
    )
    if not ended:
        return []
    organisation_id = ended[0].organisation_id
    ids = [enrollment.id for enrollment in ended]
    await session.execute(
        update(WorkItem)
        .where(
            WorkItem.enrollment_id.in_(ids),
            WorkItem.status == WorkItemStatus.OPEN,
            WorkItem.kind.in_(OF_STEPS),
        )
        # what was approved and had not left is nobody's decision any more
        .values(status=WorkItemStatus.CANCELLED, decided_at=now, decided_by=None, leaves_at=None)
    )
    waiting = Message.enrollment_id.in_(ids)
    if withdrawal is not None:
        await held.keep_here(session, waiting, withdrawal, now)
    # behind its last step nothing waits but a text that is tried again, and that one may still go
    elif reason is not EndReason.COMPLETED:
        await held.refuse(
            session,
            waiting,
            "The enrollment ended before this text could go out.",
            now,
            rule="enrollment_ended",
        )
    entry = Entry(kind=TimelineKind.ENDED, at=now, detail=reason, actor_id=actor_id)
    await write_entries(session, [(each, entry) for each in ids])
    if tell_workflows:
        notices = [
            EndEnrollment(
                workflow_id=enrollment.workflow_id, enrollment_id=enrollment.id, reason=reason
            )
            for enrollment in ended
        ]
        await outbox.add(session, organisation_id, notices)
    return [enrollment.workflow_id for enrollment in ended]
