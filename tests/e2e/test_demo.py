"""What `touchline demo` claims, looked at again: its own words, and the log of the carrier it used."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.stack import CHECKOUT

MAYA, OLIVER = "+12025550143", "+447700900143"


@dataclass(frozen=True)
class Performance:
    """One run of the demo: its exit code, its words, and the carrier's log."""

    exit_code: int
    told: str
    log: list[dict[str, Any]]

    def number_of(self, first_name: str) -> str:
        """The customer's number, as the imported file has it."""
        row = next(line for line in self.told.splitlines() if f",{first_name}," in line)
        return row.split(",")[3]

    def texts(self) -> dict[str, list[str]]:
        """What left, by customer: from whom and its first word."""
        found = defaultdict(list)
        for entry in self.log:
            if entry["kind"] == "request" and entry["accepted"]:
                found[entry["to"]].append(f"{entry['from']} {entry['body'].split()[0]}")
        return found


@pytest.fixture(scope="module")
def performance() -> Iterator[Performance]:
    home = Path(tempfile.mkdtemp(prefix="touchline-test-")) / "home"
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--home", str(home)],
        cwd=CHECKOUT,
        env={**os.environ, "TOUCHLINE_DATABASE_URL": "postgresql://nowhere.invalid/nothing"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    log = home / "handset" / "handset.log.jsonl"
    yield Performance(
        done.returncode,
        done.stdout + done.stderr,
        [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else [],
    )
    shutil.rmtree(home.parent)


def test_the_demo_ends_well_and_says_so_in_plain_text(performance: Performance) -> None:
    assert performance.exit_code == 0, performance.told
    assert performance.told.endswith("All of it happened.\n")
    assert "\x1b" not in performance.told


def test_each_text_left_exactly_once_from_the_sellers_own_number(performance: Performance) -> None:
    assert performance.texts() == {
        performance.number_of("Amara"): [f"{MAYA} Hi", f"{MAYA} Great,", f"{MAYA} Whenever"],
        performance.number_of("Ben"): [f"{OLIVER} Hi"],
        performance.number_of("Chloe"): [f"{MAYA} Hi", f"{MAYA} Whenever"],
        performance.number_of("Dario"): [f"{OLIVER} Hi"],
    }


def test_nothing_was_even_tried_after_stop_or_in_the_night(performance: Performance) -> None:
    requests = [entry for entry in performance.log if entry["kind"] == "request"]
    stop = next(e for e in performance.log if e["kind"] == "text" and e["body"] == "STOP")
    assert [e for e in requests if e["to"] == stop["from"] and e["n"] > stop["n"]] == []
    assert [e for e in requests if e["to"] == performance.number_of("Emi")] == []


def test_the_seller_edited_the_text_that_went_out(performance: Performance) -> None:
    bodies = [entry["body"] for entry in performance.log if entry["kind"] == "request"]
    assert "Great, Amara! Thursday at 10? I will have the Tern cargo bike ready." in bodies
    assert "Great, Amara! Does Thursday at 10 suit you?" not in bodies


def test_the_worker_died_by_sigkill_and_another_took_over(performance: Performance) -> None:
    assert "Worker       was ended by SIGKILL; it is started again" in performance.told
    after = performance.told.split("was ended by SIGKILL", 1)[1]
    assert "→ Amara   Whenever" in after
    assert "→ Chloe   Whenever" in after


def test_the_transcripts_show_what_became_of_each_text(performance: Performance) -> None:
    for line in (
        "✓ Amara: delivered, received, delivered, delivered",
        "✓ Ben: delivered, received, refused",
        "✓ Chloe: delivered, delivered",
        "✓ Dario: undelivered",
        "✓ Emi: held",
    ):
        assert line in performance.told
