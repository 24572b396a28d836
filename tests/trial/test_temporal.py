import os
import signal
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from trial.errors import CannotStart
from trial.temporal import TemporalServer


async def test_a_killed_server_still_has_what_it_acknowledged(folder: Path, free_port: int) -> None:
    server = TemporalServer(folder, free_port)
    await server.start()
    client = await Client.connect(server.address)
    await client.start_workflow("Cadence", id="enrollment-1", task_queue="nobody")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    async with server:
        client = await Client.connect(server.address)
        description = await client.get_workflow_handle("enrollment-1").describe()
    assert description.status == WorkflowExecutionStatus.RUNNING


async def test_a_server_that_cannot_start_shows_the_end_of_its_log(
    folder: Path, free_port: int
) -> None:
    (folder / "temporal.db").write_text("This is not a database. " * 100)
    with pytest.raises(CannotStart, match=r"(?s)Temporal did not start.*not a database"):
        await TemporalServer(folder, free_port).start()


async def test_a_server_is_not_taken_for_another_on_its_port(folder: Path, free_port: int) -> None:
    async with TemporalServer(folder / "first", free_port):
        with pytest.raises(CannotStart, match=f"cannot listen on port {free_port}"):
            await TemporalServer(folder / "second", free_port).start()
