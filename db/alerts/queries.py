"""What must an administrator know of, and since when?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.alerts.tables import Alert
from db.pages import PageOf, PageRequest, read_page
from domain.alerts import AlertKind


async def raise_alert(
    session: AsyncSession,
    organisation_id: UUID,
    kind: AlertKind,
    text: str,
    *,
    account_id: UUID | None = None,
    now: datetime,
) -> None:
    """Open an alert, or count it once more on the one of its kind and account that is open.

    `text` says what happened and what to do, without names, customers' numbers or texts; the latest one stays.
    """
    await session.execute(
        insert(Alert)
        .values(
            organisation_id=organisation_id,
            kind=kind,
            provider_account_id=account_id,
            text=text,
            raised_at=now,
            last_at=now,
        )
        .on_conflict_do_update(
            index_elements=[Alert.organisation_id, Alert.kind, Alert.provider_account_id],
            index_where=Alert.resolved_at.is_(None),
            set_={"times": Alert.times + 1, "text": text, "last_at": now},
        )
    )


async def resolve_alert(
    session: AsyncSession, kind: AlertKind, *, account_id: UUID, now: datetime
) -> None:
    """Close the open alert of this kind of an account, if there is one: it is over."""
    await session.execute(
        update(Alert)
        .where(
            Alert.kind == kind,
            Alert.provider_account_id == account_id,
            Alert.resolved_at.is_(None),
        )
        .values(resolved_at=now)
    )


async def list_alerts(
    session: AsyncSession, organisation_id: UUID, page: PageRequest, *, is_open: bool | None = None
) -> PageOf[Alert]:
    """Return alerts, the youngest first: the open ones, those that are over, or both."""
    statement = select(Alert).where(Alert.organisation_id == organisation_id)
    if is_open is not None:
        over = Alert.resolved_at.is_not(None)
        statement = statement.where(~over if is_open else over)
    return await read_page(
        session,
        statement,
        lambda alert: alert,
        page=page,
        keys=[Alert.raised_at, Alert.id],
        descending=True,
    )


async def find_alert(session: AsyncSession, organisation_id: UUID, alert_id: UUID) -> Alert | None:
    """Return the alert of this id if it is the organisation's."""
    alert: Alert | None = await session.scalar(
        select(Alert).where(Alert.id == alert_id, Alert.organisation_id == organisation_id)
    )
    return alert


async def close_alert(session: AsyncSession, alert: Alert, now: datetime) -> None:
    """Close an alert; one that is closed stays as it is."""
    if alert.resolved_at is None:
        alert.resolved_at = now
        await session.flush()
