import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from db.engine import Sessions, create_engine, create_sessions
from db.providers.health import AccountMeter
from db.tables import AccountMinute, ProviderAccount
from tests.db.conftest import one
from tests.makers import Scene

AT = datetime(2026, 7, 1, 15, 0, 20, tzinfo=UTC)
MINUTE = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


async def _figures(sessions: Sessions) -> list[tuple[datetime, str, int, int, int]]:
    async with sessions() as session:
        minutes = await session.scalars(
            select(AccountMinute).order_by(AccountMinute.minute, AccountMinute.outcome)
        )
        return [(m.minute, m.outcome, m.requests, m.milliseconds, m.slowest) for m in minutes]


async def test_what_two_processes_count_in_one_minute_adds_up(
    scene: Scene, sessions: Sessions
) -> None:
    account = scene.account.id
    first, second = AccountMeter(), AccountMeter()
    first.sent(account, "accepted", 40, AT)
    first.sent(account, "accepted", 100, AT + timedelta(seconds=39))
    first.sent(account, "throttled", 5, AT)
    second.sent(account, "accepted", 60, AT)
    second.sent(account, "accepted", 10, AT + timedelta(seconds=40))
    await asyncio.gather(first.flush(sessions), second.flush(sessions))
    await first.flush(sessions)
    assert await _figures(sessions) == [
        (MINUTE, "accepted", 3, 200, 100),
        (MINUTE, "throttled", 1, 5, 5),
        (MINUTE + timedelta(minutes=1), "accepted", 1, 10, 10),
    ]


async def test_the_last_text_and_callback_never_move_back(scene: Scene, sessions: Sessions) -> None:
    account = scene.account.id
    first, second = AccountMeter(), AccountMeter()
    first.inbound(account, AT)
    second.inbound(account, AT - timedelta(seconds=9))
    second.status(account, AT)
    await first.flush(sessions)
    await second.flush(sessions)
    row = await one(sessions, ProviderAccount)
    assert (row.last_inbound_at, row.last_status_at) == (AT, AT)


async def test_what_could_not_be_written_is_written_the_next_time(
    scene: Scene, sessions: Sessions
) -> None:
    meter = AccountMeter()
    away = create_engine("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    meter.sent(scene.account.id, "accepted", 40, AT)
    with pytest.raises(OperationalError):
        await meter.flush(create_sessions(away))
    await away.dispose()
    meter.sent(scene.account.id, "accepted", 60, AT)
    await meter.flush(sessions)
    assert await _figures(sessions) == [(MINUTE, "accepted", 2, 100, 60)]


async def test_an_account_that_is_gone_holds_up_no_other(scene: Scene, sessions: Sessions) -> None:
    meter = AccountMeter()
    meter.sent(scene.record.id, "accepted", 1, AT)
    meter.sent(scene.account.id, "accepted", 2, AT)
    await meter.flush(sessions)
    assert await _figures(sessions) == [(MINUTE, "accepted", 1, 2, 2)]


async def test_minutes_older_than_the_week_are_forgotten(scene: Scene, sessions: Sessions) -> None:
    meter = AccountMeter()
    for age in (timedelta(days=9), timedelta(days=7)):
        meter.sent(scene.account.id, "accepted", 1, AT - age)
    await meter.flush(sessions)
    meter.sent(scene.account.id, "accepted", 1, AT)
    await meter.flush(sessions)
    assert [minute for minute, *_ in await _figures(sessions)] == [
        MINUTE - timedelta(days=7),
        MINUTE,
    ]


async def test_what_was_counted_is_written_when_the_process_ends(
    scene: Scene, sessions: Sessions
) -> None:
    meter = AccountMeter()
    running = asyncio.create_task(meter.run(sessions))
    await asyncio.sleep(0)
    meter.sent(scene.account.id, "accepted", 40, AT)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await _figures(sessions) == [(MINUTE, "accepted", 1, 40, 40)]
