import csv
import io
import json
from typing import Any

import pytest

from tests.cli.conftest import Trial

CUSTOMER = "+12125550101"


@pytest.fixture(autouse=True, scope="module")
def _conversation(trial: Trial) -> None:
    trial.stack.carrier.say(CUSTOMER, "+12025550143", "Is the shop open today?")


def test_a_reply_goes_to_the_conversation_with_the_number(trial: Trial) -> None:
    result = trial.run("reply", "+1 212 555 0101", "Until six, Amara", "--json")
    assert result.exit_code == 0
    message = json.loads(result.stdout)
    assert (message["to_number"], message["from_number"], message["body"]) == (
        CUSTOMER,
        "+12025550143",
        "Until six, Amara",
    )
    texts = [m["body"] for m in transcript(trial)["messages"]]
    assert texts == ["Is the shop open today?", "Until six, Amara"]


def test_an_empty_reply_is_refused(trial: Trial) -> None:
    result = trial.run("reply", CUSTOMER, "  ")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_transcript_is_for_people_spreadsheets_and_scripts(trial: Trial) -> None:
    text = trial.run("transcript", CUSTOMER).stdout
    assert text.startswith("Conversation with Amara Diallo, +12125550101\n")
    assert "Amara Diallo: Is the shop open today?" in text
    table = trial.run("transcript", CUSTOMER, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert (rows[0]["direction"], rows[0]["text"]) == ("inbound", "Is the shop open today?")
    by_id = transcript(trial)["conversation"]["id"]
    assert trial.run("transcript", by_id).stdout == trial.run("transcript", CUSTOMER).stdout


def test_a_conversation_that_is_not_there_is_named(trial: Trial) -> None:
    result = trial.run("transcript", "+12125550999")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no conversation with +12125550999: ")


def transcript(trial: Trial) -> Any:
    return json.loads(trial.run("transcript", CUSTOMER, "--format", "json").stdout)
