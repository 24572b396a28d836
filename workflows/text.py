"""Sends one text outside of a sequence, such as a seller's answer, with the guarantees every text has."""

from typing import assert_never
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.interpreter import Held, NotSent, Submitted
    from workflows import activities


@workflow.defn(name="Text")
class TextWorkflow:
    @workflow.run
    async def run(self, message_id: UUID) -> None:
        while True:
            outcome = await workflow.execute_activity(
                activities.send_text,
                message_id,
                start_to_close_timeout=activities.PROVIDER_LIMIT,
                retry_policy=activities.RETRY,
            )
            match outcome:
                case Held(until):
                    await workflow.sleep(until - workflow.now())
                case Submitted() | NotSent():
                    return
                case _:
                    assert_never(outcome)
