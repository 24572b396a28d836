"""Leaves a provider account alone that fails as a whole, and slows it down where it finds us too fast."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.alerts.queries import raise_alert, resolve_alert
from db.providers.tables import ProviderAccount
from domain import pacing
from domain.alerts import AlertKind

_TRIAL: Final = timedelta(minutes=1)
"""How long the one text that tries a paused account is waited for, before another may."""

_ONE_ROUND: Final = timedelta(seconds=1)


async def pause(
    session: AsyncSession,
    account_id: UUID,
    *,
    code: str,
    reason: str,
    now: datetime,
    trial_of: datetime | None = None,
) -> None:
    """Pause an account after a failure of all of it, and tell the administrators.

    Many texts may meet the same failure at once: only the first counts, and later the one that tried the pause which
    began at `trial_of`, if it is that pause still.
    Each pause in a row is longer; it ends by itself when a text gets through, or by hand.
    """
    account = await session.get_one(
        ProviderAccount, account_id, with_for_update={"key_share": True}
    )
    if account.paused_at is not None and account.paused_at != trial_of:
        return
    account.pauses += 1
    account.paused_at = account.paused_at or now
    account.paused_until = now + pacing.pause_length(account.pauses)
    account.paused_reason = reason[:300]
    account.paused_code = code[:32]
    await session.flush()
    await raise_alert(
        session,
        account.organisation_id,
        AlertKind.ACCOUNT_PAUSED,
        f"{account.name} is paused: {reason} Its texts wait and leave once it works again.",
        account_id=account_id,
        now=now,
    )


async def pause_by_hand(
    session: AsyncSession, account_id: UUID, reason: str, now: datetime
) -> None:
    """Pause an account until somebody resumes it."""
    await session.execute(
        update(ProviderAccount)
        .where(ProviderAccount.id == account_id)
        .values(paused_at=now, paused_until=None, paused_reason=reason[:300], paused_code=None)
    )


async def resume(
    session: AsyncSession, account_id: UUID, now: datetime, *, trial_of: datetime | None = None
) -> None:
    """Let an account send again; its waiting texts notice within a minute.

    A text that tried the pause which began at `trial_of` ends no other: somebody may have paused the account since.
    """
    statement = update(ProviderAccount).where(ProviderAccount.id == account_id)
    if trial_of is not None:
        statement = statement.where(ProviderAccount.paused_at == trial_of)
    resumed = await session.scalar(
        statement.values(
            paused_at=None, paused_until=None, paused_reason=None, paused_code=None, pauses=0
        ).returning(ProviderAccount.id)
    )
    if resumed is None:
        return
    await resolve_alert(session, AlertKind.ACCOUNT_PAUSED, account_id=account_id, now=now)


async def try_again(session: AsyncSession, account_id: UUID, now: datetime) -> datetime | None:
    """Claim the one text that may try a paused account whose time has come.

    Returns since when the account is paused, which names the pause; None if the text is not the caller's.
    """
    paused_at: datetime | None = await session.scalar(
        update(ProviderAccount)
        .where(ProviderAccount.id == account_id, ProviderAccount.paused_until <= now)
        .values(paused_until=now + _TRIAL)
        .returning(ProviderAccount.paused_at)
    )
    return paused_at


async def slow_down(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """Halve the pace of an account's numbers; it recovers by itself (domain/pacing.py)."""
    found = await session.execute(
        select(ProviderAccount.throttle, ProviderAccount.throttled_at)
        .where(ProviderAccount.id == account_id)
        .with_for_update(key_share=True)
    )
    throttle, since = found.one()
    if since is not None and now - since < _ONE_ROUND:
        return  # those that were under way at the same time say nothing new
    await session.execute(
        update(ProviderAccount)
        .where(ProviderAccount.id == account_id)
        .values(
            throttle=pacing.slowed_down(pacing.throttle_now(throttle, since, now)), throttled_at=now
        )
    )
