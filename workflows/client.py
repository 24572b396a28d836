"""Tells running workflows what they must know."""

from datetime import timedelta
from typing import assert_never

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.notices import (
    Delivery,
    EndEnrollment,
    FetchMedia,
    Notice,
    Pause,
    ReplyReceived,
    Resume,
    SkipWait,
    StartEnrollment,
    StartReconciliation,
    StartText,
    TextReleased,
    WorkItemDecided,
)
from workflows import enrollment
from workflows.effects import EnrollmentState
from workflows.enrollment import DecideWorkItem, EnrollmentWorkflow
from workflows.media import FetchMediaWorkflow
from workflows.reconciliation import Reconcile, ReconcileWorkflow
from workflows.text import TextWorkflow

_ENROLLMENT = "enrollment_id"
"""Memo key: which enrollment a run belongs to."""

_WORKER_LIMIT = timedelta(seconds=10)
"""How long to wait for a worker to take a decision; without one the outbox keeps it."""


async def connect(*, lazy: bool = False) -> Client:
    """Return a client by Temporal's own environment configuration (TEMPORAL_ADDRESS and its like).

    With `lazy` the connection is made on first use, so that a process may start while the engine is away.
    """
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(**config, data_converter=pydantic_data_converter, lazy=lazy)


_Start = StartEnrollment | StartText | FetchMedia | StartReconciliation


class Engine:
    """Delivers notices. A notice may be delivered twice; workflows take it once."""

    def __init__(
        self, client: Client, task_queue: str, *, worker_limit: timedelta = _WORKER_LIMIT
    ) -> None:
        self._client = client
        self._task_queue = task_queue
        self._worker_limit = worker_limit

    async def deliver(self, notice: Notice) -> Delivery:
        """Tell the notice's workflow.

        Raises RPCError when the engine is out of reach, and RuntimeError if it was not reached yet at all.
        """
        try:
            match notice:
                case StartEnrollment() | StartText() | FetchMedia() | StartReconciliation():
                    return await self._start(notice)
                case WorkItemDecided():
                    return await self._decide(notice)
                case TextReleased():
                    handle = self._client.get_workflow_handle(notice.workflow_id)
                    # an enrollment takes it by the same name
                    await handle.signal(TextWorkflow.text_released)
                case _:
                    await self._signal(notice)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Delivery.GONE
            raise
        return Delivery.DELIVERED

    async def _start(self, notice: _Start) -> Delivery:
        try:
            match notice:
                case StartEnrollment():
                    await self._client.start_workflow(
                        EnrollmentWorkflow.run,
                        EnrollmentState(
                            enrollment_id=notice.enrollment_id,
                            document=notice.document,
                            lane=notice.lane,
                        ),
                        id=notice.workflow_id,
                        task_queue=self._task_queue,
                        memo={_ENROLLMENT: str(notice.enrollment_id)},
                    )
                case StartText():
                    await self._client.start_workflow(
                        TextWorkflow.run,
                        args=[notice.message_id, notice.urgency, notice.lane],
                        id=notice.workflow_id,
                        task_queue=self._task_queue,
                        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    )
                case FetchMedia():
                    await self._client.start_workflow(
                        FetchMediaWorkflow.run,
                        notice.message_id,
                        id=notice.workflow_id,
                        task_queue=self._task_queue,
                        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    )
                case StartReconciliation():
                    await self._client.start_workflow(
                        ReconcileWorkflow.run,
                        Reconcile([notice.reconciliation_id]),
                        id=notice.workflow_id,
                        task_queue=self._task_queue,
                        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    )
                case _:
                    assert_never(notice)
        except WorkflowAlreadyStartedError:
            return await self._started_before(notice)
        return Delivery.DELIVERED

    async def _started_before(self, notice: _Start) -> Delivery:
        if not isinstance(notice, StartEnrollment):
            return Delivery.DELIVERED
        # the id belongs to the record and the sequence: an earlier enrollment of the two may still be closing
        running = await self._client.get_workflow_handle(notice.workflow_id).describe()
        if await running.memo_value(_ENROLLMENT, default="") == str(notice.enrollment_id):
            return Delivery.DELIVERED
        return Delivery.LATER

    async def _decide(self, notice: WorkItemDecided) -> Delivery:
        handle = self._client.get_workflow_handle_for(EnrollmentWorkflow.run, notice.workflow_id)
        try:
            await handle.execute_update(
                EnrollmentWorkflow.decide_work_item,
                DecideWorkItem(
                    enrollment_id=notice.enrollment_id,
                    work_item_id=notice.work_item_id,
                    decision=notice.decision,
                    segments=notice.segments,
                ),
                id=str(notice.work_item_id),
                rpc_timeout=self._worker_limit,
            )
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            return Delivery.LATER
        except WorkflowUpdateFailedError as error:
            match error.cause:
                case ApplicationError(type="AlreadyDecided"):
                    # the database let one decision pass: it is this one, delivered before
                    return Delivery.DELIVERED
                case ApplicationError(type="WrongWorkItem"):
                    # the run of an earlier enrollment of the two, still closing
                    return Delivery.LATER
            raise
        return Delivery.DELIVERED

    async def _signal(
        self, notice: ReplyReceived | Pause | Resume | SkipWait | EndEnrollment
    ) -> None:
        handle = self._client.get_workflow_handle_for(EnrollmentWorkflow.run, notice.workflow_id)
        match notice:
            case ReplyReceived():
                reply = enrollment.ReplyReceived(
                    enrollment_id=notice.enrollment_id,
                    message_id=notice.message_id,
                    received_at=notice.received_at,
                )
                await handle.signal(EnrollmentWorkflow.reply_received, reply)
            case Pause():
                await handle.signal(EnrollmentWorkflow.pause, notice.enrollment_id)
            case Resume():
                await handle.signal(EnrollmentWorkflow.resume, notice.enrollment_id)
            case SkipWait():
                skipped = enrollment.WaitSkipped(
                    enrollment_id=notice.enrollment_id, step_id=notice.step_id
                )
                await handle.signal(EnrollmentWorkflow.wait_skipped, skipped)
            case EndEnrollment():
                ending = enrollment.EndEnrollment(
                    enrollment_id=notice.enrollment_id, reason=notice.reason
                )
                await handle.signal(EnrollmentWorkflow.end, ending)
            case _:
                assert_never(notice)
