"""How far did a test text get? Texts that an administrator sends to try an account out."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages.statuses import Report
from db.providers.tables import ProbeText
from domain.messages import FINAL, MessageStatus, may_become

_LONGEST_REASON: Final = 500


async def submit(
    session: AsyncSession,
    *,
    probe_id: UUID | None,
    organisation_id: UUID,
    account_id: UUID,
    phone_number_id: UUID,
    to_number: str,
    now: datetime,
) -> UUID | None:
    """Write that a test text is about to be handed to the provider; to be committed before it is.

    Returns its id, or None if there is one of `probe_id` already, which then must not be sent again.
    """
    given = {} if probe_id is None else {"id": probe_id}
    found: UUID | None = await session.scalar(
        insert(ProbeText)
        .values(
            organisation_id=organisation_id,
            provider_account_id=account_id,
            phone_number_id=phone_number_id,
            to_number=to_number,
            status=MessageStatus.SUBMITTING,
            submitted_at=now,
            **given,
        )
        .on_conflict_do_nothing()
        .returning(ProbeText.id)
    )
    return found


async def answered(
    session: AsyncSession, account_id: UUID, probe_id: UUID, report: Report, now: datetime
) -> None:
    """Write the provider's answer down, unless a status callback that came before it said more."""
    await adopt(session, account_id, probe_id, report, now)
    await session.execute(update(ProbeText).where(ProbeText.id == probe_id).values(answered_at=now))


async def unanswered(session: AsyncSession, probe_id: UUID, reason: str) -> None:
    """Write that nobody can say whether the provider has the text, unless a status callback could."""
    await session.execute(
        update(ProbeText)
        .where(ProbeText.id == probe_id, ProbeText.status == MessageStatus.SUBMITTING)
        .values(status=MessageStatus.UNCERTAIN, reason=reason[:_LONGEST_REASON])
    )


async def record(
    session: AsyncSession,
    account_id: UUID,
    probe_id: UUID | None,
    report: Report,
    now: datetime,
) -> bool:
    """Write a status callback down; return whether it is about a test text of this account."""
    which = (
        ProbeText.provider_message_id == report.provider_message_id
        if probe_id is None
        else ProbeText.id == probe_id
    )
    found = await session.scalar(
        update(ProbeText)
        .where(ProbeText.provider_account_id == account_id, which)
        .values(reported_at=func.coalesce(ProbeText.reported_at, now))
        .returning(ProbeText.id)
    )
    if found is None:
        return False
    await adopt(session, account_id, found, report, now)
    return True


async def adopt(
    session: AsyncSession, account_id: UUID, probe_id: UUID, report: Report, now: datetime
) -> None:
    """Write what the provider says of a test text, if that is further than what is known."""
    await session.execute(
        update(ProbeText)
        .where(
            ProbeText.id == probe_id,
            ProbeText.provider_account_id == account_id,
            ProbeText.status.in_(may_become(report.status)),
        )
        .values(
            status=report.status,
            provider_message_id=func.coalesce(
                report.provider_message_id, ProbeText.provider_message_id
            ),
            code=report.code,
            reason=report.reason and report.reason[:_LONGEST_REASON],
            finished_at=now if report.status in FINAL else None,
        )
    )


async def find_probe(session: AsyncSession, account_id: UUID, probe_id: UUID) -> ProbeText | None:
    """Return the test text of this id as it is now."""
    probe: ProbeText | None = await session.scalar(
        select(ProbeText).where(
            ProbeText.id == probe_id, ProbeText.provider_account_id == account_id
        )
    )
    return probe


async def latest_probe(session: AsyncSession, account_id: UUID) -> ProbeText | None:
    """Return the account's youngest test text."""
    probe: ProbeText | None = await session.scalar(
        select(ProbeText)
        .where(ProbeText.provider_account_id == account_id)
        .order_by(ProbeText.submitted_at.desc())
        .limit(1)
    )
    return probe
