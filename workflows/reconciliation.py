"""Compares our texts with the providers' own lists: on a schedule every account's, or those somebody asks about."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import activities

_ONE_ACCOUNT = timedelta(hours=2)
"""For one try at an account: a hundred thousand texts, a thousand a page, from a provider that takes its time."""

_SILENT = timedelta(minutes=2)
"""How long an account's comparison may be silent: several answers of a provider, each 10 s by default."""

_TRIES = RetryPolicy(
    initial_interval=timedelta(minutes=1),
    backoff_coefficient=2.0,
    maximum_attempts=4,
    non_retryable_error_types=["NoSuchRow"],
)
"""A provider that is away for longer is asked again by the next comparison."""


@dataclass(frozen=True)
class Reconcile:
    """Asks for the comparisons of these rows, or if there are none, for one of the last `days` of every account."""

    reconciliation_ids: list[UUID] = field(default_factory=list)
    days: int = 2


@workflow.defn(name="Reconcile")
class ReconcileWorkflow:
    @workflow.run
    async def run(self, order: Reconcile) -> None:
        ids = order.reconciliation_ids or await workflow.execute_activity(
            activities.begin_reconciliations,
            activities.BeginReconciliations(order.days, workflow.info().run_id),
            start_to_close_timeout=activities.DATABASE_LIMIT,
            retry_policy=activities.RETRY,
        )
        await asyncio.gather(*(self._reconcile(reconciliation_id) for reconciliation_id in ids))

    async def _reconcile(self, reconciliation_id: UUID) -> None:
        try:
            await workflow.execute_activity(
                activities.reconcile_account,
                reconciliation_id,
                start_to_close_timeout=_ONE_ACCOUNT,
                heartbeat_timeout=_SILENT,
                retry_policy=_TRIES,
            )
        except ActivityError as error:
            # its row says why; the other accounts are none the worse for it
            workflow.logger.warning("reconciliation %s failed: %s", reconciliation_id, error.cause)
