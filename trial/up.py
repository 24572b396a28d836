"""What does `make run` start, in which order, and what does it tell the person at the end?"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from db import migrate
from trial import example, home, postgres
from trial.client import ApiError
from trial.errors import CannotStart
from trial.ports import Port
from trial.postgres import EmbeddedPostgres
from trial.processes import Part, Supervisor
from trial.progress import Progress
from trial.settings import TrialSettings
from trial.temporal import TemporalServer

_CHECKOUT = Path(__file__).resolve().parent.parent
_DATABASE = "touchline"
_HOST = "127.0.0.1"


async def up(settings: TrialSettings, console: Console) -> None:
    """Run everything until a signal ends it.

    A PostgreSQL or a Temporal that the environment names (TOUCHLINE_DATABASE_URL, TEMPORAL_ADDRESS)
    is used instead of one of our own. Raises TrialError.
    """
    folder = settings.home.resolve()
    progress = Progress(console)
    with home.hold(folder):
        database = EmbeddedPostgres(folder / "postgres")
        try:
            async with Supervisor(folder, progress) as supervisor:
                await _start(settings, folder, database, supervisor, progress)
                await supervisor.watch()
        finally:
            database.release()
    progress.console.print("Stopped. `make run` goes on where this ended.", highlight=False)


async def _start(
    settings: TrialSettings,
    folder: Path,
    database: EmbeddedPostgres,
    supervisor: Supervisor,
    progress: Progress,
) -> None:
    database_url = settings.database_url
    if database_url is None:
        with progress.step("PostgreSQL", "preparing", "prepared"):
            database.prepare()
        await supervisor.start(_postgres(database))
        database.ensure_database(_DATABASE)
        database_url = database.url(_DATABASE)
    with progress.step("Database", "migrating", "migrated"):
        await asyncio.to_thread(migrate.upgrade, database_url)

    environment = {
        **os.environ,
        **settings.as_environment(),
        "TOUCHLINE_HOME": str(folder),
        "TOUCHLINE_DATABASE_URL": database_url,
    }
    own_temporal = "TEMPORAL_ADDRESS" not in os.environ
    if own_temporal:
        await supervisor.start(_temporal(settings, folder))
        environment["TEMPORAL_ADDRESS"] = f"{_HOST}:{settings.temporal_port}"

    handset_url = f"http://{_HOST}:{settings.handset_port}"
    api_url = f"http://{_reachable(settings.host)}:{settings.port}"
    await supervisor.start(_handset(settings, folder, handset_url))
    await supervisor.start(_worker(settings, environment))
    await supervisor.start(_api(settings, environment, api_url))
    with progress.step("Example", "loading", "loaded"):
        people = await _load_example(
            api_url=api_url, handset_url=handset_url, database_url=database_url, home=folder
        )
    _print_welcome(
        progress.console,
        addresses={
            "Touchline": api_url,
            "Customers' phones": handset_url,
            "API description": f"{api_url}/api/openapi.json",
            **({"Temporal": f"http://{_HOST}:{settings.temporal_ui_port}"} if own_temporal else {}),
        },
        people=people,
    )


async def _load_example(
    *, api_url: str, handset_url: str, database_url: str, home: Path
) -> Sequence[example.Person]:
    try:
        return await example.load(
            api_url=api_url, handset_url=handset_url, database_url=database_url, home=home
        )
    except (ApiError, httpx.HTTPError) as error:
        raise CannotStart(f"The example organisation could not be loaded: {error}") from error


def _print_welcome(
    console: Console, addresses: dict[str, str], people: Sequence[example.Person]
) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, address in addresses.items():
        table.add_row(name, address)
    for person in people:
        table.add_row(f"Sign in as {person.role}", f"{person.email}  password: {person.password}")
    if people:
        table.add_row("", "or the password that was chosen since")
    else:
        table.add_row("Sign in", "as a user of the organisation that is in this database")
    console.print()
    console.print(table, soft_wrap=True)
    console.print("\nCtrl-C stops everything.", highlight=False)


def _postgres(database: EmbeddedPostgres) -> Part:
    async def is_ready(_: int) -> bool:
        return await asyncio.to_thread(database.is_ready)

    return Part(
        name="PostgreSQL",
        command=database.command(),
        is_ready=is_ready,
        user=database.user,
        stop_signal=postgres.STOP_SIGNAL,
        on_our_death=postgres.STOP_SIGNAL,
    )


def _temporal(settings: TrialSettings, folder: Path) -> Part:
    server = TemporalServer(folder / "temporal", settings.temporal_port, settings.temporal_ui_port)

    async def is_ready(_: int) -> bool:
        return await server.is_ready()

    return Part(
        name="Temporal",
        command=server.command(),
        is_ready=is_ready,
        ports=server.ports(),
    )


def _handset(settings: TrialSettings, folder: Path, url: str) -> Part:
    options = {
        "--host": _HOST,
        "--port": str(settings.handset_port),
        "--data": str(folder / "handset"),
    }
    return Part(
        name="Handset",
        command=[
            *(sys.executable, "-m", "handset", "serve"),
            *(word for option in options.items() for word in option),
        ],
        is_ready=_answers(f"{url}/"),
        ports=[Port(settings.handset_port, "TOUCHLINE_HANDSET_PORT")],
        directory=_CHECKOUT,
    )


def _worker(settings: TrialSettings, environment: dict[str, str]) -> Part:
    return Part(
        name="Worker",
        command=[sys.executable, "worker.py"],
        is_ready=_polls(settings.task_queue, environment),
        environment=environment,
        directory=_CHECKOUT,
        restarts=True,
    )


def _api(settings: TrialSettings, environment: dict[str, str], url: str) -> Part:
    return Part(
        name="API",
        command=[sys.executable, "-m", "api"],
        is_ready=_answers(f"{url}/health/ready"),
        ports=[Port(settings.port, "TOUCHLINE_PORT", settings.host)],
        environment=environment,
        directory=_CHECKOUT,
    )


def _answers(url: str) -> Callable[[int], Awaitable[bool]]:
    """Readiness of a web server: `url` answers with success."""

    async def is_ready(_: int) -> bool:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            try:
                return (await client.get(url)).is_success
            except httpx.HTTPError:
                return False

    return is_ready


def _polls(task_queue: str, environment: dict[str, str]) -> Callable[[int], Awaitable[bool]]:
    """Readiness of a worker: Temporal has seen this very process ask for work."""

    async def is_ready(pid: int) -> bool:
        config = ClientConfig.load_client_connect_config(override_env_vars=environment)
        try:
            client = await Client.connect(**config)
            answer = await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=client.namespace,
                    task_queue=TaskQueue(name=task_queue),
                    task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
                )
            )
        except (RuntimeError, RPCError):
            return False
        # The SDK's default identity is "<process id>@<host>".
        return any(poller.identity.startswith(f"{pid}@") for poller in answer.pollers)

    return is_ready


def _reachable(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return _HOST
    return f"[{host}]" if ":" in host else host
