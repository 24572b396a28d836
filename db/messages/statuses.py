"""What a provider says of a text: adopted only forward, from whichever source it comes first, with all that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    any_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.alerts import queries as alerts
from db.consent import locking
from db.consent import queries as consent
from db.consent.queries import Said
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.messages import retries
from db.messages.tables import Message
from db.providers import pausing
from db.records import reachability
from db.work_items import opening
from domain import failures
from domain.alerts import AlertKind
from domain.consent import Source
from domain.enrollments import TimelineKind
from domain.failures import FailureKind
from domain.messages import FINAL, Direction, MessageStatus, may_become
from domain.retries import again_at, given_up, what_follows
from domain.work_items import WorkItemKind

UNCERTAIN = (
    "The provider gave no answer and does not show this text: it may or may not have reached the customer. "
    "It will not be sent again by itself."
)

_NOT_ITS_OWN: Final = "The report of a failure that this text answers belonged to another text."

FAILED: Final = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})
"""Reports that ask something of us."""

_OTHER: Final = aliased(Message)
_STATUS_BEFORE: Final = literal_column("old.status", String)
"""PostgreSQL 18: RETURNING knows the row before and after."""


class Price(Protocol):
    """What the provider charges, in millionths of the currency (ISO 4217)."""

    @property
    def micros(self) -> int: ...

    @property
    def currency(self) -> str: ...


@dataclass(frozen=True)
class Report:
    """A provider's word on one text of ours: its id there, if it has one, what became of it, and what it cost."""

    provider_message_id: str | None
    status: MessageStatus
    code: str | None = None
    failure: FailureKind | None = None
    reason: str | None = None
    price: Price | None = None


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
    """Write a report down, and see to what follows from it.

    `message_id` is ours, where it is known whose text the report is about. Of a report that is stale or repeated only
    the price is kept; one about a text we do not know changes nothing.
    """
    if report.failure is FailureKind.OPT_OUT:
        await _lock_number(session, account_id, message_id, report)
    row = await _move(session, account_id, message_id, report, now)
    if row is None and await _give_up_claim(session, account_id, message_id, report, now):
        row = await _move(session, account_id, message_id, report, now)
    if row is None:
        await _keep_price(session, account_id, message_id, report)
        return Recorded(moved=False)
    text, before = row
    if before == MessageStatus.UNCERTAIN:
        await opening.withdraw_uncertain(session, text.id, now)
    if report.status in FAILED:
        return Recorded(moved=True, workflow_ids=await _follow_up(session, text, now))
    return Recorded(moved=True)


async def _lock_number(
    session: AsyncSession, account_id: UUID, message_id: UUID | None, report: Report
) -> None:
    """Lock the customer's number before its text: the order in which a text that leaves locks them, too."""
    found = await session.execute(
        select(Message.organisation_id, Message.to_number).where(
            *_whose(account_id, message_id, report)
        )
    )
    for organisation_id, number in found:
        await locking.exclusive(session, organisation_id, [number])


async def _follow_up(session: AsyncSession, text: Message, now: datetime) -> Sequence[str]:
    """Do what a failure asks of us; return the workflows to tell."""
    kind = text.failure or FailureKind.UNKNOWN
    reason = text.error or failures.sentence(kind)
    # what the provider never took, the sender itself sees to, unless our id for it is used up at the provider
    was_taken = text.provider_message_id is not None
    await _note(session, text, Entry(TimelineKind.TEXT_FAILED, now, detail=reason))
    match kind:
        case FailureKind.OPT_OUT:
            said = Said(
                Source.PROVIDER, now, phone_number_id=text.phone_number_id, message_id=text.id
            )
            return await consent.withdraw(session, text.organisation_id, text.to_number, said, now)
        case FailureKind.ACCOUNT if was_taken:
            await pausing.pause(
                session,
                text.provider_account_id,
                code=text.error_code or kind,
                reason=reason,
                now=now,
            )
        case FailureKind.SENDER:
            await alerts.raise_alert(
                session,
                text.organisation_id,
                AlertKind.SENDER_REFUSED,
                f"{reason} It was sent from {text.from_number}.",
                account_id=text.provider_account_id,
                now=now,
            )
    if was_taken or kind is FailureKind.RETRY:
        retried = await _retry(session, text, kind, reason, now)
        if retried is not None:
            return [retried]
    await opening.about_text(
        session, text.id, WorkItemKind.FAILED_TEXT, given_up(reason, kind, text.attempt), now
    )
    if kind is FailureKind.NUMBER:
        return await reachability.mark_unreachable(
            session, text.organisation_id, text.to_number, reason, now
        )
    return []


