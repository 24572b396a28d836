"""Tests of workflows/reconciliation.py on the time-skipping server, and that its activities are what it asks for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from domain.notices import Delivery, StartReconciliation, reconciliation_workflow_id
from tests.workflows.conftest import Stage
from trial.temporal import TemporalServer
from worker import RUNNER
from workflows.activities import BeginReconciliations, Reconciled
from workflows.client import Engine
from workflows.reconciliation import Reconcile, ReconcileWorkflow

FIRST, SECOND = (UUID(f"0198f000-0000-7000-8000-00000000000{n}") for n in (1, 2))
QUEUE = "reconciliation"


@dataclass
class Providers:
    """Two accounts; the provider of those that are `away` cannot be reached."""

    away: set[UUID] = field(default_factory=set)
    begun: list[BeginReconciliations] = field(default_factory=list)
    tries: list[UUID] = field(default_factory=list)
    compared: list[UUID] = field(default_factory=list)

    @activity.defn
    async def begin_reconciliations(self, order: BeginReconciliations) -> list[UUID]:
        self.begun.append(order)
        return [FIRST, SECOND]

    @activity.defn
    async def reconcile_account(self, reconciliation_id: UUID) -> Reconciled:
        self.tries.append(reconciliation_id)
        if reconciliation_id in self.away:
            raise ApplicationError("away", type="ProviderUnavailable")
        self.compared.append(reconciliation_id)
        return Reconciled(0, 0, 0, 0, 0)


def worker_of(made: Providers, client: Client, task_queue: str) -> Worker:
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[ReconcileWorkflow],
        activities=[made.begin_reconciliations, made.reconcile_account],
        workflow_runner=RUNNER,
    )


@pytest.fixture
async def providers(stage: Stage) -> AsyncIterator[Providers]:
    made = Providers()
    async with worker_of(made, stage.env.client, QUEUE):
        yield made


async def reconcile(client: Client, order: Reconcile) -> None:
    await client.execute_workflow(ReconcileWorkflow.run, order, id="reconcile", task_queue=QUEUE)


async def test_the_schedule_compares_every_account(stage: Stage, providers: Providers) -> None:
    await reconcile(stage.env.client, Reconcile(days=3))
    assert [order.days for order in providers.begun] == [3]
    assert sorted(providers.compared) == [FIRST, SECOND]


async def test_by_hand_those_are_compared_that_somebody_asks_about(
    stage: Stage, providers: Providers
) -> None:
    await reconcile(stage.env.client, Reconcile([SECOND]))
    assert providers.begun == []
    assert providers.compared == [SECOND]


async def test_a_provider_that_is_away_is_asked_a_few_times_and_hinders_no_other(
    stage: Stage, providers: Providers
) -> None:
    providers.away = {FIRST}
    await reconcile(stage.env.client, Reconcile(days=3))
    assert providers.tries.count(FIRST) == 4
    assert providers.compared == [SECOND]


async def test_what_somebody_asked_for_is_compared_once_however_often_it_is_told(
    temporal: TemporalServer,
) -> None:
    client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
    made, queue, asked = Providers(), f"test-{uuid4()}", uuid4()
    notice = StartReconciliation(
        workflow_id=reconciliation_workflow_id(asked), reconciliation_id=asked
    )
    async with worker_of(made, client, queue):
        for _ in range(2):
            assert await Engine(client, queue).deliver(notice) is Delivery.DELIVERED
            await client.get_workflow_handle(notice.workflow_id).result()
    assert made.compared == [asked]
