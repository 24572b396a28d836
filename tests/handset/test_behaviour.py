"""What the carrier does to a request to send when it misbehaves, seen by a client and by the log."""

import random
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from handset.behaviour import Behaviour, Fault, Outcome, Rules, draw_fault
from tests.handset.conftest import CUSTOMER, OURS, SID, TOKEN, Handset, eventually

GOOD = {"To": CUSTOMER, "From": OURS, "Body": "Hello"}


def bodies_listed(handset: Handset) -> list[str | None]:
    return [message.body for message in handset.twilio.messages.list()]


@pytest.mark.parametrize(
    ("behaviour", "status", "code", "created"),
    [
        pytest.param({"throttle": 1}, 429, 20429, 0, id="throttle"),
        pytest.param({"server_error": 1}, 503, 20503, 0, id="server_error"),
        pytest.param({"reject": 1}, 400, 21612, 0, id="reject"),
        pytest.param({"reject": 1, "reject_code": 21611}, 400, 21611, 0, id="reject_code"),
        pytest.param({"error_after": 1}, 500, 20500, 1, id="error_after"),
    ],
)
def test_a_faulty_answer_says_whether_a_message_was_created_only_in_the_log(
    handset: Handset, behaviour: dict[str, Any], status: int, code: int, created: int
) -> None:
    handset.behave(**behaviour)
    answer = handset.post(GOOD)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(bodies_listed(handset)) == created
    (request,) = handset.log("request")
    assert request["accepted"] is bool(created)
    assert request["fault"] == next(iter(behaviour))


def test_a_throttled_client_may_be_told_how_long_to_wait(handset: Handset) -> None:
    handset.behave(throttle=1)
    assert "Retry-After" not in handset.post(GOOD).headers
    handset.behave(throttle=1, throttle_retry_after_seconds=3)
    assert handset.post(GOOD).headers["Retry-After"] == "3"


def test_a_malformed_answer_is_of_success_and_cannot_be_read(handset: Handset) -> None:
    handset.behave(malformed=1)
    answer = handset.post(GOOD)
    assert answer.status_code == 201
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()
    assert bodies_listed(handset) == ["Hello"]
    assert handset.log("request")[0]["fault"] == "malformed"


def test_a_redirect_leads_elsewhere_and_creates_nothing(handset: Handset) -> None:
    handset.behave(redirect=1)
    answer = handset.post(GOOD)
    assert answer.status_code == 307
    assert handset.http.post(handset.url + answer.headers["Location"]).status_code == 404
    assert bodies_listed(handset) == []
    (request,) = handset.log("request")
    assert (request["accepted"], request["fault"]) == (False, "redirect")


@pytest.mark.parametrize(
    ("problem", "code"), [("suspended", 20005), ("funds", 20005), ("unauthorised", 20003)]
)
def test_an_account_problem_refuses_whatever_is_asked(
    handset: Handset, problem: str, code: int
) -> None:
    handset.behave(account_problem=problem)
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (401, code)
    path = f"{handset.url}/2010-04-01/Accounts/{SID}.json"
    assert handset.http.get(path, auth=(SID, TOKEN)).json()["code"] == code
    assert [request["code"] for request in handset.log("request")] == [code]
    handset.behave()
    assert handset.send().status == "queued"


@pytest.mark.parametrize(("fault", "created"), [("lose_answer", 1), ("cut_before", 0)])
def test_a_cut_connection_leaves_the_client_without_an_answer(
    handset: Handset, fault: str, created: int
) -> None:
    handset.behave(**{fault: 1})
    with pytest.raises(httpx.RemoteProtocolError):
        handset.post(GOOD)

    assert len(bodies_listed(handset)) == created
    (request,) = handset.log("request")
    assert (request["accepted"], request["fault"]) == (bool(created), fault)


def test_an_answer_that_is_late_is_lost_to_a_client_that_does_not_wait(handset: Handset) -> None:
    handset.behave(delay_seconds=5)
    path = f"{handset.url}/2010-04-01/Accounts/{SID}/Messages.json"
    with pytest.raises(httpx.ReadTimeout):
        handset.http.post(path, data=GOOD, auth=(SID, TOKEN), timeout=0.2)
    assert bodies_listed(handset) == ["Hello"]


