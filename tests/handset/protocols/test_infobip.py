"""Infobip's protocol, seen over plain HTTP: its documents describe nothing but that."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from handset.addresses import NumberKind
from handset.exchange import Exchange
from handset.inbound import take_text
from handset.numbers import new_number, save_number
from handset.protocols.infobip.protocol import Infobip as Protocol
from tests.handset.conftest import CUSTOMER, OURS, Handset, Receiver

ACCOUNT = "infobip-account"
KEY = "0123456789abcdef-4f4d-a1b2"
MESSAGE_ID = "01936d3e-0000-7000-8000-000000000001"
SECRET = "only-infobip-knows-this"


@dataclass
class Infobip:
    """The handset with one account of Infobip's, which has the number `OURS`."""

    handset: Handset

    def connect(self, **settings: str) -> None:
        account = {"protocol": "infobip", "credentials": {"api_key": KEY}, "settings": settings}
        self.handset.control("PUT", f"/accounts/{ACCOUNT}", account)

    def add_number(self, number: str, **fields: Any) -> None:
        self.handset.control("PUT", f"/accounts/{ACCOUNT}/numbers/{number}", fields)

    def post(self, body: Any, *, authorization: str = f"App {KEY}") -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        url = f"{self.handset.url}/sms/3/messages"
        return self.handset.http.post(url, content=content, headers=headers)

    def send(self, **changes: Any) -> dict[str, Any]:
        """Send one text; return what the answer says of it."""
        answer = self.post({"messages": [message(**changes)]})
        assert answer.status_code == 200
        (text,) = answer.json()["messages"]
        assert isinstance(text, dict)
        return text

    def logs(self, **query: str) -> Any:
        answer = self.get(**query)
        assert answer.status_code == 200
        return answer.json()

    def get(self, **query: str) -> httpx.Response:
        headers = {"Authorization": f"App {KEY}"}
        url = f"{self.handset.url}/sms/3/logs"
        return self.handset.http.get(url, params=query, headers=headers)


def message(
    *,
    to: str = CUSTOMER[1:],
    message_id: str = MESSAGE_ID,
    sender: str = OURS[1:],
    text: str = "Hello",
    **more: Any,
) -> dict[str, Any]:
    destination = {"to": to, "messageId": message_id}
    return {"sender": sender, "destinations": [destination], "content": {"text": text}, **more}


def reported_to(url: str, **more: Any) -> dict[str, Any]:
    return {"delivery": {"url": url, **more}, "callbackData": "ours"}


@pytest.fixture
def infobip(handset: Handset) -> Iterator[Infobip]:
    handset.control("DELETE", "")
    infobip = Infobip(handset)
    infobip.connect()
    infobip.add_number(OURS)
    yield infobip
    handset.control("DELETE", "")


TEN = list("abcdefghij")


def send_ten(infobip: Infobip, url: str, **behaviour: Any) -> None:
    """Have ten texts end at the same instant, each reported to `url` with its name filled in.

    They end when their account is suspended, since nobody can send ten at one instant.
    """
    infobip.handset.behave(sent_after_seconds=600, final_after_seconds=600, **behaviour)
    for name in TEN:
        infobip.send(message_id=name, webhooks=reported_to(url.replace("{name}", name)))
    account = {"protocol": "infobip", "credentials": {"api_key": KEY}, "status": "suspended"}
    infobip.handset.control("PUT", f"/accounts/{ACCOUNT}", account)


def results(receiver: Receiver) -> list[dict[str, Any]]:
    """Return what all calls brought, one by one."""
    return [result for call in receiver.calls for result in json.loads(call.body)["results"]]


# Sending


def test_a_text_is_accepted_under_the_id_its_sender_chose(infobip: Infobip) -> None:
    answer = infobip.post({"messages": [message()]})

    assert answer.status_code == 200
    body = answer.json()
    assert body["messages"] == [
        {
            "messageId": MESSAGE_ID,
            "status": {
                "groupId": 1,
                "groupName": "PENDING",
                "id": 26,
                "name": "PENDING_ACCEPTED",
                "description": "Pending accepted",
            },
            "destination": "14155550123",
            "details": {"messageCount": 1},
        }
    ]
    assert len(body["bulkId"]) == 20


