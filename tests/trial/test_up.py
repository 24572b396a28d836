import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests.carrier import Carrier
from tests.stack import Person, eventually
from trial.ports import free_ports

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
    ports = {
        f"TOUCHLINE_{name}": str(port)
        for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)
    }
    return {**outer, **ports, "TOUCHLINE_HOME": str(folder / "home")}


SEQUENCE = """
key: restart
name: Through a restart
steps:
  - {id: before, type: automated_text, text: "Before the crash"}
  - {id: pause, type: wait, for: 5s}
  - {id: after, type: automated_text, text: "After the crash"}
"""


@contextlib.contextmanager
def signed_in(environment: dict[str, str], password: str) -> Iterator[Person]:
    api = f"http://127.0.0.1:{environment['TOUCHLINE_PORT']}"
    person = Person(api, "robin@harbour.example", password)
    yield person
    person.close()


def enroll_somebody(person: Person) -> str:
    """Enroll a lead for whom it is about noon; returns their number."""
    yaml = {"Content-Type": "application/yaml"}
    saved = person.request("PUT", "/sequences/restart/draft", content=SEQUENCE, headers=yaml)
    assert saved.is_success, saved.text
    person.post("/sequences/restart/publish")
    person.post("/sequences/restart/activate")
    lead = person.all("/records")[0]
    offset = (12 - datetime.now(UTC).hour + 11) % 24 - 11
    moved = person.request(
        "PATCH", f"/records/{lead['id']}", json={"timezone": f"Etc/GMT{-offset:+d}"}
    )
    assert moved.is_success, moved.text
    enrolled = person.post("/enrollments", {"sequence": "restart", "record_ids": [lead["id"]]})
    assert enrolled["refused"] == []
    number: str = lead["phone"]
    return number


def test_a_trial_that_was_killed_goes_on_where_it_was_and_a_ctrl_c_ends_all_of_it(
    environment: dict[str, str],
) -> None:
    carrier = Carrier(f"http://127.0.0.1:{environment['TOUCHLINE_HANDSET_PORT']}")
    with running(environment) as first:
        password = first.password()
        with signed_in(environment, password) as person:
            before = person.all("/records")
            assert len(before) == 20
            customer = enroll_somebody(person)
            eventually(lambda: carrier.received(customer) == ["Before the crash"])
            eventually(
                lambda: person.all("/conversations")[0]["last_message"]["status"] == "delivered"
            )
        for process in first.tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        first.process.wait()
    with running(environment) as second:
        assert second.password() == password
        eventually(lambda: carrier.received(customer) == ["Before the crash", "After the crash"])
        with signed_in(environment, password) as person:
            after = person.all("/records")
            assert [each["id"] for each in after] == [each["id"] for each in before]
            eventually(lambda: person.all("/enrollments")[0]["status"] == "completed")
        sent = [each["body"] for each in carrier.log("request") if each["to"] == customer]
        assert sent == ["Before the crash", "After the crash"]
        tree = second.tree()
        second.process.send_signal(signal.SIGINT)
        rest, _ = second.process.communicate(timeout=60)
        assert second.process.returncode == 0, rest
        assert [process for process in tree if process.is_running()] == []
