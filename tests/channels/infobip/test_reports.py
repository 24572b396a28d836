from typing import Any

import pytest

from channels.infobip.reports import price_of, said_of, status_report
from channels.interface import Price, StatusReport
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.infobip.conftest import (
    MESSAGE_ID,
    make_error,
    make_report,
    make_status,
)


@pytest.mark.parametrize(
    ("status", "group", "ours"),
    [
        pytest.param(26, 1, MessageStatus.QUEUED, id="accepted"),
        pytest.param(7, 1, MessageStatus.SENT, id="enroute"),
        pytest.param(3, 1, MessageStatus.SENT, id="waiting for its receipt"),
        pytest.param(777, 1, MessageStatus.QUEUED, id="an unknown way of waiting"),
        pytest.param(2, 3, MessageStatus.SENT, id="delivered to the operator only"),
        pytest.param(5, 3, MessageStatus.DELIVERED, id="delivered to the handset"),
        pytest.param(777, 3, None, id="delivered to nobody knows whom"),
        pytest.param(4, 2, MessageStatus.UNDELIVERED, id="rejected by the operator"),
        pytest.param(9, 2, MessageStatus.UNDELIVERED, id="not delivered"),
        pytest.param(31, 2, MessageStatus.FAILED, id="not sent"),
        pytest.param(777, 2, MessageStatus.UNDELIVERED, id="an unknown way not to arrive"),
        pytest.param(15, 4, MessageStatus.UNDELIVERED, id="expired"),
        pytest.param(29, 4, MessageStatus.SENT, id="no receipt ever came"),
        pytest.param(777, 4, MessageStatus.UNDELIVERED, id="an unknown way to expire"),
        pytest.param(12, 5, MessageStatus.FAILED, id="rejected"),
        pytest.param(777, 5, MessageStatus.FAILED, id="an unknown way to be rejected"),
        pytest.param(23, 5, None, id="a repeat was rejected, not the text"),
        pytest.param(777, 6, None, id="a group of tomorrow"),
    ],
)
def test_each_state_of_infobips_has_its_counterpart(
    status: int, group: int, ours: MessageStatus | None
) -> None:
    report = status_report(make_report(status=make_status(status, group)))
    assert report.status is ours
    has_failed = ours in (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
    assert (report.failure is not None, report.reason is not None) == (has_failed, has_failed)


def test_a_report_says_why_a_text_failed_whose_it_is_and_what_it_cost() -> None:
    report = status_report(
        make_report(status=make_status(9, 2), error=make_error(27, 1, permanent=False))
    )
    assert report == StatusReport(
        provider_message_id=str(MESSAGE_ID),
        status=MessageStatus.UNDELIVERED,
        code="error 27",
        failure=FailureKind.RETRY_ONCE,
        reason="The phone could not be reached: perhaps it was off or had no signal.",
        message_id=MESSAGE_ID,
        price=Price(70_200, "EUR"),
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({}, FailureKind.RETRY_ONCE),
        (None, FailureKind.RETRY_ONCE),
        ({"id": 7777, "permanent": True}, FailureKind.NEVER),
        ({"id": 7777, "permanent": True, "groupId": "HANDSET"}, FailureKind.NEVER),
        ({"id": 7777, "permanent": True, "groupId": 1}, FailureKind.NUMBER),
        ({"id": 7777, "permanent": "true", "groupId": 1}, FailureKind.RETRY_ONCE),
        ({"id": "27"}, FailureKind.RETRY_ONCE),
    ],
)
def test_an_error_object_may_lack_anything(error: Any, kind: FailureKind) -> None:
    report = status_report(make_report(status=make_status(9, 2), error=error))
    assert report.failure is kind


@pytest.mark.parametrize(
    ("fields", "is_ours"),
    [
        ({}, True),
        ({"callbackData": ""}, True),
        ({"callbackData": "campaign 7"}, True),
        ({"callbackData": None}, True),
        ({"messageId": "34bc-12"}, True),
        ({"messageId": "34bc-12", "callbackData": "campaign 7"}, False),
    ],
)
def test_our_id_is_read_from_what_we_gave_it_to_carry(
    fields: dict[str, Any], is_ours: bool
) -> None:
    report = status_report(make_report() | fields)
    assert report.message_id == (MESSAGE_ID if is_ours else None)


@pytest.mark.parametrize(
    "fields",
    [
        {"messageId": ""},
        {"messageId": None},
        {"messageId": 17},
        {"status": None},
        {"status": {}},
        {"status": {"id": "5", "groupId": 3}},
        {"status": {"id": 5}},
    ],
)
def test_a_report_without_its_id_or_its_status_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no "):
        status_report(make_report() | fields)


@pytest.mark.parametrize(
    ("price", "parts", "ours"),
    [
        ({"pricePerMessage": 0.01, "currency": "EUR"}, 1, Price(10_000, "EUR")),
        ({"pricePerMessage": 0.0079, "currency": "USD"}, 3, Price(23_700, "USD")),
        ({"pricePerMessage": 0.1, "currency": "EUR"}, 3, Price(300_000, "EUR")),
        ({"pricePerMessage": 0, "currency": "EUR"}, 1, Price(0, "EUR")),
        ({"pricePerMessage": 1, "currency": "EUR"}, None, Price(1_000_000, "EUR")),
        ({"pricePerMessage": 0.01, "currency": "EUR"}, 0, Price(10_000, "EUR")),
        ({"pricePerMessage": 0.01, "currency": "UNKNOWN"}, 1, None),
        ({"pricePerMessage": float("nan"), "currency": "EUR"}, 1, None),
        ({"pricePerMessage": "0.01", "currency": "EUR"}, 1, None),
        ({"pricePerMessage": None, "currency": "EUR"}, 1, None),
        ({"currency": "EUR"}, 1, None),
        ({}, 1, None),
        (None, 1, None),
    ],
)
def test_the_price_of_a_text_is_that_of_all_its_parts(
    price: Any, parts: Any, ours: Price | None
) -> None:
    assert price_of({"price": price, "messageCount": parts}) == ours


def test_a_text_on_its_way_has_not_failed_whatever_its_error_says() -> None:
    entry = make_report(status=make_status(7, 1), error=make_error(27, 1))
    assert said_of(entry).failure() is None
