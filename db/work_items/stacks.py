"""Texts of one step that wait for an approval, each with what stands against it: a stack to go through."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment
from db.organisations.tables import Organisation
from db.sequences.documents import document_of
from db.visibility import visible_to, within_reach
from db.work_items.queries import WorkItemRow, find_work_items
from db.work_items.tables import WorkItem
from domain import text_warnings, time_zones
from domain.enrollments import EnrollmentStatus
from domain.privileges import Actor, Privilege
from domain.quiet_hours import AllowedHours, WeeklyHours
from domain.records import RecordStatus
from domain.sending import Facts
from domain.text_warnings import TextWarning
from domain.work_items import WorkItemKind, WorkItemStatus


class Stacked(NamedTuple):
    row: WorkItemRow
    warnings: Sequence[TextWarning]


class Stack(NamedTuple):
    """The first ones of a stack, what is due first first, and how many are left."""

    items: Sequence[Stacked]
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
    return Stack(
        [
            Stacked(row, found)
            for row, found in zip(rows, await warn(session, rows, now), strict=True)
        ],
        total - len(rows),
    )


async def warn(
    session: AsyncSession,
    rows: Sequence[WorkItemRow],
    now: datetime,
    *,
    texts: Sequence[str] | None = None,
) -> list[list[TextWarning]]:
    """Return what stands against each text: as it is offered, or as it is in `texts`."""
    organisation = (
        await session.get_one(Organisation, rows[0].item.organisation_id) if rows else None
    )
    hours: dict[UUID, WeeklyHours | None] = {}
    found = []
    for index, row in enumerate(rows):
        assert organisation is not None  # noqa: S101 - there is a row
        if row.enrollment is not None and row.enrollment.version_id not in hours:
            document = await document_of(session, row.enrollment.version_id)
            hours[row.enrollment.version_id] = document.settings.working_hours
        working = hours[row.enrollment.version_id] if row.enrollment is not None else None
        text = row.item.text or "" if texts is None else texts[index]
        found.append(
            text_warnings.warnings(
                text,
                _facts(row, organisation, working),
                now,
                is_opted_out=row.is_opted_out,
                reason=row.item.reason if text == row.item.text else None,
                wrote=row.filled_on.inbound_id != row.basis.inbound_id,
            )
        )
    return found


def _facts(row: WorkItemRow, organisation: Organisation, working: WeeklyHours | None) -> Facts:
    record = row.record
    zones = time_zones.zones_of(
        timezone=record.timezone,
        country=record.country,
        region=record.region,
        phone=record.phone or "",
    )
    return Facts(
        is_record_active=record.status is RecordStatus.ACTIVE,
        is_running=row.enrollment is None or row.enrollment.status is EnrollmentStatus.ACTIVE,
        is_unreachable=record.unreachable_since is not None,
        allowed=AllowedHours(organisation.allowed_from, organisation.allowed_until),
        zones=[ZoneInfo(zone) for zone in zones.zones],
        working_hours=working,
    )
