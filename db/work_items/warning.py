"""What stands against the texts that wait for an approval, and what has changed since somebody read one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.in_force import lacks_consent, withdrawal_of, withdrawals_of
from db.organisations.tables import Organisation
from db.records.tables import Record
from db.sequences.documents import document_of
from db.work_items import deciding
from db.work_items.queries import WorkItemRow
from domain import text_warnings, time_zones
from domain.basis import Basis, Change
from domain.consent import Purpose
from domain.enrollments import EnrollmentStatus
from domain.quiet_hours import AllowedHours
from domain.records import RecordStatus
from domain.sending import Facts
from domain.text_warnings import TextWarning
from domain.work_items import WorkItemKind, WorkItemStatus


class Words(NamedTuple):
    """What a text says, and why it could not be filled in wholly."""

    text: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class InHand:
    """An item as a person has it before them to decide it."""

    row: WorkItemRow
    words: Words
    warnings: Sequence[TextWarning]
    changes: Sequence[Change] = ()


def offered(row: WorkItemRow) -> Words:
    """Return what an item's text says as it is offered."""
    return Words(row.item.text, row.item.reason)


async def in_hand(
    session: AsyncSession, row: WorkItemRow, now: datetime, *, seen: Basis | None = None
) -> InHand:
    """Return an item with what stands against its text, and what has changed since it was read with `seen`.

    If anything has, the text is filled in anew, as where an approval is refused; but nothing is written.
    """
    words, changes = offered(row), []
    if seen is not None and _waits(row):
        changes = await deciding.changes_since(session, row, seen)
    draft = await deciding.filled_anew(session, row) if changes else None
    if draft is not None:
        words = Words(draft.text, draft.reason)
    (warnings,) = await warn(session, [row], now, words=[words])
    return InHand(row, words, warnings, changes)


async def warn(
    session: AsyncSession,
    rows: Sequence[WorkItemRow],
    now: datetime,
    *,
    words: Sequence[Words] | None = None,
) -> list[list[TextWarning]]:
    """Return what stands against each text: as it is offered, or with `words`; nothing of what is no such text."""
    facts = await _facts(session, [row for row in rows if _waits(row)])
    return [
        text_warnings.warnings(
            text or "",
            facts[row.item.id],
            now,
            reason=reason,
            wrote=row.filled_on.inbound_id != row.basis.inbound_id,
        )
        if row.item.id in facts
        else []
        for row, (text, reason) in zip(rows, words or [offered(row) for row in rows], strict=True)
    ]


def _waits(row: WorkItemRow) -> bool:
    item = row.item
    return item.kind is WorkItemKind.MANUAL_TEXT and item.status is WorkItemStatus.OPEN


async def _facts(session: AsyncSession, rows: Sequence[WorkItemRow]) -> Mapping[UUID, Facts]:
    """Return what decides whether the texts may leave, by item; but for what hangs on the sender."""
    found = await session.execute(
        select(
            Record.id,
            Organisation,
            withdrawals_of(Record.organisation_id, Record.phone),
            lacks_consent(Record.phone),
        )
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(Record.id.in_({row.item.record_id for row in rows}))
    )
    of_records = {record_id: rest for record_id, *rest in found}
    facts = {}
    for row in rows:
        record, enrollment = row.record, row.enrollment
        assert record is not None  # noqa: S101 - a constraint of the table
        organisation, withdrawals, lacks = of_records[record.id]
        settings = (
            None
            if enrollment is None
            else (await document_of(session, enrollment.version_id)).settings
        )
        zones = time_zones.zones_of(
            timezone=record.timezone,
            country=record.country,
            region=record.region,
            phone=record.phone or "",
        )
        facts[row.item.id] = Facts(
            is_record_active=record.status is RecordStatus.ACTIVE,
            is_running=enrollment is None or enrollment.status is EnrollmentStatus.ACTIVE,
            is_unreachable=record.unreachable_since is not None,
            withdrawals=[withdrawal_of(each) for each in withdrawals or ()],
            purpose=Purpose.SERVICE if settings is None else settings.purpose,
            lacks_consent=lacks,
            allowed=AllowedHours(organisation.allowed_from, organisation.allowed_until),
            zones=[ZoneInfo(zone) for zone in zones.zones],
            working_hours=None if settings is None else settings.working_hours,
        )
    return facts
