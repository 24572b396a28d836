import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowHandle

from domain.interpreter import Held, NotSent
from tests.workflows.conftest import TASK_QUEUE, Stage
from workflows.text import TextWorkflow

TEXT = UUID("0198f000-0000-7000-8000-000000000004")


async def sent_later(stage: Stage) -> WorkflowHandle[TextWorkflow, None]:
    """Start a text that is scheduled for three days later."""
    stage.world.outcomes[str(TEXT)] = [Held(await stage.now() + timedelta(days=3))]
    return await stage.env.client.start_workflow(
        TextWorkflow.run, TEXT, id="text-test", task_queue=TASK_QUEUE
    )


@pytest.mark.parametrize("hours", [1, 71])
async def test_a_text_for_later_does_not_leave_before_its_time(stage: Stage, hours: int) -> None:
    await sent_later(stage)
    await stage.pass_time(hours=hours)
    assert stage.world.outcomes[str(TEXT)] == []  # it was looked at, and held
    assert stage.world.texts == []


async def test_a_text_for_later_leaves_once_at_its_time(stage: Stage) -> None:
    start = await stage.now()
    handle = await sent_later(stage)
    await handle.result()
    (text,) = stage.world.texts
    assert (text[0], round((text[1] - start) / timedelta(hours=1))) == (str(TEXT), 72)


async def test_a_text_for_later_that_is_cancelled_while_it_waits_never_leaves(stage: Stage) -> None:
    handle = await sent_later(stage)
    await stage.pass_time(days=1)
    # the database has taken it back: the workflow is not told, and asks it at the time
    stage.world.outcomes[str(TEXT)].append(NotSent())
    await handle.result()
    assert stage.world.texts == []


async def test_a_held_text_is_tried_again_at_once_when_it_is_told_to_be(stage: Stage) -> None:
    start = await stage.now()
    handle = await sent_later(stage)
    await stage.pass_time(hours=1)
    await handle.signal(TextWorkflow.text_released)
    await handle.result()
    ((_, at),) = stage.world.texts
    assert round((at - start) / timedelta(hours=1)) == 1


async def test_what_is_told_while_a_text_is_looked_at_is_kept_for_it(stage: Stage) -> None:
    start = await stage.now()
    run = stage.env.client.get_workflow_handle("text-test")
    stage.world.meanwhile = lambda: run.signal(TextWorkflow.text_released)
    handle = await sent_later(stage)
    await handle.result()
    ((_, at),) = stage.world.texts
    assert round((at - start) / timedelta(hours=1)) == 0


async def test_a_text_whose_time_came_while_no_worker_was_there_leaves_late(stage: Stage) -> None:
    stage.world.outcomes[str(TEXT)] = [Held(await stage.now() - timedelta(seconds=1))]
    async with asyncio.timeout(30):  # or it would be tried for ever
        await stage.env.client.execute_workflow(
            TextWorkflow.run, TEXT, id="text-test", task_queue=TASK_QUEUE
        )
    assert [message_id for message_id, _ in stage.world.texts] == [str(TEXT)]
