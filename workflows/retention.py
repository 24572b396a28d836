"""Lets go, on a schedule, what is older than its organisation keeps it."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import activities

_ONE_RUN = timedelta(hours=2)
"""For one try: a first run on years of texts. What it did is done, and the next try goes on."""

_SILENT = timedelta(minutes=2)
"""How long one batch may take."""


@workflow.defn(name="Retain")
class RetainWorkflow:
    @workflow.run
    async def run(self) -> dict[str, int]:
        return await workflow.execute_activity(
            activities.apply_retention,
            start_to_close_timeout=_ONE_RUN,
            heartbeat_timeout=_SILENT,
            retry_policy=activities.RETRY,
        )
