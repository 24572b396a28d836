from typing import Any

import pytest

from channels.interface import Price, StatusReport
from channels.telesign import reports
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.telesign.conftest import (
    FIRST_PART,
    MESSAGE_ID,
    REFERENCE_ID,
    SECOND_PART,
    by_id,
    make_channel,
    make_status,
)


@pytest.mark.parametrize(
    ("info", "price"),
    [
        ({"price": "0.0079", "currency": "USD"}, Price(7900, "USD")),
        ({"price": "0.01", "currency": "EUR", "mcc": "310"}, Price(10000, "EUR")),
        ({"price": 0.5, "currency": "USD"}, Price(500000, "USD")),
        ({"price": "-0.01", "currency": "USD"}, Price(10000, "USD")),
        ({"price": "0.01"}, None),
        ({"price": "1e9999", "currency": "USD"}, None),
        ({"price": "NaN", "currency": "USD"}, None),
        ({"price": None, "currency": "USD"}, None),
        ({"price": "0.01", "currency": "dollars"}, None),
        ([], None),
        (None, None),
    ],
)
def test_what_a_text_costs_is_told_in_millionths(info: Any, price: Price | None) -> None:
    assert reports.read(make_status(200, additional_info=info)).about.price == price


def about_part(code: int, **info: Any) -> StatusReport:
    content = make_status(
        code,
        reference_id=FIRST_PART,
        external_id=str(MESSAGE_ID),
        additional_info={"price": "0.01", "currency": "USD", **info},
    )
    return reports.read(content).about


PARTS: dict[str, Any] = {
    "message_parts_count": "2",
    "message_parts_reference_ids": f"{FIRST_PART}, {SECOND_PART}",
}


@pytest.mark.parametrize(
    "info",
    [
        PARTS,
        {"message_parts_count": 2},
        {"message_parts_reference_ids": f"{FIRST_PART},{SECOND_PART}"},
    ],
)
def test_a_delivered_part_does_not_make_a_long_text_delivered(info: dict[str, Any]) -> None:
    on_its_way = StatusReport(FIRST_PART, MessageStatus.SENT, None, None, None, MESSAGE_ID)
    assert about_part(200, **info) == on_its_way


def test_a_lost_part_leaves_a_long_text_undelivered_and_not_to_be_repeated() -> None:
    assert about_part(221, **PARTS) == StatusReport(
        FIRST_PART,
        MessageStatus.UNDELIVERED,
        "221",
        FailureKind.UNKNOWN,
        "A part of this long text did not arrive. The customer may have read the rest.",
        MESSAGE_ID,
    )


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"message_parts_count": 1, "message_parts_reference_ids": FIRST_PART},
        {"message_parts_count": 2, "message_parts_reference_ids": f"{SECOND_PART},{REFERENCE_ID}"},
    ],
)
def test_a_report_about_the_whole_text_settles_it(info: dict[str, Any]) -> None:
    report = about_part(200, **info)
    assert (report.status, report.price) == (MessageStatus.DELIVERED, Price(10000, "USD"))


# Of all the parts together


def part(reference_id: str, code: int, *, count: int = 2, listed: str = "") -> dict[str, Any]:
    return make_status(
        code,
        reference_id=reference_id,
        external_id=str(MESSAGE_ID),
        additional_info={
            "message_parts_count": count,
            "message_parts_reference_ids": listed or f"{FIRST_PART},{SECOND_PART}",
        },
    )


@pytest.mark.parametrize(
    ("codes", "status", "code", "failure"),
    [
        ((200, 200), MessageStatus.DELIVERED, None, None),
        ((200, 203), MessageStatus.SENT, None, None),
        ((290, 200), MessageStatus.SENT, None, None),
        ((290, 290), MessageStatus.QUEUED, None, None),
        ((200, None), MessageStatus.SENT, None, None),
        ((200, 210), MessageStatus.UNDELIVERED, "210", FailureKind.UNKNOWN),
        ((510, 200), MessageStatus.UNDELIVERED, "510", FailureKind.OPT_OUT),
    ],
)
async def test_a_long_text_is_what_all_its_parts_are(
    codes: tuple[int, int | None],
    status: MessageStatus,
    code: str | None,
    failure: FailureKind | None,
) -> None:
    first, second = codes
    answers = {FIRST_PART: part(FIRST_PART, first)}
    if second is not None:
        answers[SECOND_PART] = part(SECOND_PART, second)
    report = await make_channel(by_id(answers)).look_up(FIRST_PART)
    assert report is not None
    assert (report.status, report.code, report.failure) == (status, code, failure)
    assert report.message_id == MESSAGE_ID


async def test_a_part_that_is_not_listed_keeps_a_long_text_from_being_delivered() -> None:
    listed = f"{FIRST_PART},{SECOND_PART},{SECOND_PART}"
    answers = {
        FIRST_PART: part(FIRST_PART, 200, count=3, listed=listed),
        SECOND_PART: part(SECOND_PART, 200, count=3, listed=listed),
    }
    report = await make_channel(by_id(answers)).look_up(FIRST_PART)
    assert report is not None
    assert report.status is MessageStatus.SENT


async def test_a_report_about_the_whole_text_needs_none_of_its_parts() -> None:
    whole = part(REFERENCE_ID, 200)
    report = await make_channel(by_id({REFERENCE_ID: whole})).look_up(REFERENCE_ID)
    assert report is not None
    assert report.status is MessageStatus.DELIVERED
