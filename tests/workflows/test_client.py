"""Delivery of notices to a real Temporal server: it decides about ids, ends and repeated updates."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RetryConfig, RPCError

from domain.enrollments import EndReason
from domain.interpreter import Decision, Held
from domain.notices import (
    Delivery,
    EndEnrollment,
    FetchMedia,
    Notice,
    Pause,
    ReplyReceived,
    Resume,
    SkipWait,
    StartEnrollment,
    StartText,
    TextReleased,
    WorkItemDecided,
    enrollment_workflow_id,
    media_workflow_id,
    text_workflow_id,
)
from domain.sequence_source import parse_yaml
from tests.stack import free_port
from tests.workflows.conftest import World
from trial.temporal import TemporalServer
from workflows.client import Engine
from workflows.enrollment import DecideWorkItem, EnrollmentWorkflow, Standing

DEADLINE = 30.0

DOCUMENT = parse_yaml("""
key: test
name: Test
steps:
  - {id: hello, type: automated_text, text: Hello}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then: [{id: book, type: manual_text, text: When?}]
    else: [{id: nudge, type: automated_text, text: Hm?}]
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
""").skeleton()


async def now() -> datetime:
    return datetime.now(UTC)


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not seen():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


@dataclass
class Case:
    """One enrollment, or two of the same record and sequence, on a task queue of the test's own."""

    client: Client
    engine: Engine
    world: World
    task_queue: str
    workflow_id: str
    enrollment_id: UUID

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        async with self.world.worker(self.client, self.task_queue):
            yield

    async def deliver(self, notice: Notice) -> Delivery:
        return await self.engine.deliver(notice)

    def start(self, enrollment_id: UUID | None = None) -> StartEnrollment:
        return StartEnrollment(
            workflow_id=self.workflow_id,
            enrollment_id=enrollment_id or self.enrollment_id,
            document=DOCUMENT,
        )

    def reply(self) -> ReplyReceived:
        return ReplyReceived(
            workflow_id=self.workflow_id,
            enrollment_id=self.enrollment_id,
            message_id=uuid4(),
            received_at=datetime.now(UTC),
        )

    def decided(
        self, item_id: UUID, *, enrollment_id: UUID | None = None, segments: int = 1
    ) -> WorkItemDecided:
        return WorkItemDecided(
            workflow_id=self.workflow_id,
            enrollment_id=enrollment_id or self.enrollment_id,
            work_item_id=item_id,
            decision=Decision.APPROVED,
            segments=segments,
        )

    def end(self) -> EndEnrollment:
        return EndEnrollment(
            workflow_id=self.workflow_id,
            enrollment_id=self.enrollment_id,
            reason=EndReason.DISCONNECTED,
        )

    async def standing(self) -> Standing:
        handle = self.client.get_workflow_handle(self.workflow_id)
        return await handle.query(EnrollmentWorkflow.standing)

    async def asked(self) -> UUID:
        """Go on to where a seller is asked for a text; return the work item."""
        await self.deliver(self.start())
        await until(lambda: bool(self.world.texts))
        await self.deliver(self.reply())
        await until(lambda: "book" in self.world.opened)
        return self.world.opened["book"]


@pytest.fixture
async def case(temporal: TemporalServer) -> Case:
    client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
    queue = f"test-{uuid4()}"
    return Case(
        client=client,
        engine=Engine(client, queue, worker_limit=timedelta(seconds=1)),
        world=World(clock=now),
        task_queue=queue,
        workflow_id=enrollment_workflow_id(uuid4(), "test"),
        enrollment_id=uuid4(),
    )


async def test_an_enrollment_is_started_once_however_often_it_is_told(case: Case) -> None:
    async with case.worker():
        assert await case.deliver(case.start()) is Delivery.DELIVERED
        await until(lambda: bool(case.world.texts))
        assert await case.deliver(case.start()) is Delivery.DELIVERED
        assert (await case.standing()).done == {"hello": "submitted"}
    assert [step for step, _ in case.world.texts] == ["hello"]


