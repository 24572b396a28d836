"""Many similar texts at once: shown as a stack, approved together, and taken back before anything leaves."""

from datetime import timedelta
from typing import Annotated, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May
from api.context import Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.problems import Problem, ProblemOut, body_of, invalid, not_found, problems
from api.work_items import approving
from api.work_items.desk import AtDesk, Desk
from api.work_items.refusals import blocked, stale, too_late, wrong_decision
from api.work_items.schemas import (
    Approval,
    ApprovalOut,
    Approvals,
    ApprovalsOut,
    StackOut,
    Undo,
    UndoneOut,
)
from db.work_items import deciding, queries, stacks
from db.work_items.deciding import ApprovalOutcome, Blocked, Decided, Stale, Taken
from db.work_items.queries import WorkItemRow
from db.work_items.tables import WorkItem
from domain.privileges import Actor, Entity, Privilege
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
    asked: dict[UUID, Approval] = {item.id: item for item in body.items}
    await deciding.lock(session, asked)
    wanted = WorkItem.id.in_(asked)
    rows = await queries.find_work_items(session, actor, wanted)
    became = await approving.approve(session, desk, rows, asked, leaves_at=leaves_at)
    after = {row.item.id: row for row in await queries.find_work_items(session, actor, wanted)}
    leaves = any(isinstance(each, Decided) for each in became.values())
    if leaves:
        context.releases.wake(leaves_at)
    return ApprovalsOut(
        leaves_at=leaves_at if leaves else None,
        results=[
            _result(item_id, became.get(item_id, not_found("work item")), after.get(item_id), desk)
            for item_id in asked
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


def _result(
    item_id: UUID, became: ApprovalOutcome | Problem, row: WorkItemRow | None, desk: Desk
) -> ApprovalOut:
    outcome, problem = _told(became, row)
    return ApprovalOut(
        id=item_id,
        outcome=outcome,
        problem=None if problem is None else ProblemOut.model_validate(body_of(problem)),
        work_item=None if row is None else desk.show(row),
    )


def _told(
    became: ApprovalOutcome | Problem, row: WorkItemRow | None
) -> tuple[Literal["leaving", "stale", "refused", "taken"], Problem | None]:
    match became:
        case Problem():
            return ("refused", became)
        case Decided():
            return ("leaving", None)
        case Stale(changes):
            return ("stale", stale(changes))
        case Blocked(warning):
            return ("refused", blocked(warning))
        case Taken():
            return ("taken", not_found("work item") if row is None else too_late(row))
        case _:
            assert_never(became)