def test_a_text_without_an_id_gets_one(infobip: Infobip) -> None:
    first, second = infobip.send(message_id=""), infobip.send(message_id="")

    assert first["messageId"].isdecimal()
    assert first["messageId"] != second["messageId"]


def test_an_id_is_taken_once_and_the_repeat_reaches_nobody(infobip: Infobip) -> None:
    infobip.send(text="the first")
    repeated = infobip.send(text="the second")

    assert (repeated["status"]["groupId"], repeated["status"]["id"]) == (5, 23)
    assert repeated["messageId"] == MESSAGE_ID
    assert [entry["body"] for entry in infobip.handset.log("request") if entry["accepted"]] == [
        "the first"
    ]
    assert [row["content"]["text"] for row in infobip.logs()["results"]] == ["the first"]


def test_an_id_is_used_up_by_a_text_that_was_rejected(infobip: Infobip) -> None:
    infobip.handset.behave(reject=1)
    assert infobip.send()["status"]["id"] == 19
    infobip.handset.behave()
    assert infobip.send()["status"]["id"] == 23
    assert infobip.send(message_id="another")["status"]["id"] == 26


def test_an_id_is_not_used_up_by_a_request_refused_as_a_whole(infobip: Infobip) -> None:
    for rules in ({"throttle": 1}, {"cut_before": 1}, {"account_problem": "suspended"}):
        infobip.handset.behave(**rules)
        with suppress(httpx.RemoteProtocolError):
            infobip.post({"messages": [message()]})
    infobip.handset.behave()
    assert infobip.send()["status"]["id"] == 26


def test_a_long_id_is_cut(infobip: Infobip) -> None:
    assert infobip.send(message_id="x" * 201)["messageId"] == "x" * 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"to": ""}, 51, id="no recipient"),
        pytest.param({"to": "4155550123"}, 52, id="a number in national format"),
        pytest.param({"to": CUSTOMER}, 52, id="a plus before the number"),
        pytest.param({"to": "54321"}, 52, id="a short code"),
        pytest.param({"sender": ""}, 11, id="no sender"),
        pytest.param({"sender": "12125550199"}, 11, id="somebody else's number"),
        pytest.param({"sender": "Harbour"}, 11, id="a name that is not registered"),
        pytest.param({"text": "a" * 2001}, 25, id="more than 4000 bytes"),
        pytest.param({"text": "你" * 1700}, 25, id="more than 25 parts"),
    ],
)
def test_one_text_is_rejected_inside_a_success(
    infobip: Infobip, changes: dict[str, Any], status: int
) -> None:
    rejected = infobip.send(**changes)

    assert (rejected["status"]["groupName"], rejected["status"]["id"]) == ("REJECTED", status)
    assert infobip.logs() == {"results": []}


def test_a_name_and_a_short_code_send_once_they_are_registered(infobip: Infobip) -> None:
    for sender in ("Harbour", "54321"):
        infobip.add_number(sender)
        assert infobip.send(sender=sender, message_id="")["status"]["groupId"] == 1
    assert [row["sender"] for row in infobip.logs()["results"]] == ["54321", "Harbour"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        {"messages": []},
        {"messages": [message(), message()]},
        {"messages": ["Hello"]},
        {"messages": [message(text="")]},
        {"messages": [message(content="Hello")]},
        {"messages": [message(destinations=[])]},
        {"messages": [message(destinations=[{"to": 14155550123}])]},
        {"messages": [message(webhooks={"callbackData": "x" * 4001})]},
        {"messages": [message(webhooks={"delivery": {"url": "sms.example.org"}})]},
        {"messages": [message(options={"validityPeriod": {"amount": "5"}})]},
        {"messages": [message(options={"validityPeriod": {"amount": 0}})]},
        {"messages": [message(options={"validityPeriod": {"amount": 5, "timeUnit": "DAYS"}})]},
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_is_refused_as_a_whole(infobip: Infobip, body: Any) -> None:
    answer = infobip.post(body)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E400")
    (entry,) = infobip.handset.log("request")
    assert (entry["accepted"], entry["code"], entry["account_sid"]) == (False, "E400", ACCOUNT)


@pytest.mark.parametrize("authorization", ["", f"Basic {KEY}", "App wrong", "App", KEY, "App é"])
def test_only_the_key_of_an_account_opens_it(infobip: Infobip, authorization: str) -> None:
    answer = infobip.handset.http.post(
        f"{infobip.handset.url}/sms/3/messages",
        json={"messages": [message()]},
        headers=[(b"Authorization", authorization.encode())],
    )
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E401")
    (entry,) = infobip.handset.log("request")
    assert (entry["accepted"], entry["account_sid"]) == (False, "")


def test_another_path_is_not_there(infobip: Infobip) -> None:
    answer = infobip.handset.http.get(f"{infobip.handset.url}/sms/1/inbox/reports")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "E404")


