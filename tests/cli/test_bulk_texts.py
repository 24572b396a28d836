"""Tests of commands/bulk_texts: one text to many records."""

import json
from pathlib import Path

from tests.cli.conftest import Trial

TEXT = "Hi {{ record.first_name }}, we moved."


def test_a_text_is_shown_filled_in_and_goes_to_each_record_once(
    trial: Trial, tmp_path: Path
) -> None:
    listed = tmp_path / "records.txt"
    listed.write_text("HC-1002\n\n HC-1001 \n")

    result = trial.run(
        "bulk-text", "We moved", TEXT, "HC-1001", "--file", str(listed), "--yes", "--json"
    )

    assert result.exit_code == 0, result.stderr
    sent = json.loads(result.stdout)
    assert len(sent["enrolled"]) == 2
    assert sent["sequence_key"].startswith("bulk-")
    assert "“Hi Amara, we moved.” (1)\n" in result.stderr
    assert "2 get it, " in result.stderr


def test_nothing_is_sent_unless_one_says_so(trial: Trial) -> None:
    result = trial.run("bulk-text", "Not sent", TEXT, "HC-1003")

    assert result.exit_code == 1
    assert result.stdout.strip() == ""
    assert "Send it?" in result.stderr


def test_whoever_is_left_out_is_named(trial: Trial) -> None:
    result = trial.run("bulk-text", "Boats", "Your {{ record.fields.boat }}", "HC-1004", "--yes")

    assert result.exit_code == 1
    assert " is left out: " in result.stderr
    assert "0 get it" in result.stderr


def test_nobody_to_write_to_is_an_error(trial: Trial) -> None:
    result = trial.run("bulk-text", "Nobody", TEXT)

    assert result.exit_code == 2
    assert result.stderr == "Say whom to write to: some RECORDs, or --file.\n"
