"""How do the parts of the local trial start in order, stay up, and stop together?"""

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from trial.children import SystemUser, last_lines, spawn
from trial.errors import CannotStart, PartEnded
from trial.ports import Port, require_free
from trial.progress import Progress

_POLL_SECONDS = 0.1
_RESTARTS_IN_A_ROW = 5
_STEADY_SECONDS = 10.0  # a part that lasted this long has started well


@dataclass(frozen=True)
class Part:
    """A server that runs as a child process.

    `is_ready` gets its process id and says whether it answers now. One that `restarts` is started
    again when it ends by itself; the end of any other is the end of all.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[int], Awaitable[bool]]
    ports: Sequence[Port] = ()
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    user: SystemUser | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    on_our_death: signal.Signals = signal.SIGKILL
    start_seconds: float = 60.0
    stop_seconds: float = 15.0
    restarts: bool = False


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    since: float
    quick_ends: int = 0


class Supervisor:
    """Runs parts while its ``async with`` block lasts, and stops them in reverse order after it.

    SIGINT, SIGTERM and SIGHUP leave the block, quietly; a second one kills what still runs. The
    output of a part goes to ``home/logs/<part>.log``, its process id to ``home/run/<part>.pid``.
    """

    def __init__(self, home: Path, progress: Progress) -> None:
        self._home = home
        self._progress = progress
        self._running: list[_Running] = []
        self._block: asyncio.Task[object] | None = None
        self._interrupted = False
        self._stopping = False

    async def __aenter__(self) -> "Supervisor":
        self._block = asyncio.current_task()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(signum, self._interrupt)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._stopping = True
        try:
            for running in reversed(self._running):
                await self._stop(running)
        finally:
            for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().remove_signal_handler(signum)
        if kind is asyncio.CancelledError and self._interrupted and self._block is not None:
            self._block.uncancel()
            return True
        return False

    async def start(self, part: Part) -> None:
        """Start `part` and return when it is ready. Raises CannotStart."""
        with self._progress.step(part.name, "starting", "ready"):
            for port in part.ports:
                await require_free(part.name, port)
            running = _Running(part, self._spawn(part), time.monotonic())
            self._running.append(running)
            while not await part.is_ready(running.process.pid):
                if running.process.poll() is not None:
                    self._running.remove(running)
                    raise CannotStart(f"{part.name} did not start. {self._account(running)}")
                if time.monotonic() > running.since + part.start_seconds:
                    raise CannotStart(
                        f"{part.name} did not answer within {part.start_seconds:g} seconds. "
                        + self._account(running)
                    )
                await asyncio.sleep(_POLL_SECONDS)

    async def watch(self) -> None:
        """Keep the parts up. Raises PartEnded when one ends that cannot be started again."""
        while True:
            for running in self._running:
                if running.process.poll() is not None:
                    self._restart(running)
            await asyncio.sleep(_POLL_SECONDS)

    def log(self, part: str) -> Path:
        """The file with the output of the part of this name."""
        return self._home / "logs" / f"{part.lower()}.log"

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        try:
            process = spawn(
                part.command,
                log=self.log(part.name),
                environment=part.environment,
                directory=part.directory,
                user=part.user,
                on_our_death=part.on_our_death,
            )
        except OSError as error:
            raise CannotStart(f"{part.name} did not start: {error}") from error
        file = self._pid_file(part)
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{process.pid}\n")
        return process

    def _restart(self, running: _Running) -> None:
        part = running.part
        lasted = time.monotonic() - running.since
        running.quick_ends = 0 if lasted >= _STEADY_SECONDS else running.quick_ends + 1
        if not part.restarts or running.quick_ends > _RESTARTS_IN_A_ROW:
            raise PartEnded(f"{part.name} stopped by itself. {self._account(running)}")
        self._progress.tell(
            part.name, f"{_ending(running.process.returncode)}; it is started again"
        )
        running.process = self._spawn(part)
        running.since = time.monotonic()

    async def _stop(self, running: _Running) -> None:
        part, process = running.part, running.process
        if process.poll() is None:
            with self._progress.step(part.name, "stopping", "stopped"):
                process.send_signal(part.stop_signal)
                try:
                    await asyncio.to_thread(process.wait, part.stop_seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self._pid_file(part).unlink(missing_ok=True)

    def _interrupt(self) -> None:
        if self._interrupted or self._stopping:
            for running in self._running:
                with contextlib.suppress(ProcessLookupError):
                    running.process.kill()
        elif self._block is not None:
            self._interrupted = True
            self._block.cancel()

    def _pid_file(self, part: Part) -> Path:
        return self._home / "run" / f"{part.name.lower()}.pid"

    def _account(self, running: _Running) -> str:
        """How a part ended and the last it said."""
        log = self.log(running.part.name)
        code = running.process.poll()
        ended = "" if code is None else f"It {_ending(code)}. "
        return f"{ended}The end of {log}:\n{last_lines(log)}"


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"
