"""How fast do enrollments go through the engine? `python -m bench.engine`: ours against a bare Temporal workflow.

Both send three texts to the same handset, with a second between two of them, and note the end: four activities and two
timers. Records and enrollments stand in the database before the clock starts, which runs from the first workflow's
start to the last one's result. The carrier makes no callbacks; in their place this process says of our texts that they
have left, since a customer's second text waits for the first.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import mean, median
from typing import Any, Final

import sqlalchemy as sa
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from bench import bare_worker
from bench.bare_workflow import TASK_QUEUE, TEXTS, BareWorkflow
from bench.comparison import median_ratio, show, take_turns, verdict
from bench.ground import Ground, ground
from bench.leads import make_leads
from db.engine import create_engine, driver_url
from db.tables import Message
from domain.enrollments import EndReason
from domain.messages import MessageStatus
from domain.notices import StartEnrollment
from settings import Settings
from tests.makers import OUR_NUMBER
from workflows.client import Engine

TARGET: Final = 0.70
_AT_ONCE: Final = 80
_ROUNDS: Final = 3
_LONGEST_TURN: Final = 90.0
_REPORTED_AFTER: Final = 0.2

_SEQUENCE: Final = """
key: bench
name: Bench
steps:
  - {id: first, type: automated_text, text: "Hi {{ record.first_name }}, this is {{ seller.first_name }}."}
  - {id: pause, type: wait, for: 1s}
  - {id: second, type: automated_text, text: "Hi {{ record.first_name }}, this is {{ seller.first_name }}."}
  - {id: rest, type: wait, for: 1s}
  - {id: third, type: automated_text, text: "Hi {{ record.first_name }}, this is {{ seller.first_name }}."}
"""


@dataclass(frozen=True)
class Turn:
    """`_AT_ONCE` workflows, started at once: how many ended in a second, and their history's events."""

    per_second: float
    events: float


class _Sides:
    """Takes the turns: each with customers that had none before."""

    def __init__(self, ours: Client, bare: Client, starts: Sequence[StartEnrollment]) -> None:
        self._ours = ours
        self._bare = bare
        self._engine = Engine(ours, Settings().task_queue)
        self._starts = iter(starts)

    async def ours(self) -> Turn:
        return await _turn([self._start_ours(next(self._starts)) for _ in range(_AT_ONCE)])

    async def bare(self) -> Turn:
        return await _turn([self._start_bare(f"+1212601{n:04}") for n in range(_AT_ONCE)])

    async def _start_ours(self, start: StartEnrollment) -> WorkflowHandle[Any, Any]:
        await self._engine.deliver(start)
        return self._ours.get_workflow_handle(start.workflow_id, result_type=EndReason)

    async def _start_bare(self, customer: str) -> WorkflowHandle[Any, Any]:
        return await self._bare.start_workflow(
            BareWorkflow.run, customer, id=f"bare-{customer}", task_queue=TASK_QUEUE
        )


async def measure() -> int:
    """Print the comparison and return the exit code."""
    with ground("temporal", "handset") as servers:
        stack = servers.stack
        stack.carrier.connect(OUR_NUMBER)
        stack.carrier.behave(callback_never=1)
        count = _AT_ONCE * (_ROUNDS + 1)
        leads = await make_leads(servers.database_url, stack.carrier.url, _SEQUENCE, count)
        servers.prepare_bare(bare_worker.TABLES)
        stack.start("worker")
        address = f"127.0.0.1:{stack.temporal_port}"
        environment = {
            "TEMPORAL_ADDRESS": address,
            "TOUCHLINE_DATABASE_URL": servers.bare_database_url,
            "BARE_PROVIDER_URL": stack.carrier.url,
        }
        command = [sys.executable, "-m", "bench.bare_worker"]
        with servers.running(command, os.environ | environment):
            sides = _Sides(
                await Client.connect(address, data_converter=pydantic_data_converter),
                await Client.connect(address),
                list(leads.starts.values()),
            )
            async with _leaving(servers.database_url):
                ours, bare = await take_turns(sides.ours, sides.bare, rounds=_ROUNDS)
        _check_all_sent(servers, count * TEXTS)
    rates = [turn.per_second for turn in ours], [turn.per_second for turn in bare]
    show(
        f"{_AT_ONCE} enrollments at once, {TEXTS} texts each, {_ROUNDS} rounds in turns",
        [
            ("enrollments a second, median", *(f"{median(each):.1f}" for each in rates)),
            ("each round", *(" ".join(f"{rate:.1f}" for rate in each) for each in rates)),
            (
                "history events an enrollment",
                *(f"{mean(turn.events for turn in each):.1f}" for each in (ours, bare)),
            ),
        ],
    )
    return verdict("engine", median_ratio(*rates), target=TARGET)


@asynccontextmanager
async def _leaving(database_url: str) -> AsyncIterator[None]:
    """Have texts that the provider has taken leave it a moment later, for the block."""
    database = create_engine(database_url, pool_size=1)
    sent = sa.update(Message).where(Message.status == MessageStatus.QUEUED)

    async def report() -> None:
        while True:
            async with database.begin() as connection:
                await connection.execute(sent.values(status=MessageStatus.SENT))
            await asyncio.sleep(_REPORTED_AFTER)

    reporting = asyncio.create_task(report())
    try:
        yield
    finally:
        reporting.cancel()
        await asyncio.wait([reporting])
        await database.dispose()


async def _turn(starting: Sequence[Coroutine[Any, Any, WorkflowHandle[Any, Any]]]) -> Turn:
    began = time.monotonic()
    async with asyncio.timeout(_LONGEST_TURN):  # a worker that died would be waited for without end
        handles = await asyncio.gather(*starting)
        await asyncio.gather(*(handle.result() for handle in handles))
    seconds = time.monotonic() - began
    described = [await handle.describe() for handle in handles]
    return Turn(len(handles) / seconds, mean(each.history_length for each in described))


def _check_all_sent(servers: Ground, count: int) -> None:
    """Fail unless both sides handed over all their texts: a fast refusal is no work."""
    for url, texts in (
        (servers.database_url, sa.select(sa.func.count(Message.provider_message_id))),
        (
            servers.bare_database_url,
            sa.select(sa.func.count(bare_worker.TEXTS.c.provider_message_id)),
        ),
    ):
        database = sa.create_engine(driver_url(url))
        with database.connect() as connection:
            sent = connection.execute(texts).scalar_one()
        database.dispose()
        assert sent == count, f"{sent} of {count} texts were sent"


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
