import json

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
