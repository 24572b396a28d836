import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Trial, run
from trial.client import ApiClient

CUSTOMER = "+12125550101"


@pytest.fixture(autouse=True, scope="module")
def _conversation(trial: Trial) -> None:
    trial.stack.carrier.say(CUSTOMER, "+12025550143", "Is the workshop open today?")


def test_a_transcript_is_for_people_spreadsheets_and_scripts(trial: Trial) -> None:
    text = trial.run("transcript", CUSTOMER, "--zone", "America/New_York").stdout
    assert text.startswith("Conversation with Amara Diallo, +12125550101\n")
    assert "Amara Diallo: Is the workshop open today?" in text
    assert "Times are America/New_York." in text
    table = trial.run("transcript", CUSTOMER, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {"direction": "inbound", "text": "Is the workshop open today?"}.items() <= {
        name: value for name, value in rows[-1].items() if name in ("direction", "text")
    }.items()
    as_json = json.loads(trial.run("transcript", CUSTOMER, "--format", "json").stdout)
    (conversation,) = as_json["conversations"]
    by_id = trial.run("transcript", conversation["id"], "--format", "html").stdout
    of_record = trial.run(
        "transcript", "--record", conversation["record"]["id"], "--format", "html"
    ).stdout
    for page in (by_id, of_record):
        assert "Is the workshop open today?" in page


def test_a_transcript_is_written_to_a_file(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "conversation.pdf"
    result = trial.run("transcript", CUSTOMER, "--format", "pdf", "-o", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_changed_transcript_is_found_out(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "conversation.json"
    trial.run("transcript", CUSTOMER, "--format", "json", "-o", str(file))
    unchanged = run("verify-transcript", str(file))
    assert unchanged.exit_code == 0
    assert "unchanged, sha256:" in unchanged.stdout
    file.write_text(file.read_text().replace("open today", "open tomorrow"))
    changed = run("verify-transcript", str(file))
    assert (changed.exit_code, changed.stdout) == (1, "")
    assert "changed since it was exported" in changed.stderr


def test_a_move_told_otherwise_than_it_was_exported_is_found_out(
    trial: Trial, tmp_path: Path
) -> None:
    stranger = "+12125550177"
    trial.stack.carrier.say(stranger, "+12025550143", "Is this about the blue bicycle?")
    as_json = json.loads(trial.run("transcript", stranger, "--format", "json").stdout)
    (source,) = as_json["conversations"]
    with ApiClient(trial.stack.api_url) as client:
        client.sign_in(trial.people[0].email, trial.people[0].password)
        other = client.post("/records", {"first_name": "Ben", "last_name": "Right"})["id"]
    moved = trial.run("move", source["id"], "--to", other, "--reason", "His")
    assert moved.exit_code == 0, moved.output
    text = trial.run("transcript", source["id"]).stdout
    assert "] (Robin Hale moved 1 text to Ben Right: His)\n" in text

    file = tmp_path / "conversation.json"
    trial.run("transcript", source["id"], "--format", "json", "-o", str(file))
    assert run("verify-transcript", str(file)).exit_code == 0
    file.write_text(file.read_text().replace("Ben Right", "Ben Wrong"))
    changed = run("verify-transcript", str(file))
    assert (changed.exit_code, changed.stdout) == (1, "")


@pytest.mark.parametrize("content", ["", "[]", "{}", "\x00", "[" * 100_000])
def test_what_is_no_transcript_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    result = run("verify-transcript", str(file))
    assert (result.exit_code, result.stderr) == (
        1,
        f"{file}: this is not a transcript as JSON\n",
    )


def test_a_records_transcript_has_its_family_if_asked_for(trial: Trial) -> None:
    found = json.loads(trial.run("transcript", CUSTOMER, "--format", "json").stdout)
    record_id = found["conversations"][0]["record"]["id"]
    text = trial.run("transcript", "--record", record_id, "--family").stdout
    title, scope, *_ = text.splitlines()
    assert title == "Transcript: Amara Diallo"
    assert scope.startswith("With what was said about the contacts and opportunities")
    assert "Is the workshop open today?" in text


_ONE = "Name a conversation, or a record with --record, and not both.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), _ONE),
        ((CUSTOMER, "--record", "0199a0b0-0000-7000-8000-000000000001"), _ONE),
        ((CUSTOMER, "--family"), "Only a record has a family: name it with --record.\n"),
    ],
)
def test_one_thing_is_to_be_named(trial: Trial, words: tuple[str, ...], told: str) -> None:
    result = trial.run("transcript", *words)
    assert (result.exit_code, result.stderr) == (2, told)


def test_a_zone_that_is_none_is_refused_with_what_may_be_meant(trial: Trial) -> None:
    result = trial.run("transcript", CUSTOMER, "--zone", "New York")
    assert result.exit_code == 1
    assert "America/New_York" in result.stderr
