"""The account, its numbers and its short codes, seen with Twilio's own client."""

import pytest

from tests.handset.conftest import CUSTOMER, OURS, SID, TOKEN, Handset, Receiver

SHORT_CODE = "72345"


def test_numbers_can_be_listed_bought_and_pointed_at_a_webhook(handset: Handset) -> None:
    bought = handset.twilio.incoming_phone_numbers.create(
        phone_number="+12125550102", friendly_name="Maya"
    )
    changed = handset.twilio.incoming_phone_numbers(bought.sid).update(
        sms_url="https://x.example/in", sms_method="GET"
    )
    assert (changed.sms_url, changed.sms_method) == ("https://x.example/in", "GET")
    listed = handset.twilio.incoming_phone_numbers.list()
    assert [(n.phone_number, n.friendly_name, n.sms_url) for n in listed] == [
        ("+12125550100", "+12125550100", ""),
        ("+12125550102", "Maya", "https://x.example/in"),
    ]
    assert listed[0].capabilities == {"voice": True, "sms": True, "mms": True, "fax": False}
    (found,) = handset.twilio.incoming_phone_numbers.list(phone_number="*0102")
    assert found.sid == bought.sid

    path = f"{handset.url}/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers.json"
    for number, code in (("+12125550102", 21422), ("12", 21421)):
        answer = handset.http.post(path, data={"PhoneNumber": number}, auth=(SID, TOKEN))
        assert answer.json()["code"] == code
    answer = handset.http.post(
        handset.url + found.uri, data={"SmsUrl": "nowhere"}, auth=(SID, TOKEN)
    )
    assert answer.json()["code"] == 20001


def test_an_account_can_be_read(handset: Handset) -> None:
    account = handset.twilio.api.accounts(SID).fetch()
    assert (account.sid, account.status, account.auth_token) == (SID, "active", TOKEN)


def test_numbers_are_listed_by_kind_and_short_codes_apart(handset: Handset) -> None:
    for sender in ("+18885550100", SHORT_CODE, "Northwind"):
        handset.put_number(sender)
    numbers = handset.twilio.incoming_phone_numbers
    assert [n.phone_number for n in numbers.list()] == [OURS, "+18885550100"]
    assert [n.phone_number for n in numbers.local.list()] == [OURS]
    assert [n.phone_number for n in numbers.toll_free.list()] == ["+18885550100"]
    (code,) = handset.twilio.api.accounts(SID).short_codes.list()
    assert (code.short_code, code.sid[:2]) == (SHORT_CODE, "SC")


def test_a_short_code_sends_and_is_pointed_at_a_webhook(
    handset: Handset, receiver: Receiver
) -> None:
    handset.put_number(SHORT_CODE)
    (code,) = handset.twilio.api.accounts(SID).short_codes.list()
    changed = code.update(sms_url=f"{receiver.url}/short")
    assert changed.sms_url == f"{receiver.url}/short"
    sent = handset.twilio.messages.create(to=CUSTOMER, from_=SHORT_CODE, body="Hello")
    assert (sent.from_, sent.status) == (SHORT_CODE, "queued")
    handset.say("Hi", number=SHORT_CODE)
    assert receiver.calls[0].fields["To"] == SHORT_CODE


def test_a_short_code_is_no_phone_number(handset: Handset) -> None:
    handset.put_number(SHORT_CODE)
    (code,) = handset.twilio.api.accounts(SID).short_codes.list()
    path = f"{handset.url}/2010-04-01/Accounts/{SID}/IncomingPhoneNumbers/{code.sid}.json"
    assert handset.http.get(path, auth=(SID, TOKEN)).json()["code"] == 20404


def test_a_name_neither_sends_alone_nor_is_answered(handset: Handset) -> None:
    handset.put_number("Northwind")
    refused = handset.refusal(to="+447700900123", from_="Northwind", body="Hello")
    assert refused == (400, 21212)
    text = {"from": CUSTOMER, "to": "Northwind", "body": "Hello?"}
    assert handset.http.post(f"{handset.url}/handset/texts", json=text).status_code == 404


@pytest.mark.parametrize(
    ("status", "code"), [("suspended", 20005), ("funds", 20005), ("unauthorised", 20003)]
)
def test_an_account_in_trouble_can_ask_for_nothing(
    handset: Handset, status: str, code: int
) -> None:
    handset.control("PUT", f"/accounts/{SID}", {"auth_token": TOKEN, "status": status})
    base = f"{handset.url}/2010-04-01/Accounts/{SID}"
    for path in (".json", "/Messages.json", "/IncomingPhoneNumbers.json"):
        answer = handset.http.get(base + path, auth=(SID, TOKEN))
        assert (answer.status_code, answer.json()["code"]) == (401, code)
