from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from domain.notices import media_workflow_id
from tests.workflows.conftest import Stage
from worker import RUNNER
from workflows.activities import FetchMedia
from workflows.media import FetchMediaWorkflow

MESSAGE = UUID("0198f000-0000-7000-8000-000000000002")


@dataclass
class Provider:
    """An activity that fails until a try, and remembers what it was asked."""

    tries_to_fail: int
    orders: list[FetchMedia] = field(default_factory=list)

    @activity.defn
    async def fetch_media(self, order: FetchMedia) -> None:
        self.orders.append(order)
        if len(self.orders) <= self.tries_to_fail:
            raise ApplicationError("away", type="ProviderUnavailable")


async def test_what_came_with_a_text_is_asked_for_until_it_is_there_or_a_day_has_passed(
    stage: Stage,
) -> None:
    provider = Provider(tries_to_fail=100)
    client = stage.env.client
    async with Worker(
        client,
        task_queue="media",
        workflows=[FetchMediaWorkflow],
        activities=[provider.fetch_media],
        workflow_runner=RUNNER,
    ):
        began = await stage.now()
        await client.execute_workflow(
            FetchMediaWorkflow.run,
            MESSAGE,
            id=media_workflow_id(MESSAGE),
            task_queue="media",
        )

    assert len(provider.orders) == 101
    # every try has the same end: what is missing then is refused by the activity itself
    (order,) = set(provider.orders)
    assert order.message_id == MESSAGE
    assert timedelta(hours=24) <= order.give_up_at - began < timedelta(hours=24, minutes=1)
