"""Delivers, on a schedule, what could not be told to a workflow at once."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import activities


@workflow.defn(name="RelayOutbox")
class RelayOutboxWorkflow:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(
            activities.relay_outbox,
            start_to_close_timeout=activities.PROVIDER_LIMIT,
            retry_policy=activities.RETRY,
        )
