"""What becomes of approvals: the same whether a text is approved alone or with others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from api.auth import require
from api.context import Database
from api.problems import Problem
from api.texts import checked_text
from api.work_items.desk import Desk
from api.work_items.refusals import seen_in, unfit, wrong_decision
from api.work_items.schemas import Approval
from db.work_items import deciding
from db.work_items.deciding import ApprovalOutcome, Taken
from db.work_items.queries import WorkItemRow
from db.work_items.warning import Words, offered, warn
from domain.privileges import Entity, Privilege
from domain.text_warnings import TextWarning, blocking
from domain.work_items import WorkItemKind, WorkItemStatus


async def approve(
    session: Database,
    desk: Desk,
    rows: Sequence[WorkItemRow],
    asked: Mapping[UUID, Approval],
    *,
    leaves_at: datetime | None = None,
) -> dict[UUID, ApprovalOutcome | Problem]:
    """Approve items that were read after `deciding.lock`, to leave at once or at `leaves_at`.

    Each stands for itself: the answer is what became of it, or the problem with what was asked of it.
    """
    words = [_words(asked[row.item.id], row) for row in rows]
    warnings = await warn(session, rows, desk.now, words=words)
    became: dict[UUID, ApprovalOutcome | Problem] = {}
    for row, (text, _), found in zip(rows, words, warnings, strict=True):
        item_id = row.item.id
        try:
            became[item_id] = await _approve(
                session, desk, row, asked[item_id], text or "", found, leaves_at
            )
        except Problem as problem:
            became[item_id] = problem
    return became


async def _approve(
    session: Database,
    desk: Desk,
    row: WorkItemRow,
    approval: Approval,
    text: str,
    warnings: Sequence[TextWarning],
    leaves_at: datetime | None,
) -> ApprovalOutcome:
    """Approve one. Raises Problem if it is not the actor's to approve, or must say something else."""
    require(desk.actor, Entity.WORK_ITEM, Privilege.WRITE, row.owned)
    if row.item.kind is not WorkItemKind.MANUAL_TEXT:
        raise wrong_decision(row.item.kind, WorkItemStatus.APPROVED)
    if row.item.status is not WorkItemStatus.OPEN or row.item.leaves_at is not None:
        return Taken()
    text = checked_text(text)
    unfilled = blocking(warnings, about="words")
    if unfilled is not None:
        raise unfit(unfilled)
    return await deciding.approve(
        session,
        row,
        text=text,
        seen=seen_in(approval.seen),
        warnings=warnings,
        by=desk.actor.user_id,
        now=desk.now,
        leaves_at=leaves_at,
    )


def _words(approval: Approval, row: WorkItemRow) -> Words:
    as_offered = approval.text is None or approval.text == row.item.text
    # why the draft could not be filled in is not what is wrong with an edited text
    return offered(row) if as_offered else Words(approval.text, None)
