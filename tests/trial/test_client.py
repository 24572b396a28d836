"""Of trial/client.py: what becomes of a question that cannot be asked, and of an answer that is nobody's."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from trial.client import ApiClient, Malformed, Unexpected

NOWHERE = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("a\nb", id="a line break"),
        pytest.param("a\r", id="a carriage return"),
        pytest.param("schlüssel", id="not ASCII"),
        pytest.param("a b", id="a space"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_malformed_token_is_said_to_be_one_and_never_repeated(token: str) -> None:
    with pytest.raises(Malformed) as refused:
        ApiClient(NOWHERE, token)
    assert str(refused.value) == (
        "The token is malformed: it is empty, or holds a space, a line break or a letter that no token has. "
        "Set TOUCHLINE_TOKEN to a whole one, or unset it and use `touchline sign-in EMAIL`."
    )


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:25100",
        "http://[::1",
        "localhost",
        "http://",
        "ftp://x",
        "http://x:port",
        "x\udcff",
    ],
)
def test_an_address_that_is_none_is_said_to_be_none(url: str) -> None:
    with pytest.raises(Malformed, match="write one that begins with http:// or https://, such as"):
        ApiClient(url)


@pytest.mark.parametrize(
    "path",
    [
        "/work-items/",
        "/work-items//approve",
        "/work-items/../records",
        "/work-items/.",
        "/work-items/..",
        "/work-items/x?limit=1",
        "/work-items/x#y",
        "/work-items/x%2Fapprove",
        "/work-items/..\\records",
        "/work-items/a b",
        "/work-items/x\n",
    ],
)
def test_an_id_that_would_lead_elsewhere_is_not_asked_for(path: str) -> None:
    with ApiClient(NOWHERE) as client, pytest.raises(Malformed, match=r"Is your variable set\?"):
        client.get(path)


def test_a_text_that_is_no_text_is_not_sent() -> None:
    with ApiClient(NOWHERE) as client, pytest.raises(Malformed, match=r"'\\udcff' in a text"):
        client.post("/session", {"email": "a\udcffb"})
    with ApiClient(NOWHERE) as client, pytest.raises(Malformed, match=r"'\\udcff' in a text"):
        client.get("/search", q="a\udcffb")


class _Stranger(BaseHTTPRequestHandler):
    """Answers whatever is asked: below /json with JSON that is not Touchline's, else with a page."""

    def do_GET(self) -> None:
        body = b"[]" if "json" in self.path else b"<p>Welcome</p>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the base class names it

    def log_message(self, *args: object) -> None: ...


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["", "/json"])
def test_a_success_that_is_not_the_apis_is_said_to_be_anothers(stranger: str, path: str) -> None:
    with ApiClient(stranger + path) as client:
        told = f"What answers at {stranger}{path} is not Touchline's API."
        with pytest.raises(Unexpected) as listed:
            list(client.items("/users"))
        with pytest.raises(Unexpected) as signed_in:
            client.sign_in("a@example.org", "a password")
    assert (str(listed.value), str(signed_in.value)) == (told, told)