@pytest.mark.parametrize(
    ("trouble", "refused", "can_read"),
    [
        ("unauthorised", (401, "E401"), False),
        ("suspended", (403, "E403"), False),
        ("funds", (200, 12), True),
    ],
)
def test_an_account_in_trouble_sends_nothing(
    infobip: Infobip, trouble: str, refused: tuple[int, int | str], can_read: bool
) -> None:
    infobip.handset.behave(account_problem=trouble)
    answer = infobip.post({"messages": [message()]})

    body = answer.json()
    code = body["errorCode"] if "errorCode" in body else body["messages"][0]["status"]["id"]
    assert (answer.status_code, code) == refused
    assert (infobip.get().status_code == 200) is can_read


@pytest.mark.parametrize(
    ("rules", "status", "code"),
    [
        ({"throttle": 1}, 429, "E429"),
        ({"server_error": 1}, 503, "E503"),
        ({"error_after": 1}, 500, "E500"),
        ({"reject": 1, "reject_code": "E403"}, 403, "E403"),
        ({"reject": 1, "reject_code": 20}, 200, 20),
        ({"reject": 1, "reject_code": "opted_out"}, 200, 14),
        ({"reject": 1}, 200, 19),
    ],
)
def test_the_carrier_misbehaves_in_infobips_words(
    infobip: Infobip, rules: dict[str, Any], status: int, code: int | str
) -> None:
    infobip.handset.behave(**rules)
    answer = infobip.post({"messages": [message()]})

    body = answer.json()
    found = body["errorCode"] if "errorCode" in body else body["messages"][0]["status"]["id"]
    assert (answer.status_code, found) == (status, code)
    is_created = bool(infobip.logs()["results"])
    assert is_created is ("error_after" in rules)


def test_the_seconds_to_wait_are_told(infobip: Infobip) -> None:
    infobip.handset.behave(throttle=1, throttle_retry_after_seconds=7)
    assert infobip.post({"messages": [message()]}).headers["Retry-After"] == "7"


def test_an_opted_out_customer_is_on_the_blocklist(infobip: Infobip, receiver: Receiver) -> None:
    infobip.connect(inbound_url=receiver.url)
    infobip.handset.say("STOP")
    assert infobip.send()["status"]["id"] == 14


# Reports


def test_the_final_state_is_reported_with_all_that_belongs_to_it(
    infobip: Infobip, receiver: Receiver
) -> None:
    url = f"{receiver.url}/status?message=42&key={SECRET}"
    infobip.send(text="a" * 161, webhooks=reported_to(url))
    infobip.handset.settle()

    (call,) = receiver.calls
    assert call.path == f"/status?message=42&key={SECRET}"
    assert call.headers["Content-Type"] == "application/json"
    (report,) = json.loads(call.body)["results"]
    sent_at, done_at = (datetime.fromisoformat(report.pop(name)) for name in ("sentAt", "doneAt"))
    assert sent_at < done_at
    assert len(report.pop("bulkId")) == 20
    assert report == {
        "messageId": MESSAGE_ID,
        "to": "14155550123",
        "sender": "12125550100",
        "messageCount": 2,
        "price": {"pricePerMessage": 0.0351, "currency": "EUR"},
        "status": {
            "groupId": 3,
            "groupName": "DELIVERED",
            "id": 5,
            "name": "DELIVERED_TO_HANDSET",
            "description": "Delivered to handset",
        },
        "error": {
            "groupId": 0,
            "groupName": "OK",
            "id": 0,
            "name": "NO_ERROR",
            "description": "No error",
            "permanent": False,
        },
        "callbackData": "ours",
    }


