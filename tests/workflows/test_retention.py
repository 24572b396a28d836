from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from tests.workflows.conftest import Stage
from worker import RUNNER
from workflows.retention import RetainWorkflow


@dataclass
class Archive:
    """An activity that fails until a try."""

    tries_to_fail: int
    tries: int = 0

    @activity.defn
    async def apply_retention(self) -> dict[str, int]:
        self.tries += 1
        if self.tries <= self.tries_to_fail:
            raise ApplicationError("away", type="OperationalError")
        return {"texts": 3}


async def test_a_run_goes_on_until_the_database_is_there_again_and_says_what_went(
    stage: Stage,
) -> None:
    archive = Archive(tries_to_fail=20)
    client = stage.env.client
    async with Worker(
        client,
        task_queue="retention",
        workflows=[RetainWorkflow],
        activities=[archive.apply_retention],
        workflow_runner=RUNNER,
    ):
        gone = await client.execute_workflow(
            RetainWorkflow.run, id="retain", task_queue="retention"
        )
    assert gone == {"texts": 3}
    assert archive.tries == 21