async def test_a_next_enrollment_waits_for_the_end_of_the_one_before(case: Case) -> None:
    following = case.start(uuid4())
    async with case.worker():
        await case.deliver(case.start())
        assert await case.deliver(following) is Delivery.LATER

        assert await case.deliver(case.end()) is Delivery.DELIVERED
        await until(lambda: bool(case.world.closed))
        handle = case.client.get_workflow_handle(case.workflow_id)
        await handle.result()
        assert await case.deliver(following) is Delivery.DELIVERED


@pytest.mark.parametrize(
    ("kind", "workflow_id"), [(StartText, text_workflow_id), (FetchMedia, media_workflow_id)]
)
async def test_what_a_text_needs_is_done_by_one_workflow_however_often_it_is_told(
    case: Case, kind: type[StartText | FetchMedia], workflow_id: Callable[[UUID], str]
) -> None:
    message_id = uuid4()
    notice = kind(workflow_id=workflow_id(message_id), message_id=message_id)
    async with case.worker():
        assert await case.deliver(notice) is Delivery.DELIVERED
        assert await case.deliver(notice) is Delivery.DELIVERED
        handle = case.client.get_workflow_handle(notice.workflow_id)
        await handle.result()
        first = (await handle.describe()).run_id
        assert await case.deliver(notice) is Delivery.DELIVERED
    assert (await handle.describe()).run_id == first


async def test_a_reply_told_twice_is_one_reply(case: Case) -> None:
    async with case.worker():
        await case.deliver(case.start())
        await until(lambda: bool(case.world.texts))
        reply = case.reply()
        assert await case.deliver(reply) is Delivery.DELIVERED
        assert await case.deliver(reply) is Delivery.DELIVERED
        await until(lambda: "book" in case.world.opened)
        assert (await case.standing()).open_work_item_id == case.world.opened["book"]
        assert (await case.standing()).ending is None
    history = await case.client.get_workflow_handle(case.workflow_id).fetch_history()
    assert len([each for each in history.events if "SIGNALED" in str(each)]) == 2


async def test_an_enrollment_is_paused_and_resumed(case: Case) -> None:
    ids = {"workflow_id": case.workflow_id, "enrollment_id": case.enrollment_id}
    async with case.worker():
        await case.deliver(case.start())
        told: list[tuple[Notice, bool]] = [(Pause(**ids), True), (Resume(**ids), False)]
        for notice, is_paused in told:
            for _ in range(2):
                assert await case.deliver(notice) is Delivery.DELIVERED
                assert (await case.standing()).is_paused is is_paused


async def test_a_skip_of_a_wait_told_twice_ends_that_wait_alone(case: Case) -> None:
    ids = {"workflow_id": case.workflow_id, "enrollment_id": case.enrollment_id}
    document = parse_yaml(
        "key: test\nname: Test\nsteps:\n"
        "  - {id: pause, type: wait, for: 2d}\n"
        "  - {id: rest, type: wait, for: 1d}\n"
        "  - {id: bye, type: automated_text, text: Bye}\n"
    ).skeleton()
    async with case.worker():
        await case.deliver(StartEnrollment(document=document, **ids))
        skip = SkipWait(step_id="pause", **ids)
        assert await case.deliver(skip) is Delivery.DELIVERED
        assert await case.deliver(skip) is Delivery.DELIVERED
        assert (await case.standing()).done == {"pause": "skipped"}
    assert case.world.texts == []


@pytest.mark.parametrize("is_of_enrollment", [True, False])
async def test_a_held_text_whose_workflow_is_told_leaves_at_once(
    case: Case, is_of_enrollment: bool
) -> None:
    message_id = uuid4()
    start: Notice = case.start()
    if not is_of_enrollment:
        start = StartText(workflow_id=text_workflow_id(message_id), message_id=message_id)
    what = "hello" if is_of_enrollment else str(message_id)
    case.world.outcomes[what] = [Held(datetime.now(UTC) + timedelta(hours=1))]
    async with case.worker():
        await case.deliver(start)
        await until(lambda: case.world.outcomes[what] == [])
        assert case.world.texts == []
        released = TextReleased(workflow_id=start.workflow_id)
        assert await case.deliver(released) is Delivery.DELIVERED
        await until(lambda: [each for each, _ in case.world.texts] == [what])


