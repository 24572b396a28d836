from datetime import timedelta
from typing import Any

import httpx
import pytest

from channels.http import (
    AnswerLost,
    NoAnswer,
    NotConnected,
    ProviderHttp,
    Refused,
    TooLarge,
    Unreadable,
    json_object,
    retry_after,
)

SECRET = "https://sms.example.org/?to=%2B12125550123"


def http_over(answer: httpx.Response | type[httpx.RequestError]) -> ProviderHttp:
    """Return a way to a provider that always ends alike."""

    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.Response):
            return answer
        raise answer("broken")

    return ProviderHttp("Pigeon Post", httpx.MockTransport(handle), 5.0)


def ask() -> httpx.Request:
    return httpx.Request("GET", SECRET)


@pytest.mark.parametrize("status", [200, 204, 307, 404, 429, 503])
async def test_an_answer_is_an_answer_whatever_its_status(status: int) -> None:
    answer = await http_over(httpx.Response(status, content=b"x")).exchange(ask())
    assert (answer.status_code, answer.content) == (status, b"x")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (httpx.ConnectError, NotConnected, "Pigeon Post could not be reached"),
        (httpx.ConnectTimeout, NotConnected, "Pigeon Post could not be reached"),
        (httpx.PoolTimeout, NotConnected, "Pigeon Post could not be reached"),
        (httpx.ReadTimeout, AnswerLost, "Pigeon Post did not answer in time"),
        (httpx.WriteTimeout, AnswerLost, "Pigeon Post did not answer in time"),
        (
            httpx.ReadError,
            AnswerLost,
            "the connection to Pigeon Post broke before its answer was read",
        ),
        (
            httpx.RemoteProtocolError,
            AnswerLost,
            "the connection to Pigeon Post broke before its answer was read",
        ),
    ],
)
async def test_what_never_left_and_what_was_lost_are_told_apart(
    error: type[httpx.RequestError], kind: type[NoAnswer], words: str
) -> None:
    with pytest.raises(NoAnswer) as ended:
        await http_over(error).exchange(ask())
    assert (type(ended.value), str(ended.value)) == (kind, words)
    with pytest.raises(kind):
        await http_over(error).download(ask(), max_bytes=1)


async def test_what_is_as_large_as_allowed_is_downloaded_and_one_byte_more_is_not() -> None:
    http = http_over(httpx.Response(200, content=b"12345"))
    answer, content = await http.download(ask(), max_bytes=5)
    assert (answer.status_code, content) == (200, b"12345")
    with pytest.raises(TooLarge, match="larger than 4 bytes"):
        await http.download(ask(), max_bytes=4)


def test_an_answer_that_cannot_be_read_is_a_lost_one() -> None:
    failure = http_over(httpx.Response(200)).unreadable()
    assert isinstance(failure, Unreadable)
    assert isinstance(failure, AnswerLost)
    assert str(failure) == "Pigeon Post's answer could not be read"


def test_a_refusal_is_told_by_its_status_and_its_code() -> None:
    assert str(Refused("Pigeon Post", 400, 21211, None)) == (
        "Pigeon Post answered HTTP 400, error 21211"
    )
    assert str(Refused("Pigeon Post", 503, None, None)) == "Pigeon Post answered HTTP 503"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"[]", None),
        (b"", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
    ],
)
def test_only_a_json_object_is_one(content: bytes, found: dict[str, Any] | None) -> None:
    assert json_object(httpx.Response(200, content=content)) == found


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        (None, None),
        ("0", timedelta(0)),
        ("7", timedelta(seconds=7)),
        ("999999999", timedelta(days=1)),
        ("9999999999", None),
        ("-7", None),
        ("7.5", None),
        ("²", None),
        ("Mon, 23 Nov 2026 13:00:00 GMT", None),
    ],
)
def test_how_long_to_wait_is_read_from_seconds_alone(
    header: str | None, asked: timedelta | None
) -> None:
    headers = [] if header is None else [(b"Retry-After", header.encode())]
    assert retry_after(httpx.Response(429, headers=headers)) == asked
