"""Starts the Temporal worker: `python worker.py`, or `touchline worker`."""

import asyncio
import gc
import logging
import signal
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.accounts import OpenAccounts
from activities.enrollments import EnrollmentActivities
from activities.media import MediaFetcher
from activities.orders import SendingSettings
from activities.outbox import OutboxActivities
from activities.reconciliation import Reconciler
from activities.retention import Retainer
from activities.sending import TextSender
from db.autocommit import Committing
from db.engine import check_server, create_engine, create_sessions
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.secrets import secret_box
from domain.media import LINK_KEY, MediaLinks
from settings import Settings
from workflows import sending
from workflows.client import Engine, connect
from workflows.enrollment import EnrollmentWorkflow
from workflows.media import FetchMediaWorkflow
from workflows.outbox import RelayOutboxWorkflow
from workflows.reconciliation import Reconcile, ReconcileWorkflow
from workflows.retention import RetainWorkflow
from workflows.sending import queue_beside
from workflows.text import TextWorkflow

WORKFLOWS = [
    EnrollmentWorkflow,
    TextWorkflow,
    FetchMediaWorkflow,
    ReconcileWorkflow,
    RelayOutboxWorkflow,
    RetainWorkflow,
]

_STICKY = timedelta(seconds=3)
"""How long the engine waits for the worker that knew a workflow last: what a killed worker's workflows lose."""

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("domain", "workflows")
)
"""Our decisions keep no state and read no clock, so the sandbox need not load them anew for each run."""


async def main() -> None:
    """Run a worker until SIGINT or SIGTERM; what it was doing then, another worker does."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    stopped = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stopped.set)
    client = await connect()
    await schedule(client, settings)
    await sending.configure(client, settings.task_queue)
    database = create_engine(
        settings.required_database_url(), pool_size=settings.database_pool_size
    )
    await check_server(database)
    secrets = secret_box(settings.plain_secret_key(), settings.home, settings.plain_previous_keys())
    accounts = OpenAccounts(secrets, timeout_seconds=settings.provider_timeout_seconds)
    sessions = create_sessions(database)
    meter = AccountMeter()
    committing = Committing(settings.required_database_url(), pool_size=2)
    turns = Turns(settings.required_database_url())
    sender = TextSender(
        database,
        committing,
        turns,
        accounts,
        SendingSettings(
            callback_url=settings.callback_url,
            trust_list_after=timedelta(seconds=settings.reconcile_seconds),
            media_links=MediaLinks(lambda: secrets.derived_key(LINK_KEY), settings.callback_url),
        ),
        meter,
        clock=_now,
    )
    enrollments = EnrollmentActivities(sessions, clock=_now)
    fetcher = MediaFetcher(sessions, accounts, clock=_now)
    deliver = Engine(client, settings.task_queue).deliver
    outbox = OutboxActivities(sessions, deliver)
    reconciler = Reconciler(sessions, accounts, deliver, clock=_now)
    retainer = Retainer(sessions, clock=_now)
    grace = timedelta(seconds=settings.provider_timeout_seconds)
    counting = asyncio.create_task(meter.run(sessions))
    deciding = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=[
            enrollments.open_work_item,
            enrollments.ask_field,
            enrollments.find_reply,
            enrollments.close_enrollment,
            fetcher.fetch_media,
            outbox.relay_outbox,
            reconciler.begin_reconciliations,
            reconciler.reconcile_account,
            retainer.apply_retention,
        ],
        workflow_runner=RUNNER,
        max_concurrent_activities=settings.database_pool_size * 2,
        sticky_queue_schedule_to_start_timeout=_STICKY,
        graceful_shutdown_timeout=grace,
    )
    # on a queue of their own, where numbers have lanes and what is urgent goes first
    sends = Worker(
        client,
        task_queue=queue_beside(settings.task_queue),
        activities=[sender.send_step_text, sender.send_text],
        max_concurrent_activities=settings.send_concurrency,
        graceful_shutdown_timeout=grace,
    )
    # what is there now stays: looked through again and again, it would hold up texts for a tenth of a second
    gc.freeze()
    async with deciding, sends:
        logging.getLogger(__name__).info("ready on task queue %s", settings.task_queue)
        await stopped.wait()
    counting.cancel()
    await asyncio.gather(counting, return_exceptions=True)
    await turns.close()
    await committing.close()
    await accounts.close()
    await database.dispose()


async def schedule(client: Client, settings: Settings) -> None:
    """Have the engine do again and again what nobody asks for, whichever worker is there."""
    await _repeat(
        client,
        ScheduleActionStartWorkflow(
            RelayOutboxWorkflow.run,
            id="relay-outbox",
            task_queue=settings.task_queue,
            execution_timeout=timedelta(minutes=5),
        ),
        every=timedelta(seconds=settings.outbox_seconds),
    )
    await _repeat(
        client,
        ScheduleActionStartWorkflow(
            ReconcileWorkflow.run,
            Reconcile(days=settings.reconcile_days),
            id="reconcile",
            task_queue=settings.task_queue,
            execution_timeout=timedelta(days=1),
        ),
        every=timedelta(seconds=settings.reconcile_every_seconds),
    )
    await _repeat(
        client,
        ScheduleActionStartWorkflow(
            RetainWorkflow.run,
            id="retain",
            task_queue=settings.task_queue,
            execution_timeout=timedelta(days=1),
        ),
        every=timedelta(seconds=settings.retention_every_seconds),
    )


async def _repeat(client: Client, action: ScheduleActionStartWorkflow, *, every: timedelta) -> None:
    """Make the schedule of a workflow, or bring it up to date. A run that is late is not joined by the next."""
    schedule = Schedule(
        action=action, spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
    )
    try:
        await client.create_schedule(action.id, schedule)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(action.id)
        await handle.update(lambda _: ScheduleUpdate(schedule=schedule))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(main())
