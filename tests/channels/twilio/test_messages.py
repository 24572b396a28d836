import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.errors import ProviderUnavailable
from channels.interface import Price, ProviderMessage, SentText, StatusReport
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from tests.channels.twilio.conftest import (
    BODY,
    MESSAGE_ID,
    OURS,
    ROOT,
    SERVICE,
    SID,
    THEIRS,
    Handler,
    always,
    by_path,
    make_channel,
    make_error,
    make_message,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SENT = SentText(MESSAGE_ID, OURS, THEIRS, NOON)


def page(messages: list[dict[str, Any]], next_page_uri: str | None = None) -> httpx.Response:
    content = {
        "first_page_uri": "/x",
        "next_page_uri": next_page_uri,
        "previous_page_uri": None,
        "uri": "/x",
        "page": 0,
        "page_size": 100,
        "start": 0,
        "end": 99,
        "messages": messages,
    }
    # with escapes, as halves of surrogate pairs can only be written so
    return httpx.Response(200, content=json.dumps(content).encode())


FIRST_PAGE = "/Messages.json?To=%2B12125550123&From=%2B15005550006&PageSize=100"
SECOND_PAGE = FIRST_PAGE + "&Page=1&PageToken=PASM3"
THIRD_PAGE = FIRST_PAGE + "&Page=2&PageToken=PASM5"


def created_at(clock: str, sid: str) -> dict[str, Any]:
    return make_message(sid=sid, date_created=f"Mon, 23 Nov 2026 {clock} +0000")


async def test_the_list_holds_what_was_created_since_over_all_its_pages() -> None:
    channel = make_channel(
        by_path(
            {
                FIRST_PAGE: page(
                    [created_at("12:00:09", "SM1"), created_at("12:00:08", "SM2")],
                    ROOT + SECOND_PAGE,
                ),
                SECOND_PAGE: page(
                    [created_at("12:00:00", "SM3"), created_at("11:59:59", "SM4")],
                    ROOT + THIRD_PAGE,
                ),
                THIRD_PAGE: page([created_at("11:00:00", "SM5")], ROOT + "/no-such-page"),
            }
        )
    )
    found = await channel.find_sent(SENT)
    assert [message.provider_message_id for message in found] == ["SM1", "SM2", "SM3"]
    assert found[2] == ProviderMessage(
        provider_message_id="SM3",
        direction=Direction.OUTBOUND,
        status=MessageStatus.QUEUED,
        from_number=OURS,
        to_number=THEIRS,
        body=BODY,
        created_at=NOON,
        code=None,
    )


async def test_a_text_created_in_the_second_of_the_attempt_is_found() -> None:
    channel = make_channel(by_path({FIRST_PAGE: page([created_at("12:00:00", "SM1")])}))
    since = NOON + timedelta(milliseconds=700)
    assert len(await channel.find_sent(SentText(MESSAGE_ID, OURS, THEIRS, since))) == 1


async def test_a_list_whose_next_page_is_itself_ends() -> None:
    endless = page([created_at("12:00:09", "SM1")], ROOT + FIRST_PAGE)
    channel = make_channel(by_path({FIRST_PAGE: endless}))
    found = await channel.find_sent(SENT)
    assert [message.provider_message_id for message in found] == ["SM1"]


async def test_an_empty_list_is_a_list() -> None:
    channel = make_channel(by_path({FIRST_PAGE: page([])}))
    assert await channel.find_sent(SENT) == []


async def test_a_next_page_elsewhere_is_not_asked() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        elsewhere = {"key": "messages", "next_page_url": "https://elsewhere.example.org/"}
        return httpx.Response(200, json={"messages": [make_message()], "meta": elsewhere})

    with pytest.raises(ProviderUnavailable, match="another address"):
        await make_channel(answer).find_sent(SENT)
    assert asked == ["carrier.example.org"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (always(500, {}), "HTTP 500"),
        (always(401, make_error(20003, 401)), "HTTP 401, error 20003"),
        (always(302), "HTTP 302"),
        (always(200, b"<html></html>"), "could not be read"),
        (always(200, {}), "could not be read"),
        (always(200, {"messages": [{}]}), "could not be read"),
        (always(200, {"messages": [make_message(date_created=None)]}), "could not be read"),
        (always(200, {"messages": {"sid": SID}}), "could not be read"),
    ],
)
async def test_a_list_that_cannot_be_had_is_no_empty_list(answer: Handler, words: str) -> None:
    with pytest.raises(ProviderUnavailable, match=words):
        await make_channel(answer).find_sent(SENT)


async def test_a_text_is_looked_up_by_its_id() -> None:
    failed = make_message(
        status="undelivered", error_code=30003, price="-0.00790", **{"from": None}
    )
    channel = make_channel(by_path({f"/Messages/{SID}.json": httpx.Response(200, json=failed)}))
    assert await channel.look_up(SID) == StatusReport(
        provider_message_id=SID,
        status=MessageStatus.UNDELIVERED,
        code="30003",
        failure=FailureKind.RETRY_ONCE,
        reason="The phone could not be reached: perhaps it was off or had no signal.",
        price=Price(7900, "USD"),
    )
    assert await channel.look_up("SM00000000000000000000000000000009") is None


async def test_a_missing_page_is_not_taken_for_a_missing_text() -> None:
    with pytest.raises(ProviderUnavailable, match="HTTP 404"):
        await make_channel(always(404, b"nginx")).look_up(SID)


