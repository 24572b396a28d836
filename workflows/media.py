"""Fetches what came with a customer's text, for as long as the provider may yet give it."""

from datetime import timedelta
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import activities

_TRIED_FOR = timedelta(hours=24)
"""An outage of a provider is over by then, or somebody has seen to it."""


@workflow.defn(name="FetchMedia")
class FetchMediaWorkflow:
    @workflow.run
    async def run(self, message_id: UUID) -> None:
        order = activities.FetchMedia(message_id, give_up_at=workflow.now() + _TRIED_FOR)
        await workflow.execute_activity(
            activities.fetch_media,
            order,
            start_to_close_timeout=activities.MEDIA_LIMIT,
            retry_policy=activities.RETRY,
        )
