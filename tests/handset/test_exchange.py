"""Opt-outs, and what a kill leaves: the carrier's memory."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.handset.conftest import (
    CUSTOMER,
    OURS,
    SID,
    Handset,
    Process,
    Receiver,
    TwilioAt,
    eventually,
)


def shown(handset: Handset) -> list[tuple[str, str]]:
    """Return what the customer's phone shows, as direction and body."""
    path = f"/texts?customer={CUSTOMER.replace('+', '%2B')}"
    return [(text["direction"], text["body"]) for text in handset.control("GET", path)["items"]]


def test_stop_blocks_later_texts_of_that_number_until_start(
    handset: Handset, receiver: Receiver
) -> None:
    handset.connect(sms_url=receiver.url)
    handset.connect("+12125550101")
    handset.send("first")

    handset.say(" Stop ")
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="second") == (400, 21610)
    other = handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="other")
    assert other.status == "queued"
    assert handset.send("to another", to="+14155550124").status == "queued"

    handset.say("START")
    handset.send("third")

    assert shown(handset) == [
        ("outbound", "first"),
        ("inbound", " Stop "),
        ("outbound", "Stopped: this number will not text you again. Send START to undo."),
        ("outbound", "other"),
        ("inbound", "START"),
        ("outbound", "Welcome back: this number may text you again. Send STOP to end."),
        ("outbound", "third"),
    ]
    assert [call.fields["Body"] for call in receiver.calls] == [" Stop ", "START"]
    assert [
        (request["body"], request["accepted"])
        for request in handset.log("request")
        if request["to"] == CUSTOMER
    ] == [("first", True), ("second", False), ("other", True), ("third", True)]


def test_the_carrier_answers_a_keyword_only_when_something_changes(handset: Handset) -> None:
    for body in ("YES", "STOP", "stop", "HELP"):
        handset.say(body)
    assert [reply["body"] for reply in handset.log("reply")] == [
        "Stopped: this number will not text you again. Send START to undo."
    ]
    assert [entry["opted_out"] for entry in handset.log("opt_out")] == [True]


@pytest.fixture
def own_process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.terminate()


def test_a_killed_carrier_knows_everything_when_it_is_back(
    own_process: Process, receiver: Receiver
) -> None:
    with httpx.Client(timeout=30, trust_env=False) as http:
        twilio = TwilioAt(own_process.url)
        handset = Handset(own_process.url, twilio, http)
        handset.connect(sms_url=f"{receiver.url}/in")
        handset.behave(outcome="undelivered", sent_after_seconds=0, final_after_seconds=0.8)
        message = handset.send("before", status_callback=f"{receiver.url}/status")
        handset.say("STOP")
        eventually(lambda: len(receiver.calls) == 2)
        own_process.kill()
        twilio.close()

        own_process.start()

        twilio = TwilioAt(own_process.url)
        handset = Handset(own_process.url, twilio, http)
        eventually(lambda: len(receiver.calls) == 3)
        statuses = [call.fields["SmsStatus"] for call in receiver.calls]
        assert sorted(statuses) == ["received", "sent", "undelivered"]
        assert statuses[2] == "undelivered"
        again = twilio.messages(message.sid).fetch()
        assert (again.status, again.error_code, again.body) == ("undelivered", 30003, "before")
        assert handset.refusal(to=CUSTOMER, from_=OURS, body="after") == (400, 21610)
        assert handset.control("GET", "/behaviour")["outcome"] == "undelivered"
        (account,) = handset.control("GET", "/accounts")["items"]
        assert (account["sid"], account["numbers"][0]["sms_url"]) == (SID, f"{receiver.url}/in")
        assert len(twilio.messages.list()) == 3
        numbers = [entry["n"] for entry in handset.control("GET", "/log")["items"]]
        assert numbers == list(range(1, len(numbers) + 1))
        twilio.close()
