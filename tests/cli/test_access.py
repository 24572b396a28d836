"""Tests of commands/access.py: who works here, in which unit, and what each role gives."""

from tests.cli.conftest import Trial


def test_units_roles_and_users_are_made_and_changed(trial: Trial) -> None:
    made = trial.run("unit", "add", "North", "--under", "Harbour Cycles")
    assert made.stdout == "North is part of Harbour Cycles\n"
    assert "North\tHarbour Cycles\n" in trial.run("unit", "list").stdout

    copied = trial.run("role", "copy", "Salesperson", "Team lead").stdout
    assert copied.startswith("Team lead: ")
    assert "record.write\tuser\n" in trial.run("role", "show", "Team lead").stdout
    trial.run("role", "grant", "Team lead", "record.write=business_unit", "note.delete=none")
    shown = trial.run("role", "show", "Team lead").stdout
    assert "record.write\tbusiness unit\n" in shown
    assert "note.delete" not in shown
    roles = trial.run("role", "list").stdout
    assert "Salesperson\tTouchline\t" in roles
    assert "Team lead\tyours\t" in roles

    email = next(
        line.split("\t")[0]
        for line in trial.run("user", "list").stdout.splitlines()
        if "\tSalesperson\t" in line
    )
    moved = trial.run("user", "set", email, "--role", "Team lead", "--unit", "North")
    assert moved.stdout == f"{email}: Team lead; North\n"
    # as the example organisation begins
    back = ["--role", "Salesperson", "--unit", "Harbour Cycles"]
    assert trial.run("user", "set", email, *back).exit_code == 0


def test_what_does_not_exist_is_refused_with_what_there_is(trial: Trial) -> None:
    unknown = trial.run("role", "show", "Pilot")
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith("There is no role 'Pilot': there are ")
    unclear = trial.run("role", "grant", "Salesperson", "record.write")
    assert unclear.exit_code == 2
    assert trial.run("user", "set", "kim@example.com").exit_code == 2


def test_a_role_that_comes_with_the_product_is_not_changed(trial: Trial) -> None:
    refused = trial.run("role", "grant", "Salesperson", "record.write=organisation")
    assert refused.exit_code != 0
    assert "copy it, and change the copy" in refused.stderr
