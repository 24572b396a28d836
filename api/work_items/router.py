"""What sellers must do now, and their decisions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import Outbox, RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems
from api.texts import checked_text, opted_out
from api.work_items.schemas import Approval, Completion, Skip, Snooze, WorkItemOut
from db.enrollments.progress import Entry, write_entries
from db.work_items import queries
from db.work_items.queries import WorkItemRow
from domain import segments
from domain.enrollments import TimelineKind
from domain.interpreter import Decision
from domain.notices import WorkItemDecided
from domain.privileges import Actor, Entity, Privilege
from domain.work_items import DECISIONS, OF_STEPS, WorkItemKind, WorkItemStatus

router = APIRouter(prefix="/work-items", tags=["work items"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.WRITE))]

_DECISION_PROBLEMS = problems(401, 403, 404, 409, 422)


@router.get("", operation_id="listWorkItems", responses=problems(401, 403, 422))
async def list_work_items(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    status: WorkItemStatus | Literal["all"] = WorkItemStatus.OPEN,
    kind: WorkItemKind | None = None,
    assignee: Literal["me", "any"] = "me",
) -> Page[WorkItemOut]:
    """List work items, what is due first first. `any` shows managers those of everybody."""
    found = await queries.list_work_items(
        session,
        actor,
        page,
        status=None if status == "all" else status,
        kind=kind,
        assignee_id=actor.user_id if assignee == "me" else None,
    )
    return page_of(found, WorkItemOut.of)


@router.get("/{work_item_id}", operation_id="getWorkItem", responses=problems(401, 403, 404))
async def get_work_item(work_item_id: UUID, actor: _MayRead, session: Database) -> WorkItemOut:
    """Show one work item."""
    return WorkItemOut.of(await _row(session, actor, work_item_id))


@router.post(
    "/{work_item_id}/approve",
    operation_id="approveWorkItem",
    responses=_DECISION_PROBLEMS,
    dependencies=[Idempotent],
)
async def approve_work_item(
    work_item_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: Approval | None = None,
) -> WorkItemOut:
    """Send the text of a manual text, as it was offered or as it was edited."""
    row = await _decidable(session, actor, work_item_id, WorkItemStatus.APPROVED)
    edited = body.text if body is not None and body.text is not None else row.item.text
    text = checked_text(edited or "")
    if row.is_opted_out:
        raise opted_out()
    return await _decide(session, outbox, actor, row, WorkItemStatus.APPROVED, now=now, text=text)


@router.post(
    "/{work_item_id}/skip",
    operation_id="skipWorkItem",
    responses=_DECISION_PROBLEMS,
    dependencies=[Idempotent],
)
async def skip_work_item(
    work_item_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: Skip | None = None,
) -> WorkItemOut:
    """Go on without doing it."""
    row = await _decidable(session, actor, work_item_id, WorkItemStatus.SKIPPED)
    reason = body.reason if body is not None else None
    return await _decide(
        session, outbox, actor, row, WorkItemStatus.SKIPPED, now=now, reason=reason
    )


@router.post(
    "/{work_item_id}/complete",
    operation_id="completeWorkItem",
    responses=_DECISION_PROBLEMS,
    dependencies=[Idempotent],
)
async def complete_work_item(
    work_item_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: Completion | None = None,
) -> WorkItemOut:
    """Say that a call or a task is done, or that a text that went wrong is dealt with."""
    row = await _decidable(session, actor, work_item_id, WorkItemStatus.COMPLETED)
    note = body.note if body is not None else None
    return await _decide(
        session, outbox, actor, row, WorkItemStatus.COMPLETED, now=now, reason=note
    )


@router.post("/{work_item_id}/snooze", operation_id="snoozeWorkItem", responses=_DECISION_PROBLEMS)
async def snooze_work_item(
    work_item_id: UUID, actor: _MayWrite, session: Database, now: Now, body: Snooze
) -> WorkItemOut:
    """Make an open item due later."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, owner_id=row.assignee.id)
    if body.until <= now:
        raise invalid("until", "This is in the past: name a later time.")
    if not await queries.snooze(session, work_item_id, body.until):
        raise _too_late((await _row(session, actor, work_item_id)).item.status)
    return WorkItemOut.of(await _row(session, actor, work_item_id))


async def _row(session: Database, actor: Actor, work_item_id: UUID) -> WorkItemRow:
    row = await queries.find_work_item(session, actor, work_item_id)
    if row is None:
        raise not_found("work item")
    return row


async def _decidable(
    session: Database, actor: Actor, work_item_id: UUID, status: WorkItemStatus
) -> WorkItemRow:
    """Return an open item that the actor may decide so."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, owner_id=row.assignee.id)
    if status not in DECISIONS[row.item.kind]:
        may = " or ".join(sorted(DECISIONS[row.item.kind]))
        kind = row.item.kind.replace("_", " ")
        raise Problem(409, "wrong-decision", f"A {kind} cannot be {status}, only {may}.")
    if row.item.status is not WorkItemStatus.OPEN:
        raise _too_late(row.item.status)
    return row


async def _decide(
    session: Database,
    outbox: Outbox,
    actor: Actor,
    row: WorkItemRow,
    status: WorkItemStatus,
    *,
    now: datetime,
    text: str | None = None,
    reason: str | None = None,
) -> WorkItemOut:
    """Write the decision down and tell the enrollment that waits for it."""
    item = row.item
    decided = await queries.decide(
        session, item.id, status, decided_by=actor.user_id, now=now, text=text, reason=reason
    )
    if not decided:
        raise _too_late((await _row(session, actor, item.id)).item.status)
    if row.enrollment is not None and item.kind in OF_STEPS:
        entry = Entry(
            kind=TimelineKind.WORK_ITEM_DECIDED,
            at=now,
            step_id=item.step_id,
            detail=f"{status}: {reason}" if reason else status,
            work_item_id=item.id,
            actor_id=actor.user_id,
        )
        await write_entries(session, [(row.enrollment.id, entry)])
        notice = WorkItemDecided(
            workflow_id=row.enrollment.workflow_id,
            enrollment_id=row.enrollment.id,
            work_item_id=item.id,
            decision=Decision(status),
            segments=segments.count(text).segments if text is not None else 0,
        )
        await outbox.add(item.organisation_id, [notice])
    return WorkItemOut.of(await _row(session, actor, item.id))


def _too_late(status: WorkItemStatus) -> Problem:
    if status is WorkItemStatus.CANCELLED:
        return Problem(
            409, "enrollment-ended", "The enrollment ended before this was decided: nothing to do."
        )
    return Problem(409, "already-decided", f"This has been decided already: {status}.")
