"""TeleSign's side of the carrier, asked by TeleSign's own SDK."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from telesign.messaging import (  # type: ignore[import-untyped]  # it has no types
    MessagingClient,
)
from telesign.rest import RestClient  # type: ignore[import-untyped]  # it has no types
from telesign.util import (  # type: ignore[import-untyped]  # it has no types
    AuthMethod,
    verify_telesign_callback_signature,
)

from handset.exchange import Exchange
from handset.protocols.telesign.authentication import (
    TOLERANCE,
    Nonces,
    callback_signature,
    string_to_sign,
)
from handset.protocols.telesign.problems import FAILURES, REFUSALS
from handset.protocols.telesign.protocol import Telesign
from handset.reasons import FAILURES as EVERY_FAILURE
from handset.reasons import REFUSALS as EVERY_REFUSAL
from handset.sending import Accepted, SendRequest
from tests.handset.conftest import Handset, Receiver

CUSTOMER_ID = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890"
API_KEY = base64.b64encode(b"0123456789abcdef0123456789abcdef" * 2).decode()
OURS = "+12125550100"
CUSTOMER = "+14155550123"
FORM = {"phone_number": "14155550123", "message": "Hello", "message_type": "ARN"}
MESSAGING = "/v1/messaging"
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


class Account:
    """One TeleSign account at the handset, and requests in its name."""

    def __init__(self, handset: Handset) -> None:
        self.handset = handset
        self.configure()
        handset.control("PUT", f"/accounts/{CUSTOMER_ID}/numbers/+12125550155", {})
        self.sdk = MessagingClient(CUSTOMER_ID, API_KEY, rest_endpoint=handset.url, timeout=10)
        self.sdk.session.trust_env = False

    def configure(self, **changes: Any) -> None:
        body = {"protocol": "telesign", "credentials": {"api_key": API_KEY}, "settings": {}}
        self.handset.control("PUT", f"/accounts/{CUSTOMER_ID}", body | changes)

    def send(self, **changes: Any) -> Any:
        form = {**FORM, "sender_id": "12125550155", **changes}
        return self.sdk.message(
            **{name: value for name, value in form.items() if value is not None}
        )

    def code(self, answer: Any) -> tuple[int, int]:
        return answer.status_code, answer.json["status"]["code"]

    def request(
        self, method: str = "POST", path: str = MESSAGING, **changes: Any
    ) -> httpx.Response:
        """Send a signed request, with `changes` of its headers made after signing; None leaves one out."""
        form = urlencode({**FORM, "sender_id": "12125550155"}) if method == "POST" else ""
        signed = {
            name: changes.pop(name)
            for name in ("customer_id", "api_key", "nonce", "date_rfc2616")
            if name in changes
        }
        facts = {"customer_id": CUSTOMER_ID, "api_key": API_KEY} | signed
        headers = RestClient.generate_telesign_headers(
            method_name=method, resource=path, url_encoded_fields=form, **facts
        )
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        headers = {name: value for name, value in headers.items() if value}
        return self.handset.http.request(
            method, self.handset.url + path, content=form, headers=headers
        )


@pytest.fixture
def receiver(receiver: Receiver) -> Receiver:
    """A server that answers as TeleSign wants to be answered."""
    receiver.otherwise = 200
    return receiver


@pytest.fixture
def account(handset: Handset) -> Iterator[Account]:
    account = Account(handset)
    yield account
    account.sdk.session.close()


def genuine(body: bytes, signature: str) -> bool:
    return bool(verify_telesign_callback_signature(API_KEY, signature, body.decode()))


# The signature


def test_a_request_is_signed_as_in_the_reference() -> None:
    headers = {
        "date": "Mon, 23 Nov 2026 13:00:00 GMT",
        "x-ts-auth-method": "HMAC-SHA256",
        "x-ts-nonce": "11111111-2222-3333-4444-555555555555",
    }
    body = b"phone_number=15005550006&message=Hi&message_type=ARN"
    content_type = "application/x-www-form-urlencoded"
    signed = string_to_sign("POST", content_type, headers, body, MESSAGING)
    digest = hmac.new(base64.b64decode(API_KEY), signed, hashlib.sha256).digest()
    assert base64.b64encode(digest) == b"Dzmsc8BPxpwLA7ANRjkDXk1/UUi6Bw+dwgE6Obrz/Z8="


def test_a_date_of_telesigns_own_takes_the_place_of_the_date() -> None:
    headers = {"x-ts-date": "D", "date": "other", "x-ts-nonce": "N", "x-ts-auth-method": "M"}
    assert string_to_sign("GET", "", headers, b"", "/p") == (
        b"GET\n\n\nx-ts-auth-method:M\nx-ts-date:D\nx-ts-nonce:N\n/p"
    )


def test_a_callback_is_signed_as_in_the_reference() -> None:
    body = b'{"reference_id":"0123456789ABCDEF0123456789ABCDEF","status":{"code":200}}'
    assert callback_signature(API_KEY, body) == "FHLQX8knyNYo4HRx0Gxe7RlX9mX2XYP3v2VtZLyMQI4="


def test_a_nonce_is_remembered_for_as_long_as_its_request_could_come_again() -> None:
    nonces = Nonces()
    assert nonces.is_new("a", "n", NOW)
    assert nonces.is_new("b", "n", NOW)
    assert not nonces.is_new("a", "n", NOW + 2 * TOLERANCE)
    assert nonces.is_new("a", "n", NOW + 2 * TOLERANCE + timedelta(seconds=1))


# Who asks


def test_the_official_sdk_is_understood_in_both_its_ways(account: Account) -> None:
    assert account.code(account.send()) == (200, 290)
    account.sdk.auth_method = AuthMethod.BASIC.value
    assert account.code(account.send()) == (200, 290)
    assert len(account.handset.log("request")) == 2


def test_a_nonce_is_good_once(account: Account) -> None:
    assert account.request(nonce="n-1").status_code == 200
    again = account.request(nonce="n-1")
    assert (again.status_code, again.json()["status"]["code"]) == (401, 10002)
    assert account.request(nonce="n-2").status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Authorization": None}, 10008),
        ({"Authorization": "Bearer x"}, 10008),
        ({"Authorization": "Basic !"}, 10008),
        ({"Authorization": f"TSA {CUSTOMER_ID}:AAAA"}, 10008),
        ({"x_ts_nonce": None}, 10008),
        ({"nonce": ""}, 10008),
        ({"x_ts_nonce": "another"}, 10008),
        ({"x_ts_auth_method": "HMAC-SHA1"}, 10008),
        ({"Content_Type": "text/plain"}, 10008),
        ({"customer_id": "00000000-EEEE-DDDD-1234-AB1234567890"}, 10015),
        ({"api_key": "AAAA"}, 10008),
        ({"date_rfc2616": "now"}, 10004),
        ({"Date": None}, 10004),
        (
            {"Authorization": "Basic " + base64.b64encode(f"{CUSTOMER_ID}:AAAA".encode()).decode()},
            10022,
        ),
        ({"Authorization": "Basic " + base64.b64encode(b"nobody:AAAA").decode()}, 10015),
    ],
)
def test_who_cannot_be_recognised_sends_nothing(
    account: Account, changes: dict[str, Any], code: int
) -> None:
    answer = account.request(**changes)
    assert (answer.status_code, answer.json()["status"]["code"]) == (401, code)
    assert [entry["accepted"] for entry in account.handset.log("request")] == [False]


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (-4, 200), (4, 200), (6, 401)])
def test_a_request_is_good_near_its_date(account: Account, minutes: int, status: int) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    answer = account.request(date_rfc2616=date)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["status"]["code"] == 10004


def test_twilios_accounts_are_none_of_telesigns(account: Account) -> None:
    token = base64.b64encode(("AC" + "a" * 32 + ":0123456789abcdef0123456789abcdef").encode())
    answer = account.request(Authorization="Basic " + token.decode())
    assert answer.json()["status"]["code"] == 10015


@pytest.mark.parametrize(
    ("status", "code"), [("suspended", 10010), ("unauthorised", 10008), ("funds", 10010)]
)
def test_an_account_in_trouble_is_refused_whatever_it_asks(
    account: Account, status: str, code: int
) -> None:
    account.configure(status=status)
    assert account.code(account.send()) == (401, code)
    assert account.code(account.sdk.status("0" * 32)) == (401, code)


# Sending


def test_a_text_is_answered_as_telesign_documents_it(account: Account) -> None:
    answer = account.send(external_id="order 7").json
    assert len(answer["reference_id"]) == 32
    assert answer["reference_id"].isalnum()
    assert answer["reference_id"].isupper()
    assert answer["external_id"] == "order 7"
    assert (answer["status"]["code"], answer["status"]["description"]) == (
        290,
        "Message in progress",
    )
    assert datetime.fromisoformat(answer["status"]["updated_on"]).tzinfo is not None
    (entry,) = account.handset.log("request")
    assert (entry["protocol"], entry["from"], entry["to"], entry["body"], entry["reference"]) == (
        "telesign",
        "+12125550155",
        CUSTOMER,
        "Hello",
        "order 7",
    )


def test_equal_requests_make_two_texts_also_under_one_external_id(account: Account) -> None:
    answers = [account.send(external_id="order 7").json for _ in range(2)]
    assert answers[0]["reference_id"] != answers[1]["reference_id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone_number": ""}, 12000),
        ({"message": ""}, 12009),
        ({"message_type": ""}, 12017),
        ({"phone_number": "+14155550123"}, 11000),
        ({"phone_number": "12"}, 11000),
        ({"message": "x" * 1601}, 11009),
        ({"message_type": "SMS"}, 11017),
        ({"sender_id": "12125550199"}, 11013),
        ({"sender_id": "x" * 21}, 11013),
        ({"account_lifecycle_event": "birth"}, 11003),
        ({"callback_url": "nowhere"}, 11004),
        ({"originating_ip": "here"}, 11010),
    ],
)
def test_what_telesign_refuses_is_refused(
    account: Account, changes: dict[str, str], code: int
) -> None:
    answer = account.send(**changes)
    assert account.code(answer) == (400, code)
    (entry,) = account.handset.log("request")
    assert (entry["accepted"], entry["code"]) == (False, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"sender_id": None},
        {"message": "é" * 1600},
        {"account_lifecycle_event": "transact"},
        {"originating_ip": "203.0.113.7"},
        {"is_primary": "true", "unknown": "1"},
    ],
)
def test_what_telesign_takes_is_taken(account: Account, changes: dict[str, Any]) -> None:
    assert account.code(account.send(**changes)) == (200, 290)
    assert account.handset.log("request")[0]["from"] == "+12125550155"


def test_a_text_may_leave_from_a_short_code_or_a_name(account: Account) -> None:
    for sender in ("54321", "Bakery"):
        account.handset.control("PUT", f"/accounts/{CUSTOMER_ID}/numbers/{sender}", {})
        assert account.code(account.send(sender_id=sender)) == (200, 290)
    assert [entry["from"] for entry in account.handset.log("request")] == ["54321", "Bakery"]


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        ({"throttle": 1}, (429, 10019)),
        ({"server_error": 1}, (503, 10000)),
        ({"error_after": 1}, (500, 10000)),
        ({"reject": 1}, (400, 11001)),
        ({"reject": 1, "reject_code": 11000}, (400, 11000)),
        ({"reject": 1, "reject_code": "invalid_recipient"}, (400, 11000)),
        ({"account_problem": "suspended"}, (401, 10010)),
    ],
)
def test_every_fault_has_telesigns_own_answer(
    account: Account, behaviour: dict[str, Any], answer: tuple[int, int]
) -> None:
    account.handset.behave(**behaviour)
    assert account.code(account.send()) == answer


def test_there_is_a_code_for_every_reason() -> None:
    assert set(REFUSALS.by_reason) >= EVERY_REFUSAL
    assert set(FAILURES.by_reason) >= EVERY_FAILURE
    assert set(REFUSALS.by_reason.values()) <= set(REFUSALS.known)
    assert set(FAILURES.by_reason.values()) <= set(FAILURES.known)


# What became of it


def test_the_status_of_a_text_can_be_asked_for(account: Account) -> None:
    account.handset.behave(sent_after_seconds=0, final_after_seconds=0)
    reference_id = account.send(external_id="order 7").json["reference_id"]
    answer = account.sdk.status(reference_id)
    assert account.code(answer) == (200, 200)
    assert answer.json["external_id"] == "order 7"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"outcome": "sent"}, 203),
        ({"outcome": "undelivered"}, 210),
        ({"outcome": "undelivered", "error_code": 503}, 503),
        ({"outcome": "failed"}, 515),
        ({"outcome": "failed", "error_code": "landline"}, 222),
        ({"sent_after_seconds": 60, "final_after_seconds": 60}, 290),
    ],
)
def test_each_fate_has_telesigns_own_code(
    account: Account, behaviour: dict[str, Any], code: int
) -> None:
    account.handset.behave(**({"sent_after_seconds": 0, "final_after_seconds": 0} | behaviour))
    reference_id = account.send().json["reference_id"]
    assert account.code(account.sdk.status(reference_id)) == (200, code)


def test_only_ones_own_texts_have_a_status(account: Account) -> None:
    assert account.code(account.sdk.status("0" * 32)) == (404, 10017)
    twilios = account.handset.send().sid
    assert account.code(account.sdk.status(twilios)) == (404, 10017)
    customers = account.handset.say("Hi", number="+12125550155")["sid"]
    assert account.code(account.sdk.status(customers)) == (404, 10017)


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    """The carrier without its process, so that a test may make its texts old."""
    exchange = Exchange(tmp_path, {"telesign": Telesign()}, url="http://handset")
    await exchange.start()
    exchange.record(
        "account",
        account_sid=CUSTOMER_ID,
        protocol="telesign",
        credentials={"api_key": API_KEY},
        settings={},
        status="active",
    )
    yield exchange
    await exchange.stop()


async def test_telesign_forgets_a_text_after_twelve_hours(exchange: Exchange) -> None:
    outcome = exchange.send(Telesign(), CUSTOMER_ID, SendRequest(OURS, CUSTOMER, "Hello"), None)
    assert isinstance(outcome, Accepted)
    transport = httpx.ASGITransport(Starlette(routes=Telesign().routes(exchange)))
    async with httpx.AsyncClient(transport=transport, base_url="http://handset") as client:
        codes = []
        for hours in (11, 2):
            outcome.message.created_at -= timedelta(hours=hours)
            answer = await client.get(
                f"{MESSAGING}/{outcome.message.id}", auth=(CUSTOMER_ID, API_KEY)
            )
            codes.append((answer.status_code, answer.json()["status"]["code"]))
    assert codes == [(200, 290), (404, 10036)]


# Calls


def test_reports_go_to_the_address_of_the_text_signed_with_the_key(
    account: Account, receiver: Receiver
) -> None:
    url = f"{receiver.url}/status?message=1"
    sent = account.send(callback_url=url, external_id="order 7").json
    account.handset.settle()
    assert [json.loads(call.body)["status"]["code"] for call in receiver.calls] == [203, 200]
    call = receiver.calls[-1]
    assert call.path == "/status?message=1"
    content = json.loads(call.body)
    assert content["reference_id"] == sent["reference_id"]
    assert content["external_id"] == "order 7"
    assert content["sub_resource"] == "sms"
    assert content["errors"] == []
    assert content["additional_info"] == {
        "mcc": "310",
        "mnc": "004",
        "price": "0.0068",
        "currency": "USD",
        "sender_id": "12125550155",
    }
    assert genuine(call.body, call.headers["Authorization"])
    assert (
        call.headers["X-TS-Authorization"] == f"TSA {CUSTOMER_ID}:{call.headers['Authorization']}"
    )


def test_reports_without_an_address_of_their_own_go_to_the_accounts(
    account: Account, receiver: Receiver
) -> None:
    account.configure(settings={"status_url": receiver.url + "/all"})
    account.handset.behave(outcome="failed", error_code=231)
    account.send()
    account.handset.settle()
    assert [call.path for call in receiver.calls] == ["/all"]
    assert json.loads(receiver.calls[0].body)["status"]["code"] == 231


def test_a_long_text_is_reported_on_by_its_parts(account: Account, receiver: Receiver) -> None:
    sent = account.send(callback_url=receiver.url, external_id="order 7", message="x" * 161).json
    account.handset.settle()

    said = [json.loads(call.body) for call in receiver.calls]
    ids = said[0]["additional_info"]["message_parts_reference_ids"].split(",")
    assert len(set(ids)) == 2
    assert sent["reference_id"] == ids[0]
    assert sorted((each["reference_id"], each["status"]["code"]) for each in said) == sorted(
        (part, code) for part in ids for code in (200, 203)
    )
    assert {each["external_id"] for each in said} == {"order 7"}
    assert {each["additional_info"]["message_parts_count"] for each in said} == {2}
    assert {each["additional_info"]["price"] for each in said} == {"0.0068"}
    assert [entry["body"] for entry in account.handset.log("request")] == ["x" * 161]


def test_each_part_of_a_long_text_can_be_asked_about(account: Account) -> None:
    account.handset.behave(sent_after_seconds=0, final_after_seconds=0)
    first = account.sdk.status(account.send(message="x" * 161).json["reference_id"])
    second_id = first.json["additional_info"]["message_parts_reference_ids"].split(",")[1]
    second = account.sdk.status(second_id)

    assert (account.code(first), account.code(second)) == ((200, 200), (200, 200))
    assert second.json["reference_id"] == second_id
    assert [
        answer.json["additional_info"]["message_part_sequence_number"] for answer in (first, second)
    ] == [1, 2]
    assert "additional_info" not in account.sdk.status(account.send().json["reference_id"]).json


def test_the_parts_of_a_text_that_may_not_be_sent_any_more_fail(
    account: Account, receiver: Receiver
) -> None:
    account.handset.behave(sent_after_seconds=600, final_after_seconds=600)
    account.send(callback_url=receiver.url, message="x" * 161)
    account.configure(status="suspended")
    account.handset.settle()
    said = [json.loads(call.body) for call in receiver.calls]
    assert [each["status"]["code"] for each in said] == [501, 501]
    assert len({each["reference_id"] for each in said}) == 2


def test_a_report_is_taken_by_an_answer_of_200_alone(account: Account, receiver: Receiver) -> None:
    account.handset.behave(outcome="sent", webhook_backoff_seconds=0.01)
    receiver.answers = [204, 202]
    account.send(callback_url=receiver.url)
    account.handset.settle()
    assert [
        (entry["http_status"], entry["answered"]) for entry in account.handset.log("callback")
    ] == [(204, False), (202, False), (200, True)]


def test_a_forged_report_carries_another_signature(account: Account, receiver: Receiver) -> None:
    account.handset.behave(webhook_forged=1, outcome="sent")
    account.send(callback_url=receiver.url)
    account.handset.settle()
    forged, right = receiver.calls
    assert forged.body == right.body
    assert not genuine(forged.body, forged.headers["Authorization"])
    assert genuine(right.body, right.headers["Authorization"])


@pytest.mark.parametrize(
    ("body", "action"),
    [("Yes 👩‍👩‍👧", "generic"), ("Stop", "stop"), ("START", "start"), ("help", "help")],
)
def test_a_customers_text_is_brought_to_the_accounts_address(
    account: Account, receiver: Receiver, body: str, action: str
) -> None:
    account.configure(settings={"inbound_url": receiver.url + "/in"})
    said = account.handset.say(body, number="+12125550155")
    (call,) = receiver.calls
    content = json.loads(call.body)
    assert call.path == "/in"
    assert content["reference_id"] == said["sid"]
    assert (content["sub_resource"], content["status"]["code"]) == ("mo_sms", 1500)
    response = content["user_response"]
    assert (response["phone_number"], response["sender_id"]) == ("14155550123", "12125550155")
    assert (response["mo_message"], response["action"]) == (body, action)
    assert response["iso_country_code"] == "US"
    assert genuine(call.body, call.headers["Authorization"])


def test_a_number_may_have_its_texts_brought_elsewhere(
    account: Account, receiver: Receiver
) -> None:
    account.configure(settings={"inbound_url": receiver.url + "/in"})
    own = {"sms_url": receiver.url + "/own"}
    account.handset.control("PUT", f"/accounts/{CUSTOMER_ID}/numbers/+12125550156", own)
    account.handset.say("Hi", number="+12125550156")
    account.handset.say("Hi", number="+12125550155")
    assert [call.path for call in receiver.calls] == ["/own", "/in"]


def test_a_text_to_one_who_opted_out_is_taken_and_blocked(account: Account) -> None:
    account.handset.behave(sent_after_seconds=0, final_after_seconds=0)
    account.handset.say("STOP", number="+12125550155")
    sent = account.send()
    assert account.code(sent) == (200, 290)
    assert account.code(account.sdk.status(sent.json["reference_id"])) == (200, 510)


@pytest.mark.parametrize(
    ("account_id", "body"),
    [
        ("AC1", {}),
        (CUSTOMER_ID.lower(), {}),
        (CUSTOMER_ID, {"credentials": {}}),
        (CUSTOMER_ID, {"credentials": {"api_key": "not base64!"}}),
        (CUSTOMER_ID, {"settings": {"colour": "red"}}),
        (CUSTOMER_ID, {"settings": {"inbound_url": "nowhere"}}),
    ],
)
def test_an_account_that_telesign_would_not_have_is_refused(
    handset: Handset, account_id: str, body: dict[str, Any]
) -> None:
    facts = {"protocol": "telesign", "credentials": {"api_key": API_KEY}} | body
    answer = handset.http.put(f"{handset.url}/handset/accounts/{account_id}", json=facts)
    assert answer.status_code == 422
