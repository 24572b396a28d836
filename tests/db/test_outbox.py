"""Tests of db/outbox: what workflows must be told arrives, and in order."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from db.engine import Sessions
from db.outbox.queries import add, relay, relay_waiting
from db.tables import OutboxItem
from domain.notices import Delivery, Notice, Pause, Resume
from tests.db.conftest import one, rows, someone_waits
from tests.makers import make_organisation


@dataclass
class Engine:
    """Whom notices are delivered to: remembers what it was told, and answers as it is told."""

    answers: dict[str, Callable[[], Delivery]] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, notice: Notice) -> Delivery:
        answer = self.answers.get(notice.workflow_id, lambda: Delivery.DELIVERED)()
        self.told.append((notice.workflow_id, notice.kind))
        return answer


def pause(workflow_id: str) -> Pause:
    return Pause(workflow_id=workflow_id, enrollment_id=uuid4())


def resume(workflow_id: str) -> Resume:
    return Resume(workflow_id=workflow_id, enrollment_id=uuid4())


def down() -> Delivery:
    raise ConnectionError("the engine is away")


@pytest.fixture
async def organisation_id(sessions: Sessions) -> UUID:
    async with sessions.begin() as session:
        return (await make_organisation(session)).id


async def put(sessions: Sessions, organisation_id: UUID, *notices: Notice) -> None:
    async with sessions.begin() as session:
        await add(session, organisation_id, notices)


async def test_each_workflow_is_told_in_the_order_things_happened(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("a"), pause("b"), resume("a"))
    await put(sessions, organisation_id, pause("a"), resume("b"))
    engine = Engine()

    assert await relay(sessions, engine, ["a", "b"]) == 5
    # one workflow beside the other: which of them hears first is chance
    assert sorted(engine.told, key=lambda told: told[0]) == [
        ("a", "pause"),
        ("a", "resume"),
        ("a", "pause"),
        ("b", "pause"),
        ("b", "resume"),
    ]
    assert await rows(sessions, OutboxItem) == []
    assert await relay(sessions, engine, ["a", "b"]) == 0


async def test_what_was_not_committed_is_told_to_nobody(
    sessions: Sessions, organisation_id: UUID
) -> None:
    async with sessions() as session:
        await add(session, organisation_id, [pause("a")])
        await session.rollback()
    assert await relay(sessions, Engine(), ["a"]) == 0


@pytest.mark.parametrize("answer", [down, lambda: Delivery.LATER], ids=["an error", "later"])
async def test_what_cannot_be_delivered_holds_up_its_own_workflow_only(
    sessions: Sessions, organisation_id: UUID, answer: Callable[[], Delivery]
) -> None:
    await put(sessions, organisation_id, pause("a"), resume("a"), pause("b"))
    engine = Engine({"a": answer})

    assert await relay(sessions, engine, ["a", "b"]) == 1
    assert ("b", "pause") in engine.told
    left = await rows(sessions, OutboxItem)
    assert [(item.workflow_id, item.kind, item.attempts) for item in left] == [
        ("a", "pause", 1),
        ("a", "resume", 0),
    ]

    assert await relay(sessions, engine := Engine(), ["a"]) == 2
    assert engine.told == [("a", "pause"), ("a", "resume")]


async def test_what_nobody_can_read_holds_up_its_own_workflow_only(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("a"), pause("b"))
    async with sessions.begin() as session:
        await session.execute(
            update(OutboxItem).where(OutboxItem.workflow_id == "a").values(payload={"kind": "?"})
        )
    engine = Engine()

    assert await relay(sessions, engine, ["a", "b"]) == 1
    assert engine.told == [("b", "pause")]
    assert (await one(sessions, OutboxItem)).attempts == 1


async def test_a_workflow_that_has_ended_needs_to_be_told_nothing(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("a"), resume("a"))
    assert await relay(sessions, Engine({"a": lambda: Delivery.GONE}), ["a"]) == 2
    assert await rows(sessions, OutboxItem) == []


async def test_two_who_deliver_at_once_tell_each_thing_once_and_in_order(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("a"), resume("a"), pause("a"))
    told: list[str] = []
    go_on = asyncio.Event()

    async def slowly(notice: Notice) -> Delivery:
        await go_on.wait()
        told.append(notice.kind)
        return Delivery.DELIVERED

    deliverers = [asyncio.create_task(relay(sessions, slowly, ["a"])) for _ in range(2)]
    await someone_waits(sessions)
    await put(sessions, organisation_id, resume("a"))
    go_on.set()

    assert sum(await asyncio.gather(*deliverers)) == 4
    assert told == ["pause", "resume", "pause", "resume"]


async def test_one_who_delivers_keeps_nobody_from_another_workflow(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("a"), pause("b"))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(notice: Notice) -> Delivery:
        begun.set()
        await go_on.wait()
        return Delivery.DELIVERED

    slow = asyncio.create_task(relay(sessions, slowly, ["a"]))
    await begun.wait()
    assert await relay(sessions, Engine(), ["b"]) == 1
    go_on.set()
    assert await slow == 1


async def test_all_that_waits_is_told_in_order_however_much_it_is(
    sessions: Sessions, organisation_id: UUID
) -> None:
    many: list[Notice] = [pause("a"), resume("a")] * 50
    await put(sessions, organisation_id, *many, pause("b"))
    engine = Engine()
    assert await relay(sessions, engine, ["a"]) == 100
    assert engine.told == [("a", notice.kind) for notice in many]
    assert (await one(sessions, OutboxItem)).workflow_id == "b"


async def count_rows(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(text("ANALYZE outbox"))


async def rows_read(sessions: Sessions) -> int:
    """Return how many rows of the outbox were ever read, by the only connection that there is."""
    async with sessions.begin() as session:
        await session.execute(text("SELECT pg_stat_force_next_flush()"))
    read = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'outbox'"
    async with sessions() as session:
        found = await session.scalar(text(read))
    assert found is not None
    return int(found)


@pytest.mark.parametrize("counted", ["never", "while it was empty", "now"])
async def test_while_the_engine_is_away_a_reply_does_not_read_all_that_waits(
    sessions: Sessions, organisation_id: UUID, counted: str
) -> None:
    if counted == "while it was empty":
        await count_rows(sessions)
    await put(sessions, organisation_id, *[pause("a") for _ in range(500)])
    await put(sessions, organisation_id, *[pause(f"other {n}") for n in range(500)])
    if counted == "now":
        await count_rows(sessions)
    before = await rows_read(sessions)
    assert await relay(sessions, Engine({"a": down}), ["a"]) == 0
    assert 0 < await rows_read(sessions) - before < 50


async def test_what_was_told_but_not_noted_is_told_again(
    sessions: Sessions, organisation_id: UUID
) -> None:
    """The process dies in between: twice is harmless, since workflows take a notice once; never would not be."""
    await put(sessions, organisation_id, pause("a"), resume("a"))
    told: list[str] = []

    async def dies(notice: Notice) -> Delivery:
        told.append(notice.kind)
        if notice.kind == "resume":
            raise asyncio.CancelledError
        return Delivery.DELIVERED

    with pytest.raises(asyncio.CancelledError):
        await relay(sessions, dies, ["a"])
    engine = Engine()
    assert await relay(sessions, engine, ["a"]) == 2
    assert Counter([*told, *(kind for _, kind in engine.told)]) == {"pause": 2, "resume": 2}


async def test_the_schedule_delivers_what_has_waited_too_long_and_all_behind_it(
    sessions: Sessions, organisation_id: UUID
) -> None:
    await put(sessions, organisation_id, pause("fresh"), pause("old"), pause("older"))
    async with sessions.begin() as session:
        for workflow_id, age in [("old", 10), ("older", 20)]:
            await session.execute(
                update(OutboxItem)
                .where(OutboxItem.workflow_id == workflow_id)
                .values(created_at=OutboxItem.created_at - timedelta(seconds=age))
            )
    await put(sessions, organisation_id, resume("old"))
    engine = Engine()

    assert await relay_waiting(sessions, engine, older_than=timedelta(seconds=5)) == 3
    assert engine.told == [("older", "pause"), ("old", "pause"), ("old", "resume")]
    assert (await one(sessions, OutboxItem)).workflow_id == "fresh"
