"""The enrollment workflow on the time-skipping server, with activities that only remember."""

import asyncio
import shutil
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.enrollments import EndReason
from domain.interpreter import Held, Submitted, TextOutcome
from domain.messages import Urgency
from domain.sequence_source import parse_yaml
from tests.stack import free_port
from trial.temporal import TemporalServer
from worker import RUNNER, WORKFLOWS
from workflows.activities import (
    AskField,
    BeginReconciliations,
    CloseEnrollment,
    FetchMedia,
    FindReply,
    OpenWorkItem,
    Reconciled,
    SendStepText,
)
from workflows.effects import EnrollmentState
from workflows.enrollment import EnrollmentWorkflow
from workflows.sending import queue_beside

TASK_QUEUE = "test"
ENROLLMENT = UUID("0198f000-0000-7000-8000-000000000001")

Handle = WorkflowHandle[EnrollmentWorkflow, EndReason]


@dataclass
class World:
    """What the activities of a test remember, and how they answer."""

    clock: Callable[[], Awaitable[datetime]]
    texts: list[tuple[str, datetime]] = field(default_factory=list)
    opened: dict[str, UUID] = field(default_factory=dict)
    closed: list[EndReason] = field(default_factory=list)
    noted: list[tuple[str, str]] = field(default_factory=list)
    outcomes: dict[str, list[TextOutcome]] = field(default_factory=dict)
    """What the tries at the text of a step, or at a message, come to, in order; then they succeed."""
    answer: bool = True
    asked_for_replies: list[str | None] = field(default_factory=list)
    """Branches for which the database was asked for a reply."""
    stored_reply: bool = False
    """Whether the database has a reply that nobody told the workflow of."""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """What happens while a text is looked at that is held then."""

    @activity.defn
    async def send_step_text(self, order: SendStepText) -> TextOutcome:
        self._note(order.visit.notes)
        waiting = self.outcomes.get(order.step_id)
        if waiting:
            return await self._next(waiting)
        now = await self.clock()
        self.texts.append((order.step_id, now))
        return Submitted(now)

    @activity.defn
    async def send_text(self, message_id: UUID, urgency: Urgency = Urgency.REPLY) -> TextOutcome:
        waiting = self.outcomes.get(str(message_id))
        if waiting:
            return await self._next(waiting)
        now = await self.clock()
        self.texts.append((str(message_id), now))
        return Submitted(now)

    @activity.defn
    async def open_work_item(self, order: OpenWorkItem) -> None:
        self._note(order.visit.notes)
        self.opened[order.step_id] = order.work_item_id

    @activity.defn
    async def ask_field(self, order: AskField) -> bool:
        return self.answer

    @activity.defn
    async def find_reply(self, order: FindReply) -> bool:
        self.asked_for_replies.append(order.step_id)
        return self.stored_reply

    @activity.defn
    async def close_enrollment(self, order: CloseEnrollment) -> None:
        self._note(order.visit.notes)
        self.closed.append(order.reason)

    @activity.defn
    async def fetch_media(self, order: FetchMedia) -> None:
        return

    @activity.defn
    async def begin_reconciliations(self, order: BeginReconciliations) -> list[UUID]:
        return []

    @activity.defn
    async def reconcile_account(self, reconciliation_id: UUID) -> Reconciled:
        return Reconciled(0, 0, 0, 0, 0)

    @activity.defn
    async def relay_outbox(self) -> int:
        return 0

    @activity.defn
    async def apply_retention(self) -> dict[str, int]:
        return {"texts": 3}

    @asynccontextmanager
    async def worker(
        self, client: Client, task_queue: str, *, identity: str | None = None
    ) -> AsyncIterator[None]:
        """Run the real workflows in this world, with both of their task queues."""
        deciding = Worker(
            client,
            task_queue=task_queue,
            workflows=WORKFLOWS,
            activities=[
                self.open_work_item,
                self.ask_field,
                self.find_reply,
                self.close_enrollment,
                self.fetch_media,
                self.begin_reconciliations,
                self.reconcile_account,
                self.relay_outbox,
                self.apply_retention,
            ],
            workflow_runner=RUNNER,
            identity=identity,
        )
        sends = Worker(
            client,
            task_queue=queue_beside(task_queue),
            activities=[self.send_step_text, self.send_text],
            identity=identity,
        )
        async with deciding, sends:
            yield

    async def _next(self, outcomes: list[TextOutcome]) -> TextOutcome:
        if self.meanwhile is not None:
            await self.meanwhile()
        return outcomes.pop(0)

    def _note(self, notes: list[Any]) -> None:
        self.noted += [(note.step_id, note.outcome.value) for note in notes]


@dataclass
class Stage:
    """A worker on the time-skipping server."""

    env: WorkflowEnvironment
    world: World

    async def enroll(self, source: str, *, name: str = "Test") -> Handle:
        """Start an enrollment in the sequence that `source` describes, as YAML steps and settings."""
        document = parse_yaml(f"key: test\nname: {name}\n{source}").skeleton()
        return await self.env.client.start_workflow(
            EnrollmentWorkflow.run,
            EnrollmentState(enrollment_id=ENROLLMENT, document=document),
            id="enrollment-test",
            task_queue=TASK_QUEUE,
        )

    async def now(self) -> datetime:
        return await self.env.get_current_time()

    async def pass_time(self, **length: float) -> None:
        await self.env.sleep(timedelta(**length))


@asynccontextmanager
async def open_stage(*, identity: str | None = None) -> AsyncIterator[Stage]:
    """Start the time-skipping server and a worker. `identity` is theirs in histories; else process and host."""
    scripts = sysconfig.get_path("scripts")
    binary = shutil.which("temporal-test-server", path=scripts)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=binary, data_converter=pydantic_data_converter, identity=identity
    ) as env:
        world = World(clock=env.get_current_time)
        async with world.worker(env.client, TASK_QUEUE, identity=identity):
            yield Stage(env, world)


@pytest.fixture(scope="session")
def temporal() -> Iterator[TemporalServer]:
    """A real server, for what the time-skipping one does differently."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-test-"))
    server = TemporalServer(folder, free_port())
    try:
        asyncio.run(server.start())
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


__all__ = ["ENROLLMENT", "TASK_QUEUE", "Handle", "Held", "Stage", "World", "open_stage"]
