import asyncio
import json
from traceback import format_exception
from urllib.parse import parse_qsl

import httpx
import pytest
from telesign.rest import RestClient  # type: ignore[import-untyped]  # it has no types

from channels.errors import ProviderUnavailable
from channels.http import Refused, Unreadable
from channels.interface import Accepted, Channel, NotTaken, Outcome, Unknown
from channels.telesign.http import TelesignHttp
from channels.telesign.provider import Telesign
from domain.messages import MessageStatus
from tests.channels.carrier_server import Connection, carrier_server, http_answer
from tests.channels.telesign.conftest import (
    API_KEY,
    BODY,
    CREDENTIALS,
    CUSTOMER_ID,
    REFERENCE_ID,
    THEIRS,
    Handler,
    make_error,
    make_status,
    make_text,
)

ACCEPTED = Accepted(REFERENCE_ID, MessageStatus.QUEUED)
UNREACHED = NotTaken(None, "TeleSign could not be reached", None)
BROKEN = Unknown("the connection to TeleSign broke before its answer was read")
LATE = Unknown("TeleSign did not answer in time")


def created() -> bytes:
    return json.dumps(make_status()).encode()


def open_channel(address: str, timeout_seconds: float = 5.0) -> Channel:
    credentials = {"customer_id": CUSTOMER_ID, "api_key": API_KEY}
    return Telesign().open(credentials, address, timeout_seconds)


async def send_to(address: str, *, timeout_seconds: float = 5.0, times: int = 1) -> list[Outcome]:
    """Send the same text `times` times, one after the other, through one real channel."""
    channel = open_channel(address, timeout_seconds)
    try:
        return [await channel.send(make_text()) for _ in range(times)]
    finally:
        await channel.close()


def make_http(handler: Handler) -> TelesignHttp:
    base_url = "https://telesign.example.org/prefix"
    return TelesignHttp(CREDENTIALS, base_url, httpx.MockTransport(handler), 10.0)


# Signing


def test_the_sdk_signs_as_telesign_documents_it() -> None:
    headers = RestClient.generate_telesign_headers(
        CUSTOMER_ID,
        API_KEY,
        "POST",
        "/v1/messaging",
        "phone_number=15005550006&message=Hi&message_type=ARN",
        date_rfc2616="Mon, 23 Nov 2026 13:00:00 GMT",
        nonce="11111111-2222-3333-4444-555555555555",
    )
    assert headers == {
        "Authorization": "TSA FFFFFFFF-EEEE-DDDD-1234-AB1234567890:"
        "Dzmsc8BPxpwLA7ANRjkDXk1/UUi6Bw+dwgE6Obrz/Z8=",
        "Date": "Mon, 23 Nov 2026 13:00:00 GMT",
        "Content-Type": "application/x-www-form-urlencoded",
        "x-ts-auth-method": "HMAC-SHA256",
        "x-ts-nonce": "11111111-2222-3333-4444-555555555555",
    }


async def test_what_is_signed_is_what_goes_over_the_wire() -> None:
    seen: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=make_status())

    http = make_http(take)
    await http.post("/v1/messaging", {"phone_number": "12125550123", "message": "né & 5 + 5 = %\n"})
    await http.get(f"/v1/messaging/{REFERENCE_ID}")
    assert [str(request.url) for request in seen] == [
        "https://telesign.example.org/prefix/v1/messaging",
        f"https://telesign.example.org/prefix/v1/messaging/{REFERENCE_ID}",
    ]
    for request, resource in zip(
        seen, ["/v1/messaging", f"/v1/messaging/{REFERENCE_ID}"], strict=True
    ):
        expected = RestClient.generate_telesign_headers(
            CUSTOMER_ID,
            API_KEY,
            request.method,
            resource,
            request.content.decode(),
            date_rfc2616=request.headers["Date"],
            nonce=request.headers["x-ts-nonce"],
            content_type=request.headers.get("Content-Type", ""),
        )
        assert request.headers["Authorization"] == expected["Authorization"]
    assert seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Content-Type" not in seen[1].headers


