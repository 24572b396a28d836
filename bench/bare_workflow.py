"""What would the engine's work cost bare? A workflow with the activities and timers of bench/engine.py's sequence."""

from datetime import timedelta

from temporalio import workflow

TASK_QUEUE = "bare"
TEXTS = 3
WAIT = timedelta(seconds=1)
_LIMIT = timedelta(seconds=30)


@workflow.defn(name="Bare")
class BareWorkflow:
    @workflow.run
    async def run(self, customer_number: str) -> None:
        for text in range(TEXTS):
            if text > 0:
                await workflow.sleep(WAIT)
            await workflow.execute_activity("send", customer_number, start_to_close_timeout=_LIMIT)
        await workflow.execute_activity("close", customer_number, start_to_close_timeout=_LIMIT)
