import json
from typing import Any
from uuid import UUID

import pytest

from channels.errors import UnreadableWebhook
from channels.interface import InboundText, StatusReport, Webhook
from channels.telesign.webhooks import INBOUND_ANSWER, is_signed_by, parse_inbound, parse_status
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.telesign.conftest import (
    API_KEY,
    CALLBACK,
    CUSTOMER_ID,
    KEY,
    MESSAGE_ID,
    REFERENCE_ID,
    make_call,
    make_inbound,
    make_status,
)

# The signature

VECTOR_BODY = b'{"reference_id":"0123456789ABCDEF0123456789ABCDEF","status":{"code":200}}'
VECTOR = "FHLQX8knyNYo4HRx0Gxe7RlX9mX2XYP3v2VtZLyMQI4="
LATIN_BODY = b"\xff\xfe is no UTF-8"
LATIN = make_call(LATIN_BODY).headers["Authorization"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Authorization": VECTOR}, VECTOR_BODY),
        ({"authorization": f" {VECTOR} "}, VECTOR_BODY),
        ({"Authorization": f"TSA {CUSTOMER_ID}:{VECTOR}"}, VECTOR_BODY),
        ({"X-TS-Authorization": f"TSA {CUSTOMER_ID}:{VECTOR}"}, VECTOR_BODY),
        ({"x-ts-authorization": VECTOR, "Authorization": "Basic cHJveHk6cHJveHk="}, VECTOR_BODY),
        ({"Authorization": LATIN}, LATIN_BODY),
    ],
)
def test_a_call_that_telesign_signed_is_genuine(headers: dict[str, str], body: bytes) -> None:
    assert is_signed_by(API_KEY, Webhook(CALLBACK, headers, body))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, VECTOR_BODY),
        ({"Authorization": ""}, VECTOR_BODY),
        ({"Authorization": f"TSA {CUSTOMER_ID}:"}, VECTOR_BODY),
        ({"Authorization": VECTOR.lower()}, VECTOR_BODY),
        ({"Authorization": VECTOR[:-1]}, VECTOR_BODY),
        ({"Authorization": "ÿ"}, VECTOR_BODY),
        ({"Authorization": VECTOR}, VECTOR_BODY + b"\n"),
        ({"Authorization": VECTOR}, VECTOR_BODY.replace(b"200", b"210")),
        ({"Signature": VECTOR}, VECTOR_BODY),
    ],
)
def test_a_call_that_telesign_did_not_sign_is_not(headers: dict[str, str], body: bytes) -> None:
    assert not is_signed_by(API_KEY, Webhook(CALLBACK, headers, body))


def test_a_call_signed_with_another_key_is_not_genuine() -> None:
    assert is_signed_by(API_KEY, make_call({"a": 1}))
    assert not is_signed_by(API_KEY, make_call({"a": 1}, key=KEY[:-1]))


def test_telesign_is_answered_with_the_200_it_expects() -> None:
    assert (INBOUND_ANSWER.status_code, INBOUND_ANSWER.body) == (200, b"{}")


# Customers' texts


def test_a_customers_text_is_read_as_it_was_written() -> None:
    assert parse_inbound(make_call(make_inbound())) == [
        InboundText(
            provider_message_id=REFERENCE_ID,
            from_number="+12125550123",
            to_number="+15005550006",
            body="Yes, gladly",
            keyword=None,
        )
    ]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("👩‍👩‍👧 & é ﷽\n", "👩‍👩‍👧 & é ﷽\n"),
        ("x" * 1600, "x" * 1600),
        ("", ""),
        (None, ""),
        ("a\x00b", "a\ufffdb"),
        ("half a pair: \ud83d", "half a pair: \ufffd"),
    ],
)
def test_every_text_is_taken(theirs: str | None, ours: str) -> None:
    for dump in (json.dumps, lambda content: json.dumps(content, ensure_ascii=False)):
        # what UTF-8 cannot write is escaped
        raw = dump(make_inbound(mo_message=theirs)).encode(errors="backslashreplace")
        assert [text.body for text in parse_inbound(make_call(raw))] == [ours]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("12125550123", "+12125550123"),
        ("+12125550123", "+12125550123"),
        ("447700900123", "+447700900123"),
        ("54321", "54321"),
        ("123456", "123456"),
        ("29022222", "+29022222"),
        ("6834000", "+6834000"),
        ("12345678", "12345678"),
        ("Bakery", "Bakery"),
        (" Café 24 ", "Café 24"),
        ("٣٤٥٦٧٨٩٠١٢", "٣٤٥٦٧٨٩٠١٢"),
    ],
)
def test_numbers_are_written_our_way_and_short_codes_and_names_stay(theirs: str, ours: str) -> None:
    (text,) = parse_inbound(make_call(make_inbound(phone_number=theirs, sender_id=theirs)))
    assert (text.from_number, text.to_number) == (ours, ours)


