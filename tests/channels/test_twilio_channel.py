import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels.errors import ProviderUnavailable
from channels.interface import (
    Accepted,
    DiscoveredNumber,
    NotTaken,
    ProviderMessage,
    Rejected,
    Unknown,
    Verdict,
)
from domain.failures import FailureKind
from domain.messages import MessageStatus
from domain.numbers import NumberKind
from tests.channels.conftest import (
    ACCOUNT_SID,
    API_KEY,
    AUTH_TOKEN,
    BODY,
    OURS,
    SID,
    THEIRS,
    make_channel,
    make_error,
    make_message,
    make_text,
)

ROOT = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def always(
    status: int, content: Any = None, headers: dict[str, str] | None = None
) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that answers everything alike: JSON, or bytes as they are."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return lambda request: httpx.Response(status, content=raw, headers=headers)


def by_path(answers: dict[str, httpx.Response]) -> Callable[[httpx.Request], httpx.Response]:
    """Return a server that knows the paths of `answers`, with their query, under the account."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().removeprefix(ROOT)
        return answers.get(path) or httpx.Response(404, json=make_error(20404, 404))

    return answer


# Sending


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
    assert await channel.send(make_text()) == NotTaken("20429", reason, retry_after)
    channel = make_channel(always(429, b"<html>slow down</html>", headers))
    assert await channel.send(make_text()) == NotTaken("HTTP 429", reason, retry_after)


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


# Finding again


def page(messages: list[dict[str, Any]], next_page_uri: str | None = None) -> httpx.Response:
    return httpx.Response(
        200,
        json={
            "first_page_uri": "/x",
            "next_page_uri": next_page_uri,
            "previous_page_uri": None,
            "uri": "/x",
            "page": 0,
            "page_size": 100,
            "start": 0,
            "end": 99,
            "messages": messages,
        },
    )


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
    found = await channel.list_sent(to_number=THEIRS, from_number=OURS, since=NOON)
    assert [message.provider_message_id for message in found] == ["SM1", "SM2", "SM3"]
    assert found[2] == ProviderMessage(
        provider_message_id="SM3",
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
    assert len(await channel.list_sent(to_number=THEIRS, from_number=OURS, since=since)) == 1


async def test_a_list_whose_next_page_is_itself_ends() -> None:
    endless = page([created_at("12:00:09", "SM1")], ROOT + FIRST_PAGE)
    channel = make_channel(by_path({FIRST_PAGE: endless}))
    found = await channel.list_sent(to_number=THEIRS, from_number=OURS, since=NOON)
    assert [message.provider_message_id for message in found] == ["SM1"]


async def test_an_empty_list_is_a_list() -> None:
    channel = make_channel(by_path({FIRST_PAGE: page([])}))
    assert await channel.list_sent(to_number=THEIRS, from_number=OURS, since=NOON) == []


async def test_a_next_page_elsewhere_is_not_asked() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        elsewhere = {"key": "messages", "next_page_url": "https://elsewhere.example.org/"}
        return httpx.Response(200, json={"messages": [make_message()], "meta": elsewhere})

    with pytest.raises(ProviderUnavailable, match="another address"):
        await make_channel(answer).list_sent(to_number=THEIRS, from_number=OURS, since=NOON)
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
async def test_a_list_that_cannot_be_had_is_no_empty_list(
    answer: Callable[[httpx.Request], httpx.Response], words: str
) -> None:
    with pytest.raises(ProviderUnavailable, match=words):
        await make_channel(answer).list_sent(to_number=THEIRS, from_number=OURS, since=NOON)


async def test_a_text_is_looked_up_by_its_id() -> None:
    failed = make_message(status="undelivered", error_code=30003, **{"from": None})
    channel = make_channel(by_path({f"/Messages/{SID}.json": httpx.Response(200, json=failed)}))
    assert await channel.look_up(SID) == ProviderMessage(
        provider_message_id=SID,
        status=MessageStatus.UNDELIVERED,
        from_number="",
        to_number=THEIRS,
        body=BODY,
        created_at=datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
        code="30003",
        failure=FailureKind.RETRY_ONCE,
        reason="The phone could not be reached: perhaps it was off or had no signal.",
    )
    assert await channel.look_up("SM00000000000000000000000000000009") is None


async def test_a_missing_page_is_not_taken_for_a_missing_text() -> None:
    with pytest.raises(ProviderUnavailable, match="HTTP 404"):
        await make_channel(always(404, b"nginx")).look_up(SID)


# The account


async def test_the_numbers_of_the_account_that_can_text_are_listed_by_kind() -> None:
    def number(e164: str, **fields: Any) -> dict[str, Any]:
        return {"phone_number": e164, "friendly_name": f"Line {e164}", **fields}

    numbers = [
        number("+12125550123", capabilities={"voice": True, "sms": True, "mms": False}),
        number("+18005550123", capabilities={"sms": True}),
        number("+12125550124", capabilities={"voice": True, "sms": False}),
        number("not a number", friendly_name=None),
    ]
    channel = make_channel(
        by_path(
            {
                "/IncomingPhoneNumbers.json?PageSize=100": httpx.Response(
                    200, json={"incoming_phone_numbers": numbers, "next_page_uri": None}
                ),
                "/SMS/ShortCodes.json?PageSize=100": httpx.Response(
                    200,
                    json={
                        "short_codes": [{"short_code": "54321", "friendly_name": "Ours"}],
                        "next_page_uri": None,
                    },
                ),
            }
        )
    )
    assert await channel.list_numbers() == [
        DiscoveredNumber("+12125550123", NumberKind.LONG_CODE, "Line +12125550123"),
        DiscoveredNumber("+18005550123", NumberKind.TOLL_FREE, "Line +18005550123"),
        DiscoveredNumber("not a number", NumberKind.LONG_CODE, ""),
        DiscoveredNumber("54321", NumberKind.SHORT_CODE, "Ours"),
    ]


async def test_a_server_without_short_codes_still_lists_its_numbers() -> None:
    channel = make_channel(
        by_path(
            {
                "/IncomingPhoneNumbers.json?PageSize=100": httpx.Response(
                    200, json={"incoming_phone_numbers": [], "next_page_uri": None}
                )
            }
        )
    )
    assert await channel.list_numbers() == []


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (
            always(200, {"sid": ACCOUNT_SID, "status": "active"}),
            Verdict(True, "Twilio accepts the credentials, and the account is active."),
        ),
        (
            always(200, {"sid": ACCOUNT_SID, "status": "suspended"}),
            Verdict(False, "Twilio says that this account is suspended."),
        ),
        (
            always(401, make_error(20003, 401)),
            Verdict(False, "Twilio does not accept the account SID and auth token."),
        ),
        (
            always(404, make_error(20404, 404)),
            Verdict(False, "What answers at this address does not know this account."),
        ),
        (
            always(301),
            Verdict(False, "This address redirects elsewhere: enter the one it redirects to."),
        ),
        (always(503, b""), Verdict(False, "Twilio answered HTTP 503.")),
        (always(200, b"<html>"), Verdict(False, "Twilio's answer could not be read.")),
        (always(200, {}), Verdict(False, "What answers at this address is not Twilio's API.")),
    ],
)
async def test_verifying_says_in_plain_words_what_is_wrong(
    answer: Callable[[httpx.Request], httpx.Response], verdict: Verdict
) -> None:
    assert await make_channel(answer).verify() == verdict


async def test_verifying_says_that_nobody_answers() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert await make_channel(fail).verify() == Verdict(False, "Twilio could not be reached.")


async def test_verifying_tells_a_wrong_api_key_from_a_wrong_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == f"{ROOT}.json":
            return httpx.Response(200, json={"sid": ACCOUNT_SID, "status": "active"})
        return httpx.Response(401, json=make_error(20003, 401))

    channel = make_channel(answer, api_key=API_KEY)
    assert await channel.verify() == Verdict(False, "Twilio does not accept the API key.")
