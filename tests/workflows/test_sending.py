"""Tests of workflows/sending.py: lanes, urgency, and the server's part in both."""

from uuid import UUID

import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.common import Priority

from domain.messages import Urgency
from domain.pacing import Lane
from tests.workflows.conftest import Stage
from trial.temporal import TemporalServer
from workflows import sending

NUMBER = UUID("0198f000-0000-7000-8000-00000000000a")


@pytest.mark.parametrize(
    ("urgency", "lane", "expected"),
    [
        pytest.param(
            Urgency.REPLY,
            Lane(NUMBER, 1.0),
            Priority(priority_key=1, fairness_key=str(NUMBER), fairness_weight=1.0),
            id="a seller's own text",
        ),
        pytest.param(
            Urgency.MANUAL,
            Lane(NUMBER, 100.0),
            Priority(priority_key=2, fairness_key=str(NUMBER), fairness_weight=100.0),
            id="an approved text of a short code",
        ),
        pytest.param(
            Urgency.AUTOMATED,
            Lane(NUMBER, 5000.0),
            Priority(priority_key=3, fairness_key=str(NUMBER), fairness_weight=1000.0),
            id="faster than the server's weights go",
        ),
        pytest.param(
            Urgency.AUTOMATED,
            None,
            Priority(priority_key=3, fairness_weight=1000.0),
            id="without a lane the queue holds nothing up",
        ),
    ],
)
def test_where_in_the_queue_a_text_stands(
    urgency: Urgency, lane: Lane | None, expected: Priority
) -> None:
    assert sending.priority(urgency, lane) == expected


async def test_the_product_tells_the_server_itself_how_fast_lanes_are(
    temporal: TemporalServer,
) -> None:
    client = await Client.connect(temporal.address)
    for _ in range(2):  # each worker says it when it starts
        await sending.configure(client, "paced")
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name="paced-send"),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            report_config=True,
        )
    )
    limit = described.config.fairness_keys_rate_limit_default.rate_limit
    assert limit.requests_per_second == 1.5


async def test_a_server_that_cannot_pace_is_used_all_the_same(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await sending.configure(stage.env.client, "paced")
    assert "cannot pace a task queue" in caplog.text


async def test_a_server_that_refuses_to_pace_is_used_all_the_same(
    temporal: TemporalServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = await Client.connect(temporal.address, namespace="nowhere")
    await sending.configure(client, "paced")
    assert "cannot pace a task queue" in caplog.text
