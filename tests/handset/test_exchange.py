"""Opt-outs, and what a kill leaves: the carrier's memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.handset.conftest import (
    CUSTOMER,
    OURS,
    SERVICE,
    SID,
    TOKEN,
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


def test_each_kind_of_number_has_its_own_rules_for_stop(handset: Handset) -> None:
    for number in ("+18885550100", "72345"):
        handset.put_number(number)
        handset.say("UNSUBSCRIBE", number=number)
        handset.twilio.messages.create(to=CUSTOMER, from_=number, body="still taken")
    handset.say("STOP", number="72345")
    handset.twilio.messages.create(to=CUSTOMER, from_="72345", body="no block on a short code")
    handset.say("STOP", number="+18885550100")
    assert handset.refusal(to=CUSTOMER, from_="+18885550100", body="blocked") == (400, 21610)
    handset.say("YES", number="+18885550100")
    assert handset.refusal(to=CUSTOMER, from_="+18885550100", body="blocked") == (400, 21610)
    handset.say("UNSTOP", number="+18885550100")
    handset.twilio.messages.create(to=CUSTOMER, from_="+18885550100", body="free again")
    assert [reply["body"][:11] for reply in handset.log("reply")] == ["NETWORK MSG", "NETWORK MSG"]


def test_an_account_suspended_meanwhile_loses_what_is_waiting(
    handset: Handset, receiver: Receiver
) -> None:
    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    sent = handset.send("sent before", status_callback=receiver.url)
    handset.settle()
    handset.behave(sent_after_seconds=600, final_after_seconds=600)
    waiting = handset.send("waits", status_callback=f"{receiver.url}/waiting")
    silent = handset.send("waits, and nobody asked")

    handset.control("PUT", f"/accounts/{SID}", {"auth_token": TOKEN, "status": "suspended"})
    handset.settle()
    handset.control("PUT", f"/accounts/{SID}", {"auth_token": TOKEN})

    assert handset.status_of(sent.sid) == ("delivered", None)
    assert handset.status_of(waiting.sid) == ("failed", 30002)
    assert handset.status_of(silent.sid) == ("failed", 30002)
    (call,) = [call for call in receiver.calls if call.path == "/waiting"]
    assert (call.fields["MessageStatus"], call.fields["ErrorCode"]) == ("failed", "30002")
    assert [text for _, text in shown(handset)] == ["sent before"]


def test_customers_write_from_short_codes_and_names_and_at_length(
    handset: Handset, receiver: Receiver
) -> None:
    handset.connect(sms_url=receiver.url)
    long = "😀" + "a" * 1598 + "\n"
    handset.say("Your code is 1234", customer="72345")
    handset.say("Your parcel is here", customer="Northwind")
    handset.say(long)
    assert [(call.fields["From"], call.fields["Body"]) for call in receiver.calls] == [
        ("72345", "Your code is 1234"),
        ("Northwind", "Your parcel is here"),
        (CUSTOMER, long),
    ]
    assert receiver.calls[2].fields["NumSegments"] == "24"


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
        handset.put_number("+12125550101", per_second=0.001)
        handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="fills the queue")
        handset.put_service("+12125550101")
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
        assert len(twilio.messages.list()) == 4
        pooled = twilio.messages.create(
            to="+14155550124", messaging_service_sid=SERVICE, body="the queue is still full"
        )
        assert pooled.status == "accepted"
        waits = handset.log("request")[-1]
        assert waits["from"] == "+12125550101"
        due = datetime.fromisoformat(waits["message"]["sent_at"])
        assert (due - datetime.fromisoformat(waits["at"])).total_seconds() > 900
        numbers = [entry["n"] for entry in handset.control("GET", "/log")["items"]]
        assert numbers == list(range(1, len(numbers) + 1))
        twilio.close()
