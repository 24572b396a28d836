"""Texts of one step that wait for an approval, each with what stands against it: a stack to go through."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment
from db.visibility import visible_to, within_reach
from db.work_items.queries import WorkItemRow, find_work_items
from db.work_items.tables import WorkItem
from db.work_items.warning import InHand, offered, warn
from domain.privileges import Actor, Privilege
from domain.work_items import WorkItemKind, WorkItemStatus


class Stack(NamedTuple):
    """The first ones of a stack, what is due first first, and how many are left."""

    items: Sequence[InHand]
    more: int


async def stack_of(
    session: AsyncSession, actor: Actor, like: WorkItemRow, *, limit: int, now: datetime
) -> Stack:
    """Return the open texts of the same step of the same version as `like` that the actor may approve."""
    enrollment = like.enrollment
    same = and_(
        WorkItem.status == WorkItemStatus.OPEN,
        WorkItem.kind == WorkItemKind.MANUAL_TEXT,
        WorkItem.leaves_at.is_(None),
        or_(WorkItem.snoozed_until.is_(None), WorkItem.snoozed_until <= now),
        visible_to(actor, WorkItem),
        within_reach(actor, WorkItem, Privilege.WRITE),
        WorkItem.id == like.item.id
        if enrollment is None
        else and_(
            WorkItem.step_id == like.item.step_id,
            WorkItem.enrollment_id.in_(
                select(Enrollment.id).where(Enrollment.version_id == enrollment.version_id)
            ),
        ),
    )
    rows = await find_work_items(session, actor, same, limit=limit)
    total = await session.scalar(select(func.count()).select_from(WorkItem).where(same)) or 0
    warnings = await warn(session, rows, now)
    return Stack(
        [InHand(row, offered(row), found) for row, found in zip(rows, warnings, strict=True)],
        total - len(rows),
    )
