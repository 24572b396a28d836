from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.errors import MediaRefused, ProviderUnavailable
from channels.interface import (
    Accepted,
    ByHand,
    NotTaken,
    Outcome,
    Rejected,
    SentText,
    StatusReport,
    Unknown,
)
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.telesign.conftest import (
    MESSAGE_ID,
    OURS,
    REFERENCE_ID,
    THEIRS,
    Handler,
    always,
    by_id,
    make_channel,
    make_error,
    make_status,
    make_text,
    never,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


# Sending


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (290, MessageStatus.QUEUED),
        ("292", MessageStatus.QUEUED),
        (293, MessageStatus.QUEUED),
        (295, MessageStatus.QUEUED),
        (203, MessageStatus.SENT),
        (200, MessageStatus.DELIVERED),
        (299, MessageStatus.QUEUED),
        (None, MessageStatus.QUEUED),
    ],
)
async def test_an_accepted_text_has_the_providers_id_and_state(
    theirs: int | str | None, ours: MessageStatus
) -> None:
    channel = make_channel(always(200, make_status(theirs)))
    assert await channel.send(make_text()) == Accepted(REFERENCE_ID, ours)


@pytest.mark.parametrize(
    "body", ["é" * 1600, "👩‍👩‍👧 & = + %\n", " "], ids=["1600 long", "emoji and signs", "a blank"]
)
async def test_a_text_arrives_as_it_was_written(body: str) -> None:
    arrived: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        arrived.append(httpx.QueryParams(request.content.decode())["message"])
        return httpx.Response(200, json=make_status())

    await make_channel(take).send(make_text(body))
    assert arrived == [body]


@pytest.mark.parametrize(
    ("sender", "sender_id"), [(OURS, "15005550006"), ("54321", "54321"), ("Bakery", "Bakery")]
)
async def test_a_sender_of_any_kind_is_named_as_telesign_writes_it(
    sender: str, sender_id: str
) -> None:
    named: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        named.append(httpx.QueryParams(request.content.decode())["sender_id"])
        return httpx.Response(200, json=make_status())

    await make_channel(take).send(make_text(from_number=sender))
    assert named == [sender_id]


