"""Many similar texts at once: shown as a stack, approved together, and taken back before anything leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May
from api.context import Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.problems import (
    Problem,
    ProblemOut,
    body_of,
    invalid,
    missing_privilege,
    not_found,
    problems,
)
from api.texts import checked_text
from api.work_items.desk import AtDesk, Desk
from api.work_items.refusals import blocked, seen_in, stale, too_late, wrong_decision
from api.work_items.schemas import (
    ApprovalOut,
    Approvals,
    ApprovalsOut,
    StackApproval,
    StackOut,
    Undo,
    UndoneOut,
    WorkItemOut,
)
from db.work_items import deciding, queries, stacks
from db.work_items.deciding import Decided, Stale, Taken
from db.work_items.queries import WorkItemRow
from db.work_items.tables import WorkItem
from db.work_items.warning import Words, offered, warn
from domain.privileges import Actor, Entity, Privilege, reaches
from domain.text_warnings import TextWarning
from domain.work_items import WorkItemKind, WorkItemStatus

router = APIRouter(prefix="/work-items", tags=["work items"], route_class=IdempotentRoute)

_MayWrite = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.WRITE))]


@router.get("/stack", operation_id="getStack", responses=problems(401, 403, 404, 409, 422))
async def get_stack(
    actor: _MayWrite,
    session: Database,
    desk: AtDesk,
    like: Annotated[UUID, Query(description="A text to approve: the stack is of its step.")],
    limit: Annotated[int | None, Query(ge=1, le=200)] = None,
) -> StackOut:
    """Show the texts of the same step that wait for your approval, each filled in and with its own warnings."""
    row = await queries.find_work_item(session, actor, like)
    if row is None:
        raise not_found("work item")
    if row.item.kind is not WorkItemKind.MANUAL_TEXT:
        raise wrong_decision(row.item.kind, WorkItemStatus.APPROVED)
    at_most = min(limit or desk.settings.bulk_limit, desk.settings.bulk_limit)
    stack = await stacks.stack_of(session, actor, row, limit=at_most, now=desk.now)
    return StackOut(
        items=[desk.show_in_hand(item) for item in stack.items],
        more=stack.more,
        undo_seconds=desk.settings.undo_seconds,
    )


@router.post(
    "/approvals",
    operation_id="approveWorkItems",
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def approve_work_items(
    body: Approvals, actor: _MayWrite, session: Database, context: InContext, desk: AtDesk
) -> ApprovalsOut:
    """Approve texts to leave together in some seconds, unless they are undone.

    Each one stands for itself: what has changed since it was `seen`, or must not be sent, stays and says why.
    """
    limit = desk.settings.bulk_limit
    if len(body.items) > limit:
        raise invalid("items", f"At most {limit} texts are approved at once.", slug="too-many")
    leaves_at = desk.now + timedelta(seconds=desk.settings.undo_seconds)
    ids = [item.id for item in body.items]
    await deciding.lock(session, ids)
    rows = await queries.find_work_items(session, actor, WorkItem.id.in_(ids))
    asked = {item.id: item for item in body.items}
    words = [_words(asked[row.item.id], row) for row in rows]
    warnings = await warn(session, rows, desk.now, words=words)
    done: dict[UUID, _Done] = {}
    for row, (text, _), found in zip(rows, words, warnings, strict=True):
        approval = asked[row.item.id]
        try:
            done[row.item.id] = await _approve(
                session, desk, row, approval, text=text or "", warnings=found, leaves_at=leaves_at
            )
        except Problem as problem:
            done[row.item.id] = ("refused", problem)
    shown = await queries.find_work_items(session, actor, WorkItem.id.in_(ids))
    after = {row.item.id: desk.show(row) for row in shown}
    leaves = any(outcome == "leaving" for outcome, _ in done.values())
    if leaves:
        context.releases.wake(leaves_at)
    return ApprovalsOut(
        leaves_at=leaves_at if leaves else None,
        results=[
            _result(item.id, done.get(item.id, ("refused", not_found("work item"))), after)
            for item in body.items
        ],
    )


@router.post(
    "/approvals/undo", operation_id="undoApprovals", responses=problems(401, 403, 409, 422)
)
async def undo_approvals(body: Undo, actor: _MayWrite, session: Database, now: Now) -> UndoneOut:
    """Take back approvals of yours that have not left; they wait for a decision again."""
    undone = set(await deciding.undo(session, body.ids, by=actor.user_id, now=now))
    return UndoneOut(
        undone=[each for each in body.ids if each in undone],
        too_late=[each for each in body.ids if each not in undone],
    )


_Done = tuple[Literal["leaving", "stale", "refused", "taken"], Problem | None]


async def _approve(
    session: Database,
    desk: Desk,
    row: WorkItemRow,
    approval: StackApproval,
    *,
    text: str,
    warnings: Sequence[TextWarning],
    leaves_at: datetime,
) -> _Done:
    """Approve one text of many, whatever becomes of the others. Raises Problem if it must not leave."""
    actor = desk.actor
    if not reaches(actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned):
        raise missing_privilege(Entity.WORK_ITEM, Privilege.WRITE)
    if row.item.kind is not WorkItemKind.MANUAL_TEXT:
        raise wrong_decision(row.item.kind, WorkItemStatus.APPROVED)
    if row.item.status is not WorkItemStatus.OPEN or row.item.leaves_at is not None:
        return ("taken", too_late(row))
    blocking = next((warning for warning in warnings if warning.blocks), None)
    if blocking is not None:
        raise blocked(blocking)
    outcome = await deciding.approve(
        session,
        row,
        text=checked_text(text),
        seen=seen_in(approval.seen),
        by=actor.user_id,
        now=desk.now,
        leaves_at=leaves_at,
    )
    match outcome:
        case Decided():
            return ("leaving", None)
        case Stale(changes):
            return ("stale", stale(changes))
        case Taken():
            return ("taken", too_late(row))
        case _:
            assert_never(outcome)


def _words(approval: StackApproval, row: WorkItemRow) -> Words:
    as_offered = approval.text is None or approval.text == row.item.text
    # why the draft could not be filled in is not what is wrong with an edited text
    return offered(row) if as_offered else Words(approval.text, None)


def _result(item_id: UUID, done: _Done, after: Mapping[UUID, WorkItemOut]) -> ApprovalOut:
    outcome, problem = done
    return ApprovalOut(
        id=item_id,
        outcome=outcome,
        problem=None if problem is None else ProblemOut.model_validate(body_of(problem)),
        work_item=after.get(item_id),
    )
