from datetime import timedelta

import httpx
import pytest

from channels.interface import Accepted, NotTaken, OutboundText, Rejected, Unknown
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.twilio.conftest import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    ROOT,
    SERVICE,
    SID,
    always,
    make_channel,
    make_error,
    make_message,
    make_text,
)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("accepted", MessageStatus.QUEUED),
        ("scheduled", MessageStatus.QUEUED),
        ("queued", MessageStatus.QUEUED),
        ("sending", MessageStatus.QUEUED),
        ("sent", MessageStatus.SENT),
        ("failed", MessageStatus.FAILED),
        ("a state of tomorrow", MessageStatus.QUEUED),
        (None, MessageStatus.QUEUED),
    ],
)
async def test_an_accepted_text_has_the_providers_id_and_state(
    theirs: str | None, ours: MessageStatus
) -> None:
    channel = make_channel(always(201, make_message(status=theirs)))
    assert await channel.send(make_text()) == Accepted(SID, ours)


@pytest.mark.parametrize(
    "body", ["é" * 1600, "👩‍👩‍👧 & = + %\n", " "], ids=["1600 long", "emoji and signs", "a blank"]
)
async def test_a_text_arrives_as_it_was_written(body: str) -> None:
    arrived: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        arrived.append(httpx.QueryParams(request.content.decode())["Body"])
        return httpx.Response(201, json=make_message())

    await make_channel(take).send(make_text(body))
    assert arrived == [body]


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (
            400,
            21211,
            Rejected("21211", FailureKind.NUMBER, "This is not a valid phone number."),
        ),
        (
            400,
            21610,
            Rejected("21610", FailureKind.OPT_OUT, "The customer has replied STOP to our number."),
        ),
        (
            401,
            20003,
            Rejected(
                "20003",
                FailureKind.ACCOUNT,
                "Twilio does not accept our credentials. Tell your administrator.",
            ),
        ),
        (
            400,
            30007,
            Rejected(
                "30007",
                FailureKind.CONTENT,
                "The text was filtered as unwanted. Change its wording before trying again.",
            ),
        ),
        (
            400,
            21606,
            Rejected(
                "21606",
                FailureKind.SENDER,
                "Our sending number cannot send texts from this account. Tell your administrator.",
            ),
        ),
        (
            400,
            21617,
            Rejected("21617", FailureKind.NEVER, "The text is longer than 1600 characters."),
        ),
        (
            400,
            99999,
            Rejected(
                "99999",
                FailureKind.NEVER,
                "The provider refused this text as it is. Tell your administrator.",
            ),
        ),
        (
            400,
            21611,
            NotTaken(
                "21611", "Too many texts are already waiting to leave from this number.", None
            ),
        ),
        (400, 20500, Unknown("Twilio answered HTTP 400, error 20500")),
        (500, 20500, Unknown("Twilio answered HTTP 500, error 20500")),
        (503, 21211, Unknown("Twilio answered HTTP 503, error 21211")),
        (408, 20001, Unknown("Twilio answered HTTP 408, error 20001")),
    ],
)
async def test_each_kind_of_refusal_is_told_apart(
    status: int, code: int, outcome: Rejected | NotTaken | Unknown
) -> None:
    channel = make_channel(always(status, make_error(code, status)))
    assert await channel.send(make_text()) == outcome


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [
        ({}, None),
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "999999999"}, timedelta(days=1)),
        ({"Retry-After": "-7"}, None),
        ({"Retry-After": "Mon, 23 Nov 2026 13:00:00 GMT"}, None),
    ],
)
async def test_too_many_requests_means_not_taken_and_when_to_come_back(
    headers: dict[str, str], retry_after: timedelta | None
) -> None:
    reason = "The provider was asked too much at once. The text can be sent again later."
    channel = make_channel(always(429, make_error(20429, 429), headers))
    assert await channel.send(make_text()) == NotTaken(
        "20429", reason, retry_after, is_throttled=True
    )
    channel = make_channel(always(429, b"<html>slow down</html>", headers))
    assert await channel.send(make_text()) == NotTaken(
        "HTTP 429", reason, retry_after, is_throttled=True
    )


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (413, b"<html>too large</html>", FailureKind.NEVER),
        (404, b"", FailureKind.NEVER),
        (400, b'{"code": "21211"}', FailureKind.NEVER),
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
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        b"[]",
        b'"SM00000000000000000000000000000003"',
        b"{}",
        b'{"sid": null}',
        b'{"sid": ""}',
        b'{"sid": 3}',
        b'{"sid": "SM0',
        b"\xff\xfe",
        b'{"sid": "SM3", "num_segments": [], "date_created": 17}',
        b"[" * 100_000,
    ],
)
async def test_a_success_that_cannot_be_read_leaves_the_text_unknown(body: bytes) -> None:
    outcome = await make_channel(always(201, body)).send(make_text())
    assert isinstance(outcome, Unknown)


