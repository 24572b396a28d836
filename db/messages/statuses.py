"""What a provider says of a text: adopted only forward, from whichever source it comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, exists, func, literal_column, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.consent import queries as consent
from db.messages.tables import Message
from db.work_items import opening
from domain.failures import FailureKind
from domain.messages import FINAL, MessageStatus, may_become
from domain.work_items import WorkItemKind

UNCERTAIN = (
    "The provider gave no answer and does not show this text: it may or may not have reached the customer. "
    "It will not be sent again by itself."
)

_OTHER: Final = aliased(Message)
_STATUS_BEFORE: Final = literal_column("old.status", String)
"""PostgreSQL 18: RETURNING knows the row before and after."""


@dataclass(frozen=True)
class Report:
    """A provider's word on one text of ours: its id there, if it has one, and what became of it."""

    provider_message_id: str | None
    status: MessageStatus
    code: str | None = None
    failure: FailureKind | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Recorded:
    """Whether the report moved a text, and the workflows that must be told of its consequences."""

    moved: bool
    workflow_ids: Sequence[str] = ()


async def record(
    session: AsyncSession,
    account_id: UUID,
    message_id: UUID | None,
    report: Report,
    now: datetime,
) -> Recorded:
    """Write a report down.

    `message_id` is ours, where it is known whose text the report is about. A report that is stale, repeated or about
    a text we do not know changes nothing.
    """
    row = await _move(session, account_id, message_id, report, now)
    if row is None and await _give_up_claim(session, account_id, message_id, report, now):
        row = await _move(session, account_id, message_id, report, now)
    if row is None:
        return Recorded(moved=False)
    moved, before = row
    if before == MessageStatus.UNCERTAIN:
        await opening.withdraw_uncertain(session, moved.id, now)
    if report.failure is FailureKind.OPT_OUT:
        workflow_ids = await consent.withdraw(
            session,
            moved.organisation_id,
            moved.to_number,
            message_id=moved.id,
            source="provider",
            now=now,
        )
        return Recorded(moved=True, workflow_ids=workflow_ids)
    if report.status in (MessageStatus.FAILED, MessageStatus.UNDELIVERED):
        await opening.about_text(
            session, moved.id, WorkItemKind.FAILED_TEXT, report.reason or "", now
        )
    return Recorded(moved=True)


async def _move(
    session: AsyncSession,
    account_id: UUID,
    message_id: UUID | None,
    report: Report,
    now: datetime,
) -> tuple[Message, str] | None:
    """Return the text as it is now and its state before, if the report moves it."""
    which: ColumnElement[bool]
    if message_id is None:
        which = Message.provider_message_id == report.provider_message_id
    else:
        claimed = exists().where(
            _OTHER.provider_account_id == account_id,
            _OTHER.provider_message_id == report.provider_message_id,
            _OTHER.id != message_id,
        )
        which = and_(Message.id == message_id, ~claimed)
    left = report.status not in (MessageStatus.QUEUED, MessageStatus.FAILED)
    moved = await session.execute(
        update(Message)
        .where(
            Message.provider_account_id == account_id,
            which,
            Message.status.in_(may_become(report.status)),
        )
        .values(
            status=report.status,
            provider_message_id=func.coalesce(
                report.provider_message_id, Message.provider_message_id
            ),
            failure=report.failure,
            error_code=report.code,
            error=report.reason,
            held_until=None,
            held_reason=None,
            submitted_at=func.coalesce(Message.submitted_at, now),
            sent_at=func.coalesce(Message.sent_at, now if left else None),
            finished_at=now if report.status in FINAL else None,
        )
        .returning(Message, _STATUS_BEFORE)
        .execution_options(synchronize_session=False)
    )
    row = moved.one_or_none()
    return None if row is None else (row[0], row[1])


async def _give_up_claim(
    session: AsyncSession,
    account_id: UUID,
    message_id: UUID | None,
    report: Report,
    now: datetime,
) -> bool:
    """Take the provider's id from a row that adopted it from a list, since the provider itself says whose it is.

    Two equal texts to one number may be told apart only so. Returns whether there was such a row.
    """
    if message_id is None or report.provider_message_id is None:
        return False
    robbed = await session.scalar(
        update(Message)
        .where(
            Message.provider_account_id == account_id,
            Message.provider_message_id == report.provider_message_id,
            Message.id != message_id,
        )
        .values(provider_message_id=None, status=MessageStatus.UNCERTAIN, finished_at=None)
        .returning(Message.id)
    )
    if robbed is None:
        return False
    await opening.about_text(session, robbed, WorkItemKind.UNCERTAIN_TEXT, UNCERTAIN, now)
    return True