def test_the_way_is_reported_to_those_who_ask_and_looks_delivered(
    infobip: Infobip, receiver: Receiver
) -> None:
    infobip.send(webhooks=reported_to(receiver.url, intermediateReport=True))
    infobip.handset.settle()

    assert [result["status"]["name"] for result in results(receiver)] == [
        "DELIVERED_TO_OPERATOR",
        "DELIVERED_TO_HANDSET",
    ]


def test_nothing_is_reported_to_those_who_do_not_want_it(
    infobip: Infobip, receiver: Receiver
) -> None:
    infobip.connect(status_url=receiver.url)
    infobip.send(webhooks={"delivery": {"notify": False}})
    infobip.handset.settle()
    assert receiver.calls == []

    infobip.send(message_id="")  # names no address of its own
    infobip.handset.settle()
    assert len(receiver.calls) == 1


@pytest.mark.parametrize(
    ("rules", "status", "error"),
    [
        ({"outcome": "undelivered"}, (2, 9), ("HANDSET_ERRORS", 27, False)),
        (
            {"outcome": "undelivered", "error_code": "unknown_handset"},
            (2, 9),
            ("HANDSET_ERRORS", 1, True),
        ),
        ({"outcome": "undelivered", "error_code": 607}, (2, 4), ("USER_ERRORS", 607, True)),
        ({"outcome": "undelivered", "error_code": "expired"}, (4, 15), ("USER_ERRORS", 4101, True)),
        ({"outcome": "failed"}, (2, 31), ("USER_ERRORS", 607, True)),
    ],
)
def test_a_text_that_does_not_arrive_says_why(
    infobip: Infobip,
    receiver: Receiver,
    rules: dict[str, Any],
    status: tuple[int, int],
    error: tuple[str, int, bool],
) -> None:
    infobip.handset.behave(**rules)
    infobip.send(webhooks=reported_to(receiver.url))
    infobip.handset.settle()

    (row,) = infobip.logs()["results"]
    for said in (*results(receiver), row):
        assert (said["status"]["groupId"], said["status"]["id"]) == status
        found = said["error"]
        assert (found["groupName"], found["id"], found["permanent"]) == error


def test_a_report_that_nobody_takes_comes_again(infobip: Infobip, receiver: Receiver) -> None:
    infobip.handset.behave(webhook_backoff_seconds=0.01)
    receiver.answers = [500, 404]
    infobip.send(webhooks=reported_to(receiver.url))
    infobip.handset.settle()
    assert [result["messageId"] for result in results(receiver)] == [MESSAGE_ID] * 3


def test_tries_are_ever_further_apart() -> None:
    assert [Protocol().backoff(attempt) for attempt in (1, 2, 3, 4, 20)] == [1, 2, 5, 10, 362]


def test_what_is_due_together_comes_in_one_call(infobip: Infobip, receiver: Receiver) -> None:
    send_ten(infobip, receiver.url)
    infobip.handset.settle()

    (call,) = receiver.calls
    assert sorted(result["messageId"] for result in json.loads(call.body)["results"]) == TEN
    log = infobip.handset.log("callback")
    assert sorted((entry["sid"], entry["attempt"], entry["batch"]) for entry in log) == [
        (name, 1, 10) for name in TEN
    ]


def test_a_call_brings_as_many_reports_as_are_asked_for(
    infobip: Infobip, receiver: Receiver
) -> None:
    send_ten(infobip, receiver.url, webhook_batch=4)
    infobip.handset.settle()
    assert sorted(len(json.loads(call.body)["results"]) for call in receiver.calls) == [2, 4, 4]


