"""In which order do texts leave? A task queue of their own, where each sending number is a lane with its own pace.

Source: reference on Temporal, section 2, as measured on server 1.32. Replies go before approved texts, and those
before automated ones; a bulk on one number delays no other number. A server without fairness (dynamic configuration
`matching.enableFairness`) still keeps the order of urgency, and the pace itself never hangs on the queue: the guard
in the database keeps it (db/providers/pace.py).
"""

import logging
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import RateLimit
from temporalio.api.workflowservice.v1 import UpdateTaskQueueConfigRequest
from temporalio.client import Client
from temporalio.common import Priority
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import Urgency
from domain.pacing import Lane

_PER_SECOND: Final = 1.5
"""What the queue lets out of a lane, as a multiple of its number's pace: the guard is never kept waiting."""

_MIN_WEIGHT: Final = 0.001
_MAX_WEIGHT: Final = 1000.0

_OUT_OF_REACH: Final = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)

_log = logging.getLogger(__name__)


def queue_beside(task_queue: str) -> str:
    """Return the task queue of the sends that belong to the workflows of `task_queue`."""
    return f"{task_queue}-send"


def priority(urgency: Urgency, lane: Lane | None) -> Priority:
    """Return where in the queue a text stands. Without a lane it is let out at once, and kept by the guard alone."""
    if lane is None:
        return Priority(priority_key=int(urgency), fairness_weight=_MAX_WEIGHT)
    return Priority(
        priority_key=int(urgency),
        fairness_key=str(lane.number_id),
        fairness_weight=min(max(lane.per_second, _MIN_WEIGHT), _MAX_WEIGHT),
    )


async def configure(client: Client, task_queue: str) -> None:
    """Have the server let texts out of their lanes at their numbers' pace. Raises RPCError if it is out of reach.

    One that cannot, or will not now, keeps no worker from its work. Server 1.32 may answer "Expected exactly one row to
    be updated" again and again, after workers were killed as they said this.
    """
    request = UpdateTaskQueueConfigRequest(
        namespace=client.namespace,
        identity=client.identity,
        task_queue=queue_beside(task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    limit = request.update_fairness_key_rate_limit_default
    limit.rate_limit.CopyFrom(RateLimit(requests_per_second=_PER_SECOND))
    limit.reason = "Texts leave at the pace of their numbers."
    try:
        await client.workflow_service.update_task_queue_config(request)
    except RPCError as error:
        if error.status in _OUT_OF_REACH:
            raise
        _log.warning(
            "This Temporal server cannot pace a task queue (%s). Texts still keep their numbers' pace; while one "
            "number has a large backlog, others may wait behind it.",
            error.message,
        )
