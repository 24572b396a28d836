"""What is older than its organisation keeps it goes: one kind at a time, a bounded part of it at a time."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.alerts.tables import Alert
from db.consent.tables import ConsentEntry, Erasure, OptOut
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment, TimelineEntry
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.outbox.tables import IdempotencyKey
from db.people import erasing
from db.people.erasing import changed
from db.reconciliation.tables import Reconciliation
from db.users.tables import Session
from db.work_items.tables import WorkItem
from domain.messages import FINAL
from domain.retention import Kind, in_force
from domain.work_items import WorkItemStatus

ANSWERS_KEPT: Final = timedelta(days=7)
"""How long a request that is sent again gets the answer of the first."""
EXPIRED_KEPT: Final = timedelta(days=7)
"""How long whoever comes back is told that the session has expired, and not that there never was one."""


async def periods(session: AsyncSession) -> dict[UUID, dict[Kind, int | None]]:
    """Return for every organisation the days it keeps each kind of data."""
    found = await session.execute(select(Organisation.id, Organisation.retention))
    return {organisation_id: in_force(chosen) for organisation_id, chosen in found}


async def apply(
    session: AsyncSession,
    organisation_id: UUID,
    kind: Kind,
    before: datetime,
    *,
    now: datetime,
    limit: int,
) -> int:
    """Have what is older than `before` go; return of how much. Less than `limit`: nothing is left to do."""
    table: type[TimelineEntry | Alert | Reconciliation | Erasure]
    is_old: ColumnElement[bool]
    match kind:
        case Kind.TEXTS:
            return await _blank_texts(session, organisation_id, before, now, limit)
        case Kind.CLOSED_WORK_ITEMS:
            return await _blank_work_items(session, organisation_id, before, limit)
        case Kind.CONSENT:
            return await _delete_ledger(session, organisation_id, before, limit)
        case Kind.TIMELINES:
            has_ended = exists().where(
                Enrollment.id == TimelineEntry.enrollment_id, Enrollment.ended_at.is_not(None)
            )
            table, is_old = TimelineEntry, and_(TimelineEntry.at < before, has_ended)
        case Kind.ALERTS:
            table, is_old = Alert, Alert.resolved_at < before
        case Kind.RECONCILIATIONS:
            table, is_old = Reconciliation, Reconciliation.finished_at < before
        case Kind.ERASURES:
            table, is_old = Erasure, Erasure.at < before
    due = select(table.id).where(table.organisation_id == organisation_id, is_old).limit(limit)
    return await changed(session, delete(table).where(table.id.in_(due)))


async def drop_expired(session: AsyncSession, now: datetime, *, limit: int) -> int:
    """Delete sign-ins that ended a while ago, and answers that nobody asks for again.

    Returns how many; less than `limit`: none is left.
    """
    sessions = (
        select(Session.token_hash).where(Session.expires_at <= now - EXPIRED_KEPT).limit(limit)
    )
    signed_out = await changed(session, delete(Session).where(Session.token_hash.in_(sessions)))
    key = tuple_(IdempotencyKey.user_id, IdempotencyKey.key)
    answers = (
        select(IdempotencyKey.user_id, IdempotencyKey.key)
        .where(IdempotencyKey.created_at < now - ANSWERS_KEPT)
        .limit(limit)
    )
    return signed_out + (await changed(session, delete(IdempotencyKey).where(key.in_(answers))))


async def _blank_texts(
    session: AsyncSession, organisation_id: UUID, before: datetime, now: datetime, limit: int
) -> int:
    """Blank texts, but for those that an entry of the ledger rests on: they are proof, and go after it."""
    is_proof = exists().where(
        ConsentEntry.organisation_id == organisation_id, ConsentEntry.message_id == Message.id
    )
    due = (
        select(Message.id)
        .where(
            Message.organisation_id == organisation_id,
            Message.created_at < before,
            Message.erased_at.is_(None),
            Message.status.in_(FINAL),
            ~is_proof,
        )
        .limit(limit)
        # what somebody is at is left for the next run
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    blanked = await session.scalars(
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(erasing.blank(now))
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(blanked)
    await erasing.drop_media(session, organisation_id, ids)
    return len(ids)


async def _blank_work_items(
    session: AsyncSession, organisation_id: UUID, before: datetime, limit: int
) -> int:
    due = (
        select(WorkItem.id)
        .where(
            WorkItem.organisation_id == organisation_id,
            WorkItem.status != WorkItemStatus.OPEN,
            WorkItem.decided_at < before,
            or_(WorkItem.title != "", WorkItem.text.is_not(None), WorkItem.reason.is_not(None)),
        )
        .limit(limit)
    )
    return await changed(
        session, update(WorkItem).where(WorkItem.id.in_(due)).values(erasing.BLANK_WORK_ITEM)
    )


async def _delete_ledger(
    session: AsyncSession, organisation_id: UUID, before: datetime, limit: int
) -> int:
    """Delete the ledger of numbers that nothing was said by or to for so long, and that withdrew nothing."""
    in_force_ = exists().where(
        OptOut.organisation_id == organisation_id,
        OptOut.customer_number == ConsentEntry.customer_number,
        OptOut.ended_at.is_(None),
    )
    spoken_with = exists().where(
        Conversation.organisation_id == organisation_id,
        Conversation.customer_number == ConsentEntry.customer_number,
        Conversation.last_message_at >= before,
    )
    last_entry = func.max(func.greatest(ConsentEntry.at, ConsentEntry.recorded_at))
    found = await session.scalars(
        select(ConsentEntry.customer_number)
        .where(ConsentEntry.organisation_id == organisation_id, ~in_force_, ~spoken_with)
        .group_by(ConsentEntry.customer_number)
        .having(last_entry < before)
        .limit(limit)
    )
    numbers = list(found)
    if not numbers:
        return 0
    await session.execute(text("SELECT set_config('touchline.erasing', 'on', true)"))
    entries = (
        ConsentEntry.organisation_id == organisation_id,
        ConsentEntry.customer_number.in_(numbers),
        ConsentEntry.recorded_at < before,
    )
    gone = select(ConsentEntry.id).where(*entries)
    await changed(
        session,
        update(Message)
        .where(Message.organisation_id == organisation_id, Message.consent_entry_id.in_(gone))
        .values(consent_entry_id=None),
    )
    await changed(
        session, delete(OptOut).where(OptOut.ended_at.is_not(None), OptOut.entry_id.in_(gone))
    )
    await changed(session, delete(ConsentEntry).where(*entries))
    return len(numbers)
