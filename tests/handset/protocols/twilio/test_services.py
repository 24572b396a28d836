"""Messaging Services: many senders that send, and are stopped, as one."""

import pytest
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
    TwilioRestException,
)

from tests.handset.conftest import CUSTOMER, OURS, SERVICE, Handset, Receiver, eventually

SECOND = "+12125550101"


@pytest.fixture
def service(handset: Handset) -> Handset:
    """A handset whose account has a service of two numbers."""
    handset.put_number(SECOND)
    handset.put_service(OURS, SECOND)
    return handset


def send(handset: Handset, to: str = CUSTOMER, **more: object) -> str:
    """Send through the service; return the message's sid."""
    message = handset.twilio.messages.create(
        to=to, messaging_service_sid=SERVICE, body="Hello", **more
    )
    return str(message.sid)


def test_a_text_is_accepted_before_its_sender_is_chosen(service: Handset) -> None:
    service.behave(sent_after_seconds=0.6, final_after_seconds=0.6)
    message = service.twilio.messages.create(
        to=CUSTOMER, messaging_service_sid=SERVICE, body="Hello"
    )
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    assert message.messaging_service_sid == SERVICE
    assert service.twilio.messages.list(from_=OURS) == []

    def shown() -> tuple[str, str, str]:
        now = service.twilio.messages(message.sid).fetch()
        return now.status, now.from_, now.num_segments

    eventually(lambda: shown() == ("queued", OURS, "1"))
    eventually(lambda: shown() == ("delivered", OURS, "1"))
    assert len(service.twilio.messages.list(from_=OURS)) == 1


def test_its_callbacks_begin_with_queued_and_name_the_service(
    service: Handset, receiver: Receiver
) -> None:
    send(service, status_callback=receiver.url)
    service.settle()
    assert receiver.statuses() == ["queued", "sent", "delivered"]
    assert receiver.calls[0].fields["MessagingServiceSid"] == SERVICE


def test_it_says_whether_it_makes_links_of_pictures(service: Handset) -> None:
    (shown,) = service.twilio.messaging.v1.services.list()
    assert shown.mms_converter is True
    changed = shown.update(mms_converter=False)
    assert changed.mms_converter is False


def test_the_services_own_callback_url_counts_where_the_request_has_none(
    service: Handset, receiver: Receiver
) -> None:
    service.put_service(OURS, status_callback=f"{receiver.url}/service")
    send(service)
    send(service, status_callback=f"{receiver.url}/own")
    service.settle()
    assert sorted(call.path for call in receiver.calls) == ["/own"] * 3 + ["/service"] * 3


def test_a_customer_keeps_its_sender_and_new_ones_take_turns(service: Handset) -> None:
    for to in (CUSTOMER, CUSTOMER, "+14155550124", "+14155550125", CUSTOMER):
        send(service, to)
    senders = [(request["to"], request["from"]) for request in service.log("request")]
    assert senders == [
        (CUSTOMER, OURS),
        (CUSTOMER, OURS),
        ("+14155550124", SECOND),
        ("+14155550125", OURS),
        (CUSTOMER, OURS),
    ]


def test_a_name_is_the_sender_where_the_country_has_names(service: Handset) -> None:
    service.put_number("Northwind")
    service.put_service(OURS, "Northwind")
    send(service)
    send(service, "+447700900123")
    assert [request["from"] for request in service.log("request")] == [OURS, "Northwind"]


def test_stop_to_one_sender_blocks_all_and_is_told_by_callback(
    service: Handset, receiver: Receiver
) -> None:
    service.say("STOP", number=SECOND)
    sid = send(service, status_callback=receiver.url)
    service.settle()
    assert receiver.statuses() == ["failed"]
    assert receiver.calls[0].fields["ErrorCode"] == "21610"
    assert service.status_of(sid) == ("failed", 21610)
    assert service.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (400, 21610)

    service.say("START", number=OURS)
    eventually(lambda: service.status_of(send(service))[0] == "accepted")


@pytest.mark.parametrize(
    ("numbers", "parameters", "code"),
    [
        pytest.param((), {}, 21704, id="a service without senders"),
        pytest.param((OURS,), {"from_": SECOND}, 21606, id="a sender that is not in it"),
        pytest.param((OURS,), {"messaging_service_sid": "MG" + "1" * 32}, 21701, id="no service"),
        pytest.param(
            (OURS,),
            {"send_at": "2026-12-01T10:00:00Z", "schedule_type": "fixed"},
            35118,
            id="nothing is scheduled",
        ),
    ],
)
def test_a_service_that_cannot_send_refuses(
    service: Handset, numbers: tuple[str, ...], parameters: dict[str, str], code: int
) -> None:
    service.put_service(*numbers)
    wanted = {"to": CUSTOMER, "body": "Hello", "messaging_service_sid": SERVICE} | parameters
    assert service.refusal(**wanted) == (400, code)


def test_a_customers_text_goes_to_the_service_unless_it_leaves_that_to_the_number(
    service: Handset, receiver: Receiver
) -> None:
    service.put_number(OURS, sms_url=f"{receiver.url}/number")
    service.put_service(OURS, inbound_url=f"{receiver.url}/service")
    service.say("one")
    service.put_service(
        OURS, inbound_url=f"{receiver.url}/service", use_inbound_webhook_on_number="true"
    )
    service.say("two")
    assert [call.path for call in receiver.calls] == ["/service", "/number"]
    assert receiver.calls[0].fields["MessagingServiceSid"] == SERVICE
    assert "OptOutType" not in receiver.calls[0].fields


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
def test_advanced_opt_out_names_the_keyword_to_the_webhook(
    service: Handset, receiver: Receiver, word: str
) -> None:
    service.put_service(OURS, opt_outs=True, inbound_url=receiver.url)
    service.say(word)
    service.say(f"{word} it, please")
    assert [call.fields.get("OptOutType") for call in receiver.calls] == [word, None]


def test_services_are_shown_with_their_senders_and_changed(
    service: Handset, receiver: Receiver
) -> None:
    service.put_number("72345")
    service.put_number("Northwind")
    service.put_service(OURS, "72345", "Northwind")
    (shown,) = service.twilio.messaging.v1.services.list()
    assert (shown.sid, shown.inbound_request_url) == (SERVICE, None)
    assert [number.phone_number for number in shown.phone_numbers.list()] == [OURS]
    assert [code.short_code for code in shown.short_codes.list()] == ["72345"]
    assert [name.alpha_sender for name in shown.alpha_senders.list()] == ["Northwind"]

    changed = shown.update(inbound_request_url=receiver.url, use_inbound_webhook_on_number=False)
    assert changed.inbound_request_url == receiver.url
    service.say("Hi")
    assert receiver.calls[0].fields["Body"] == "Hi"
    with pytest.raises(TwilioRestException) as refused:
        service.twilio.messaging.v1.services("MG" + "1" * 32).fetch()
    assert refused.value.code == 20404


def test_a_number_is_in_one_service(service: Handset) -> None:
    account = service.control("GET", "/accounts")["items"][0]
    path = f"{service.url}/handset/accounts/{account['sid']}/pools/{'MG' + '1' * 32}"
    assert service.http.put(path, json={"numbers": [OURS]}).status_code == 409
    assert service.http.put(path, json={"numbers": ["+12125550199"]}).status_code == 404
