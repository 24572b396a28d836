from uuid import UUID

from tests.cli.conftest import Trial


def test_a_key_is_made_listed_and_deactivated(trial: Trial) -> None:
    made = trial.run(
        "embed",
        "add",
        "Form",
        "--origin",
        "https://CRM.example.com/",
        "--origin",
        "http://localhost:8500",
    )
    assert made.exit_code == 0, made.output
    rows = dict(line.split("\t") for line in made.stdout.splitlines())
    assert list(rows) == ["WHAT", "Key id", "Secret"]
    assert rows["Secret"].startswith("tle_")
    assert "not shown again" in made.stderr
    key_id = str(UUID(rows["Key id"]))

    def listed() -> str:
        return trial.run("embed", "list").stdout

    origins = "https://crm.example.com http://localhost:8500"
    assert listed() == f"ID\tNAME\tSTATE\tORIGINS\n{key_id}\tForm\tactive\t{origins}\n"
    assert rows["Secret"] not in listed()
    assert trial.run("embed", "deactivate", key_id).exit_code == 0
    assert f"{key_id}\tForm\tdeactivated\t" in listed()


def test_an_origin_that_is_none_is_refused_with_what_to_write(trial: Trial) -> None:
    refused = trial.run("embed", "add", "Other form", "--origin", "crm.example.com")
    assert refused.exit_code == 1
    assert "such as https://crm.example.com" in refused.stderr
