"""What sellers must do now, and their decisions."""

from typing import Annotated, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse

from api.auth import May, require
from api.consent.schemas import ConsentAnswer
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, answer, invalid, not_found, problem_kinds, problems
from api.records.attaching import record_to_append_to
from api.work_items import approving
from api.work_items.desk import AtDesk, Desk
from api.work_items.refusals import (
    blocked,
    cannot_see_conversation,
    cannot_see_record,
    nobody_there,
    seen_in,
    stale,
    too_late,
    wrong_decision,
)
from api.work_items.schemas import (
    Approval,
    Completion,
    CountsOut,
    GroupOut,
    HandOver,
    InHandOut,
    NewWorkItem,
    Seen,
    Skip,
    Snooze,
    StaleApprovalOut,
    WorkItemOut,
)
from db.consent import asking
from db.work_items import deciding, handing, marks, queries
from db.work_items.deciding import Blocked, Decided, Stale, Taken
from db.work_items.handing import CannotSeeConversation, CannotSeeRecord, NobodyThere
from db.work_items.marks import Mark
from db.work_items.ordering import Group, Sort
from db.work_items.queries import Due, Filter, WorkItemRow
from db.work_items.warning import in_hand
from domain.privileges import Actor, Entity, Privilege, attaching
from domain.records import RecordKind
from domain.work_items import DECISIONS, WorkItemKind, WorkItemStatus

router = APIRouter(prefix="/work-items", tags=["work items"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.READ))]
_MayCreate = Annotated[
    Actor,
    Depends(
        May(
            Entity.WORK_ITEM,
            Privilege.CREATE,
            also=attaching(Entity.WORK_ITEM, Entity.RECORD),
        )
    ),
]
_MayWrite = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.WRITE))]
_MayAssign = Annotated[Actor, Depends(May(Entity.WORK_ITEM, Privilege.ASSIGN))]

_DECISION_PROBLEMS = problems(401, 403, 404, 409, 422)


async def _filter(
    status: WorkItemStatus | Literal["all"] = WorkItemStatus.OPEN,
    kind: Annotated[list[WorkItemKind] | None, Query(description="Of these kinds.")] = None,
    texts: Annotated[bool, Query(description="Only what is about texts.")] = False,
    assignee: Annotated[
        Literal["me", "team", "any"] | UUID,
        Query(
            description="`me`: yours, your teams' and those you stand in for; `team`: your teams'; or somebody's id."
        ),
    ] = "me",
    due: Due | None = None,
    sequence: Annotated[str | None, Query(max_length=64)] = None,
    step: Annotated[str | None, Query(max_length=64)] = None,
    record_id: UUID | None = None,
    record_kind: RecordKind | None = None,
    search: Annotated[
        str | None, Query(max_length=200, description="Words of names, numbers, titles and texts.")
    ] = None,
    snoozed: Annotated[bool, Query(description="What was put off, instead.")] = False,
    unopened: Annotated[bool, Query(description="What you have not opened.")] = False,
    followed: Annotated[bool, Query(description="What you follow.")] = False,
    unattended: Annotated[
        bool,
        Query(
            description="Only what belongs to people away, with nobody to stand in, or to nobody."
        ),
    ] = False,
) -> Filter:
    return Filter(
        status=None if status == "all" else status,
        kinds=kind or (),
        texts=texts,
        assignee=assignee,
        due=due,
        sequence=sequence,
        step=step,
        record_id=record_id,
        record_kind=record_kind,
        search=search,
        snoozed=snoozed,
        unopened=unopened,
        followed=followed,
        unattended=unattended,
    )


_Asked = Annotated[Filter, Depends(_filter)]


@router.get("", operation_id="listWorkItems", responses=problems(401, 403, 422))
async def list_work_items(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    asked: _Asked,
    desk: AtDesk,
    sort: Sort = Sort.PRIORITY,
    group: Group = Group.NONE,
    descending: bool = False,
) -> Page[WorkItemOut]:
    """List work items in the order of the organisation's rule, or as asked for.

    `any` shows managers those of everybody. What was decided is listed for 30 days.
    """
    found = await queries.list_work_items(
        session,
        actor,
        page,
        asked,
        sort=sort,
        group=group,
        rule=desk.settings.priority,
        descending=descending,
        now=desk.now,
    )
    return page_of(found, lambda listed: desk.show(listed.row, listed.group))


@router.get("/counts", operation_id="countWorkItems", responses=problems(401, 403, 422))
async def count_work_items(
    actor: _MayRead, session: Database, asked: _Asked, now: Now, group: Group = Group.NONE
) -> CountsOut:
    """Count what is open, by what matters most, and by group if one is named."""
    counts = await queries.count(session, actor, asked, now=now)
    groups = []
    if group is not Group.NONE:
        groups = await queries.count_groups(session, actor, asked, group=group, now=now)
    return CountsOut(**counts._asdict(), groups=[GroupOut.model_validate(each) for each in groups])


