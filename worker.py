"""Starts the Temporal worker: `python worker.py`, or `touchline worker`."""

import asyncio
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
from activities.outbox import OutboxActivities
from activities.sending import SendingSettings, TextSender
from db.engine import check_server, create_engine, create_sessions
from db.secrets import secret_box
from settings import Settings
from workflows.client import Engine, connect
from workflows.enrollment import EnrollmentWorkflow
from workflows.outbox import RelayOutboxWorkflow
from workflows.text import TextWorkflow

WORKFLOWS = [EnrollmentWorkflow, TextWorkflow, RelayOutboxWorkflow]

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
    await schedule_outbox(client, settings)
    database = create_engine(
        settings.required_database_url(), pool_size=settings.database_pool_size
    )
    await check_server(database)
    accounts = OpenAccounts(
        secret_box(settings.plain_secret_key(), settings.home),
        timeout_seconds=settings.provider_timeout_seconds,
    )
    sessions = create_sessions(database)
    sender = TextSender(
        sessions,
        accounts,
        SendingSettings(
            callback_url=settings.callback_url,
            trust_list_after=timedelta(seconds=settings.reconcile_seconds),
        ),
        clock=_now,
    )
    enrollments = EnrollmentActivities(sessions, clock=_now)
    outbox = OutboxActivities(sessions, Engine(client, settings.task_queue).deliver)
    async with Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=[
            sender.send_step_text,
            sender.send_text,
            enrollments.open_work_item,
            enrollments.ask_field,
            enrollments.find_reply,
            enrollments.close_enrollment,
            outbox.relay_outbox,
        ],
        workflow_runner=RUNNER,
        max_concurrent_activities=settings.database_pool_size * 2,
        sticky_queue_schedule_to_start_timeout=_STICKY,
        graceful_shutdown_timeout=timedelta(seconds=settings.provider_timeout_seconds),
    ):
        logging.getLogger(__name__).info("ready on task queue %s", settings.task_queue)
        await stopped.wait()
    await accounts.close()
    await database.dispose()


async def schedule_outbox(client: Client, settings: Settings) -> None:
    """Have the engine relay the outbox every few seconds, whichever worker is there."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            RelayOutboxWorkflow.run,
            id="relay-outbox",
            task_queue=settings.task_queue,
            execution_timeout=timedelta(minutes=5),
        ),
        spec=ScheduleSpec(
            intervals=[ScheduleIntervalSpec(every=timedelta(seconds=settings.outbox_seconds))]
        ),
    )
    try:
        await client.create_schedule("relay-outbox", schedule)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle("relay-outbox")
        await handle.update(lambda _: ScheduleUpdate(schedule=schedule))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(main())
