import asyncio
import json
import logging
from traceback import format_exception

import httpx
import pytest

from channels.errors import ProviderUnavailable
from channels.infobip.provider import Infobip
from channels.interface import Accepted, Channel, NotTaken, Outcome, SentText, Unknown
from domain.messages import MessageStatus
from tests.channels.carrier_server import Connection, carrier_server, http_answer
from tests.channels.infobip.conftest import (
    API_KEY,
    BODY,
    CALLBACK,
    MESSAGE_ID,
    OURS,
    SECRET,
    THEIRS,
    make_answer,
    make_channel,
    make_refusal,
    make_text,
)
from tests.channels.infobip.test_channel import NOON

ACCEPTED = Accepted(str(MESSAGE_ID), MessageStatus.QUEUED)
UNREACHED = NotTaken(None, "Infobip could not be reached", None)
BROKEN = Unknown("the connection to Infobip broke before its answer was read")
LATE = Unknown("Infobip did not answer in time")
TAKEN = http_answer("200 OK", json.dumps(make_answer()).encode())


def open_channel(address: str, timeout_seconds: float = 5.0) -> Channel:
    credentials = {"api_key": API_KEY, "webhook_secret": SECRET}
    return Infobip().open(credentials, address, timeout_seconds)


async def send_to(address: str, *, timeout_seconds: float = 5.0, times: int = 1) -> list[Outcome]:
    """Send the same text `times` times, one after the other, through one real channel."""
    channel = open_channel(address, timeout_seconds)
    try:
        return [await channel.send(make_text()) for _ in range(times)]
    finally:
        await channel.close()


async def test_a_text_goes_over_the_wire_as_infobip_documents_it() -> None:
    seen: list[bytes] = []

    async def script(connection: Connection) -> None:
        seen.append(await connection.read_request())
        await connection.write(TAKEN)

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}/edge/") == [ACCEPTED]
    head, _, body = seen[0].decode().partition("\r\n\r\n")
    request_line, *headers = head.lower().split("\r\n")
    assert request_line == "post /edge/sms/3/messages http/1.1"
    assert "content-type: application/json" in headers
    assert "accept: application/json" in headers
    assert f"authorization: app {API_KEY}" in headers
    assert json.loads(body)["messages"][0]["destinations"] == [
        {"to": "447700900123", "messageId": "01936d3e-0000-7000-8000-000000000001"}
    ]


async def test_two_texts_share_one_connection() -> None:
    connections: list[Connection] = []

    async def script(connection: Connection) -> None:
        connections.append(connection)
        while True:
            await connection.read_request()
            await connection.write(TAKEN)

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", times=2) == [ACCEPTED, ACCEPTED]
    assert len(connections) == 1


async def test_a_refused_connection_means_that_the_text_was_not_taken() -> None:
    async def script(connection: Connection) -> None: ...

    async with carrier_server(script) as address:
        pass
    assert await send_to(f"http://{address}") == [UNREACHED]


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
        await connection.write(TAKEN[:-40])

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}") == [BROKEN]


async def test_an_answer_that_never_comes_leaves_the_text_unknown() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await asyncio.Event().wait()

    async with carrier_server(script) as address:
        assert await send_to(f"http://{address}", timeout_seconds=0.2) == [LATE]


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
        (httpx.RemoteProtocolError, BROKEN),
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
    refused = json.dumps(make_refusal("E400")).encode()

    async def script(connection: Connection) -> None:
        while True:
            await connection.read_request()
            await connection.write(http_answer("400 Bad Request", refused))

    async with carrier_server(script) as address:
        channel = open_channel(f"http://{address}")
        outcome = await channel.send(make_text())
        with pytest.raises(ProviderUnavailable) as unavailable:
            await channel.find_sent(SentText(MESSAGE_ID, OURS, THEIRS, NOON))
        verdict = await channel.verify()
        await channel.close()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    said = "\n".join([logged, repr(outcome), repr(verdict), *format_exception(unavailable.value)])
    for secret in (API_KEY, SECRET, CALLBACK, THEIRS[1:], OURS[1:], BODY):
        assert secret not in said
