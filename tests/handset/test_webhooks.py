"""The webhooks of the carrier: status callbacks and customers' texts, as their receiver gets them."""

import socket

import pytest
from twilio.request_validator import (  # type: ignore[import-untyped]  # it has no types
    RequestValidator,
)

from tests.handset.conftest import (
    CUSTOMER,
    OURS,
    SID,
    TOKEN,
    Call,
    Handset,
    Receiver,
)


def is_signed(call: Call, url: str, token: str = TOKEN) -> bool:
    """Ask Twilio's own validator."""
    signature = call.headers["X-Twilio-Signature"]
    return bool(RequestValidator(token).validate(url, call.fields, signature))


def test_a_text_is_reported_sent_and_delivered_with_twilios_form(
    handset: Handset, receiver: Receiver
) -> None:
    url = f"{receiver.url}/status?message=1&x=%20"
    message = handset.send(status_callback=url)
    handset.settle()

    assert receiver.statuses() == ["sent", "delivered"]
    last = receiver.calls[-1]
    assert last.path == "/status?message=1&x=%20"
    assert last.fields == {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "From": "+12125550100",
        "To": "+14155550123",
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
    }
    assert last.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert all(is_signed(call, url) for call in receiver.calls)
    assert not is_signed(last, url, token="another token")
    assert not is_signed(last, url + "0")