async def test_an_answer_that_repeats_the_text_badly_still_names_it() -> None:
    answer = make_message(body="?")
    raw = httpx.Response(201, json=answer).content.replace(b'"?"', b'"\xff"')
    outcome = await make_channel(always(201, raw)).send(make_text())
    assert outcome == Accepted(SID, MessageStatus.QUEUED)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_leaves_the_text_unknown(status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example.org/"})

    outcome = await make_channel(redirect).send(make_text())
    assert outcome == Unknown(f"Twilio answered HTTP {status}")
    assert asked == ["carrier.example.org"]


@pytest.mark.parametrize(
    ("api_key", "user"), [(None, (ACCOUNT_SID, AUTH_TOKEN)), (API_KEY, API_KEY)]
)
async def test_an_api_key_sends_in_the_accounts_name(
    api_key: tuple[str, str] | None, user: tuple[str, str]
) -> None:
    requests: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(201, json=make_message())

    await make_channel(take, api_key=api_key).send(make_text())
    expected = next(httpx.BasicAuth(*user).auth_flow(httpx.Request("GET", "https://a.example.org")))
    assert requests[0].headers["Authorization"] == expected.headers["Authorization"]
    assert requests[0].url.path == f"{ROOT}/Messages.json"


async def asked_of_twilio(text: OutboundText) -> httpx.QueryParams:
    """Return the form that a text is created with, without what every text has."""
    forms: list[httpx.QueryParams] = []

    def take(request: httpx.Request) -> httpx.Response:
        form = httpx.QueryParams(request.content.decode())
        forms.append(form.remove("To").remove("Body").remove("StatusCallback"))
        return httpx.Response(201, json=make_message())

    await make_channel(take).send(text)
    return forms[0]


@pytest.mark.parametrize("sender", ["+15005550006", "54321", "ACME", "MG Motors"])
async def test_a_number_a_short_code_and_a_name_send_as_they_are(sender: str) -> None:
    form = await asked_of_twilio(make_text(from_number=sender))
    assert form.multi_items() == [("From", sender)]


async def test_a_messaging_service_sends_in_the_place_of_a_number() -> None:
    form = await asked_of_twilio(make_text(from_number=SERVICE))
    assert form.multi_items() == [("MessagingServiceSid", SERVICE)]


async def test_pictures_go_with_a_text_in_their_order() -> None:
    urls = ("https://sms.example.org/media/b.png?x=1&y=2", "https://sms.example.org/media/a.jpg")
    form = await asked_of_twilio(make_text("", media_urls=urls))
    assert form.get_list("MediaUrl") == list(urls)


async def test_a_text_with_a_picture_has_an_id_of_its_own_kind() -> None:
    mms = "MM00000000000000000000000000000003"
    channel = make_channel(always(201, make_message(sid=mms)))
    assert await channel.send(make_text()) == Accepted(mms, MessageStatus.QUEUED)


@pytest.mark.parametrize(
    ("valid_for", "seconds"),
    [
        (None, None),
        (timedelta(hours=2), "7200"),
        (timedelta(seconds=90, milliseconds=900), "90"),
        (timedelta(milliseconds=300), "1"),
        (timedelta(0), "1"),
        (timedelta(seconds=-5), "1"),
        (timedelta(days=3), "36000"),
    ],
)
async def test_a_text_may_wait_at_twilio_as_long_as_it_is_valid(
    valid_for: timedelta | None, seconds: str | None
) -> None:
    form = await asked_of_twilio(make_text(valid_for=valid_for))
    assert form.get("ValidityPeriod") == seconds