def test_a_message_can_be_read_before_the_list_shows_it(handset: Handset) -> None:
    handset.behave(listing_delay_seconds=0.5)
    message = handset.send()
    assert bodies_listed(handset) == []
    assert handset.twilio.messages(message.sid).fetch().sid == message.sid
    eventually(lambda: bodies_listed(handset) == ["Hello"])


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        pytest.param({"outcome": "undelivered"}, "undelivered", 30003, id="undelivered"),
        pytest.param(
            {"outcome": "undelivered", "error_code": 30008}, "undelivered", 30008, id="30008"
        ),
        pytest.param(
            {"outcome": "undelivered", "error_code": "landline"}, "undelivered", 30006, id="word"
        ),
        pytest.param(
            {"outcome": "undelivered", "error_code": "filtered"},
            "undelivered",
            30007,
            id="filtered",
        ),
        pytest.param({"outcome": "failed"}, "failed", 30007, id="failed"),
        pytest.param({"outcome": "sent"}, "sent", None, id="sent for ever"),
        pytest.param({}, "delivered", None, id="delivered"),
    ],
)
def test_a_text_ends_as_its_destination_lets_it(
    handset: Handset, behaviour: dict[str, Any], status: str, code: int | None
) -> None:
    instantly = {"sent_after_seconds": 0, "final_after_seconds": 0}
    handset.behave(numbers={CUSTOMER: behaviour | instantly})

    message = handset.twilio.messages(handset.send().sid).fetch()

    assert (message.status, message.error_code) == (status, code)
    assert (message.error_message is None) is (code is None)


def test_a_rule_for_one_number_leaves_the_others_alone(handset: Handset) -> None:
    handset.behave(throttle=1, numbers={CUSTOMER: {"throttle": 0}})
    assert handset.send().status == "queued"
    assert handset.refusal(to="+14155550124", from_=OURS, body="Hello") == (429, 20429)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("+15005550001", 400, 21211),
        ("+15005550009", 400, 21614),
        ("+16465550186", 400, 21610),
        ("+16465550188", 400, 21611),
        ("+16465550189", 429, 20429),
        ("+16465550190", 503, 20503),
        ("+16465550192", 500, 20500),
    ],
)
def test_a_magic_number_misbehaves_without_being_told(
    handset: Handset, number: str, status: int, code: int
) -> None:
    assert handset.refusal(to=number, from_=OURS, body="Hello") == (status, code)


def test_the_behaviour_survives_in_what_it_answers(handset: Handset) -> None:
    handset.behave(lose_answer=0.1, numbers={CUSTOMER: {"outcome": "failed"}})
    behaviour = handset.control("GET", "/behaviour")
    assert behaviour["lose_answer"] == 0.1
    assert behaviour["numbers"] == {CUSTOMER: {"outcome": "failed"}}
    assert behaviour["magic_numbers"]["+16465550189"] == {"throttle": 1.0}
    handset.behave()
    assert handset.control("GET", "/behaviour")["lose_answer"] == 0


@pytest.mark.parametrize(
    "behaviour",
    [
        {"lose_answer": 1.1},
        {"loose_answer": 1},
        {"reject_code": 99},
        {"reject_code": "no such reason"},
        {"numbers": {CUSTOMER: {"error_code": 99}}},
        {"account_problem": "asleep"},
        {"pace": True, "rates": {"long_code": 0}},
        {"outcome": "failed", "error_code": 21614},
        {"sent_after_seconds": 2, "final_after_seconds": 1},
        {"numbers": {CUSTOMER: {"outcome": "lost"}}},
    ],
)
def test_a_behaviour_that_cannot_be_is_refused(handset: Handset, behaviour: dict[str, Any]) -> None:
    answer = handset.http.put(f"{handset.url}/handset/behaviour", json=behaviour)
    assert answer.status_code == 422
    assert handset.log("behaviour") == []


def test_faults_come_as_often_as_their_probability_says_and_repeat_with_the_seed() -> None:
    rules = Rules(throttle=0.1, lose_answer=0.5)

    def draw(seed: int) -> list[Fault | None]:
        dice = random.Random(seed)  # noqa: S311 - no secrets
        return [draw_fault(rules, dice) for _ in range(2000)]

    assert draw(7) == draw(7)
    assert draw(7) != draw(8)
    drawn = draw(7)
    assert 150 < drawn.count(Fault.THROTTLE) < 250
    assert 800 < drawn.count(Fault.LOSE_ANSWER) < 1000
    assert set(drawn) == {None, Fault.THROTTLE, Fault.LOSE_ANSWER}


def test_a_number_of_its_own_goes_before_magic_and_magic_before_everybody() -> None:
    magic = "+16465550189"
    everybody = Behaviour(outcome=Outcome.FAILED)
    assert everybody.rules_for(magic).outcome is Outcome.DELIVERED
    own = Behaviour(numbers={magic: Rules(lose_answer=1)})
    assert (own.rules_for(magic).throttle, own.rules_for(magic).lose_answer) == (1, 1)


def test_rules_cannot_be_changed_behind_the_log() -> None:
    with pytest.raises(ValidationError):
        Rules().throttle = 1  # type: ignore[misc]  # that it is refused is the point
