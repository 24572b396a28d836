"""The main job again, by commands alone: what a person types, and what the carrier sees of it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import Result

from tests.cli.conftest import run
from tests.e2e.conftest import PASSWORD, Office
from tests.makers import CUSTOMER, OUR_NUMBER
from tests.stack import eventually

SEQUENCE = """
key: offer
name: Make an offer
steps:
  - {id: offer, type: manual_text, text: "Shall we talk, {{ record.first_name }}?"}
  - {id: call, type: call, name: Call the lead}
  - {id: again, type: manual_text, text: "Still here, {{ record.first_name }}."}
"""
LEADS = f"external_id,first_name,phone,timezone,owner\nA-1,Ada,{CUSTOMER},UTC,seller@example.org\n"


def test_a_sequence_is_applied_run_and_worked_by_commands(office: Office, tmp_path: Path) -> None:
    home = tmp_path / "terminal"

    def touchline(*words: str, stdin: str | None = None) -> str:
        result = run(*words, home=home, stdin=stdin, TOUCHLINE_API_URL=office.stack.api_url)
        assert result.exit_code == 0, result.output
        return result.stdout

    def open_item() -> Any:
        (item,) = eventually(lambda: json.loads(touchline("work", "list", "--json")))
        return item

    (tmp_path / "offer.yaml").write_text(SEQUENCE)
    (tmp_path / "leads.csv").write_text(LEADS)
    touchline("sign-in", "admin@example.org", stdin=f"{PASSWORD}\n")
    touchline("import", str(tmp_path / "leads.csv"))
    touchline("sequence", "apply", str(tmp_path / "offer.yaml"))
    touchline("enroll", "offer", "A-1")

    offer = open_item()
    assert offer["text"] == "Shall we talk, Ada?"
    words = ("work", "approve", offer["id"], "--text", "Shall we talk on Monday, Ada?")
    shown = run(*words, home=home, stdin="n\n", TOUCHLINE_API_URL=office.stack.api_url)
    assert shown.exit_code == 1
    assert "“Shall we talk, Ada?”" in shown.stderr
    assert touchline(*words, stdin="y\n").endswith("Offer, Ada: approved\n")
    eventually(lambda: office.stack.carrier.received(CUSTOMER) == ["Shall we talk on Monday, Ada?"])

    call = eventually(lambda: (item := open_item())["kind"] == "call" and item)
    assert touchline("work", "complete", call["id"]) == "Call the lead, Ada: completed\n"
    again = eventually(lambda: (item := open_item())["step_id"] == "again" and item)
    assert touchline("work", "skip", again["id"]) == "Again, Ada: skipped\n"

    touchline("reply", CUSTOMER, "Until Monday!")
    sent = ["Shall we talk on Monday, Ada?", "Until Monday!"]
    eventually(lambda: office.stack.carrier.received(CUSTOMER) == sent)
    transcript = touchline("transcript", CUSTOMER)
    assert f"Our number: {OUR_NUMBER}." in transcript
    assert "Until Monday!" in transcript


def test_an_approval_rests_on_what_the_terminal_showed(office: Office, tmp_path: Path) -> None:
    home = tmp_path / "terminal"

    def touchline(*words: str, stdin: str | None = None) -> Result:
        return run(*words, home=home, stdin=stdin, TOUCHLINE_API_URL=office.stack.api_url)

    def hear(body: str) -> None:
        office.stack.carrier.post(CUSTOMER, OUR_NUMBER, body)
        eventually(lambda: body in str(office.seller.get("/conversations")["items"]))

    (tmp_path / "offer.yaml").write_text(f"{SEQUENCE}settings: {{on_reply: continue}}\n")
    (tmp_path / "leads.csv").write_text(LEADS)
    touchline("sign-in", "admin@example.org", stdin=f"{PASSWORD}\n")
    touchline("import", str(tmp_path / "leads.csv"))
    touchline("sequence", "apply", str(tmp_path / "offer.yaml"))
    touchline("enroll", "offer", "A-1")
    listed = ("work", "list", "--kind", "manual_text", "--json")
    (item,) = eventually(lambda: json.loads(touchline(*listed).stdout))

    hear("Who is this?")
    (row,) = touchline("work", "approve-all", item["id"]).stdout.splitlines()[1:]
    assert row.split("\t")[1:3] == ["Ada", "stale"]
    assert "The customer wrote again." in row

    shown = touchline("work", "show", item["id"]).stdout.splitlines()
    assert shown[1] == "“Shall we talk, Ada?”"
    seen = shown[-1].removeprefix("Seen: ")
    hear("Not on Monday, please")
    refused = touchline("work", "approve", item["id"], "--seen", seen)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("The customer wrote again. Nothing was sent")

    anew = json.loads(touchline("work", "show", item["id"], "--json").stdout)["seen"]
    approved = touchline("work", "approve", item["id"], "--seen", anew)
    assert approved.stdout == "Offer, Ada: approved\n"
