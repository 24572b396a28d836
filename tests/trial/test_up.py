import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PORTS = ("PORT", "HANDSET_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT")
UP = """
import asyncio
from rich.console import Console
from trial.settings import TrialSettings
from trial.up import up
asyncio.run(up(TrialSettings(), Console()))
"""


@dataclass
class LocalTrial:
    process: subprocess.Popen[str]
    said: str

    def password(self) -> str:
        found = re.search(r"robin@harbour\.example +password: (\S+)", self.said)
        assert found is not None, self.said
        return found[1]

    def tree(self) -> list[psutil.Process]:
        ours = psutil.Process(self.process.pid)
        return [ours, *ours.children(recursive=True)]


@contextmanager
def running(environment: dict[str, str]) -> Iterator[LocalTrial]:
    """What `make run` starts, from the moment it has said what to open."""
    process = subprocess.Popen(
        [sys.executable, "-c", UP],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith("Ctrl-C stops"):
                    break
            else:
                pytest.fail(f"it ended instead of being up:\n{said}")
            yield LocalTrial(process, said)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=60)


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """Settings of a local trial that is in nobody's way."""
    outer = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TOUCHLINE_", "TEMPORAL_"))
    }
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in PORTS]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        ports = {
            f"TOUCHLINE_{name}": str(probe.getsockname()[1])
            for name, probe in zip(PORTS, probes, strict=True)
        }
    return {**outer, **ports, "TOUCHLINE_HOME": str(folder / "home")}


def leads(environment: dict[str, str], password: str) -> list[dict[str, object]]:
    with httpx.Client(
        base_url=f"http://127.0.0.1:{environment['TOUCHLINE_PORT']}/api/v1"
    ) as client:
        sign_in = {"email": "robin@harbour.example", "password": password}
        answer = client.post("/session", json=sign_in)
        assert answer.status_code == 201, answer.text
        token = answer.json()["token"]
        listed = client.get("/records", headers={"Authorization": f"Bearer {token}"})
        found: list[dict[str, object]] = listed.json()["items"]
        return found


def test_a_trial_that_was_killed_goes_on_where_it_was_and_a_ctrl_c_ends_all_of_it(
    environment: dict[str, str],
) -> None:
    with running(environment) as first:
        password = first.password()
        before = leads(environment, password)
        assert len(before) == 20
        for process in first.tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        first.process.wait()
    with running(environment) as second:
        assert second.password() == password
        assert leads(environment, password) == before
        tree = second.tree()
        second.process.send_signal(signal.SIGINT)
        rest, _ = second.process.communicate(timeout=60)
        assert second.process.returncode == 0, rest
        assert [process for process in tree if process.is_running()] == []
