"""What a real connection does to a request. Each provider's own tests go over it as well."""

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from channels import transport
from channels.http import AnswerLost, NotConnected, ProviderHttp, TooLarge, pooled_transport
from tests.channels.carrier_server import Connection, carrier_server, http_answer


async def silence(connection: Connection) -> None:
    await asyncio.Event().wait()


async def exchange(address: str, *, timeout_seconds: float = 5.0) -> httpx.Response:
    http = ProviderHttp("Pigeon Post", pooled_transport(), timeout_seconds)
    try:
        return await http.exchange(httpx.Request("POST", address, content=b"x"))
    finally:
        await http.close()


async def test_a_request_goes_out_as_it_was_written() -> None:
    seen: list[bytes] = []

    async def script(connection: Connection) -> None:
        seen.append(await connection.read_request())
        await connection.write(http_answer("200 OK", b"{}"))

    async with carrier_server(script) as address:
        http = ProviderHttp("Pigeon Post", pooled_transport(), 5.0)
        request = httpx.Request(
            "POST",
            f"http://{address}/a%2Fb?to=%2B1&c=d%20e%7E",
            headers={"X-Own": "a, b"},
            content=b"\x00x",
        )
        answer = await http.exchange(request)
        await http.close()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert seen == [
        f"POST /a%2Fb?to=%2B1&c=d%20e%7E HTTP/1.1\r\nHost: {address}\r\nX-Own: a, b\r\n"
        "Content-Length: 2\r\n\r\n\x00x".encode()
    ]


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    requests = 0

    async def script(connection: Connection) -> None:
        nonlocal requests
        while True:
            await connection.read_request()
            requests += 1
            await connection.write(http_answer("307 Temporary Redirect", b"", "Location: /other"))

    async with carrier_server(script) as address:
        assert (await exchange(f"http://{address}")).status_code == 307
    assert requests == 1


async def test_a_server_that_never_ends_the_handshake_was_never_connected_to() -> None:
    async with carrier_server(silence) as address:
        with pytest.raises(NotConnected):
            await exchange(f"https://{address}", timeout_seconds=0.4)


def certificate_of(host: str, folder: Path) -> Path:
    """Make a certificate for an IP address that only itself vouches for; with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


async def test_a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to(
    tmp_path: Path,
) -> None:
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate_of("127.0.0.1", tmp_path))
    seen: list[bytes] = []

    async def script(connection: Connection) -> None:
        seen.append(await connection.read_request())

    async with carrier_server(script, tls) as address:
        with pytest.raises(NotConnected):
            await exchange(f"https://{address}")
    assert seen == []


async def test_a_server_whose_certificate_is_trusted_is_spoken_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate_of("127.0.0.1", tmp_path)
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    transport._certificates.cache_clear()

    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("200 OK", b"{}"))

    async with carrier_server(script, tls) as address:
        assert (await exchange(f"https://{address}")).status_code == 200


async def test_a_name_that_nobody_has_was_never_connected_to() -> None:
    with pytest.raises(NotConnected):
        await exchange("http://nowhere.invalid")


async def test_a_request_that_finds_no_free_connection_was_never_sent() -> None:
    async with carrier_server(silence) as address:
        http = ProviderHttp("Pigeon Post", pooled_transport(), 2.0)
        requests = [httpx.Request("POST", f"http://{address}", content=b"x") for _ in range(101)]
        ended = await asyncio.gather(*map(http.exchange, requests), return_exceptions=True)
        await http.close()
    assert [type(end) for end in ended].count(NotConnected) == 1
    assert [type(end) for end in ended].count(AnswerLost) == 100


async def test_a_compressed_answer_is_read() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        answer = http_answer("200 OK", gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")
        await connection.write(answer)

    async with carrier_server(script) as address:
        assert (await exchange(f"http://{address}")).json() == {"a": 1}


async def test_a_compressed_answer_that_is_none_is_lost() -> None:
    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("200 OK", b"{}", "Content-Encoding: gzip"))

    async with carrier_server(script) as address:
        with pytest.raises(AnswerLost):
            await exchange(f"http://{address}")


@pytest.mark.parametrize("length", ["Content-Length: 1000000000", "Transfer-Encoding: chunked"])
async def test_an_answer_without_end_is_left_as_soon_as_it_is_too_large(length: str) -> None:
    has_left = asyncio.Event()

    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n".encode())
        try:
            while True:
                await connection.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        finally:
            has_left.set()

    async with carrier_server(script) as address, asyncio.timeout(10):
        http = ProviderHttp("Pigeon Post", pooled_transport(), 10.0)
        with pytest.raises(TooLarge):
            await http.download(httpx.Request("GET", f"http://{address}"), max_bytes=5000)
        await has_left.wait()
        await http.close()


async def test_a_kept_connection_is_let_go_before_a_server_would_close_it() -> None:
    has_left = asyncio.Event()

    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer("200 OK", b"{}"))
        try:
            await connection.read_request()
        finally:
            has_left.set()

    async with carrier_server(script) as address, asyncio.timeout(4.9):
        http = ProviderHttp("Pigeon Post", pooled_transport(), 5.0)
        await http.exchange(httpx.Request("GET", f"http://{address}"))
        await has_left.wait()
        await http.close()
