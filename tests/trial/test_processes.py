import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from trial.errors import CannotStart, PartEnded
from trial.ports import Port
from trial.processes import Part, Supervisor
from trial.progress import Progress

CHECKOUT = Path(__file__).resolve().parents[2]

# A part that says in the file argv[1] when it is there and when it is asked to stop.
POLITE = """
import signal, sys, time
def say(what):
    with open(sys.argv[1], "a") as file:
        print(sys.argv[2], what, file=file)
def stop(*_):
    say("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
say("started")
time.sleep(600)
"""

# A whole local trial: argv[1] is the home folder, argv[2] "stubborn" makes a part ignore SIGTERM.
TRIAL = """
import asyncio, sys
from pathlib import Path
from rich.console import Console
from trial.processes import Part, Supervisor
from trial.progress import Progress

async def is_ready(pid):
    return (Path(sys.argv[1]) / "ready").exists()

ignore = "signal.signal(signal.SIGTERM, signal.SIG_IGN);" if sys.argv[2] == "stubborn" else ""
code = f"import pathlib, signal, time; {ignore} pathlib.Path('ready').touch(); time.sleep(600)"

async def main():
    home = Path(sys.argv[1])
    async with Supervisor(home, Progress(Console())) as supervisor:
        await supervisor.start(
            Part(
                "Server",
                [sys.executable, "-c", code],
                is_ready,
                directory=home,
                stop_seconds=600,
            )
        )
        print("up", flush=True)
        await supervisor.watch()
    print("left", flush=True)

asyncio.run(main())
"""


class Screen:
    """What a person sees, as plain text."""

    def __init__(self) -> None:
        self._written = StringIO()
        self.progress = Progress(Console(file=self._written, width=200))

    @property
    def text(self) -> str:
        return self._written.getvalue()


@pytest.fixture
def screen() -> Screen:
    return Screen()


def content(file: Path) -> str:
    return file.read_text() if file.exists() else ""


async def run(folder: Path, screen: Screen, *parts: Part) -> None:
    async with Supervisor(folder, screen.progress) as supervisor:
        for part in parts:
            await supervisor.start(part)
        await supervisor.watch()


def polite(name: str, said: Path, restarts: bool = False) -> Part:
    async def is_ready(_: int) -> bool:
        return f"{name} started" in content(said)

    return Part(name, [sys.executable, "-c", POLITE, str(said), name], is_ready, restarts=restarts)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - another process makes it hold
            await asyncio.sleep(0.02)


async def test_parts_start_in_order_and_stop_in_reverse(folder: Path, screen: Screen) -> None:
    said = folder / "said"
    async with Supervisor(folder, screen.progress) as supervisor:
        await supervisor.start(polite("Database", said))
        await supervisor.start(polite("API", said))
    assert said.read_text().splitlines() == [
        "Database started",
        "API started",
        "API stopped",
        "Database stopped",
    ]
    told = re.sub(r"\d+\.\d", "0.1", screen.text)
    assert told.splitlines() == [
        "  Database     starting …",
        "✓ Database     ready (0.1 s)",
        "  API          starting …",
        "✓ API          ready (0.1 s)",
        "  API          stopping …",
        "✓ API          stopped (0.1 s)",
        "  Database     stopping …",
        "✓ Database     stopped (0.1 s)",
    ]


async def test_a_part_that_does_not_start_is_named_with_the_last_it_said(
    folder: Path, screen: Screen
) -> None:
    said = folder / "said"

    async def never(_: int) -> bool:
        return False

    broken = Part("API", [sys.executable, "-c", "print('no such table'); exit(3)"], never)
    with pytest.raises(CannotStart) as raised:
        await run(folder, screen, polite("Database", said), broken)
    assert str(raised.value) == (
        "API did not start. It ended with exit code 3. "
        f"The end of {folder}/logs/api.log:\nno such table"
    )
    assert "Database stopped" in said.read_text()


async def test_a_part_that_never_answers_is_not_waited_for_for_ever(
    folder: Path, screen: Screen
) -> None:
    async def never(_: int) -> bool:
        return False

    silent = Part("API", ["sleep", "600"], never, start_seconds=0.3)
    with pytest.raises(CannotStart, match=r"API did not answer within 0\.3 seconds"):
        await run(folder, screen, silent)


