"""Of commands/numbers.py."""

import re

import pytest

from tests.cli.conftest import Trial, run

NUMBER = "+12125550166"
HARBOURS = "+12025550143"


def _line(trial: Trial, number: str) -> list[str]:
    lines = trial.run("number", "list").stdout.splitlines()
    found = [line.split("\t") for line in lines if line.startswith(number)]
    return found[0] if found else []


def test_a_number_is_added_given_away_and_removed(trial: Trial) -> None:
    maya, oliver = "maya@harbour.example", "oliver@harbour.example"
    account = trial.run("provider", "list").stdout.splitlines()[1].split("\t")[0]
    added = trial.run("number", "add", NUMBER, "--account", account, "--owner", maya)
    assert added.exit_code == 0, added.output
    assert added.stdout == f"{NUMBER} is added, at 1 segment a second\n"
    assert _line(trial, NUMBER) == [NUMBER, "long code", "US", maya, "no", "1", "", "0", "0 s"]
    changed = trial.run("number", "change", NUMBER, "--per-second", "2.5", "--daily-cap", "2000")
    assert changed.stdout == (
        f"{NUMBER} sends 2.5 segments a second, 2,000 a day at most, without pictures\n"
    )
    assert _line(trial, NUMBER)[5:7] == ["2.5", "2000"]
    changed = trial.run("number", "change", NUMBER, "--daily-cap", "none", "--pictures")
    assert changed.stdout == f"{NUMBER} sends 2.5 segments a second, with pictures\n"
    branded = trial.run("number", "change", NUMBER, "--brand", "Harbour")
    assert branded.stdout.endswith("with pictures, brand Harbour\n")
    assert _line(trial, NUMBER)[5:7] == ["2.5", ""]
    assigned = trial.run("number", "assign", NUMBER, "--owner", oliver)
    assert assigned.stdout == f"{NUMBER} is now {oliver}'s\n"
    assert trial.run("number", "default", NUMBER).exit_code == 0
    assert _line(trial, NUMBER)[3:5] == [oliver, "yes"]
    removed = trial.run("number", "remove", NUMBER)
    assert removed.stdout == f"{NUMBER} is removed\n"
    assert _line(trial, NUMBER) == []


def test_what_is_not_there_is_said_to_be(trial: Trial) -> None:
    account = trial.run("provider", "list").stdout.splitlines()[1].split("\t")[0]
    for words, why in (
        (("remove", NUMBER), f"There is no number {NUMBER} here"),
        (("add", NUMBER, "--account", "None"), "There is no provider account 'None'"),
        (("add", NUMBER, "--account", account, "--owner", "a@b.c"), "There is no user a@b.c"),
        (("add", NUMBER, "--account", account, "--team", "X"), "There is no team 'X'"),
        (("add", "12", "--account", account), '"12" has too few digits'),
    ):
        result = trial.run("number", *words)
        assert result.exit_code == 1
        assert why in result.stderr


def test_what_hangs_on_a_number_is_told_with_the_commands_own_options(trial: Trial) -> None:
    trial.stack.carrier.say("+13125550102", HARBOURS, "Is the shop open?")
    result = trial.run("number", "remove", HARBOURS)
    assert result.exit_code == 1
    counts, *choices = result.stderr.splitlines()
    assert re.fullmatch(
        r"\d+ running enrollments? and [1-9]\d* open conversations? go on over \+12025550143\. "
        r"Say what becomes of them:",
        counts,
    )
    assert choices == [
        "--replace-with NUMBER has them go on over that one;",
        "--leave leaves them: their next text finds another sender, or asks a seller.",
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "Say what to change: "),
        (["--daily-cap", "many"], "--daily-cap many: this is neither a number of segments nor "),
    ],
)
def test_a_change_says_what_to_change(trial: Trial, options: list[str], why: str) -> None:
    result = trial.run("number", "change", HARBOURS, *options)
    assert result.exit_code == 2
    assert why in result.stderr


def test_a_number_has_one_owner(trial: Trial) -> None:
    assert trial.run("number", "assign", NUMBER).exit_code == 2


@pytest.mark.parametrize("pace", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("words", [("add", NUMBER, "--account", "x"), ("change", NUMBER)])
def test_a_pace_is_a_number(words: tuple[str, ...], pace: str) -> None:
    result = run("number", *words, "--per-second", pace)
    assert result.exit_code == 2
    assert f"{pace} is no pace" in result.stderr


def test_what_hangs_on_a_number_goes_on_or_is_left() -> None:
    result = run("number", "remove", NUMBER, "--leave", "--replace-with", HARBOURS)
    assert (result.exit_code, result.stderr) == (
        2,
        "Say what becomes of them by --replace-with or by --leave, not by both.\n",
    )