async def test_a_text_with_a_picture_is_refused_without_asking_telesign() -> None:
    text = make_text(media_urls=("https://sms.example.org/media/1.png",))
    assert await make_channel(never).send(text) == Rejected(
        "no-media",
        FailureKind.NEVER,
        "TeleSign sends words only: take the picture out, or send from another provider's number.",
    )


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, 11000, Rejected("11000", FailureKind.NUMBER, "This is not a valid phone number.")),
        (
            400,
            11013,
            Rejected(
                "11013",
                FailureKind.SENDER,
                "TeleSign does not let us send from this number. Tell your administrator.",
            ),
        ),
        (
            400,
            11009,
            Rejected(
                "11009",
                FailureKind.NEVER,
                "TeleSign cannot take this text: perhaps it is longer than 1600 characters.",
            ),
        ),
        (
            401,
            10008,
            Rejected(
                "10008",
                FailureKind.ACCOUNT,
                "TeleSign does not accept our API key. Tell your administrator.",
            ),
        ),
        (
            401,
            10010,
            Rejected(
                "10010",
                FailureKind.ACCOUNT,
                "Our TeleSign account is suspended. Tell your administrator.",
            ),
        ),
        (
            401,
            10033,
            Rejected(
                "10033",
                FailureKind.SENDER,
                "Our TeleSign account is a trial, which may text verified numbers only.",
            ),
        ),
        (
            400,
            19999,
            Rejected(
                "19999",
                FailureKind.NEVER,
                "The provider refused this text as it is. Tell your administrator.",
            ),
        ),
        (
            403,
            10019,
            NotTaken(
                "10019",
                "The provider was asked too much at once. The text can be sent again later.",
                None,
                is_throttled=True,
            ),
        ),
        (401, 10002, Unknown("TeleSign answered HTTP 401, error 10002")),
        (500, 10000, Unknown("TeleSign answered HTTP 500, error 10000")),
        (503, 11000, Unknown("TeleSign answered HTTP 503, error 11000")),
        (408, 11000, Unknown("TeleSign answered HTTP 408, error 11000")),
    ],
)
async def test_each_kind_of_refusal_is_told_apart(status: int, code: int, outcome: Outcome) -> None:
    channel = make_channel(always(status, make_error(code)))
    assert await channel.send(make_text()) == outcome


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({}, None), ({"Retry-After": "7"}, timedelta(seconds=7)), ({"Retry-After": "soon"}, None)],
)
async def test_too_many_requests_means_not_taken_and_when_to_come_back(
    headers: dict[str, str], retry_after: timedelta | None
) -> None:
    reason = "The provider was asked too much at once. The text can be sent again later."
    for content, code in [
        (make_error(10019), "10019"),
        (make_error(10020), "10020"),
        (b"<html>slow down</html>", "HTTP 429"),
    ]:
        channel = make_channel(always(429, content, headers))
        expected = NotTaken(code, reason, retry_after, is_throttled=True)
        assert await channel.send(make_text()) == expected


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (413, b"<html>too large</html>", FailureKind.NEVER),
        (404, b"", FailureKind.NEVER),
        (403, b"[]", FailureKind.ACCOUNT),
        (401, b"\xff\xfe", FailureKind.ACCOUNT),
    ],
)
async def test_a_refusal_without_a_code_is_a_refusal_all_the_same(
    status: int, body: bytes, kind: FailureKind
) -> None:
    outcome = await make_channel(always(status, body)).send(make_text())
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (f"HTTP {status}", kind)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (
            230,
            FailureKind.NUMBER,
            "TeleSign blocks all texts to this number.",
        ),
        (
            503,
            FailureKind.RETRY,
            "The carrier had a passing fault. The text can be sent again later.",
        ),
    ],
)
async def test_a_text_that_failed_at_once_is_refused_though_it_was_named(
    code: int, kind: FailureKind, reason: str
) -> None:
    channel = make_channel(always(200, make_status(code)))
    assert await channel.send(make_text()) == Rejected(str(code), kind, reason)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Welcome</html>",
        b"[]",
        b"{}",
        b'{"reference_id": null}',
        b'{"reference_id": ""}',
        b'{"reference_id": 3}',
        b'{"reference_id": "01',
        b"\xff\xfe",
        b"[" * 100_000,
        make_error(11000),
    ],
)
async def test_a_success_that_cannot_be_understood_leaves_the_text_unknown(content: Any) -> None:
    outcome = await make_channel(always(200, content)).send(make_text())
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_leaves_the_text_unknown(status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example.org/"})

    outcome = await make_channel(redirect).send(make_text())
    assert outcome == Unknown(f"TeleSign answered HTTP {status}")
    assert asked == ["telesign.example.org"]


# Finding out


async def test_telesign_has_no_list_to_ask() -> None:
    channel = make_channel(never)
    text = SentText(MESSAGE_ID, OURS, THEIRS, NOON)
    assert await channel.find_sent(text) is None
    assert channel.list_messages(since=NOON, until=NOON) is None
    assert await channel.list_numbers() is None


async def test_a_text_is_looked_up_by_the_providers_id() -> None:
    channel = make_channel(by_id({REFERENCE_ID: make_status(510, external_id=str(MESSAGE_ID))}))
    assert await channel.look_up(REFERENCE_ID) == StatusReport(
        provider_message_id=REFERENCE_ID,
        status=MessageStatus.UNDELIVERED,
        code="510",
        failure=FailureKind.OPT_OUT,
        reason="The customer or their carrier blocks our texts.",
        message_id=MESSAGE_ID,
    )
    assert await channel.look_up("0" * 32) is None


async def test_a_text_that_telesign_has_forgotten_is_not_known() -> None:
    assert await make_channel(by_id({}, code=10036)).look_up(REFERENCE_ID) is None


async def test_an_id_cannot_lead_to_another_address() -> None:
    asked: list[bytes] = []

    def take(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path)
        return httpx.Response(404, json=make_error(10017))

    assert await make_channel(take).look_up("../v1/other?x=1") is None
    assert asked == [b"/v1/messaging/..%2Fv1%2Fother%3Fx%3D1"]


@pytest.mark.parametrize(
    "answer",
    [
        always(404, b"nginx"),
        always(401, make_error(10008)),
        always(503),
        always(200, {}),
        always(200, b"<"),
    ],
)
async def test_no_answer_is_not_taken_for_a_missing_text(answer: Handler) -> None:
    with pytest.raises(ProviderUnavailable):
        await make_channel(answer).look_up(REFERENCE_ID)


# The account


async def test_the_administrator_is_told_what_to_paste_where() -> None:
    inbound_url = "https://sms.example.org/api/v1/webhooks/telesign/7/inbound"
    channel = make_channel(never)
    registration = await channel.register_webhooks(
        OURS, inbound_url=inbound_url, status_url="https://sms.example.org/s"
    )
    assert isinstance(registration, ByHand)
    for words in (inbound_url, OURS, "Customer Callback URLs", "support", "Status Callback"):
        assert words in registration.instructions
    assert channel.webhook_url(inbound_url) == inbound_url


async def test_there_are_no_pictures_to_fetch() -> None:
    channel = make_channel(never)
    assert await channel.media_of(REFERENCE_ID) == []
    with pytest.raises(MediaRefused):
        await channel.fetch_media("https://telesign.example.org/1.png", max_bytes=10)