async def test_a_program_that_is_not_there_is_named(folder: Path, screen: Screen) -> None:
    async def never(_: int) -> bool:
        return False

    with pytest.raises(CannotStart, match=r"API did not start: .*'no-such-program'"):
        await run(folder, screen, Part("API", ["no-such-program"], never))


async def test_a_taken_port_is_named_with_its_holder_and_the_setting_to_change(
    folder: Path, screen: Screen, free_port: int
) -> None:
    holder = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", free_port)
    part = polite("API", folder / "said")
    part = Part(part.name, part.command, part.is_ready, ports=[Port(free_port, "TOUCHLINE_PORT")])
    async with holder:
        with pytest.raises(CannotStart) as raised:
            await run(folder, screen, part)
    assert str(raised.value) == (
        f"API cannot listen on port {free_port}: it is taken by process {os.getpid()} "
        f"({psutil.Process().name()}). Stop what uses the port, or choose another one: "
        f"TOUCHLINE_PORT={free_port + 100 if free_port <= 65435 else free_port - 100}"
    )


async def test_a_killed_worker_is_started_again(folder: Path, screen: Screen) -> None:
    said = folder / "said"
    async with Supervisor(folder, screen.progress) as supervisor:
        await supervisor.start(polite("Worker", said, restarts=True))
        watching = asyncio.create_task(supervisor.watch())
        first = int((folder / "run" / "worker.pid").read_text())
        os.kill(first, signal.SIGKILL)
        await until(lambda: said.read_text().count("Worker started") == 2)
        assert int((folder / "run" / "worker.pid").read_text()) != first
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    assert "! Worker       was ended by SIGKILL; it is started again" in screen.text
    assert not (folder / "run" / "worker.pid").exists()


async def test_a_worker_that_ends_at_once_each_time_is_given_up(
    folder: Path, screen: Screen
) -> None:
    async def is_ready(_: int) -> bool:
        return True

    hopeless = Part(
        "Worker", [sys.executable, "-c", "exit('no settings')"], is_ready, restarts=True
    )
    with pytest.raises(PartEnded, match=r"(?s)Worker stopped by itself.*exit code 1.*no settings"):
        await run(folder, screen, hopeless)
    assert screen.text.count("it is started again") == 5


async def test_the_end_of_any_other_part_is_the_end_of_all(folder: Path, screen: Screen) -> None:
    said = folder / "said"
    running = asyncio.create_task(
        run(folder, screen, polite("Database", said), polite("API", said))
    )
    await until(lambda: "API          ready" in screen.text)
    os.kill(int((folder / "run" / "api.pid").read_text()), signal.SIGKILL)
    with pytest.raises(PartEnded, match=r"API stopped by itself\. It was ended by SIGKILL"):
        await running
    assert "Database stopped" in said.read_text()


class Trial:
    """A supervisor in a process of its own, and the server it runs."""

    def __init__(self, home: Path, manner: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", TRIAL, str(home), manner],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        while self.process.stdout.readline() != "up\n":
            assert self.process.poll() is None
        self.server = psutil.Process(int((home / "run" / "server.pid").read_text()))

    def __enter__(self) -> "Trial":
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave nothing running, whatever the test found."""
        self.process.kill()
        self.process.communicate()
        with contextlib.suppress(psutil.NoSuchProcess):
            self.server.kill()

    def rest_of_output(self) -> str:
        output, _ = self.process.communicate(timeout=20)
        return output


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_without_complaint(folder: Path, signum: signal.Signals) -> None:
    with Trial(folder, "polite") as trial:
        trial.process.send_signal(signum)
        assert trial.rest_of_output().endswith("left\n")
        assert trial.process.returncode == 0
        assert not trial.server.is_running()


def test_a_second_ctrl_c_kills_what_does_not_stop(folder: Path) -> None:
    with Trial(folder, "stubborn") as trial:
        trial.process.send_signal(signal.SIGINT)
        assert trial.process.stdout is not None
        assert "Server       stopping …" in trial.process.stdout.readline()
        trial.process.send_signal(signal.SIGINT)
        trial.rest_of_output()  # long before the supervisor would lose its patience
        assert not trial.server.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of our death")
def test_parts_do_not_outlive_a_killed_supervisor(folder: Path) -> None:
    with Trial(folder, "stubborn") as trial:
        trial.process.kill()
        trial.process.wait()
        trial.server.wait(20)
