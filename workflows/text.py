"""Sends one text outside of a sequence, such as a seller's answer, with the guarantees every text has."""

import contextlib
from datetime import datetime, timedelta
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
    def __init__(self) -> None:
        self._is_released = False

    @workflow.run
    async def run(
        self, message_id: UUID, urgency: Urgency = Urgency.REPLY, lane: Lane | None = None
    ) -> None:
        while True:
            # before the look and not behind it: one that comes meanwhile may be of what the look has seen
            self._is_released = False
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
                    await self._wait(until)
                case Submitted() | NotSent():
                    return
                case _:
                    assert_never(outcome)

    @workflow.signal
    def text_released(self) -> None:
        self._is_released = True

    async def _wait(self, until: datetime) -> None:
        """Wait until the instant, or until what the text waits for is no more."""
        # past already, if no worker was there when it came: a timer cannot be negative
        length = max(until - workflow.now(), timedelta(0))
        if not workflow.patched("5-releases-a-text"):
            await workflow.sleep(length)
            return
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._is_released, timeout=length)
