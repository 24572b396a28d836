"""Records the history of every path through the workflows: `python -m tests.workflows.record`, or `make histories`.

The real workflows run on the time-skipping server. The histories in histories/ stand for the runs that a deployment
finds when its code changes: test_replay.py replays them. So record anew only what is new, or changed on purpose; each
history that is kept proves that the change is safe for runs begun before it. `--all` records all of them.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle

from domain.enrollments import EndReason
from domain.interpreter import Decision, Held, NotSent
from tests.workflows.conftest import ENROLLMENT, TASK_QUEUE, Handle, Stage, open_stage
from workflows.enrollment import (
    DecideWorkItem,
    EndEnrollment,
    EnrollmentWorkflow,
    ReplyReceived,
    WaitSkipped,
)
from workflows.outbox import RelayOutboxWorkflow
from workflows.retention import RetainWorkflow
from workflows.text import TextWorkflow

HISTORIES = Path(__file__).parent / "histories"

IDENTITY = "recorder"
"""Stands in histories where a process names itself and its machine."""

WORDS = ("Quagga", "Zephyrine", "Ocelot", "Xylophone", "Marzipan")
"""What people write into a sequence; none of it may be in a history."""

NAME = "Quagga welcome"

CADENCE = """
steps:
  - {id: hello, name: Zephyrine greets, type: automated_text, text: "Hello Ocelot, call +12125550111"}
  - {id: pause, type: wait, for: 2d}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: "When shall we talk, Xylophone?"}
    else:
      - {id: nudge, type: automated_text, text: "Still there, Marzipan?"}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye Ocelot}
"""

FIELD = """
steps:
  - id: tier
    type: branch
    when: {field: {name: Zephyrine, equals: Marzipan}}
    then: [{id: gold, type: automated_text, text: Ocelot}]
    else: [{id: plain, type: automated_text, text: Xylophone}]
"""

CALL = """
steps:
  - {id: ring, name: Zephyrine rings, type: call, description: Ring Ocelot}
  - {id: prepare, type: task, description: Find the Xylophone}
  - {id: stop, type: end}
"""

TEMPLATED = """
steps:
  - {id: hello, type: automated_text, template: quagga-hello}
  - {id: pause, type: wait, for: 2d}
  - {id: book, type: manual_text, template: zephyrine-books}
"""

EMAIL = """
steps:
  - {id: offer, name: Zephyrine offers, type: email, subject: Your Ocelot, description: "The Xylophone, Marzipan"}
  - {id: pause, type: wait, for: 2d}
  - {id: remind, type: email, subject: Ocelot}
  - {id: bye, type: automated_text, text: Bye Ocelot}
"""

WAIT_BEHIND_REPLY = """
steps:
  - {id: hello, type: automated_text, text: Hello Ocelot}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: breathe, type: wait, for: 2h}
      - {id: thanks, type: automated_text, text: Thank you Ocelot}
