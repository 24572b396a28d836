import json
from pathlib import Path

from tests.cli.conftest import Trial
from tests.stack import CHECKOUT


def test_the_same_file_again_adds_nothing(trial: Trial) -> None:
    result = trial.run("import", str(CHECKOUT / "examples" / "leads.csv"))
    assert (result.exit_code, result.stdout) == (
        0,
        "0 created, 0 updated, 20 unchanged, 0 left out\n",
    )


def test_good_rows_are_kept_and_bad_ones_told_by_line(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("phone,first_name\n+12065550151,Uma\n020 7946 0018,Vic\n+12065550153,\n")
    result = trial.run("import", str(file), "--kind", "contact")
    assert result.exit_code == 1
    assert result.stdout == "1 created, 0 updated, 0 unchanged, 2 left out\n"
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f'{file}: line 3, phone: "020 7946 0018" is in national format')
    assert lines[1] == f"{file}: line 4, first_name: The first name is missing."


def test_a_script_gets_the_report_as_json(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("phone,first_name\n+12065550161,Wim\n")
    report = json.loads(trial.run("import", str(file), "--kind", "contact", "--json").stdout)
    assert report == {"created": 1, "updated": 0, "unchanged": 0, "failed": 0, "problems": []}


def test_a_file_without_the_columns_is_refused_with_the_remedy(
    trial: Trial, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("number,name\n1,2\n")
    result = trial.run("import", str(file))
    assert result.exit_code == 1
    assert result.stderr == (
        "The first line must name the columns, and phone and first_name are missing.\n"
    )
