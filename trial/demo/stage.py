"""Where does the demo play? A whole local trial of its own, seen from outside: HTTP, and the carrier's log."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from trial import access
from trial.access import Access
from trial.children import end, last_lines, spawn
from trial.client import ApiClient
from trial.demo.customers import Cast, Customer
from trial.demo.teller import Teller
from trial.errors import CannotStart
from trial.handset import Handset
from trial.ports import free_ports

_CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent
_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.05
_WORKER_IS_READY: Final = "ready on task queue"
_PORTS: Final = (
    "TOUCHLINE_PORT",
    "TOUCHLINE_HANDSET_PORT",
    "TOUCHLINE_TEMPORAL_PORT",
    "TOUCHLINE_TEMPORAL_UI_PORT",
)


class Stage:
    """The running trial: who may speak to it, and what the carrier has seen so far."""

    def __init__(self, home: Path, trial: Access, cast: Cast, teller: Teller) -> None:
        if trial.api_url is None or trial.handset_url is None:
            raise ValueError("the trial has not started yet")
        self.cast = cast
        self.teller = teller
        self.log: list[dict[str, Any]] = []
        """The carrier's log as far as it was read."""
        self._home = home
        self._api_url = trial.api_url
        self._password = trial.password
        self._open = ExitStack()
        self.handset = self._open.enter_context(Handset(trial.handset_url))
        self._clients: dict[str, ApiClient] = {}
        self._mishaps = _Tail(_up_log(home), mark="!")
        self._names = {each.number: each.first_name for each in cast}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def as_(self, email: str) -> ApiClient:
        """Return a client of the API that is signed in as this person."""
        if email not in self._clients:
            self._clients[email] = self._open.enter_context(ApiClient(self._api_url))
            self._clients[email].sign_in(email, self._password)
        return self._clients[email]

    def seller_of(self, customer: Customer) -> ApiClient:
        """Return a client that is signed in as the customer's seller."""
        return self.as_(customer.seller.email)

    def news(self) -> Iterator[str]:
        """Yield, in a line each, what the carrier has seen since the last time, and what befell the parts."""
        entries = self.handset.log(after=self.log[-1]["n"] if self.log else 0)
        self.log += entries
        for entry in entries:
            match entry["kind"]:
                case "request" if entry["accepted"] and entry["to"] in self._names:
                    yield f"→ {self._names[entry['to']]:<8}{entry['body']}"
                case "text" if entry["from"] in self._names:
                    yield f"← {self._names[entry['from']]:<8}{entry['body']}"
                case _:
                    pass
        yield from self._mishaps.lines()

    def texts_to(self, customer: Customer) -> list[str]:
        """Return the words of every text that left towards a customer, as far as the log was read."""
        return [entry["body"] for entry in self._taken(customer)]

    def senders_to(self, customer: Customer) -> set[str]:
        """Return the numbers those texts came from."""
        return {entry["from"] for entry in self._taken(customer)}

    def left_at(self, customer: Customer, body: str) -> datetime:
        """Return when the carrier took a text. Raises ValueError unless it took it exactly once."""
        (entry,) = [entry for entry in self._taken(customer) if entry["body"] == body]
        return datetime.fromisoformat(entry["at"])

    def worker_pid(self) -> int:
        """Return the process id of the worker that runs, or ran last."""
        return int((self._home / "run" / "worker.pid").read_text())

    def workers_ready(self) -> int:
        """Return how many workers have been ready for work since the trial began."""
        return (self._home / "logs" / "worker.log").read_text().count(_WORKER_IS_READY)

    def kill_worker(self) -> datetime:
        """Kill the worker with SIGKILL, and return when that was. The trial starts another one."""
        os.kill(self.worker_pid(), signal.SIGKILL)
        return datetime.now(UTC)

    def _taken(self, customer: Customer) -> list[dict[str, Any]]:
        return [
            entry
            for entry in self.log
            if entry["kind"] == "request" and entry["accepted"] and entry["to"] == customer.number
        ]


@contextmanager
def raised(home: Path | None, cast: Cast, console: Console) -> Iterator[Stage]:
    """Start a trial on free ports for as long as the block lasts.

    Its data is in `home`, a new folder, and stays there; without one, in a temporary folder that goes,
    unless something went wrong. Raises CannotStart.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(_temporary_folder()) if home is None else _new_folder(home)
        process = spawn(
            [sys.executable, "-m", "cli", "up"],
            log=_up_log(folder),
            environment=_environment(folder),
            directory=_CHECKOUT,
            on_our_death=signal.SIGTERM,
        )
        stack.callback(end, process, patience=_STOP_SECONDS)
        trial = _started(folder, process, console)
        yield stack.enter_context(Stage(folder, trial, cast, Teller(console)))


def _new_folder(home: Path) -> Path:
    if home.exists() and any(home.iterdir()):
        raise CannotStart(f"{home} is not empty: the demo starts from nothing. Name a new folder.")
    return home.resolve()


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="touchline-demo-"))
    try:
        yield folder
    except Exception as error:
        error.add_note(f"The logs are in {folder / 'logs'}.")
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _up_log(home: Path) -> Path:
    return home / "logs" / "up.log"


class _Tail:
    """The lines of a file that begin with `mark`, each once."""

    def __init__(self, file: Path, *, mark: str) -> None:
        self._file = file
        self._mark = mark
        self._told = 0

    def lines(self) -> list[str]:
        """Return those that have come since the last time."""
        lines = [line for line in self._file.read_text().splitlines() if line[:1] == self._mark]
        new = lines[self._told :]
        self._told = len(lines)
        return new


def _environment(home: Path) -> Mapping[str, str]:
    """The settings of a trial of its own, whatever this process was told to use."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOUCHLINE_", "TEMPORAL_"))
    }
    ports = dict(zip(_PORTS, map(str, free_ports(len(_PORTS))), strict=True))
    return inherited | ports | {"TOUCHLINE_HOME": str(home)}


def _started(home: Path, process: subprocess.Popen[bytes], console: Console) -> Access:
    """Return once everything answers; what the trial tells of its parts meanwhile is passed on."""
    started = _Tail(_up_log(home), mark="✓")
    deadline = time.monotonic() + _START_SECONDS
    while True:
        trial = access.find(home)
        for line in started.lines():
            console.print(line, style="green", markup=False, highlight=False)
        if trial is not None and trial.is_loaded:
            return trial
        if process.poll() is not None or time.monotonic() > deadline:
            raise CannotStart(f"The local trial did not start.\n{last_lines(_up_log(home))}")
        time.sleep(_LOOK_SECONDS)
