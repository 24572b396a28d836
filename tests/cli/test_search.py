import json

import pytest

from tests.cli.conftest import Trial

CUSTOMER = "+12125550101"


@pytest.fixture(autouse=True, scope="module")
def _conversation(trial: Trial) -> None:
    trial.stack.carrier.say(CUSTOMER, "+12025550143", "Do you sell unicycles?")


def test_what_was_said_is_found_by_its_words(trial: Trial) -> None:
    head, row = trial.run("search", "UNICYCLES", "sell").stdout.splitlines()
    assert head.split("\t") == ["WHEN", "WHO", "NUMBER", "TEXT", "CONVERSATION"]
    assert row.split("\t")[1:4] == ["Amara Diallo", CUSTOMER, "Do you sell unicycles?"]
    found = json.loads(trial.run("search", "unicyc*", "--json").stdout)
    assert [hit["conversation_id"] for hit in found["items"]] == [row.split("\t")[4]]
    assert trial.run("search", "--", "unicycles", "-sell").stdout.splitlines() == [head]


def test_a_conversation_is_found_by_a_part_of_its_number(trial: Trial) -> None:
    _, row = trial.run("search", "555 0101", "--number").stdout.splitlines()
    assert row.split("\t")[:2] == [CUSTOMER, "Amara Diallo"]


def test_a_search_for_nothing_says_what_to_write(trial: Trial) -> None:
    result = trial.run("search", "--", "-unicycles")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Write a word that the texts must hold")
