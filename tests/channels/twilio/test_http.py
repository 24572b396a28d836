import asyncio
import json
import logging
from datetime import UTC, datetime
from traceback import format_exception

import httpx
import pytest

from channels.errors import ProviderUnavailable
from channels.interface import Accepted, Channel, NotTaken, Outcome, SentText, Unknown
from channels.twilio.provider import Twilio
from domain.messages import MessageStatus
from tests.channels.carrier_server import Connection, carrier_server, http_answer
from tests.channels.twilio.conftest import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    BODY,
    MESSAGE_ID,
    OURS,
    SID,
    THEIRS,
    created,
    make_channel,
    make_error,
    make_text,
)

ACCEPTED = Accepted(SID, MessageStatus.QUEUED)
UNREACHED = NotTaken(None, "Twilio could not be reached", None)
BROKEN = Unknown("the connection to Twilio broke before its answer was read")
LATE = Unknown("Twilio did not answer in time")


def open_channel(address: str, timeout_seconds: float = 5.0) -> Channel:
    credentials = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
    return Twilio().open(credentials, address, timeout_seconds)


async def send_to(address: str, *, timeout_seconds: float = 5.0, times: int = 1) -> list[Outcome]:
    """Send the same text `times` times, one after the other, through one real channel."""
    channel = open_channel(address, timeout_seconds)
    try:
        return [await channel.send(make_text()) for _ in range(times)]
    finally:
        await channel.close()


async def test_a_text_goes_over_the_wire_as_twilio_documents_it() -> None:
    seen: list[bytes] = []

    async def script(connection: Connection) -> None:
        seen.append(await connection.read_request())
        await connection.write(http_answer("201 Created", created()))

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}/edge/") == [ACCEPTED]
    head, _, body = seen[0].decode().partition("\r\n\r\n")
    request_line, *headers = head.split("\r\n")
    assert request_line == (
        "POST /edge/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json HTTP/1.1"
    )
    assert "Content-Type: application/x-www-form-urlencoded" in headers
    assert (
        "Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTow"
        "MTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="
    ) in headers
    assert body == (
        "To=%2B12125550123"
        "&StatusCallback=https%3A%2F%2Fsms.example.org%2Fapi%2Fv1%2Fwebhooks%2Ftwilio%2F7%2Fstatus"
        "%3Fmessage%3D42"
        "&From=%2B15005550006"
        "&Body=Hi+Ada%2C+lunch+on+Tuesday%3F"
    )


async def test_two_texts_share_one_connection() -> None:
    connections: list[Connection] = []

    async def script(connection: Connection) -> None:
        connections.append(connection)
        while True:
            await connection.read_request()
            await connection.write(http_answer("201 Created", created()))

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", times=2) == [ACCEPTED, ACCEPTED]
    assert len(connections) == 1


async def test_a_refused_connection_means_that_the_text_was_not_taken() -> None:
    async def script(connection: Connection) -> None: ...

    async with carrier_server(script) as address:
        pass
    assert await send_to(f"http://{address}") == [UNREACHED]


async def test_a_failed_tls_handshake_means_that_the_text_was_not_taken() -> None:
    async def script(connection: Connection) -> None:
        await connection.write(b"I speak no TLS\r\n\r\n")

    async with carrier_server(script) as address:
        assert await send_to(f"https://{address}") == [UNREACHED]


async def test_a_connection_cut_after_the_request_leaves_the_text_unknown_and_is_not_repeated() -> (
    None
):
    requests = 0

    async def script(connection: Connection) -> None:
        nonlocal requests
        await connection.read_request()
        requests += 1
        connection.abort()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}") == [BROKEN]
    assert requests == 1


async def test_an_answer_cut_in_the_middle_leaves_the_text_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("201 Created", created())[:-40])

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}") == [BROKEN]


async def test_an_answer_that_is_no_http_leaves_the_text_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(b"220 mail.example.org ESMTP ready\r\n\r\n")

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}") == [BROKEN]


async def test_an_answer_that_never_comes_leaves_the_text_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await asyncio.Event().wait()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", timeout_seconds=0.2) == [LATE]


async def test_an_answer_that_trickles_in_does_not_outlast_the_time_for_the_whole() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            await connection.write(b" ")
            await asyncio.sleep(0.02)

    async with carrier_server(script) as address, asyncio.timeout(5):
        assert await send_to(f"http://{address}", timeout_seconds=0.2) == [LATE]


async def test_a_kept_connection_that_was_closed_meanwhile_is_replaced_before_the_next_text() -> (
    None
):
    requests = 0
    closed = asyncio.Event()

    async def script(connection: Connection) -> None:
        nonlocal requests
        await connection.read_request()
        requests += 1
        await connection.write(http_answer("201 Created", created()))
        await connection.close()
        closed.set()

    async with carrier_server(script) as address:
        channel = open_channel(f"http://{address}")
        assert await channel.send(make_text()) == ACCEPTED
        await closed.wait()
        assert await channel.send(make_text()) == ACCEPTED
        await channel.close()
    assert requests == 2


async def test_a_kept_connection_that_closes_on_the_next_text_leaves_it_unknown() -> None:
    requests = 0

    async def script(connection: Connection) -> None:
        nonlocal requests
        await connection.read_request()
        await connection.write(http_answer("201 Created", created()))
        await connection.read_request()
        requests += 1
        connection.abort()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", times=2) == [ACCEPTED, BROKEN]
    assert requests == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError, UNREACHED),
        (httpx.ConnectTimeout, UNREACHED),
        (httpx.PoolTimeout, UNREACHED),
        (httpx.ReadTimeout, LATE),
        (httpx.WriteTimeout, LATE),
        (httpx.ReadError, BROKEN),
        (httpx.WriteError, BROKEN),
        (httpx.CloseError, BROKEN),
        (httpx.RemoteProtocolError, BROKEN),
        (httpx.LocalProtocolError, BROKEN),
        (httpx.ProxyError, BROKEN),
        (httpx.DecodingError, BROKEN),
    ],
)
async def test_only_what_provably_never_left_counts_as_not_taken(
    error: type[httpx.RequestError], outcome: Outcome
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("broken")

    assert await make_channel(fail).send(make_text()) == outcome


async def test_no_credential_number_or_text_reaches_a_log_or_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = json.dumps(make_error(21211, 400)).encode()

    async def script(connection: Connection) -> None:
        while True:
            await connection.read_request()
            await connection.write(http_answer("400 Bad Request", refused))

    async with carrier_server(script) as address:
        channel = open_channel(f"http://{address}")
        outcome = await channel.send(make_text())
        with pytest.raises(ProviderUnavailable) as unavailable:
            await channel.find_sent(
                SentText(MESSAGE_ID, OURS, THEIRS, datetime(2026, 11, 23, tzinfo=UTC))
            )
        verdict = await channel.verify()
        await channel.close()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    said = "\n".join([logged, repr(outcome), repr(verdict), *format_exception(unavailable.value)])
    for secret in (AUTH_TOKEN, ACCOUNT_SID, THEIRS[1:], OURS[1:], BODY, "Basic "):
        assert secret not in said