"""

Run = WorkflowHandle[Any, Any]
"""The first run of a workflow that has come to its end."""

Story = Callable[[Stage], Awaitable[Run]]


async def a_customer_says_nothing(stage: Stage) -> Run:
    return await _finished(await stage.enroll(CADENCE, name=NAME), EndReason.COMPLETED)


async def a_reply_leads_to_an_approved_text(stage: Stage) -> Run:
    handle = await _answered(stage)
    await _decide(stage, handle, "book", Decision.APPROVED, segments=1)
    return await _finished(handle, EndReason.COMPLETED)


async def a_reply_that_nobody_told_of_is_found(stage: Stage) -> Run:
    stage.world.stored_reply = True
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(days=4)
    await _decide(stage, handle, "book", Decision.APPROVED, segments=1)
    return await _finished(handle, EndReason.COMPLETED)


async def a_seller_skips_a_text(stage: Stage) -> Run:
    handle = await _answered(stage)
    await _decide(stage, handle, "book", Decision.SKIPPED)
    return await _finished(handle, EndReason.COMPLETED)


async def a_reply_ends_the_enrollment(stage: Stage) -> Run:
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(hours=73)
    await _reply(stage, handle)
    return await _finished(handle, EndReason.REPLIED)


async def a_customer_opts_out(stage: Stage) -> Run:
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(hours=1)
    return await _ended(handle, EndReason.OPTED_OUT)


async def a_seller_is_asked_when_the_enrollment_is_disconnected(stage: Stage) -> Run:
    handle = await _answered(stage)
    return await _ended(handle, EndReason.DISCONNECTED)


async def a_pause_outlasts_a_wait(stage: Stage) -> Run:
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.pause, ENROLLMENT)
    await stage.pass_time(days=10)
    await handle.signal(EnrollmentWorkflow.resume, ENROLLMENT)
    return await _finished(handle, EndReason.COMPLETED)


async def a_text_is_held_for_quiet_hours(stage: Stage) -> Run:
    stage.world.outcomes["hello"] = [Held(await stage.now() + timedelta(hours=9))]
    return await _finished(await stage.enroll(CADENCE, name=NAME), EndReason.COMPLETED)


async def a_text_is_released_before_its_time(stage: Stage) -> Run:
    stage.world.outcomes["hello"] = [Held(await stage.now() + timedelta(hours=1))]
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(minutes=10)
    await handle.signal(EnrollmentWorkflow.text_released)
    return await _finished(handle, EndReason.COMPLETED)


async def a_text_is_refused(stage: Stage) -> Run:
    stage.world.outcomes["hello"] = [NotSent()]
    return await _finished(await stage.enroll(CADENCE, name=NAME), EndReason.COMPLETED)


async def a_number_is_unreachable(stage: Stage) -> Run:
    stage.world.outcomes["hello"] = [NotSent(EndReason.UNREACHABLE)]
    return await _finished(await stage.enroll(CADENCE, name=NAME), EndReason.UNREACHABLE)


async def a_field_decides(stage: Stage) -> Run:
    return await _finished(await stage.enroll(FIELD, name=NAME), EndReason.COMPLETED)


async def a_call_is_made_and_a_task_skipped(stage: Stage) -> Run:
    handle = await stage.enroll(CALL, name=NAME)
    await stage.pass_time(minutes=1)
    await _decide(stage, handle, "ring", Decision.COMPLETED)
    await stage.pass_time(minutes=1)
    await _decide(stage, handle, "prepare", Decision.SKIPPED)
    return await _finished(handle, EndReason.COMPLETED)


async def an_email_is_sent_by_hand_and_another_skipped(stage: Stage) -> Run:
    handle = await stage.enroll(EMAIL, name=NAME)
    await stage.pass_time(minutes=1)
    await _decide(stage, handle, "offer", Decision.COMPLETED)
    await stage.pass_time(hours=49)
    await _decide(stage, handle, "remind", Decision.SKIPPED)
    return await _finished(handle, EndReason.COMPLETED)


async def a_wait_is_skipped(stage: Stage) -> Run:
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(hours=1)
    for _ in range(2):
        await handle.signal(EnrollmentWorkflow.wait_skipped, WaitSkipped(ENROLLMENT, "pause"))
    return await _finished(handle, EndReason.COMPLETED)


async def a_wait_follows_a_reply(stage: Stage) -> Run:
    """Its history _0 is of a run begun before the wait was written down (patch 5-waits-behind-a-reply)."""
    handle = await stage.enroll(WAIT_BEHIND_REPLY, name=NAME)
    await stage.pass_time(hours=1)
    await _reply(stage, handle)
    return await _finished(handle, EndReason.COMPLETED)


async def a_templated_text_is_sent(stage: Stage) -> Run:
    """The words are the published version's, so that the history has not even the template's name."""
    handle = await stage.enroll(TEMPLATED, name=NAME)
    await stage.pass_time(hours=49)
    await _decide(stage, handle, "book", Decision.APPROVED, segments=1)
    return await _finished(handle, EndReason.COMPLETED)


async def a_text_for_later_waits_and_goes(stage: Stage) -> Run:
    message_id = UUID("0198f000-0000-7000-8000-000000000004")
    stage.world.outcomes[str(message_id)] = [Held(await stage.now() + timedelta(days=3))]
    return await _own_text(stage, message_id)


async def a_text_for_later_is_cancelled(stage: Stage) -> Run:
    message_id = UUID("0198f000-0000-7000-8000-000000000005")
    later = Held(await stage.now() + timedelta(days=3))
    stage.world.outcomes[str(message_id)] = [later, NotSent()]
    return await _own_text(stage, message_id)


async def a_long_history_is_continued_as_new(stage: Stage) -> Run:
    """While a seller is asked, so that the next run must know the open work item."""
    handle = await _answered(stage)
    while (await handle.describe()).run_id == handle.first_execution_run_id:
        for _ in range(20):
            await handle.signal(EnrollmentWorkflow.resume, ENROLLMENT)
        await handle.query(EnrollmentWorkflow.standing)  # no more at once than the worker takes
    await _decide(stage, handle, "book", Decision.APPROVED, segments=1)
    return await _finished(handle, EndReason.COMPLETED)


async def a_sellers_own_text_is_held_and_sent(stage: Stage) -> Run:
    message_id = UUID("0198f000-0000-7000-8000-000000000003")
    stage.world.outcomes[str(message_id)] = [Held(await stage.now() + timedelta(hours=9))]
    return await _own_text(stage, message_id)


async def a_sellers_own_text_is_released_before_its_time(stage: Stage) -> Run:
    message_id = UUID("0198f000-0000-7000-8000-000000000006")
    stage.world.outcomes[str(message_id)] = [Held(await stage.now() + timedelta(hours=1))]
    handle = await _begin_own_text(stage, message_id)
    await stage.pass_time(minutes=10)
    await handle.signal(TextWorkflow.text_released)
    await handle.result()
    return handle


async def _own_text(stage: Stage, message_id: UUID) -> Run:
    handle = await _begin_own_text(stage, message_id)
    await handle.result()
    return handle


async def _begin_own_text(stage: Stage, message_id: UUID) -> Run:
    return await stage.env.client.start_workflow(
        TextWorkflow.run, message_id, id="text-test", task_queue=TASK_QUEUE
    )


async def the_outbox_is_relayed(stage: Stage) -> Run:
    handle = await stage.env.client.start_workflow(
        RelayOutboxWorkflow.run, id="relay-outbox", task_queue=TASK_QUEUE
    )
    await handle.result()
    return handle


async def what_is_kept_no_longer_goes(stage: Stage) -> Run:
    handle = await stage.env.client.start_workflow(
        RetainWorkflow.run, id="retain", task_queue=TASK_QUEUE
    )
    await handle.result()
    return handle


STORIES: list[Story] = [
    a_customer_says_nothing,
    a_reply_leads_to_an_approved_text,
    a_reply_that_nobody_told_of_is_found,
    a_seller_skips_a_text,
    a_reply_ends_the_enrollment,
    a_customer_opts_out,
    a_seller_is_asked_when_the_enrollment_is_disconnected,
    a_pause_outlasts_a_wait,
    a_text_is_held_for_quiet_hours,
    a_text_is_released_before_its_time,
    a_text_is_refused,
    a_number_is_unreachable,
    a_field_decides,
    a_call_is_made_and_a_task_skipped,
    an_email_is_sent_by_hand_and_another_skipped,
    a_wait_is_skipped,
    a_wait_follows_a_reply,
    a_templated_text_is_sent,
    a_text_for_later_waits_and_goes,
    a_text_for_later_is_cancelled,
    a_long_history_is_continued_as_new,
    a_sellers_own_text_is_held_and_sent,
    a_sellers_own_text_is_released_before_its_time,
    the_outbox_is_relayed,
    what_is_kept_no_longer_goes,
]


async def main() -> None:
    """Record every story that has no history yet; with `--all` every story."""
    HISTORIES.mkdir(exist_ok=True)
    for story in STORIES:
        name = story.__name__
        if "--all" in sys.argv or not list(HISTORIES.glob(f"{name}*.json")):
            async with open_stage(identity=IDENTITY) as stage:
                first = await story(stage)
                runs = [events async for events in _runs(stage.env.client, first)]
            for number, events in enumerate(runs, start=1):
                suffix = f"_{number}" if len(runs) > 1 else ""
                _write(HISTORIES / f"{name}{suffix}.json", events)


async def _answered(stage: Stage) -> Handle:
    """Return an enrollment whose customer answered, so that a seller is asked for a text."""
    handle = await stage.enroll(CADENCE, name=NAME)
    await stage.pass_time(hours=50)
    await _reply(stage, handle)
    await stage.pass_time(minutes=1)
    return handle


async def _reply(stage: Stage, handle: Handle) -> None:
    reply = ReplyReceived(ENROLLMENT, uuid4(), await stage.now())
    await handle.signal(EnrollmentWorkflow.reply_received, reply)


async def _decide(
    stage: Stage, handle: Handle, step_id: str, decision: Decision, *, segments: int = 0
) -> None:
    order = DecideWorkItem(ENROLLMENT, stage.world.opened[step_id], decision, segments)
    await handle.execute_update(EnrollmentWorkflow.decide_work_item, order)


async def _ended(handle: Handle, reason: EndReason) -> Run:
    await handle.signal(EnrollmentWorkflow.end, EndEnrollment(ENROLLMENT, reason))
    return await _finished(handle, reason)


async def _finished(handle: Handle, expected: EndReason) -> Run:
    reason = await handle.result()
    if reason is not expected:
        raise AssertionError(f"the enrollment ended as {reason}, not as {expected}")
    return handle


async def _runs(client: Client, first: Run) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the events of a workflow's runs, which continue each other as new."""
    run_id = first.first_execution_run_id
    while run_id:
        handle = client.get_workflow_handle(first.id, run_id=run_id)
        history = (await handle.fetch_history()).to_json_dict()
        yield history["events"]
        last = history["events"][-1]
        run_id = last.get("workflowExecutionContinuedAsNewEventAttributes", {}).get(
            "newExecutionRunId"
        )


def _write(file: Path, events: list[dict[str, Any]]) -> None:
    """Write a history as the SDK reads it, an event a line."""
    lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in events)
    file.write_text(f'{{"events":[\n{lines}\n]}}\n')
    print(f"{file.name}: {len(events)} events")  # noqa: T201 - what a person ran this for


if __name__ == "__main__":
    asyncio.run(main())