async def _retry(
    session: AsyncSession, text: Message, kind: FailureKind, reason: str, now: datetime
) -> str | None:
    """Have the text tried again if its failure allows that; return the workflow to tell."""
    at = again_at(kind, text.attempt, submitted_at=text.submitted_at or now, now=now)
    if at is None:
        return None
    planned = await retries.plan(session, text, at, reason, now)
    if planned is None:
        return None
    retry_id, workflow_id = planned
    await _note(
        session,
        text,
        Entry(
            TimelineKind.TEXT_RETRIED,
            now,
            detail=what_follows(kind),
            until=at,
            message_id=retry_id,
        ),
    )
    return workflow_id


async def _note(session: AsyncSession, text: Message, entry: Entry) -> None:
    """Write onto the enrollment's timeline what became of its text; each try has entries of its own."""
    if text.enrollment_id is not None:
        key = "" if text.attempt == 1 else str(text.attempt)
        entry = replace(
            entry, step_id=text.step_id, message_id=entry.message_id or text.id, key=key
        )
        await progress.write_entries(session, [(text.enrollment_id, entry)])


async def _move(
    session: AsyncSession,
    account_id: UUID,
    message_id: UUID | None,
    report: Report,
    now: datetime,
) -> tuple[Message, str] | None:
    """Return the text as it is now and its state before, if the report moves it."""
    left = report.status not in (MessageStatus.QUEUED, MessageStatus.FAILED)
    moved = await session.execute(
        update(Message)
        .where(
            *_whose(account_id, message_id, report), Message.status.in_(may_become(report.status))
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
            held_for=None,
            held_reason=None,
            submitted_at=func.coalesce(Message.submitted_at, now),
            sent_at=func.coalesce(Message.sent_at, now if left else None),
            finished_at=now if report.status in FINAL else None,
            **_charged(report.price),
        )
        .returning(Message, _STATUS_BEFORE)
        .execution_options(synchronize_session=False)
    )
    row = moved.one_or_none()
    return None if row is None else (row[0], row[1])


async def _keep_price(
    session: AsyncSession, account_id: UUID, message_id: UUID | None, report: Report
) -> None:
    if report.price is not None:
        await session.execute(
            update(Message)
            .where(
                *_whose(account_id, message_id, report),
                Message.direction == Direction.OUTBOUND,
                or_(
                    Message.price_micros.is_distinct_from(report.price.micros),
                    Message.price_currency.is_distinct_from(report.price.currency),
                ),
            )
            .values(**_charged(report.price))
        )


def _charged(price: Price | None) -> dict[str, Any]:
    """Return the columns of a price; none if there is none, as providers often name it later."""
    if price is None:
        return {}
    return {"price_micros": price.micros, "price_currency": price.currency}


def _whose(
    account_id: UUID, message_id: UUID | None, report: Report
) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the text that a report is about."""
    of_account = Message.provider_account_id == account_id
    if message_id is None:
        return of_account, Message.provider_message_id == report.provider_message_id
    if report.provider_message_id is None:
        # a refusal names nothing that could be another's
        return of_account, Message.id == message_id
    claimed = exists().where(
        _OTHER.provider_account_id == account_id,
        _OTHER.provider_message_id == report.provider_message_id,
        _OTHER.id != message_id,
    )
    # of a request that was refused, and that the text was taken back from
    is_over = literal(report.provider_message_id) == any_(Message.used_up_ids)
    return of_account, Message.id == message_id, ~claimed, ~is_over


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
    await retries.call_off(session, robbed, _NOT_ITS_OWN, now)
    await opening.about_text(session, robbed, WorkItemKind.UNCERTAIN_TEXT, UNCERTAIN, now)
    return True
