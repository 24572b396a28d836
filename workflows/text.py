"""Sends one text outside of a sequence, such as a seller's answer, with the guarantees every text has."""

from datetime import timedelta
from typing import assert_never
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.interpreter import Held, NotSent, Submitted
    from domain.messages import Urgency
    from domain.pacing import Lane
    from workflows import activities, sending


@workflow.defn(name="Text")
class TextWorkflow:
    @workflow.run
    async def run(
        self, message_id: UUID, urgency: Urgency = Urgency.REPLY, lane: Lane | None = None
    ) -> None:
        while True:
            outcome = await workflow.execute_activity(
                activities.send_text,
                args=[message_id, urgency],
                task_queue=sending.queue_beside(workflow.info().task_queue),
                priority=sending.priority(urgency, lane),
                start_to_close_timeout=activities.PROVIDER_LIMIT,
                retry_policy=activities.RETRY,
            )
            match outcome:
                case Held(until):
                    # past already, if no worker was there when it came: a timer cannot be negative
                    await workflow.sleep(max(until - workflow.now(), timedelta(0)))
                case Submitted() | NotSent():
                    return
                case _:
                    assert_never(outcome)