def test_an_undelivered_text_is_reported_with_its_error_code(
    handset: Handset, receiver: Receiver
) -> None:
    handset.send(to="+16465550181", status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["sent", "undelivered"]
    assert "ErrorCode" not in receiver.calls[0].fields
    assert receiver.calls[1].fields["ErrorCode"] == "30005"


def test_a_filtered_text_fails_without_ever_being_sent(
    handset: Handset, receiver: Receiver
) -> None:
    handset.send(to="+16465550183", status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["failed"]


def test_no_more_comes_after_sent_where_there_is_no_receipt(
    handset: Handset, receiver: Receiver
) -> None:
    handset.send(to="+16465550185", status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["sent"]


def test_a_callback_that_fails_is_tried_again_with_the_same_token(
    handset: Handset, receiver: Receiver
) -> None:
    receiver.answers = [500, 302, 404]
    handset.behave(webhook_backoff_seconds=0.01, final_after_seconds=5, outcome="sent")
    handset.send(status_callback=receiver.url)
    handset.settle()

    assert receiver.statuses() == ["sent", "sent", "sent", "sent"]
    assert len({call.headers["I-Twilio-Idempotency-Token"] for call in receiver.calls}) == 1
    log = [
        (e["attempt"], e["http_status"], e["answered"], e["done"]) for e in handset.log("callback")
    ]
    assert log == [
        (1, 500, False, False),
        (2, 302, False, False),
        (3, 404, False, False),
        (4, 204, True, True),
    ]


def test_a_callback_nobody_takes_is_given_up_and_noted(
    handset: Handset, receiver: Receiver
) -> None:
    receiver.answers = [500] * 9
    handset.behave(webhook_backoff_seconds=0.01, webhook_attempts=2, outcome="sent")
    handset.send(status_callback=receiver.url)
    handset.settle()
    assert len(receiver.calls) == 2
    assert [(e["answered"], e["done"]) for e in handset.log("callback")] == [
        (False, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("fragment", "attempts"),
    [("rc=2&rp=all", 3), ("rc=2&rp=5xx", 3), ("rc=2&rp=4xx,5xx", 3), ("rc=2", 1), ("rp=4xx", 1)],
)
def test_the_fragment_of_the_url_overrides_the_retries(
    handset: Handset, receiver: Receiver, fragment: str, attempts: int
) -> None:
    receiver.answers = [500] * 9
    handset.behave(webhook_backoff_seconds=0.01, outcome="sent")
    handset.send(status_callback=f"{receiver.url}/status#{fragment}")
    handset.settle()
    assert len(receiver.calls) == attempts
    assert receiver.calls[0].path == "/status"
    assert is_signed(receiver.calls[0], f"{receiver.url}/status")


def test_callbacks_come_twice(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callback_duplicate=1)
    handset.send(status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["sent", "sent", "delivered", "delivered"]


def test_callbacks_come_out_of_order(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callback_out_of_order=1)
    handset.send(status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["delivered", "sent"]


def test_callbacks_come_before_the_answer(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callback_before_answer=1, sent_after_seconds=60, final_after_seconds=60)
    message = handset.send(status_callback=receiver.url)
    assert sorted(receiver.statuses()) == ["delivered", "sent"]
    assert message.status == "queued"
    assert handset.twilio.messages(message.sid).fetch().status == "delivered"


def test_callbacks_never_come_though_the_text_arrives(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callback_never=1, sent_after_seconds=0, final_after_seconds=0)
    message = handset.send(status_callback=receiver.url)
    assert handset.control("GET", "/health")["open_webhooks"] == 0
    assert handset.twilio.messages(message.sid).fetch().status == "delivered"


def test_callbacks_are_off_for_all(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callbacks=False)
    handset.send(status_callback=receiver.url)
    assert handset.control("GET", "/health")["open_webhooks"] == 0
    assert handset.log("request")[0]["calls"] == []


def test_callbacks_come_late(handset: Handset, receiver: Receiver) -> None:
    handset.behave(callback_delay_seconds=600, sent_after_seconds=0, final_after_seconds=0)
    message = handset.send(status_callback=receiver.url)
    assert handset.twilio.messages(message.sid).fetch().status == "delivered"
    assert handset.control("GET", "/health")["open_webhooks"] == 2
    assert receiver.calls == []


def test_a_lost_answer_is_still_called_back(handset: Handset, receiver: Receiver) -> None:
    handset.behave(error_after=1)
    handset.refusal(to=CUSTOMER, from_=OURS, body="Hello", status_callback=receiver.url)
    handset.settle()
    assert receiver.statuses() == ["sent", "delivered"]


def test_a_customers_text_reaches_the_numbers_webhook(handset: Handset, receiver: Receiver) -> None:
    url = f"{receiver.url}/in?account=1"
    handset.connect(sms_url=url)
    answer = handset.say("Yes, please 😀")

    (call,) = receiver.calls
    assert call.fields == {
        "AccountSid": SID,
        "ApiVersion": "2010-04-01",
        "From": "+14155550123",
        "To": "+12125550100",
        "MessageSid": answer["sid"],
        "SmsSid": answer["sid"],
        "SmsMessageSid": answer["sid"],
        "SmsStatus": "received",
        "Body": "Yes, please 😀",
        "NumMedia": "0",
        "NumSegments": "1",
    }
    assert is_signed(call, url)
    assert answer["webhook"] == {
        "answered": True,
        "attempts": 1,
        "http_status": 204,
        "error": None,
    }
    inbound = handset.twilio.messages(answer["sid"]).fetch()
    assert (inbound.direction, inbound.status, inbound.body) == (
        "inbound",
        "received",
        "Yes, please 😀",
    )


def test_an_empty_text_keeps_its_empty_body(handset: Handset, receiver: Receiver) -> None:
    handset.connect(sms_url=f"{receiver.url}/in")
    handset.say("")
    assert ("Body", "") in receiver.calls[0].form
    assert is_signed(receiver.calls[0], f"{receiver.url}/in")


def test_a_webhook_by_get_has_its_parameters_in_the_signed_url(
    handset: Handset, receiver: Receiver
) -> None:
    (number,) = handset.twilio.incoming_phone_numbers.list()
    number.update(sms_url=f"{receiver.url}/in?a=1", sms_method="GET")
    handset.say("Hi & bye")
    (call,) = receiver.calls
    assert call.form == []
    assert "&Body=Hi+%26+bye&" in call.path
    signature = call.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(receiver.url + call.path, {}, signature)


def test_a_text_no_webhook_takes_is_kept_as_undelivered(
    handset: Handset, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    handset.behave(webhook_attempts=2, webhook_backoff_seconds=0.01)
    handset.connect(sms_url=receiver.url)
    answer = handset.say("Anybody there?")

    assert answer["webhook"] == {
        "answered": False,
        "attempts": 2,
        "http_status": 503,
        "error": None,
    }
    assert [(e["sid"], e["answered"], e["done"]) for e in handset.log("webhook")] == [
        (answer["sid"], False, False),
        (answer["sid"], False, True),
    ]


def test_a_text_to_nobody_listening_says_so(handset: Handset) -> None:
    handset.behave(webhook_attempts=1)
    handset.connect(sms_url="http://127.0.0.1:9/in")
    webhook = handset.say("Hello?")["webhook"]
    assert (webhook["answered"], webhook["http_status"]) == (False, None)
    assert webhook["error"].startswith("ConnectError")


def test_a_text_to_a_number_without_a_webhook_is_kept_as_undelivered(handset: Handset) -> None:
    answer = handset.say("Hello?")
    assert answer["webhook"]["answered"] is False
    (entry,) = handset.log("webhook")
    assert (entry["sid"], entry["error"]) == (answer["sid"], "the number has no webhook")


def test_a_forged_copy_comes_first_and_is_noted_apart(handset: Handset, receiver: Receiver) -> None:
    receiver.answers = [403]
    handset.behave(webhook_forged=1, outcome="sent")
    handset.send(status_callback=receiver.url)
    handset.settle()
    forged, right = receiver.calls
    assert forged.fields == right.fields
    assert not is_signed(forged, receiver.url)
    assert is_signed(right, receiver.url)
    assert [entry["http_status"] for entry in handset.log("forged")] == [403]
    assert [(e["attempt"], e["http_status"]) for e in handset.log("callback")] == [(1, 204)]


def test_an_inbound_text_is_forged_too_but_once_only(handset: Handset, receiver: Receiver) -> None:
    receiver.answers = [403, 503]
    handset.behave(webhook_forged=1, webhook_backoff_seconds=0.01)
    handset.connect(sms_url=receiver.url)
    assert handset.say("Hi")["webhook"]["attempts"] == 2
    assert [is_signed(call, receiver.url) for call in receiver.calls] == [False, True, True]


def test_a_lost_webhook_is_never_made_and_the_list_has_what_it_was_about(
    handset: Handset, receiver: Receiver
) -> None:
    handset.behave(webhook_lost=1, sent_after_seconds=0, final_after_seconds=0)
    handset.connect(sms_url=receiver.url)
    handset.send("ours", status_callback=receiver.url)
    answer = handset.say("theirs")

    assert answer["webhook"]["answered"] is False
    assert receiver.calls == []
    assert [call["lost"] for call in handset.log("request")[0]["calls"]] == [True, True]
    (entry,) = handset.log("webhook")
    assert (entry["sid"], entry["error"]) == (answer["sid"], "lost by the carrier")
    listed = [(text.body, text.status) for text in handset.twilio.messages.list()]
    assert listed == [("theirs", "received"), ("ours", "delivered")]


def test_a_url_is_called_as_it_was_given(handset: Handset, receiver: Receiver) -> None:
    url = f"{receiver.url}/a%2Fb/%7Ec?x=%41&y=a+b&z=%20"
    handset.behave(outcome="sent")
    handset.send(status_callback=url)
    handset.settle()
    assert receiver.calls[0].path == "/a%2Fb/%7Ec?x=%41&y=a+b&z=%20"
    assert is_signed(receiver.calls[0], url)


def test_a_receiver_that_does_not_answer_in_time_is_given_up(handset: Handset) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        handset.behave(webhook_timeout_seconds=0.05, webhook_attempts=1)
        handset.connect(sms_url=url)
        webhook = handset.say("Hi")["webhook"]
    assert (webhook["answered"], webhook["http_status"]) == (False, None)
    assert "Timeout" in webhook["error"]