@pytest.mark.parametrize(
    ("action", "keyword"),
    [
        ("stop", "stop"),
        ("START", "start"),
        ("help", "help"),
        ("generic", None),
        (None, None),
        (7, None),
    ],
)
def test_what_telesign_recognised_is_told(action: Any, keyword: str | None) -> None:
    (text,) = parse_inbound(make_call(make_inbound(action=action)))
    assert text.keyword == keyword


def test_a_delivery_report_at_the_address_for_texts_is_no_text() -> None:
    assert parse_inbound(make_call(make_status(200))) == []
    assert parse_inbound(make_call(make_status(200, sub_resource="sms"))) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b"reference_id=1",
        {"sub_resource": "mo_sms"},
        {"sub_resource": "mo_sms", "user_response": []},
        make_inbound() | {"reference_id": None},
        make_inbound(phone_number=""),
        make_inbound(phone_number=12125550123),
        make_inbound(sender_id=None),
        make_inbound(mo_message=["a"]),
    ],
)
def test_a_call_that_is_no_text_of_telesigns_is_unreadable(content: Any) -> None:
    with pytest.raises(UnreadableWebhook):
        parse_inbound(make_call(content))


# What became of ours


@pytest.mark.parametrize(
    ("code", "status", "failure", "reason"),
    [
        (290, MessageStatus.QUEUED, None, None),
        (203, MessageStatus.SENT, None, None),
        ("200", MessageStatus.DELIVERED, None, None),
        (251, MessageStatus.SENT, None, None),
        (
            210,
            MessageStatus.UNDELIVERED,
            FailureKind.RETRY_ONCE,
            "The phone could not be reached: perhaps it was off, full or without signal.",
        ),
        (
            237,
            MessageStatus.FAILED,
            FailureKind.SENDER,
            "Our TeleSign account may not text this country. Tell your administrator.",
        ),
    ],
)
def test_a_report_says_what_became_of_a_text(
    code: int | str, status: MessageStatus, failure: FailureKind | None, reason: str | None
) -> None:
    call = make_call(make_status(code, external_id=str(MESSAGE_ID)))
    assert parse_status(call) == [
        StatusReport(
            REFERENCE_ID, status, str(code) if failure else None, failure, reason, MESSAGE_ID
        )
    ]


@pytest.mark.parametrize("code", [599, 299])
def test_a_code_that_says_nothing_is_told_and_moves_no_text(code: int) -> None:
    assert parse_status(make_call(make_status(code))) == [
        StatusReport(REFERENCE_ID, None, str(code), None, None)
    ]


OTHER_ID = UUID("01936d3e-0000-7000-8000-000000000002")


@pytest.mark.parametrize(
    ("external_id", "url", "message_id"),
    [
        (str(MESSAGE_ID), "https://sms.example.org/s", MESSAGE_ID),
        (str(MESSAGE_ID), f"https://sms.example.org/s?message={OTHER_ID}", MESSAGE_ID),
        (None, f"https://sms.example.org/s?message={OTHER_ID}", OTHER_ID),
        ("order 7", f"https://sms.example.org/s?a=b&message={OTHER_ID}", OTHER_ID),
        (7, "https://sms.example.org/s?message=7", None),
        (None, "https://sms.example.org/s", None),
    ],
)
def test_the_text_is_ours_by_the_signed_id_before_the_address(
    external_id: Any, url: str, message_id: UUID | None
) -> None:
    call = make_call(make_status(200, external_id=external_id), url=url)
    assert [report.message_id for report in parse_status(call)] == [message_id]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        {"reference_id": REFERENCE_ID},
        {"reference_id": REFERENCE_ID, "status": {"code": "delivered"}},
        {"reference_id": "", "status": {"code": 200}},
        {"status": {"code": 200}},
    ],
)
def test_a_call_that_is_no_report_is_unreadable(content: Any) -> None:
    with pytest.raises(UnreadableWebhook):
        parse_status(make_call(content))


def test_a_customers_text_at_the_address_for_reports_is_not_taken_and_lost() -> None:
    with pytest.raises(UnreadableWebhook, match="a customer's text"):
        parse_status(make_call(make_inbound()))
