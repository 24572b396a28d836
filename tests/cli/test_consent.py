import csv
import io
import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Trial

NUMBER = "+12025550177"


def test_consent_is_withdrawn_granted_and_shown(trial: Trial) -> None:
    withdrawn = trial.run("consent", "withdraw", NUMBER, "--source", "complaint")
    assert withdrawn.stdout == f"{NUMBER}: withdrawn\n"
    exported = trial.run("consent", "export").stdout
    assert [row["number"] for row in csv.DictReader(io.StringIO(exported))] == [NUMBER]
    granted = trial.run("consent", "grant", NUMBER, "--wording", "I agree to texts.")
    assert granted.stdout == f"{NUMBER}: granted\n"
    entries = json.loads(trial.run("consent", "show", NUMBER, "--json").stdout)
    assert [entry["kind"] for entry in entries] == ["granted", "withdrawn"]
    assert "I agree to texts." in trial.run("consent", "show", NUMBER).stdout
    assert NUMBER not in trial.run("consent", "export").stdout


def test_a_withdrawal_is_narrowed_to_a_number_of_ours_that_is_named(trial: Trial) -> None:
    customer, ours = "+12025550176", "+12025550143"
    narrow = ("consent", "withdraw", customer, "--scope", "number")
    refused = trial.run(*narrow)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Say of which number of ours" in refused.stderr
    written = json.loads(trial.run(*narrow, "--from", ours, "--json").stdout)
    assert (written["scope"], written["our_number"]) == ("number", ours)


def test_a_list_is_brought_in_and_its_bad_rows_are_reported(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("number\n+12025550178\nnonsense\n")
    result = trial.run("consent", "import", str(file))
    assert (result.exit_code, result.stdout) == (1, "1 added, 0 unchanged, 1 left out\n")
    assert result.stderr.startswith(f"{file}: line 3, number: ")
    assert trial.run("consent", "import", str(file)).stdout.startswith("0 added, 1 unchanged")


def test_nothing_was_kept_here_until_something_is(trial: Trial) -> None:
    assert trial.run("consent", "blocked").stdout == "WRITTEN\tTO\tTEXT\tWITHDRAWN\tHOW\tEVIDENCE\n"


def test_one_file_answers_a_complaint(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    trial.run("consent", "withdraw", "+12025550179", "--reference", "case 7")
    assert trial.run("consent", "complaint", "+12025550179", "-o", str(file)).exit_code == 0
    with zipfile.ZipFile(file) as archive:
        assert "case 7" in archive.read("report.txt").decode()


def test_a_person_is_exported_and_erased(trial: Trial, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("phone,first_name\n+12025550180,Philippa\n")
    trial.run("import", str(leads))
    file = tmp_path / "person.zip"
    assert trial.run("person", "export", "+12025550180", "-o", str(file)).exit_code == 0
    with zipfile.ZipFile(file) as archive:
        assert "Philippa" in archive.read("person.json").decode()
    asked = ("person", "erase", "+12025550180", "--reason", "They asked.")
    assert "records\t1\n" in trial.run(*asked, "--dry-run").stdout
    erased = trial.run(*asked, "--yes")
    assert erased.stdout.startswith("WHAT\tERASED\n")
    assert "records\t1\n" in erased.stdout
    assert "proof against claims" in erased.stderr
    again = trial.run(*asked, "--yes")
    assert again.exit_code == 1