async def test_a_decision_told_twice_is_taken_once(case: Case) -> None:
    async with case.worker():
        decided = case.decided(await case.asked())
        assert await case.deliver(decided) is Delivery.DELIVERED
        assert await case.deliver(decided) is Delivery.DELIVERED
        # the activity is over before the workflow knows it
        async with asyncio.timeout(DEADLINE):
            while "book" not in (done := (await case.standing()).done):  # noqa: ASYNC110 - as in `until`
                await asyncio.sleep(0.02)
        assert done["book"] == "submitted"
    assert [step for step, _ in case.world.texts] == ["hello", "book"]


async def test_a_decision_that_an_earlier_run_took_is_delivered(case: Case) -> None:
    """After a continue-as-new the server no longer knows the update by its id; the workflow does."""
    async with case.worker():
        item = await case.asked()
        handle = case.client.get_workflow_handle(case.workflow_id)
        order = DecideWorkItem(case.enrollment_id, item, Decision.SKIPPED, 0)
        await handle.execute_update(EnrollmentWorkflow.decide_work_item, order, id="another")
        assert await case.deliver(case.decided(item)) is Delivery.DELIVERED
        assert (await case.standing()).done["book"] == "skipped"


async def test_a_decision_for_the_next_enrollment_waits_for_the_end_of_the_one_before(
    case: Case,
) -> None:
    async with case.worker():
        await case.deliver(case.start())
        following = case.decided(uuid4(), enrollment_id=uuid4())
        assert await case.deliver(following) is Delivery.LATER


async def test_a_decision_without_a_worker_is_kept_and_taken_later(case: Case) -> None:
    async with case.worker():
        decided = case.decided(await case.asked())
    assert await case.deliver(decided) is Delivery.LATER
    async with case.worker(), asyncio.timeout(DEADLINE):
        while await case.deliver(decided) is Delivery.LATER:
            pass  # as the outbox does, until the new worker has taken over
        await until(lambda: len(case.world.texts) == 2)


async def test_an_approval_of_nothing_is_an_error(case: Case) -> None:
    async with case.worker():
        decided = case.decided(await case.asked(), segments=0)
        with pytest.raises(WorkflowUpdateFailedError):
            await case.deliver(decided)


async def test_who_has_ended_needs_to_be_told_nothing(case: Case) -> None:
    ids = {"workflow_id": case.workflow_id, "enrollment_id": case.enrollment_id}
    notices: list[Notice] = [
        case.reply(), Pause(**ids), Resume(**ids), SkipWait(step_id="rest", **ids), case.end(), case.decided(uuid4()),
        TextReleased(workflow_id=case.workflow_id),
    ]  # fmt: skip
    for notice in notices:
        assert await case.deliver(notice) is Delivery.GONE

    async with case.worker():
        await case.deliver(case.start())
        assert await case.deliver(case.end()) is Delivery.DELIVERED
        handle = case.client.get_workflow_handle(case.workflow_id)
        assert await handle.result() == EndReason.DISCONNECTED
        for notice in notices:
            assert await case.deliver(notice) is Delivery.GONE


async def test_an_engine_out_of_reach_is_an_error(case: Case, tmp_path: Path) -> None:
    at_once = RetryConfig(initial_interval_millis=1, max_retries=1)
    server = TemporalServer(tmp_path, free_port())
    never = await Client.connect(server.address, lazy=True, retry_config=at_once)
    with pytest.raises(RuntimeError):
        await Engine(never, case.task_queue).deliver(case.end())

    async with server:
        client = await Client.connect(
            server.address, data_converter=pydantic_data_converter, retry_config=at_once
        )
    engine = Engine(client, case.task_queue)
    notices: list[Notice] = [case.start(), case.reply(), case.decided(uuid4())]
    for notice in notices:
        with pytest.raises(RPCError):
            await engine.deliver(notice)
