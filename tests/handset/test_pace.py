"""The pace of numbers: when a text's turn is, and what the carrier does while a queue is long."""

from datetime import UTC, datetime, timedelta

import pytest

from handset.addresses import NumberKind, kind_of
from handset.behaviour import Behaviour
from handset.numbers import new_number
from handset.pace import Turn, per_second, turn
from tests.handset.conftest import CUSTOMER, OURS, SERVICE, Handset, Receiver, eventually

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("segments", "rate", "free_at", "expected"),
    [
        pytest.param(3, None, None, Turn(NOON, None), id="no pace"),
        pytest.param(1, 1, None, Turn(NOON, after(1)), id="the first text"),
        pytest.param(3, 2, None, Turn(NOON, after(1.5)), id="segments count, not texts"),
        pytest.param(1, 1, after(4), Turn(after(4), after(5)), id="a queue before it"),
        pytest.param(1, 1, after(-9), Turn(NOON, after(1)), id="a queue long empty"),
    ],
)
def test_a_text_leaves_when_what_is_before_it_has_left(
    segments: int, rate: float | None, free_at: datetime | None, expected: Turn
) -> None:
    assert turn(NOON, segments, rate, free_at) == expected


@pytest.mark.parametrize(
    ("address", "rate"),
    [
        ("+12125550100", 1),
        ("+18885550100", 3),
        ("72345", 100),
        ("Northwind", 10),
        ("+447700900100", 10),
    ],
)
def test_each_kind_of_number_has_its_usual_pace(address: str, rate: float) -> None:
    kind = kind_of(address)
    assert kind is not None
    number = new_number("AC", address, kind)
    assert per_second(number, Behaviour()) is None
    assert per_second(number, Behaviour(pace=True)) == rate
    assert per_second(number, Behaviour(pace=True, rates={kind: 7})) == 7
    number.per_second = 5
    assert per_second(number, Behaviour()) == 5
    assert per_second(number, Behaviour(pace=True, rates={NumberKind.LONG_CODE: 7})) == 5


def sent_after(handset: Handset) -> list[float]:
    """Return how long each accepted text waits for its turn, in seconds."""
    return [
        round(
            (
                datetime.fromisoformat(entry["message"]["sent_at"])
                - datetime.fromisoformat(entry["at"])
            ).total_seconds(),
            1,
        )
        for entry in handset.log("request")
        if entry["accepted"]
    ]


def test_a_number_with_a_pace_sends_one_text_after_the_other(handset: Handset) -> None:
    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    handset.put_number(OURS, per_second=0.01)
    handset.put_number("+12125550101", per_second=1000)
    handset.send("a" * 161)
    handset.send("waits for both segments")
    handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="does not wait")
    waited = sent_after(handset)
    assert waited[0] == 0
    assert 199 <= waited[1] <= 200
    assert waited[2] == 0


def test_a_full_queue_refuses_the_next_text_and_a_service_fails_it(
    handset: Handset, receiver: Receiver
) -> None:
    handset.behave(pace=True, rates={"long_code": 0.01}, queue_seconds=150)
    handset.send("one")
    handset.send("two")
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="three") == (400, 21611)

    handset.put_service(OURS)
    message = handset.twilio.messages.create(
        to=CUSTOMER, messaging_service_sid=SERVICE, body="four", status_callback=receiver.url
    )
    eventually(lambda: handset.status_of(message.sid) == ("failed", 30001))
    eventually(lambda: receiver.statuses() == ["failed"])


def test_a_text_that_expires_in_the_queue_leaves_its_place_to_the_next(handset: Handset) -> None:
    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    handset.put_number(OURS, per_second=0.01)
    handset.send("sent at once")
    expired = handset.send("waits", validity_period=1)
    handset.send("waits for the first alone")
    eventually(lambda: handset.status_of(expired.sid) == ("failed", 30036))
    waits = handset.log("request")[-1]
    assert (
        95
        < (
            datetime.fromisoformat(waits["message"]["sent_at"])
            - datetime.fromisoformat(waits["at"])
        ).total_seconds()
        <= 100
    )
