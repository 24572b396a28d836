import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Trial
from trial.client import ApiClient

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
    assert texts[-2:] == ["Is the shop open today?", "Until six, Amara"]


def test_an_empty_reply_is_refused(trial: Trial) -> None:
    result = trial.run("reply", CUSTOMER, "  ")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_conversation_that_is_not_there_is_named(trial: Trial) -> None:
    result = trial.run("transcript", "+12125550999")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no conversation with +12125550999: ")


def transcript(trial: Trial) -> Any:
    return json.loads(trial.run("transcript", CUSTOMER, "--format", "json").stdout)


def test_a_text_waits_for_the_customers_clock_and_is_taken_back(trial: Trial) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    at = f"{day} 12:00"
    sent = trial.run("reply", CUSTOMER, "Lunch?", "--at", at, "--json")
    assert sent.exit_code == 0, sent.stderr
    message = json.loads(sent.stdout)
    assert message["held_for"] == "schedule"

    cancelled = trial.run("cancel", message["id"])
    assert cancelled.exit_code == 0, cancelled.stderr
    assert cancelled.stdout.startswith(f"{message['id']}: Cancelled by ")
    again = trial.run("cancel", message["id"])
    assert (again.exit_code, again.stdout) == (1, "")
    why = json.loads(trial.run("why", message["id"], "--json").stdout)
    assert [each["rule"] for each in why["items"]][-1] == "cancelled"
    assert "Cancelled by" in trial.run("why", message["id"]).stdout


def test_a_number_that_is_not_ours_to_send_from_is_named_with_those_that_are(
    trial: Trial,
) -> None:
    result = trial.run("reply", CUSTOMER, "Hello", "--from", "+1 212 555 0998")
    assert result.exit_code == 1
    assert result.stderr.startswith("+1 212 555 0998 is not yours to send from here. Yours are: +1")


def test_a_conversation_is_moved_to_another_record(trial: Trial) -> None:
    administrator = trial.people[0]
    with ApiClient(trial.stack.api_url) as client:
        client.sign_in(administrator.email, administrator.password)
        record = client.post("/records", {"first_name": "Right", "last_name": "One"})
    moved = trial.run("move", CUSTOMER, "--to", record["id"], "--reason", "The other deal")
    assert moved.exit_code == 0, moved.stderr
    assert moved.stdout == f"moved to Right One, {record['id']}\n"
    again = trial.run("move", CUSTOMER, "--to", record["id"])
    assert (again.exit_code, again.stdout) == (1, "")


def test_a_text_that_may_wait_says_until_when_and_for_what(trial: Trial) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    sent = trial.run("reply", CUSTOMER, "So early?", "--at", f"{day} 03:00", "--wait")
    assert sent.exit_code == 0, sent.stderr
    message_id, _, told = sent.stdout.partition(" waits until ")
    assert told.startswith(str(day))
    assert "03:00 for the customer" in told
    assert trial.run("cancel", message_id).exit_code == 0
