"""Without an engine nothing opens a work item: what is decided about one is shown by tests/e2e."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Trial
from trial.client import ApiClient

NOBODYS = "0199a0b0-0000-7000-8000-000000000001"


def test_an_empty_work_list_is_its_heading_or_an_empty_list(trial: Trial) -> None:
    assert trial.run("work", "list").stdout == "ID\tDUE\tWHAT\tFOR\tSELLER\tTEXT\n"
    assert trial.run("work", "list", "--mine", "--status", "all", "--json").stdout == "[]\n"


def test_an_item_that_is_not_there_cannot_be_decided(trial: Trial) -> None:
    for decision in ("approve", "skip", "complete"):
        result = trial.run("work", decision, NOBODYS)
        assert result.exit_code == 1
        assert result.stderr == "There is no such work item, or it is not yours to see.\n"


def _lead(trial: Trial) -> str:
    administrator = trial.people[0]
    with ApiClient(trial.stack.api_url) as client:
        client.sign_in(administrator.email, administrator.password)
        record_id: str = next(client.items("/records"))["id"]
    return record_id


def _added(trial: Trial, *words: str) -> str:
    due = ("--due", "2026-07-01T09:00:00Z")
    result = trial.run(
        "work", "add", _lead(trial), "--kind", "call", "--title", "Ring", *due, *words, "--json"
    )
    assert result.exit_code == 0, result.stderr
    item_id: str = json.loads(result.stdout)["id"]
    return item_id


def test_something_to_do_is_added_put_off_and_handed_over(trial: Trial) -> None:
    item_id = _added(trial, "--text", "About the boat")
    listed = trial.run("work", "list", "--mine", "--sort", "due").stdout.splitlines()
    assert listed[1].split("\t")[0] == item_id
    assert listed[1].split("\t")[5] == "About the boat"
    assert "open\t1\n" in trial.run("work", "counts").stdout
    assert trial.run("work", "snooze", item_id, "2999-07-01T09:00:00Z").exit_code == 0
    assert item_id in trial.run("work", "list", "--snoozed").stdout
    assert item_id not in trial.run("work", "list").stdout
    seller = next(person for person in trial.people if person.role == "seller")
    handed = trial.run("work", "hand-over", item_id, "--to", seller.email)
    assert handed.exit_code == 0, handed.stderr
    nobody = trial.run("work", "hand-over", item_id, "--to", "nobody@example.org")
    assert (nobody.exit_code, "There is no user nobody@example.org" in nobody.stderr) == (1, True)


def test_the_rule_is_shown_and_set(trial: Trial, tmp_path: Path) -> None:
    assert trial.run("work", "rule").stdout.splitlines()[0] == (
        "Customers who wrote and were not answered come first."
    )
    file = tmp_path / "rule.json"
    file.write_text('{"priority": [{"by": "value", "field": "budget"}], "bulk_limit": 5}')
    shown = trial.run("work", "rule", "--set", str(file)).stdout.splitlines()
    assert shown[0] == 'The largest number in the field "budget" comes first.'
    assert shown[-2:] == [
        "At most 5 texts are approved at once.",
        "They can be taken back for 10 seconds.",
    ]
    file.write_text("{")
    unread = trial.run("work", "rule", "--set", str(file))
    assert (unread.exit_code, "cannot be read as JSON" in unread.stderr) == (1, True)
    assert trial.run("work", "rule", "--set", str(tmp_path / "none.json")).exit_code == 2


def test_a_leave_says_who_stands_in(trial: Trial) -> None:
    seller = next(person for person in trial.people if person.role == "seller")
    when = ("--from", "2026-01-01T00:00:00Z", "--until", "2999-01-01T00:00:00Z")
    result = trial.run("work", "leave", seller.email, *when)
    assert result.stdout.endswith(
        " is away, with nobody named to stand in: members of their teams do, if any.\n"
    ), result.stderr
    covered = trial.run("work", "leave", seller.email, *when, "--cover", trial.people[0].email)
    assert covered.stdout.endswith(" is away, Robin Hale standing in.\n"), covered.stderr


def test_what_is_up_next_for_a_record_is_shown(trial: Trial) -> None:
    _added(trial)
    shown = trial.run("work", "up-next", _lead(trial)).stdout.splitlines()
    assert shown[1].split("\t")[:2] == ["by hand", "Ring"]


def test_a_call_is_no_stack_of_texts(trial: Trial) -> None:
    result = trial.run("work", "approve-all", _added(trial))
    assert (result.exit_code, result.stderr) == (
        1,
        "A call cannot be approved: only completed or skipped.\n",
    )
    undone = trial.run("work", "undo", NOBODYS)
    assert (undone.exit_code, undone.stdout, undone.stderr) == (
        1,
        "0 texts taken back.\n",
        f"Nothing to take back of {NOBODYS}: it has left already, or you did not approve it.\n",
    )


def test_what_somebody_unknown_wrote_is_listed_under_their_number(trial: Trial) -> None:
    stranger = "+13125550199"
    assert trial.run("organisation", "--unknown-sender", "inbox").exit_code == 0
    trial.stack.carrier.say(stranger, "+12025550143", "Who is this?")
    listed = trial.run("work", "list", "--kind", "reply", "--search", stranger).stdout.splitlines()
    (row,) = (line.split("\t") for line in listed[1:])
    assert (row[2], row[3]) == ("Answer the customer", stranger)
    shown = trial.run("work", "show", row[0])
    assert shown.stdout.startswith(f"Answer the customer, {stranger}, due "), shown.stderr
    wrote, conversation, _ = shown.stdout.splitlines()[-3:]
    assert wrote.startswith("The customer wrote at ")
    assert wrote.endswith(": “Who is this?”")
    label, conversation_id = conversation.split()
    assert label == "Conversation:"
    refused = trial.run("work", "approve", row[0])
    assert (refused.exit_code, refused.stdout, refused.stderr) == (
        1,
        "",
        "“Answer the customer” holds no text to approve: answer with "
        f"`touchline reply {conversation_id} TEXT`.\n",
    )
    done = trial.run("work", "complete", row[0], "--note", "Wrong number")
    assert done.stdout == f"Answer the customer, {stranger}: completed\n"
    over = trial.run("work", "approve", row[0])
    assert over.stderr == "There is nothing to approve: “Answer the customer” is completed.\n"
    assert trial.run("organisation", "--unknown-sender", "new_lead").exit_code == 0


def test_an_item_is_followed_and_stands_out_until_it_is_opened(trial: Trial) -> None:
    item_id = _added(trial)
    listed = trial.run("work", "list", "--unopened").stdout
    assert item_id in listed
    assert trial.run("work", "mark", item_id).stdout.endswith(": opened\n")
    assert item_id not in trial.run("work", "list", "--unopened").stdout
    assert trial.run("work", "mark", item_id, "--unopened").stdout.endswith(": unopened\n")
    assert item_id in trial.run("work", "list", "--unopened").stdout
    assert trial.run("work", "follow", item_id).stdout.endswith(": followed\n")
    assert item_id in trial.run("work", "list", "--followed").stdout
    assert trial.run("work", "unfollow", item_id).stdout.endswith(": no longer followed\n")
    assert item_id not in trial.run("work", "list", "--followed").stdout


def test_a_call_is_refused_before_anybody_is_asked_whether_to_send_it(trial: Trial) -> None:
    item_id = _added(trial)
    refused = trial.run("work", "approve", item_id)
    assert (refused.exit_code, refused.stdout, refused.stderr) == (
        1,
        "",
        f"“Ring” holds no text to approve: once it is done, say so by `touchline work complete {item_id}`.\n",
    )


@pytest.mark.parametrize("to", [(), ("--to", "kim@example.org", "--team", "North")])
def test_an_item_is_handed_to_a_colleague_or_to_a_team(trial: Trial, to: tuple[str, ...]) -> None:
    refused = trial.run("work", "hand-over", NOBODYS, *to)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "Say who is to do it: --to or --team, and not both.\n",
    )