# The whole list


WHOLE_LIST = "/Messages.json?PageSize=1000"
NEXT_OF_WHOLE = WHOLE_LIST + "&Page=1&PageToken=PASM2"


async def listed(answers: dict[str, httpx.Response], *, until: datetime) -> list[ProviderMessage]:
    found = make_channel(by_path(answers)).list_messages(since=NOON, until=until)
    return [message async for message in found]


async def test_the_whole_list_has_texts_both_ways_over_all_its_pages_up_to_a_time() -> None:
    waiting = created_at("12:00:05", "SM2") | {"date_sent": None, "status": "accepted"}
    theirs = created_at("12:00:00", "SM3") | {
        "direction": "inbound",
        "status": "received",
        "from": THEIRS,
        "to": OURS,
        "num_media": "2",
        "messaging_service_sid": SERVICE,
        "price": "-0.0075",
        "body": "a\x00b\ud83d",
    }
    found = await listed(
        {
            WHOLE_LIST: page([created_at("12:00:09", "SM1"), waiting], ROOT + NEXT_OF_WHOLE),
            NEXT_OF_WHOLE: page([theirs, created_at("11:59:59", "SM4")]),
        },
        until=NOON + timedelta(seconds=9),
    )
    assert [message.provider_message_id for message in found] == ["SM2", "SM3"]
    assert found[0].status is MessageStatus.QUEUED
    assert found[1] == ProviderMessage(
        provider_message_id="SM3",
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        from_number=THEIRS,
        to_number=OURS,
        body="a\ufffdb\ufffd",
        created_at=NOON,
        price=Price(7500, "USD"),
        media_count=2,
        service=SERVICE,
    )


async def test_a_text_that_is_still_coming_in_has_no_state_yet() -> None:
    receiving = created_at("12:00:00", "SM1") | {"direction": "inbound", "status": "receiving"}
    found = await listed({WHOLE_LIST: page([receiving])}, until=NOON + timedelta(hours=1))
    assert [message.status for message in found] == [None]


async def test_what_twilio_answered_a_stop_is_no_text_of_an_account() -> None:
    """Else it would be taken for one that somebody else sent."""
    answer = created_at("12:00:00", "SM1") | {"direction": "outbound-reply"}
    assert await listed({WHOLE_LIST: page([answer])}, until=NOON + timedelta(hours=1)) == []


@pytest.mark.parametrize("direction", ["outbound-api", "outbound-call"])
async def test_every_way_out_is_outbound(direction: str) -> None:
    message = created_at("12:00:00", "SM1") | {"direction": direction}
    found = await listed({WHOLE_LIST: page([message])}, until=NOON + timedelta(hours=1))
    assert [message.direction for message in found] == [Direction.OUTBOUND]


@pytest.mark.parametrize(
    ("price", "unit", "expected"),
    [
        ("-0.00790", "USD", Price(7900, "USD")),
        ("-0.0000005", "USD", Price(1, "USD")),
        ("-12.5", "eur", Price(12_500_000, "EUR")),
        ("0", "USD", Price(0, "USD")),
        (None, "USD", None),
        ("", "USD", None),
        ("free", "USD", None),
        ("NaN", "USD", None),
        ("-0.00790", None, None),
    ],
)
async def test_a_price_is_what_twilio_takes_in_millionths(
    price: str | None, unit: str | None, expected: Price | None
) -> None:
    message = created_at("12:00:00", "SM1") | {"price": price, "price_unit": unit}
    found = await listed({WHOLE_LIST: page([message])}, until=NOON + timedelta(hours=1))
    assert [message.price for message in found] == [expected]


async def test_a_text_that_moved_to_the_next_page_meanwhile_is_listed_once() -> None:
    first, second = created_at("12:00:09", "SM1"), created_at("12:00:08", "SM2")
    found = await listed(
        {
            WHOLE_LIST: page([first], ROOT + NEXT_OF_WHOLE),
            NEXT_OF_WHOLE: page([first, second]),
        },
        until=NOON + timedelta(hours=1),
    )
    assert [message.provider_message_id for message in found] == ["SM1", "SM2"]


async def test_a_whole_list_that_breaks_off_is_not_taken_for_complete() -> None:
    answers = {WHOLE_LIST: page([created_at("12:00:09", "SM1")], ROOT + "/no-such-page")}
    with pytest.raises(ProviderUnavailable, match="HTTP 404"):
        await listed(answers, until=NOON + timedelta(hours=1))


async def test_a_text_of_a_messaging_service_is_found_by_the_customers_number_alone() -> None:
    by_service = created_at("12:00:08", "SM2") | {"from": None, "messaging_service_sid": SERVICE}
    channel = make_channel(
        by_path(
            {
                "/Messages.json?To=%2B12125550123&PageSize=100": page(
                    [created_at("12:00:09", "SM1"), by_service]
                )
            }
        )
    )
    found = await channel.find_sent(SentText(MESSAGE_ID, SERVICE, THEIRS, NOON))
    assert [message.provider_message_id for message in found] == ["SM2"]


@pytest.mark.parametrize("naive", ["since", "until"])
async def test_a_time_without_a_zone_is_refused(naive: str) -> None:
    times = {"since": NOON, "until": NOON} | {naive: datetime(2026, 11, 23)}  # noqa: DTZ001
    with pytest.raises(ValueError, match="timezone-aware"):
        async for _ in make_channel(always(200, {})).list_messages(**times):
            pass
