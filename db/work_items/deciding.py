"""How an open item is decided, so that one decision wins and none rests on what is no longer so.

Locks are taken in one order everywhere: conversations, records, work items, outbox.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.engine import Sessions
from db.enrollments.progress import Entry, move, write_entries
from db.outbox import queries as outbox
from db.records.tables import Record
from db.sequences.documents import document_of
from db.users.tables import Team, User
from db.work_items import replies
from db.work_items.basis import with_the_customer, wrote_at
from db.work_items.opening import StepDraft, draft_of
from db.work_items.queries import WorkItemRow, get_work_item
from db.work_items.tables import WorkItem
from domain import basis, segments
from domain.basis import Basis, Change, Names
from domain.enrollments import TimelineKind
from domain.interpreter import Decision, position_at
from domain.notices import WorkItemDecided
from domain.sequence import following
from domain.text_warnings import TextWarning, blocking
from domain.work_items import OF_STEPS, WorkItemStatus

_ROUND: Final = 200
"""Approvals that one round lets leave; what is left waits for the next."""


@dataclass(frozen=True, slots=True)
class Decided:
    """It is done; `workflow_id` waits to be told, if a workflow waits at all."""

    workflow_id: str | None


@dataclass(frozen=True, slots=True)
class Stale:
    """It was not approved, as it rests on what has changed; its draft was filled in anew."""

    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else, or something else, decided it first."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """It was not approved, as this stands against every text to the customer."""

    warning: TextWarning


ApprovalOutcome = Decided | Stale | Blocked | Taken


async def lock(session: AsyncSession, work_item_ids: Collection[UUID]) -> None:
    """Wait for whoever changes what these items' drafts rest on, and keep others from it.

    What is read in the statements after this one has seen every customer's text that came before.
    """
    records = select(WorkItem.record_id).where(WorkItem.id.in_(work_item_ids))
    theirs = select(Conversation.id).join(Record, with_the_customer()).where(Record.id.in_(records))
    # not the strongest lock: texts may be stored meanwhile, and wait as they are counted on their conversation
    await session.execute(
        select(Conversation.id)
        .where(Conversation.id.in_(theirs))
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
    )
    await session.execute(
        select(Record.id)
        .where(Record.id.in_(records))
        .order_by(Record.id)
        .with_for_update(read=True)
    )


async def approve(
    session: AsyncSession,
    row: WorkItemRow,
    *,
    text: str,
    seen: Basis | None,
    warnings: Sequence[TextWarning],
    by: UUID,
    now: datetime,
    leaves_at: datetime | None = None,
) -> ApprovalOutcome:
    """Approve a manual text that was read after `lock`, at once or to leave at `leaves_at` unless it is undone.

    `seen` is what the draft rested on when the person read it; None: when it was filled in. `warnings` are those of
    `text`. Until it leaves the item is open, so that an end of its enrollment takes it back as any other.
    """
    changes = await changes_since(session, row, seen or row.filled_on)
    if changes:
        # before what stands against it, which may be new to the person as well
        await _refresh(session, row)
        return Stale(changes)
    blocked = blocking(warnings)
    if blocked is not None:
        return Blocked(blocked)
    if leaves_at is None:
        return await _close(session, row, WorkItemStatus.APPROVED, by=by, now=now, text=text)
    approved = await session.scalar(
        update(WorkItem)
        .where(
            WorkItem.id == row.item.id,
            WorkItem.status == WorkItemStatus.OPEN,
            WorkItem.leaves_at.is_(None),
        )
        .values(
            text=text,
            decided_by=by,
            leaves_at=leaves_at,
            basis=basis.of_approval(row.stands, row.item.basis),
        )
        .returning(WorkItem.id)
    )
    return Taken() if approved is None else Decided(None)


async def decide(
    session: AsyncSession,
    row: WorkItemRow,
    status: WorkItemStatus,
    *,
    by: UUID,
    now: datetime,
    reason: str | None = None,
) -> Decided | Taken:
    """Close an open item with a decision that sends nothing.

    `reason` replaces what stands there: why it was skipped, if that was said; of what is done only if it is given.
    What somebody approved and is about to leave must be undone first: it is taken until then.
    """
    if row.item.leaves_at is not None:
        return Taken()
    return await _close(session, row, status, by=by, now=now, reason=reason)


async def undo(
    session: AsyncSession, work_item_ids: Collection[UUID], *, by: UUID, now: datetime
) -> list[UUID]:
    """Take back those of one's approvals that have not left; return them.

    Their drafts rest again on what they were offered on: who wrote since has still written.
    """
    offered = func.coalesce(WorkItem.basis[basis.OFFERED], WorkItem.basis)
    undone = await session.scalars(
        update(WorkItem)
        .where(
            WorkItem.id.in_(work_item_ids),
            WorkItem.status == WorkItemStatus.OPEN,
            WorkItem.leaves_at > now,
            WorkItem.decided_by == by,
        )
        .values(leaves_at=None, decided_by=None, basis=offered)
        .returning(WorkItem.id)
    )
    return list(undone)


async def release_due(sessions: Sessions, now: datetime) -> set[str]:
    """Let the approvals leave whose time to be undone is over; return the workflows to be told.

    Each in a transaction of its own, by whichever process comes first. One whose customer wrote meanwhile, or whose
    record changed, comes back to the list instead, with what changed.
    """
    async with sessions() as session:
        due = await session.scalars(
            select(WorkItem.id)
            .where(WorkItem.leaves_at <= now)
            .order_by(WorkItem.leaves_at, WorkItem.id)
            .limit(_ROUND)
        )
        work_item_ids = list(due)
    told = set()
    for work_item_id in work_item_ids:
        workflow_id = await _release(sessions, work_item_id, now)
        if workflow_id is not None:
            told.add(workflow_id)
    return told


async def _release(sessions: Sessions, work_item_id: UUID, now: datetime) -> str | None:
    async with sessions.begin() as session:
        await lock(session, [work_item_id])
        mine = await session.scalar(
            select(WorkItem.id)
            .where(WorkItem.id == work_item_id, WorkItem.leaves_at <= now)
            .with_for_update(skip_locked=True)
        )
        if mine is None:
            return None
        row = await get_work_item(session, work_item_id)
        changes = await changes_since(session, row, row.filled_on)
        if changes:
            told = " ".join(change.detail for change in changes)
            await session.execute(
                update(WorkItem)
                .where(WorkItem.id == work_item_id)
                .values(
                    leaves_at=None,
                    decided_by=None,
                    basis=row.stands,
                    reason=f"After it was approved: {told} Look again.",
                )
            )
            return None
        approver = row.item.decided_by
        assert approver is not None  # noqa: S101 - a constraint of the table
        decided = await _close(session, row, WorkItemStatus.APPROVED, by=approver, now=now)
        return decided.workflow_id if isinstance(decided, Decided) else None


async def changes_since(session: AsyncSession, row: WorkItemRow, seen: Basis) -> list[Change]:
    """Return what has changed since somebody read the draft that rested on `seen`."""
    now = row.basis
    if seen == now:
        return []
    found = await session.execute(
        select(
            func.coalesce(Team.name, func.concat_ws(" ", User.first_name, User.last_name)),
            wrote_at(),
        )
        .select_from(Record)
        .join(User, User.id == Record.owner_user_id)
        .outerjoin(Team, Team.id == Record.owner_team_id)
        .where(Record.id == row.item.record_id)
    )
    owner, last = found.one()
    return basis.changes(seen, now, Names(owner, last))


async def filled_anew(session: AsyncSession, row: WorkItemRow) -> StepDraft | None:
    """Return the draft filled in from what is known now; None for an item of no step."""
    if row.enrollment is None or row.item.step_id is None:
        return None
    return await draft_of(session, row.enrollment.id, row.item.step_id)


async def _refresh(session: AsyncSession, row: WorkItemRow) -> None:
    """Fill the draft in anew, and note what it rests on now."""
    values: dict[str, object] = {"basis": row.stands}
    draft = await filled_anew(session, row)
    if draft is not None:
        values |= {"text": draft.text, "reason": draft.reason}
    await session.execute(
        update(WorkItem)
        .where(
            WorkItem.id == row.item.id,
            WorkItem.status == WorkItemStatus.OPEN,
            WorkItem.leaves_at.is_(None),
        )
        .values(values)
    )


async def _close(
    session: AsyncSession,
    row: WorkItemRow,
    status: WorkItemStatus,
    *,
    by: UUID,
    now: datetime,
    text: str | None = None,
    reason: str | None = None,
) -> Decided | Taken:
    item = row.item
    sent = (text or item.text or "") if status is WorkItemStatus.APPROVED else ""
    closed = await session.scalar(
        update(WorkItem)
        .where(
            WorkItem.id == item.id,
            WorkItem.status == WorkItemStatus.OPEN,
            # what is about to leave is its approver's, until it has left
            WorkItem.leaves_at.is_not_distinct_from(item.leaves_at),
        )
        .values(
            status=status,
            decided_at=now,
            decided_by=by,
            leaves_at=None,
            text=func.coalesce(literal(text), WorkItem.text),
            # why it was on the list is not why somebody skipped it
            reason=reason
            if status is WorkItemStatus.SKIPPED
            else func.coalesce(literal(reason), WorkItem.reason),
        )
        .returning(WorkItem.id)
    )
    if closed is None:
        return Taken()
    if status is WorkItemStatus.APPROVED and row.conversation_id is not None:
        await replies.answered(session, row.conversation_id, by, now)
    if row.enrollment is None or item.kind not in OF_STEPS:
        return Decided(None)
    entry = Entry(
        kind=TimelineKind.WORK_ITEM_DECIDED,
        at=now,
        step_id=item.step_id,
        detail=f"{status}: {reason}" if reason else status,
        work_item_id=item.id,
        actor_id=by,
    )
    await write_entries(session, [(row.enrollment.id, entry)])
    if status is not WorkItemStatus.APPROVED and item.step_id is not None:
        # no activity does this step: a wait that follows would be shown when it is over
        document = await document_of(session, row.enrollment.version_id)
        next_step = following(document, item.step_id)
        await move(session, row.enrollment.id, position_at(document, next_step, now))
    notice = WorkItemDecided(
        workflow_id=row.enrollment.workflow_id,
        enrollment_id=row.enrollment.id,
        work_item_id=item.id,
        decision=Decision(status),
        segments=segments.count(sent).segments,
    )
    await outbox.add(session, item.organisation_id, [notice])
    return Decided(notice.workflow_id)