async def test_no_two_requests_carry_the_same_nonce() -> None:
    nonces: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        nonces.append(request.headers["x-ts-nonce"])
        return httpx.Response(200, json=make_status())

    http = make_http(take)
    for _ in range(3):
        await http.get("/v1/messaging/1")
    assert len(set(nonces)) == 3


# Answers


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"status": {"code": 10017}}', 10017),
        (b'{"status": {"code": "10017"}}', 10017),
        (b'{"status": {"code": true}}', None),
        (b'{"status": {"code": "ten"}}', None),
        (b'{"status": {"code": "\xc2\xb2"}}', None),
        (b'{"status": {}}', None),
        (b'{"status": 10017}', None),
        (b"{}", None),
        (b"[]", None),
        (b"<html>", None),
    ],
)
async def test_a_refusal_names_the_code_if_it_can_be_read(body: bytes, code: int | None) -> None:
    http = make_http(lambda request: httpx.Response(404, content=body))
    with pytest.raises(Refused) as refused:
        await http.get("/v1/messaging/1")
    assert (refused.value.status, refused.value.code) == (404, code)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"a": ', b"\xff\xfe"])
async def test_a_success_that_is_not_telesigns_json_is_unreadable(body: bytes) -> None:
    http = make_http(lambda request: httpx.Response(200, content=body))
    with pytest.raises(Unreadable):
        await http.get("/v1/messaging/1")


# Lost on the way


async def test_a_text_goes_over_the_wire_as_telesign_documents_it() -> None:
    seen: list[bytes] = []

    async def script(connection: Connection) -> None:
        seen.append(await connection.read_request())
        await connection.write(http_answer("200 OK", created()))

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}/edge/") == [ACCEPTED]
    head, _, body = seen[0].decode().partition("\r\n\r\n")
    assert head.startswith("POST /edge/v1/messaging HTTP/1.1\r\n")
    assert parse_qsl(body) == [
        ("phone_number", "12125550123"),
        ("message", BODY),
        ("message_type", "ARN"),
        ("sender_id", "15005550006"),
        ("external_id", "01936d3e-0000-7000-8000-000000000001"),
        (
            "callback_url",
            "https://sms.example.org/api/v1/webhooks/telesign/7/status"
            "?message=01936d3e-0000-7000-8000-000000000001",
        ),
    ]


async def test_two_texts_share_one_connection() -> None:
    connections: list[Connection] = []

    async def script(connection: Connection) -> None:
        connections.append(connection)
        while True:
            await connection.read_request()
            await connection.write(http_answer("200 OK", created()))

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", times=2) == [ACCEPTED, ACCEPTED]
    assert len(connections) == 1


async def test_a_refused_connection_means_that_the_text_was_not_taken() -> None:
    async def script(connection: Connection) -> None: ...

    async with carrier_server(script) as address:
        pass
    assert await send_to(f"http://{address}") == [UNREACHED]


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Len", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"],
    ids=["before the answer", "within its head", "within its body"],
)
async def test_a_connection_cut_after_the_request_leaves_the_text_unknown_and_is_not_repeated(
    answer: bytes,
) -> None:
    requests = 0

    async def script(connection: Connection) -> None:
        nonlocal requests
        await connection.read_request()
        requests += 1
        await connection.write(answer)
        connection.abort()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}") == [BROKEN]
    assert requests == 1


async def test_an_answer_that_does_not_come_in_time_leaves_the_text_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await asyncio.Event().wait()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", timeout_seconds=0.2) == [LATE]


async def test_a_kept_connection_that_is_closed_under_the_next_request_leaves_it_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("200 OK", created()))
        await connection.read_request()
        connection.abort()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", times=2) == [ACCEPTED, BROKEN]


# Secrets


async def test_no_error_shows_the_customers_number_the_text_or_the_key() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("500 Oops", json.dumps(make_error(10000)).encode()))

    async with carrier_server(script) as address:
        channel = open_channel(f"http://{address}")
        with pytest.raises(ProviderUnavailable) as raised:
            await channel.look_up(REFERENCE_ID)
        await channel.close()
    shown = "".join(format_exception(raised.value))
    assert "TeleSign answered HTTP 500, error 10000" in shown
    for secret in (THEIRS, THEIRS.removeprefix("+"), BODY, API_KEY):
        assert secret not in shown
