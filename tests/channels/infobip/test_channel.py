import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import httpx
import pytest

from channels.errors import MediaRefused, ProviderUnavailable
from channels.interface import (
    Accepted,
    ByHand,
    Channel,
    NotTaken,
    Price,
    Problem,
    ProviderMessage,
    Rejected,
    SentText,
    StatusReport,
    Unknown,
    Verdict,
)
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from tests.channels.infobip.conftest import (
    BODY,
    CALLBACK,
    MESSAGE_ID,
    OURS,
    THEIRS,
    always,
    make_answer,
    make_channel,
    make_error,
    make_refusal,
    make_row,
    make_status,
    make_text,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SENT = SentText(MESSAGE_ID, OURS, THEIRS, NOON)
OTHER_ID = "01936d3e-0000-7000-8000-000000000009"
UNREADABLE = Unknown("Infobip's answer could not be read")


def recording(
    seen: list[httpx.Request], answer: Any = None
) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that keeps what it is asked."""

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer if answer is not None else make_answer())

    return take


async def sent_message(**changes: Any) -> dict[str, Any]:
    """Return the one message of the request to send a text."""
    seen: list[httpx.Request] = []
    await make_channel(recording(seen)).send(make_text(**changes))
    (message,) = json.loads(seen[0].content)["messages"]
    assert isinstance(message, dict)
    return message


# Sending


async def test_a_text_carries_our_id_so_that_infobip_takes_it_once() -> None:
    assert await sent_message() == {
        "sender": OURS[1:],
        "destinations": [{"to": THEIRS[1:], "messageId": str(MESSAGE_ID)}],
        "content": {"text": BODY},
        "webhooks": {
            "delivery": {"url": CALLBACK, "intermediateReport": True},
            "contentType": "application/json",
            "callbackData": str(MESSAGE_ID),
        },
    }


@pytest.mark.parametrize("sender", ["54321", "Harbour"])
async def test_a_short_code_and_a_name_send_as_they_are(sender: str) -> None:
    assert (await sent_message(from_number=sender))["sender"] == sender


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [
        (timedelta(seconds=90.9), 90),
        (timedelta(hours=48), 172_800),
        (timedelta(days=5), 172_800),
        (timedelta(milliseconds=1), 1),
        (timedelta(0), 1),
        (timedelta(seconds=-5), 1),
    ],
)
async def test_infobip_may_keep_a_text_waiting_no_longer_than_we_say(
    valid_for: timedelta, seconds: int
) -> None:
    message = await sent_message(valid_for=valid_for)
    assert message["options"] == {"validityPeriod": {"amount": seconds, "timeUnit": "SECONDS"}}


@pytest.mark.parametrize(
    "body",
    ["é" * 1600, '👩‍👩‍👧 & = + % " \\ \n', " ", "half an emoji \ud83d"],
    ids=["1600 long", "emoji and signs", "a blank", "half an emoji"],
)
async def test_a_text_arrives_as_it_was_written(body: str) -> None:
    assert (await sent_message(body=body))["content"] == {"text": body}


async def test_a_picture_is_refused_without_asking_infobip() -> None:
    seen: list[httpx.Request] = []
    text = make_text(media_urls=("https://sms.example.org/media/1",))
    assert await make_channel(recording(seen)).send(text) == Rejected(
        "no-media",
        FailureKind.NEVER,
        "Texts over Infobip are words only: take the picture out, or send from another provider's "
        "number.",
    )
    assert seen == []


@pytest.mark.parametrize(
    ("status", "group", "ours"),
    [
        (26, 1, MessageStatus.QUEUED),
        (7, 1, MessageStatus.SENT),
        (3, 1, MessageStatus.SENT),
        (777, 1, MessageStatus.QUEUED),
        (2, 3, MessageStatus.SENT),
        (5, 3, MessageStatus.DELIVERED),
        pytest.param(9, 2, MessageStatus.QUEUED, id="failed at once: its report tells why"),
        pytest.param(15, 4, MessageStatus.QUEUED, id="expired at once: its report tells why"),
    ],
)
async def test_an_accepted_text_has_our_id_there_too_and_its_state(
    status: int, group: int, ours: MessageStatus
) -> None:
    channel = make_channel(always(200, make_answer(status, group)))
    assert await channel.send(make_text()) == Accepted(str(MESSAGE_ID), ours)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (
            12,
            FailureKind.ACCOUNT,
            "Our Infobip account is out of credit. Tell your administrator.",
        ),
        (14, FailureKind.OPT_OUT, "The customer or their carrier blocks our texts."),
        (52, FailureKind.NUMBER, "This is not a valid phone number."),
        (
            11,
            FailureKind.SENDER,
            "Our sending number is not registered for this. Tell your administrator.",
        ),
        (25, FailureKind.NEVER, "The text is too long."),
        pytest.param(
            20,
            FailureKind.RETRY,
            "This customer got too many texts in an hour. The text can be sent again later.",
            id="for now: but its id is used up",
        ),
        pytest.param(
            777,
            FailureKind.NEVER,
            "The provider refused this text as it is. Tell your administrator.",
            id="unlisted",
        ),
    ],
)
async def test_a_refusal_inside_a_success_is_a_refusal(
    status: int, kind: FailureKind, reason: str
) -> None:
    channel = make_channel(always(200, make_answer(status, 5)))
    refusal = Rejected(f"status {status}", kind, reason, used_up_id=str(MESSAGE_ID))
    assert await channel.send(make_text()) == refusal


async def test_a_text_that_was_refused_is_asked_for_and_found_under_another_id() -> None:
    seen: list[httpx.Request] = []
    again = f"{MESSAGE_ID}.2"
    await make_channel(recording(seen)).send(replace(make_text(), refusals=2))
    (message,) = json.loads(seen[0].content)["messages"]
    assert message["destinations"][0]["messageId"] == again
    assert message["webhooks"]["callbackData"] == str(MESSAGE_ID)

    log = {"results": [make_row(messageId=again)]}
    channel = make_channel(recording(seen, log))
    (found,) = await channel.find_sent(replace(SENT, refusals=2))
    assert seen[1].url.params["messageId"] == again
    assert (found.provider_message_id, found.message_id) == (again, MESSAGE_ID)


@pytest.mark.parametrize(
    ("status", "group", "reason"),
    [
        pytest.param(23, 5, "Infobip was asked before to send this text", id="a duplicate"),
        (777, 3, "Infobip's answer does not say whether it took the text"),
        (777, 7, "Infobip's answer does not say whether it took the text"),
    ],
)
async def test_a_duplicate_and_a_state_of_tomorrow_leave_the_text_unknown(
    status: int, group: int, reason: str
) -> None:
    channel = make_channel(always(200, make_answer(status, group)))
    assert await channel.send(make_text()) == Unknown(reason)


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (
            401,
            "E401",
            Rejected(
                "E401",
                FailureKind.ACCOUNT,
                "Infobip does not accept our API key. Tell your administrator.",
            ),
        ),
        (
            403,
            "E403",
            Rejected(
                "E403",
                FailureKind.ACCOUNT,
                "Our Infobip API key may not send texts. Tell your administrator.",
            ),
        ),
        (
            400,
            "E400",
            Rejected(
                "E400",
                FailureKind.NEVER,
                "The provider refused this text as it is. Tell your administrator.",
            ),
        ),
        (500, "E500", Unknown("Infobip answered HTTP 500, error E500")),
        (503, "E400", Unknown("Infobip answered HTTP 503, error E400")),
        (408, "E408", Unknown("Infobip answered HTTP 408, error E408")),
    ],
)
async def test_each_kind_of_refused_request_is_told_apart(
    status: int, code: str, outcome: Rejected | Unknown
) -> None:
    channel = make_channel(always(status, make_refusal(code)))
    assert await channel.send(make_text()) == outcome


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"requestError": {"serviceException": {"messageId": "UNAUTHORIZED"}}}, "UNAUTHORIZED"),
        ({"errorCode": f"about {THEIRS}"}, "HTTP 401"),
        ({"errorCode": 401}, "HTTP 401"),
        ({"requestError": "no"}, "HTTP 401"),
        ([], "HTTP 401"),
        (b"<html>who are you?</html>", "HTTP 401"),
        (b"", "HTTP 401"),
    ],
)
async def test_a_refusal_in_another_shape_is_a_refusal_all_the_same(body: Any, code: str) -> None:
    outcome = await make_channel(always(401, body)).send(make_text())
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (code, FailureKind.ACCOUNT)


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [
        ({}, None),
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "-7"}, None),
    ],
)
async def test_too_many_requests_means_not_taken_and_to_slow_down(
    headers: dict[str, str], retry_after: timedelta | None
) -> None:
    reason = "The provider was asked too much at once. The text can be sent again later."
    channel = make_channel(always(429, make_refusal("E429"), headers))
    assert await channel.send(make_text()) == NotTaken("E429", reason, retry_after, True)
    channel = make_channel(always(429, b"<html>slow down</html>", headers))
    assert await channel.send(make_text()) == NotTaken("HTTP 429", reason, retry_after, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"[]",
        b"{}",
        b'{"messages": []}',
        b'{"messages": {}}',
        b'{"messages": "one"}',
        b'{"messages": null}',
        b'{"messages": [null]}',
        b'{"messages": [{}]}',
        b'{"messages": [{"messageId": "7"}]}',
        b'{"messages": [{"messageId": "", "status": {"id": 26, "groupId": 1}}]}',
        b'{"messages": [{"messageId": "7", "status": {"id": "26", "groupId": "1"}}]}',
        b'{"messages": [{"messageId": "7", "status": {"id": 26, "gro',
        json.dumps({"messages": make_answer()["messages"] * 2}).encode(),
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_a_success_that_cannot_be_read_leaves_the_text_unknown(body: bytes) -> None:
    assert await make_channel(always(200, body)).send(make_text()) == UNREADABLE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_leaves_the_text_unknown(status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example.org/"})

    outcome = await make_channel(redirect).send(make_text())
    assert outcome == Unknown(f"Infobip answered HTTP {status}")
    assert asked == ["abc12.api.example.org"]


# Finding again


async def test_a_text_is_found_by_our_id() -> None:
    seen: list[httpx.Request] = []
    channel = make_channel(recording(seen, {"results": [make_row()]}))
    assert await channel.find_sent(SENT) == [
        ProviderMessage(
            provider_message_id=str(MESSAGE_ID),
            direction=Direction.OUTBOUND,
            status=MessageStatus.DELIVERED,
            from_number=OURS,
            to_number=THEIRS,
            body=BODY,
            created_at=datetime(2026, 11, 23, 13, 0, 0, 250_000, tzinfo=UTC),
            message_id=MESSAGE_ID,
            price=Price(70_200, "EUR"),
        )
    ]
    assert seen[0].method == "GET"
    assert seen[0].url.raw_path.decode() == f"/sms/3/logs?messageId={MESSAGE_ID}"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [make_row(messageId=OTHER_ID)],
        pytest.param([make_row(status=make_status(23, 5))], id="a repeat only"),
    ],
)
async def test_what_infobip_does_not_show_is_not_found(rows: list[dict[str, Any]]) -> None:
    channel = make_channel(always(200, {"results": rows}))
    assert await channel.find_sent(SENT) == []
    assert await channel.look_up(str(MESSAGE_ID)) is None


async def test_a_refused_repeat_does_not_hide_the_text_that_was_taken() -> None:
    rows = [make_row(status=make_status(23, 5)), make_row(status=make_status(7, 1))]
    channel = make_channel(always(200, {"results": rows}))
    assert [found.status for found in await channel.find_sent(SENT)] == [MessageStatus.SENT]
    report = await channel.look_up(str(MESSAGE_ID))
    assert report is not None
    assert report.status is MessageStatus.SENT


async def test_a_text_that_only_the_logs_show_failed_says_why() -> None:
    row = make_row(status=make_status(9, 2), error=make_error(1, 1, permanent=True), content=None)
    channel = make_channel(always(200, {"results": [row]}))
    (found,) = await channel.find_sent(SENT)
    assert (found.status, found.code, found.failure, found.reason, found.body) == (
        MessageStatus.UNDELIVERED,
        "error 1",
        FailureKind.NUMBER,
        "The carrier does not know this number.",
        "",
    )


async def test_a_text_is_looked_up_by_its_id() -> None:
    seen: list[httpx.Request] = []
    channel = make_channel(recording(seen, {"results": [make_row(messageId="a,b&c")]}))
    assert await channel.look_up("a,b&c") == StatusReport(
        provider_message_id="a,b&c",
        status=MessageStatus.DELIVERED,
        code=None,
        failure=None,
        reason=None,
        message_id=None,
        price=Price(70_200, "EUR"),
    )
    assert seen[0].url.raw_path.decode() == "/sms/3/logs?messageId=a%2Cb%26c"


# The list


def by_cursor(pages: dict[str | None, Any]) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server whose logs have `pages`, each under the cursor that leads to it."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=pages[request.url.params.get("cursor")])

    return answer


def page(*ids: int, cursor: str | None) -> dict[str, Any]:
    rows = [make_row(messageId=f"01936d3e-0000-7000-8000-{n:012}") for n in ids]
    return {"results": rows, "cursor": {"limit": 1000, "nextCursor": cursor}}


async def listed(channel: Channel) -> list[UUID | None]:
    messages = channel.list_messages(since=NOON, until=NOON + timedelta(hours=1))
    assert messages is not None
    return [message.message_id async for message in messages]


async def test_the_list_goes_over_all_its_pages() -> None:
    pages = {
        None: page(1, 2, cursor="b/+="),
        "b/+=": page(3, cursor="c"),
        "c": page(4, cursor=None),
    }
    assert [str(i)[-1] for i in await listed(make_channel(by_cursor(pages)))] == list("1234")


@pytest.mark.parametrize(
    "last", [{}, {"cursor": None}, {"cursor": {}}, {"cursor": {"nextCursor": ""}}]
)
async def test_a_page_without_a_cursor_is_the_last(last: dict[str, Any]) -> None:
    channel = make_channel(always(200, {"results": [make_row()], **last}))
    assert await listed(channel) == [MESSAGE_ID]


async def test_the_list_is_asked_for_the_time_between() -> None:
    seen: list[httpx.Request] = []
    channel = make_channel(recording(seen, {"results": []}))
    since = datetime(2026, 11, 23, 13, 0, 0, 250_999, tzinfo=timezone(timedelta(hours=1)))
    assert [m async for m in channel.list_messages(since=since, until=NOON)] == []
    assert seen[0].url.raw_path.decode() == (
        "/sms/3/logs?sentSince=2026-11-23T12%3A00%3A00.250%2B0000"
        "&sentUntil=2026-11-23T12%3A00%3A00.000%2B0000&limit=1000&useCursor=true"
    )


async def test_a_naive_time_is_nobodys() -> None:
    channel = make_channel(always(200, {"results": []}))
    with pytest.raises(ValueError, match="timezone-aware"):
        [m async for m in channel.list_messages(since=NOON.replace(tzinfo=None), until=NOON)]


async def test_a_list_that_leads_back_into_itself_is_given_up() -> None:
    pages = {None: page(1, cursor="b"), "b": page(2, cursor="c"), "c": page(3, cursor="b")}
    show = by_cursor(pages)
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        assert asked < 10
        return show(request)

    with pytest.raises(ProviderUnavailable, match="does not end"):
        await listed(make_channel(answer))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (always(500, make_refusal("E500")), "HTTP 500, error E500"),
        (always(429, make_refusal("E429")), "HTTP 429, error E429"),
        (always(401, make_refusal("E401")), "HTTP 401, error E401"),
        (always(404, b"nginx"), "HTTP 404"),
        (always(302), "HTTP 302"),
        (always(200, b"<html></html>"), "could not be read"),
        (always(200, {}), "could not be read"),
        (always(200, {"results": {}}), "could not be read"),
        (always(200, {"results": [None]}), "could not be read"),
        (always(200, {"results": [{}]}), "could not be read"),
        (always(200, {"results": [make_row(messageId=None)]}), "could not be read"),
        (always(200, {"results": [make_row(status=None)]}), "could not be read"),
        (always(200, {"results": [make_row(sentAt=None)]}), "could not be read"),
        (always(200, {"results": [make_row(sentAt="2026-11-23T13:00:00")]}), "could not be read"),
    ],
)
async def test_a_list_that_cannot_be_had_is_no_empty_list(
    answer: Callable[[httpx.Request], httpx.Response], words: str
) -> None:
    with pytest.raises(ProviderUnavailable, match=words):
        await make_channel(answer).find_sent(SENT)
    with pytest.raises(ProviderUnavailable, match=words):
        await listed(make_channel(answer))


# The account


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (always(200, {"results": []}), Verdict(None, "Infobip accepts the API key.")),
        (always(200, {"results": [make_row()]}), Verdict(None, "Infobip accepts the API key.")),
        (
            always(401, make_refusal("E401")),
            Verdict(Problem.CREDENTIALS, "Infobip does not accept the API key."),
        ),
        (
            always(403, make_refusal("E403")),
            Verdict(
                Problem.PERMISSION,
                "The API key is right, but its scope is too narrow: it needs sms:manage.",
            ),
        ),
        (
            always(429, make_refusal("E429")),
            Verdict(
                Problem.UNREACHABLE, "Infobip was asked too much at once. Try again in a minute."
            ),
        ),
        (always(503, b""), Verdict(Problem.UNREACHABLE, "Infobip answered HTTP 503.")),
        (
            always(301),
            Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            ),
        ),
        *(
            (
                answer,
                Verdict(
                    Problem.NOT_THE_PROVIDER, "What answers at this address is not Infobip's API."
                ),
            )
            for answer in (
                always(404, b"nginx"),
                always(200, b"<html>"),
                always(200, {}),
                always(200, {"results": "all of them"}),
                always(200, {"results": [{}]}),
            )
        ),
    ],
)
async def test_verifying_says_in_plain_words_what_is_wrong(
    answer: Callable[[httpx.Request], httpx.Response], verdict: Verdict
) -> None:
    assert await make_channel(answer).verify() == verdict


async def test_verifying_says_that_nobody_answers() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert await make_channel(fail).verify() == Verdict(
        Problem.UNREACHABLE, "Infobip could not be reached."
    )


async def test_verifying_sends_no_text() -> None:
    seen: list[httpx.Request] = []
    await make_channel(recording(seen, {"results": []})).verify()
    assert [(r.method, r.url.raw_path.decode()) for r in seen] == [("GET", "/sms/3/logs?limit=1")]


async def test_the_administrator_is_told_what_to_enter_at_infobip() -> None:
    channel = make_channel(always(500))
    url = channel.webhook_url("https://sms.example.org/api/v1/webhooks/infobip/7/inbound")
    registration = await channel.register_webhooks(OURS, inbound_url=url, status_url="https://s")
    assert isinstance(registration, ByHand)
    assert url in registration.instructions
    assert OURS in registration.instructions


async def test_infobip_lists_no_numbers_and_carries_no_media() -> None:
    channel: Channel = make_channel(always(500))
    assert await channel.list_numbers() is None
    assert await channel.media_of("817790313235066447") == []
    with pytest.raises(MediaRefused):
        await channel.fetch_media("https://abc12.api.example.org/1", max_bytes=1000)
