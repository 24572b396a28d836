"""Without an engine nothing is compared: what a comparison finds is shown by tests/activities."""

import json
from typing import Any

import pytest

from commands.reconcile import in_words
from tests.cli.conftest import Trial

NOTHING: dict[str, Any] = {
    "since": "2026-11-21T12:00:00Z",
    "finished_at": "2026-11-23T12:00:01Z",
    "error": None,
    "seen": 1200,
    "replies_adopted": 0,
    "statuses_adopted": 0,
    "prices_adopted": 0,
    "unknown_texts": 0,
}


def test_every_enabled_account_is_compared_or_the_one_that_is_named(trial: Trial) -> None:
    (account,) = json.loads(trial.run("provider", "list", "--json").stdout)
    expected = f"{account['name']}: is being compared. With --wait, the outcome is reported.\n"
    for words in ([], [account["name"]], [account["id"], "--days", "7"]):
        result = trial.run("reconcile", *words)
        assert (result.exit_code, result.stdout) == (0, expected)


def test_an_account_that_is_not_there_is_not_compared(trial: Trial) -> None:
    result = trial.run("reconcile", "pigeons")
    assert result.exit_code == 1
    assert "There is no provider account 'pigeons'" in result.stderr


def test_for_scripts_the_comparison_is_json(trial: Trial) -> None:
    (begun,) = json.loads(trial.run("reconcile", "--json").stdout)
    assert (begun["finished_at"], begun["findings"]) == (None, [])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, "Nothing was missing."),
        (
            {"replies_adopted": 12},
            "12 replies never reached our webhook, and are adopted: "
            "check the address that the provider calls.",
        ),
        (
            {"replies_adopted": 1, "statuses_adopted": 1, "prices_adopted": 40},
            "1 reply never reached our webhook, and is adopted: "
            "check the address that the provider calls. "
            "1 status was missing, and is adopted. 40 prices are new.",
        ),
        ({"statuses_adopted": 3}, "3 statuses were missing, and are adopted."),
        ({"unknown_texts": 2}, "2 texts that the provider sent are none of ours."),
    ],
)
def test_what_was_found_is_told_in_words(found: dict[str, int], words: str) -> None:
    told = in_words(NOTHING | found)
    assert told.startswith("1,200 texts compared, since 2026-11-2")
    assert told.endswith(f". {words}")


def test_a_comparison_that_failed_says_why() -> None:
    told = in_words(NOTHING | {"error": "Twilio did not answer."})
    assert told == "could not be compared: Twilio did not answer. It is tried again by itself."
