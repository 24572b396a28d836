from datetime import timedelta

from db.alerts.queries import raise_alert, resolve_alert
from db.engine import Sessions
from db.tables import Alert
from domain.alerts import AlertKind
from tests.db.conftest import NOW, one, rows
from tests.makers import Scene

LATER = NOW + timedelta(minutes=5)


async def test_what_happens_again_is_counted_on_the_alert_that_is_open(
    scene: Scene, sessions: Sessions
) -> None:
    for text, at in (("Suspended.", NOW), ("Out of funds.", LATER)):
        async with sessions.begin() as session:
            await raise_alert(
                session,
                scene.organisation.id,
                AlertKind.ACCOUNT_PAUSED,
                text,
                account_id=scene.account.id,
                now=at,
            )
    alert = await one(sessions, Alert)
    assert (alert.times, alert.text) == (2, "Out of funds.")
    assert (alert.raised_at, alert.last_at, alert.resolved_at) == (NOW, LATER, None)


async def test_an_alert_about_no_account_is_counted_too(scene: Scene, sessions: Sessions) -> None:
    for _ in range(2):
        async with sessions.begin() as session:
            await raise_alert(
                session, scene.organisation.id, AlertKind.SENDER_REFUSED, "No.", now=NOW
            )
    assert (await one(sessions, Alert)).times == 2


async def test_what_happens_after_it_was_resolved_is_a_new_alert(
    scene: Scene, sessions: Sessions
) -> None:
    account = scene.account.id
    for at in (NOW, LATER):
        async with sessions.begin() as session:
            await raise_alert(
                session,
                scene.organisation.id,
                AlertKind.ACCOUNT_PAUSED,
                "Suspended.",
                account_id=account,
                now=at,
            )
            if at == NOW:
                await resolve_alert(session, AlertKind.ACCOUNT_PAUSED, account_id=account, now=NOW)
    assert [(a.times, a.resolved_at) for a in await rows(sessions, Alert)] == [(1, NOW), (1, None)]


async def test_only_the_alert_of_that_kind_and_account_is_resolved(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        for kind, account_id in (
            (AlertKind.ACCOUNT_PAUSED, scene.account.id),
            (AlertKind.REPLIES_MISSED, scene.account.id),
            (AlertKind.ACCOUNT_PAUSED, None),
        ):
            await raise_alert(
                session, scene.organisation.id, kind, "!", account_id=account_id, now=NOW
            )
        await resolve_alert(
            session, AlertKind.ACCOUNT_PAUSED, account_id=scene.account.id, now=LATER
        )
    assert [a.resolved_at for a in await rows(sessions, Alert)] == [LATER, None, None]