def test_reports_that_nobody_took_come_again_together(infobip: Infobip, receiver: Receiver) -> None:
    receiver.answers = [500]
    send_ten(infobip, receiver.url, webhook_backoff_seconds=0.01)
    infobip.handset.settle()
    assert [len(json.loads(call.body)["results"]) for call in receiver.calls] == [10, 10]


def test_only_reports_for_one_address_go_together(infobip: Infobip, receiver: Receiver) -> None:
    send_ten(infobip, receiver.url + "/{name}")
    infobip.handset.settle()
    assert sorted(call.path for call in receiver.calls) == [f"/{name}" for name in TEN]


def test_a_forger_sends_a_batch_too(infobip: Infobip, receiver: Receiver) -> None:
    send_ten(infobip, f"{receiver.url}/status?key={SECRET}", webhook_forged=1)
    infobip.handset.settle()
    assert [call.path for call in receiver.calls] == ["/status", f"/status?key={SECRET}"]
    assert len(infobip.handset.log("forged")) == 10


def test_a_forger_knows_all_but_the_secret_in_the_address(
    infobip: Infobip, receiver: Receiver
) -> None:
    infobip.handset.behave(webhook_forged=1)
    infobip.send(webhooks=reported_to(f"{receiver.url}/status?key={SECRET}"))
    infobip.handset.settle()

    forged, genuine = receiver.calls
    assert (forged.path, genuine.path) == ("/status", f"/status?key={SECRET}")
    assert forged.body == genuine.body


# Customers' texts


@pytest.mark.parametrize("body", ["Yes please 👍🏽", "é" * 1600, ""])
def test_a_customers_text_is_told_of(infobip: Infobip, receiver: Receiver, body: str) -> None:
    infobip.connect(inbound_url=f"{receiver.url}/inbound?key={SECRET}")
    infobip.handset.say(body)

    (call,) = receiver.calls
    assert call.path == f"/inbound?key={SECRET}"
    content = json.loads(call.body)
    (text,) = content["results"]
    assert (content["messageCount"], content["pendingMessageCount"]) == (1, 0)
    assert datetime.fromisoformat(text.pop("receivedAt")).tzinfo is not None
    assert text.pop("messageId").isdecimal()
    assert text.pop("smsCount") in (1, 24, 11)
    assert text == {
        "from": "14155550123",
        "to": "12125550100",
        "text": body,
        "cleanText": body,
        "keyword": "",
        "price": {"pricePerMessage": 0, "currency": "EUR"},
        "callbackData": "",
    }


async def test_customers_texts_come_together_too(tmp_path: Path, receiver: Receiver) -> None:
    exchange = Exchange(tmp_path, {"infobip": Protocol()}, url="http://handset")
    await exchange.start()
    facts = {"protocol": "infobip", "credentials": {"api_key": KEY}, "settings": {}}
    exchange.put_account(ACCOUNT, status="active", **facts)
    save_number(exchange, new_number(ACCOUNT, OURS, NumberKind.LONG_CODE), sms_url=receiver.url)
    number = exchange.carrier.numbers[OURS]
    calls = [take_text(exchange, CUSTOMER, number, body)[1] for body in ("one", "two")]
    await asyncio.gather(*(exchange.webhooks.finished(call) for call in calls if call))
    await exchange.stop()

    (told,) = receiver.calls
    content = json.loads(told.body)
    assert [text["text"] for text in content["results"]] == ["one", "two"]
    assert (content["messageCount"], content["pendingMessageCount"]) == (2, 0)


def test_a_number_may_have_an_address_of_its_own(infobip: Infobip, receiver: Receiver) -> None:
    infobip.connect(inbound_url=f"{receiver.url}/account")
    infobip.add_number(OURS, sms_url=f"{receiver.url}/number")
    infobip.handset.say("Hello")
    assert [call.path for call in receiver.calls] == ["/number"]


# The logs


def test_a_row_shows_the_text_as_it_stands(infobip: Infobip) -> None:
    infobip.handset.behave(sent_after_seconds=0, final_after_seconds=60)
    infobip.send(text="a" * 161)

    (row,) = infobip.logs(messageId=MESSAGE_ID)["results"]
    assert (row["status"]["id"], row["content"], row["messageCount"]) == (2, {"text": "a" * 161}, 2)
    assert (row["sender"], row["destination"]) == ("12125550100", "14155550123")
    assert "doneAt" not in row
    assert "callbackData" not in row


