"""The carrier fetches what is to go with a text from where the client has it."""

import hashlib
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from handset.files import MAX_BYTES
from tests.handset.conftest import (
    CUSTOMER,
    DEADLINE_SECONDS,
    OURS,
    Handset,
    Process,
    Receiver,
    TwilioAt,
    eventually,
)

PICTURE = b"\x89PNG picture"


def send(handset: Handset, *urls: str) -> Any:
    return handset.twilio.messages.create(to=CUSTOMER, from_=OURS, media_url=list(urls))


def test_each_medium_is_fetched_once_and_noted(handset: Handset, receiver: Receiver) -> None:
    receiver.files = {"/a.png": ("image/png; x=1", PICTURE), "/b": ("text/plain", b"b")}
    message = send(handset, f"{receiver.url}/a.png", f"{receiver.url}/b")
    eventually(lambda: len(handset.log("media")) == 2)

    first, second = sorted(handset.log("media"), key=lambda entry: str(entry["url"]))
    assert (first["sid"], first["url"]) == (message.sid, f"{receiver.url}/a.png")
    assert (first["http_status"], first["error"]) == (200, None)
    assert first["file"] == {
        "id": first["file"]["id"],
        "content_type": "image/png",
        "size": len(PICTURE),
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
    }
    assert second["file"]["content_type"] == "text/plain"
    assert len(receiver.calls) == 2
    (text,) = handset.control("GET", "/texts?customer=%2B14155550123")["items"]
    assert len(text["media"]) == 2


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        pytest.param(PICTURE, 404, None, id="not there"),
        pytest.param(b"0" * (MAX_BYTES + 1), 200, "more than 5000000 bytes", id="too large"),
    ],
)
def test_a_medium_that_cannot_be_had_is_noted_and_the_text_goes_all_the_same(
    handset: Handset, receiver: Receiver, content: bytes, status: int, error: str | None
) -> None:
    receiver.files["/a.png"] = ("image/png", content)
    receiver.answers = [status]
    message = send(handset, f"{receiver.url}/a.png")
    (entry,) = eventually(lambda: handset.log("media"))
    assert (entry["file"], entry["http_status"], entry["error"]) == (None, status, error)
    eventually(lambda: handset.status_of(message.sid) == ("delivered", None))


def test_a_medium_nobody_serves_is_noted(handset: Handset) -> None:
    send(handset, "http://127.0.0.1:9/a.png")
    (entry,) = eventually(lambda: handset.log("media"))
    assert (entry["http_status"], entry["file"]) == (None, None)
    assert entry["error"].startswith("ConnectError")


def test_a_killed_carrier_fetches_what_it_had_not_yet_and_keeps_the_rest(
    tmp_path: Path, receiver: Receiver
) -> None:
    process = Process(tmp_path)
    receiver.files["/a.png"] = ("image/png", PICTURE)
    with (
        httpx.Client(timeout=30, trust_env=False) as http,
        socket.create_server(("127.0.0.1", 0)) as slow,
    ):
        slow.settimeout(DEADLINE_SECONDS)
        twilio = TwilioAt(process.url)
        handset = Handset(process.url, twilio, http)
        handset.connect()
        slow_url = f"http://127.0.0.1:{slow.getsockname()[1]}/b.png"
        sid = send(handset, f"{receiver.url}/a.png", slow_url).sid
        waiting, _ = slow.accept()
        eventually(lambda: handset.log("media"))
        process.kill()
        waiting.close()
        twilio.close()

        process.start()
        connection, _ = slow.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb")
        twilio = TwilioAt(process.url)
        media = twilio.messages(sid).media
        eventually(lambda: len(media.list()) == 2)
        assert [each.content_type for each in media.list()] == [
            "image/png",
            "application/octet-stream",
        ]
        assert len(receiver.calls) == 1
        twilio.close()
    process.terminate()