@router.get("/{work_item_id}", operation_id="getWorkItem", responses=problems(401, 403, 404, 422))
async def get_work_item(
    work_item_id: UUID,
    actor: _MayRead,
    session: Database,
    desk: AtDesk,
    seen: Annotated[Seen | None, Query()] = None,
) -> InHandOut:
    """Show one work item, with what stands against its text.

    With `seen` it says what has changed since the item was read with it; if anything has, the text is filled in anew.
    """
    row = await _row(session, actor, work_item_id)
    return desk.show_in_hand(await in_hand(session, row, desk.now, seen=seen_in(seen)))


@router.post(
    "",
    operation_id="addWorkItem",
    status_code=201,
    responses=_DECISION_PROBLEMS,
    dependencies=[Idempotent],
)
async def add_work_item(
    body: NewWorkItem, actor: _MayCreate, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Put a call, a task, an e-mail or a reminder on the list by hand."""
    await record_to_append_to(session, actor, body.record_id)
    is_own = body.user_id is None and body.team_id is None
    try:
        item_id = await handing.add_by_hand(
            session,
            actor,
            body.record_id,
            body.kind,
            title=body.title,
            text=body.text,
            due_at=body.due_at,
            user_id=actor.user_id if is_own else body.user_id,
            team_id=body.team_id,
        )
    except NobodyThere as error:
        raise nobody_there(body) from error
    except CannotSeeRecord as error:
        raise cannot_see_record() from error
    return desk.show(await queries.get_work_item(session, item_id, actor.user_id))


@router.post(
    "/{work_item_id}/approve",
    operation_id="approveWorkItem",
    response_model=WorkItemOut,
    responses=_DECISION_PROBLEMS | problem_kinds(409, StaleApprovalOut),
    dependencies=[Idempotent],
)
async def approve_work_item(
    work_item_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    desk: AtDesk,
    body: Approval | None = None,
) -> WorkItemOut | JSONResponse:
    """Send the text of a manual text, as it was offered or as it was edited.

    409 `stale-approval` if the customer wrote, or the record or the consent changed, since `seen`: with the `changes`,
    and the `work_item` filled in anew. 409 also if the customer must get no text at all: `opted-out`, `unreachable`,
    `record-closed`.
    """
    await deciding.lock(session, [work_item_id])
    row = await _row(session, actor, work_item_id)
    asked = {work_item_id: body or Approval()}
    outcome = (await approving.approve(session, desk, [row], asked))[work_item_id]
    match outcome:
        case Problem():
            raise outcome
        case Decided(workflow_id):
            outbox.tell([workflow_id] if workflow_id else [])
            return desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))
        case Stale(changes):
            fresh = desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))
            # an answer and not raised, so that the fresh draft is kept
            return answer(stale(changes, fresh))
        case Blocked(warning):
            raise blocked(warning)
        case Taken():
            raise too_late(await queries.get_work_item(session, work_item_id))
        case _:
            assert_never(outcome)


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
    desk: AtDesk,
    body: Skip | None = None,
) -> WorkItemOut:
    """Go on without doing it."""
    reason = body.reason if body is not None else None
    return await _decide(
        session, outbox, desk, work_item_id, WorkItemStatus.SKIPPED, actor=actor, reason=reason
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
    desk: AtDesk,
    body: Completion | None = None,
) -> WorkItemOut:
    """Say that a call or a task is done, or that a text that went wrong is dealt with."""
    note = body.note if body is not None else None
    return await _decide(
        session, outbox, desk, work_item_id, WorkItemStatus.COMPLETED, actor=actor, reason=note
    )


@router.post(
    "/{work_item_id}/answer-consent",
    operation_id="answerConsentQuestion",
    responses=_DECISION_PROBLEMS,
    dependencies=[Idempotent],
)
async def answer_consent_question(
    work_item_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    desk: AtDesk,
    body: ConsentAnswer,
) -> WorkItemOut:
    """Say whether the customer withdrew consent by the text of a consent question. What waited goes on, or not."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned)
    if row.item.kind is not WorkItemKind.CONSENT_QUESTION:
        raise wrong_decision(row.item.kind, WorkItemStatus.COMPLETED)
    told = await asking.answer(
        session, row.item, withdrawn=body.withdrawn, actor_id=actor.user_id, now=desk.now
    )
    if told is None:
        raise too_late(await queries.get_work_item(session, work_item_id))
    outbox.tell(told)
    return desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))