def test_the_logs_show_what_was_sent_and_never_what_came_in(
    infobip: Infobip, receiver: Receiver
) -> None:
    infobip.connect(inbound_url=receiver.url)
    infobip.handset.say("HELP")  # the carrier answers it by itself
    assert infobip.logs() == {"results": []}


def test_a_text_is_listed_late_if_the_carrier_is_late(infobip: Infobip) -> None:
    infobip.handset.behave(listing_delay_seconds=60)
    infobip.send()
    assert infobip.logs(messageId=MESSAGE_ID) == {"results": []}


def test_the_logs_are_filtered(infobip: Infobip) -> None:
    infobip.add_number("Harbour")
    infobip.send(message_id="a")
    infobip.send(message_id="b", to="14155550124")
    infobip.send(message_id="c", sender="Harbour")
    infobip.handset.settle()
    sent_at = {row["messageId"]: row["sentAt"] for row in infobip.logs()["results"]}

    def found(**query: str) -> list[str]:
        return [row["messageId"] for row in infobip.logs(**query)["results"]]

    assert found() == ["c", "b", "a"]
    assert found(limit="2") == ["c", "b"]
    assert found(messageId="b,a,nobody") == ["a", "b"]
    assert found(destination="14155550124") == ["b"]
    assert found(sender="Harbour") == ["c"]
    assert found(generalStatus="REJECTED") == []
    assert found(sentSince="2099-01-01T00:00:00.000+0000") == []
    assert found(sentUntil="2099-01-01T00:00:00.000+0000") == ["c", "b", "a"]
    assert found(sentUntil=sent_at["a"]) == []
    assert found(sentSince="2026-01-01T00:00:00.000+0000") == ["c", "b", "a"]


def test_the_logs_are_paged_by_a_cursor_that_new_texts_do_not_move(infobip: Infobip) -> None:
    for name in "abc":
        infobip.send(message_id=name)
    first = infobip.logs(limit="2", useCursor="true")
    infobip.send(message_id="d")
    cursor = first["cursor"]["nextCursor"]
    second = infobip.logs(limit="2", useCursor="true", cursor=cursor)

    assert [row["messageId"] for row in first["results"]] == ["c", "b"]
    assert [row["messageId"] for row in second["results"]] == ["a"]
    assert second["cursor"] == {"limit": 2, "nextCursor": None}
    assert "cursor" not in infobip.logs()


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "all"},
        {"cursor": "elsewhere"},
        {"sentSince": "yesterday"},
        {"sentSince": "2026-11-23T13:00:00"},
        {"messageId": "x" * 2049},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused(infobip: Infobip, query: dict[str, str]) -> None:
    answer = infobip.get(**query)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E400")


def test_one_account_sees_nothing_of_another(infobip: Infobip) -> None:
    infobip.send()
    other = {"protocol": "infobip", "credentials": {"api_key": "another"}}
    infobip.handset.control("PUT", "/accounts/other", other)
    url, headers = f"{infobip.handset.url}/sms/3/logs", {"Authorization": "App another"}
    for query in ({}, {"messageId": MESSAGE_ID}):
        answer = infobip.handset.http.get(url, params=query, headers=headers)
        assert answer.json() == {"results": []}


@pytest.mark.parametrize(
    "account",
    [
        {"credentials": {}},
        {"credentials": {"api_key": ""}},
        {"credentials": {"api_key": KEY}, "settings": {"inbound_url": "nowhere"}},
        {"credentials": {"api_key": KEY}, "settings": {"fallback_url": "https://a.example.org"}},
    ],
    ids=str,
)
def test_an_account_that_cannot_be_is_refused(infobip: Infobip, account: dict[str, Any]) -> None:
    url = f"{infobip.handset.url}/handset/accounts/{ACCOUNT}"
    answer = infobip.handset.http.put(url, json={"protocol": "infobip", **account})
    assert answer.status_code == 422
