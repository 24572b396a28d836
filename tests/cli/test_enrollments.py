import json
from pathlib import Path

from tests.cli.conftest import Trial


def test_records_are_enrolled_by_external_id_and_by_number_once(trial: Trial) -> None:
    result = trial.run("enroll", "welcome", "HC-1001", "+44 7700 900111", "--json")
    assert result.exit_code == 0
    enrolled = json.loads(result.stdout)["enrolled"]
    assert {each["record"]["first_name"] for each in enrolled} == {"Amara", "Keira"}

    again = trial.run("enroll", "welcome", "HC-1001")
    assert again.exit_code == 1
    assert again.stderr.endswith(" is not enrolled: This record is in a sequence already.\n")


def test_a_record_that_is_not_there_is_named(trial: Trial) -> None:
    result = trial.run("enroll", "welcome", "HC-9999")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no record HC-9999: ")


def test_a_sequence_that_is_not_there_is_refused(trial: Trial) -> None:
    result = trial.run("enroll", "nothing", "HC-1002")
    assert result.exit_code == 1
    assert result.stderr == "There is no such sequence, or it is not yours to see.\n"


WAITING = """\
key: later
name: Later
record: lead
steps:
  - {id: pause, type: wait, for: 2d}
  - {id: offer, name: Send the offer, type: email, subject: Your bike}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""


def test_the_wait_an_enrollment_stands_at_is_skipped_and_no_other(
    trial: Trial, tmp_path: Path
) -> None:
    file = tmp_path / "later.yaml"
    file.write_text(WAITING)
    applied = trial.run("sequence", "apply", str(file))
    assert applied.exit_code == 0, applied.stderr
    enrolled = trial.run("enroll", "later", "HC-1005", "--json")
    assert enrolled.exit_code == 0, enrolled.stderr
    (enrollment,) = json.loads(enrolled.stdout)["enrolled"]

    skipped = trial.run("enrollment", "skip-wait", enrollment["id"])
    assert skipped.exit_code == 0, skipped.stderr
    assert skipped.stderr == "The wait pause is over: the enrollment is at “Send the offer”.\n"

    again = trial.run("enrollment", "skip-wait", enrollment["id"], "--step", "pause", "--json")
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["current_step"]["id"] == "offer"

    refused = trial.run("enrollment", "skip-wait", enrollment["id"])
    assert refused.exit_code == 1
    assert "“Send the offer” waits for its seller" in refused.stderr