@router.post("/{work_item_id}/snooze", operation_id="snoozeWorkItem", responses=_DECISION_PROBLEMS)
async def snooze_work_item(
    work_item_id: UUID, actor: _MayWrite, session: Database, desk: AtDesk, body: Snooze
) -> WorkItemOut:
    """Put an open item off: it is hidden until then, and due then."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned)
    if body.until <= desk.now:
        raise invalid("until", "This is in the past: name a later time.")
    if not await handing.snooze(session, work_item_id, body.until):
        raise too_late(row)
    return desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))


@router.delete(
    "/{work_item_id}/snooze", operation_id="unsnoozeWorkItem", responses=_DECISION_PROBLEMS
)
async def unsnooze_work_item(
    work_item_id: UUID, actor: _MayWrite, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Bring back what was put off, due now."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned)
    if not await handing.unsnooze(session, work_item_id, desk.now):
        raise too_late(row)
    return desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))


@router.post(
    "/{work_item_id}/hand-over", operation_id="handOverWorkItem", responses=_DECISION_PROBLEMS
)
async def hand_over_work_item(
    work_item_id: UUID, actor: _MayAssign, session: Database, desk: AtDesk, body: HandOver
) -> WorkItemOut:
    """Let a colleague do it, or whoever of a team comes first. They must see the record; of none, the conversation."""
    row = await _row(session, actor, work_item_id)
    require(actor, Entity.WORK_ITEM, Privilege.ASSIGN, row.owned)
    try:
        moved = await handing.hand_over(
            session,
            actor,
            work_item_id,
            user_id=body.user_id,
            team_id=body.team_id,
            note=body.note,
        )
    except NobodyThere as error:
        raise nobody_there(body) from error
    except CannotSeeRecord as error:
        raise cannot_see_record() from error
    except CannotSeeConversation as error:
        raise cannot_see_conversation() from error
    if not moved:
        raise too_late(row)
    return desk.show(await queries.get_work_item(session, work_item_id, actor.user_id))


@router.post(
    "/{work_item_id}/opened",
    operation_id="markWorkItemOpened",
    responses=problems(401, 403, 404, 422),
)
async def mark_work_item_opened(
    work_item_id: UUID, actor: _MayRead, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Note that you have opened it; for your colleagues it stays as unopened as it is."""
    return await _marked(session, actor, desk, work_item_id, "is_opened", is_so=True)


@router.delete(
    "/{work_item_id}/opened",
    operation_id="markWorkItemUnopened",
    responses=problems(401, 403, 404, 422),
)
async def mark_work_item_unopened(
    work_item_id: UUID, actor: _MayRead, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Have it stand out on your list again, as if you had never opened it."""
    return await _marked(session, actor, desk, work_item_id, "is_opened", is_so=False)


@router.post(
    "/{work_item_id}/follow", operation_id="followWorkItem", responses=problems(401, 403, 404, 422)
)
async def follow_work_item(
    work_item_id: UUID, actor: _MayRead, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Follow it: it is among what you follow, whoever is to do it."""
    return await _marked(session, actor, desk, work_item_id, "is_followed", is_so=True)


@router.delete(
    "/{work_item_id}/follow",
    operation_id="unfollowWorkItem",
    responses=problems(401, 403, 404, 422),
)
async def unfollow_work_item(
    work_item_id: UUID, actor: _MayRead, session: Database, desk: AtDesk
) -> WorkItemOut:
    """Follow it no longer."""
    return await _marked(session, actor, desk, work_item_id, "is_followed", is_so=False)


async def _marked(
    session: Database, actor: Actor, desk: Desk, work_item_id: UUID, mark: Mark, *, is_so: bool
) -> WorkItemOut:
    await _row(session, actor, work_item_id)
    await marks.note(session, work_item_id, actor.user_id, mark, is_so=is_so)
    return desk.show(await _row(session, actor, work_item_id))


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
    require(actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned)
    if status not in DECISIONS[row.item.kind]:
        raise wrong_decision(row.item.kind, status)
    if row.item.status is not WorkItemStatus.OPEN or row.item.leaves_at is not None:
        raise too_late(row)
    return row


async def _decide(
    session: Database,
    outbox: RequestOutbox,
    desk: AtDesk,
    work_item_id: UUID,
    status: WorkItemStatus,
    *,
    actor: Actor,
    reason: str | None,
) -> WorkItemOut:
    """Write down a decision that sends nothing, and tell the enrollment that waits for it."""
    row = await _decidable(session, actor, work_item_id, status)
    outcome = await deciding.decide(
        session, row, status, by=actor.user_id, now=desk.now, reason=reason
    )
    now_is = await queries.get_work_item(session, work_item_id, actor.user_id)
    if isinstance(outcome, Taken):
        raise too_late(now_is)
    outbox.tell([outcome.workflow_id] if outcome.workflow_id else [])
    return desk.show(now_is)
