"""The command line of the handset."""

import json
import subprocess
import sys
from pathlib import Path

from tests.handset.conftest import CUSTOMER, OURS, Handset, Process, Receiver


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handset", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_say_writes_as_a_customer_and_log_shows_it(handset: Handset, receiver: Receiver) -> None:
    handset.connect(sms_url=receiver.url)
    said = run("say", "--from", CUSTOMER, "--to", OURS, "--url", handset.url, "Yes please")
    assert said.returncode == 0
    assert said.stdout.endswith(" taken with 204\n")
    assert receiver.calls[0].fields["Body"] == "Yes please"

    shown = run("log", "--kind", "text", "--url", handset.url)
    (entry,) = [json.loads(line) for line in shown.stdout.splitlines()]
    assert (entry["from"], entry["body"]) == (CUSTOMER, "Yes please")


def test_say_fails_when_the_text_was_not_taken(handset: Handset) -> None:
    said = run("say", "--from", CUSTOMER, "--to", OURS, "--url", handset.url, "Hello?")
    assert said.returncode == 1
    assert "was not taken" in said.stderr

    unknown = run("say", "--from", CUSTOMER, "--to", CUSTOMER, "--url", handset.url, "Hello?")
    assert unknown.returncode == 1
    assert "is a number of no account" in unknown.stderr


def test_say_without_a_handset_tells_how_to_start_one() -> None:
    said = run("say", "--from", CUSTOMER, "--to", OURS, "--url", "http://127.0.0.1:9", "Hello?")
    assert said.returncode == 1
    assert "python -m handset serve" in said.stderr


def test_a_taken_port_or_folder_is_named(process: Process, tmp_path: Path) -> None:
    port = process.url.rsplit(":", 1)[1]
    taken = run("serve", "--data", str(tmp_path), "--port", port)
    assert taken.returncode == 1
    assert f"port {port}" in taken.stderr

    shared = run("serve", "--data", str(process.data), "--port", "0")
    assert shared.returncode == 1
    assert str(process.data) in shared.stderr
