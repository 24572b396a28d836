"""A handset process, a Twilio client pointed at it, and a server that its webhooks call.

Twilio's protocol is the one in which the carrier itself is tested, too.
"""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # it has no types
    TwilioRestException,
)
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # no types
from twilio.rest import Client  # type: ignore[import-untyped]  # no types

SID = "AC" + "a" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
OURS = "+12125550100"
CUSTOMER = "+14155550123"
SERVICE = "MG" + "0" * 32
DEADLINE_SECONDS = 10
T = TypeVar("T")


class Process:
    """One handset process over a data folder; it can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "handset", "serve", "--data", str(self.data)]
        self._process = subprocess.Popen(
            [*command, "--port", "0", "--seed", "7"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[2].rstrip("/,")

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self._process.kill()
        self._process.communicate()

    def terminate(self) -> None:
        self._process.terminate()
        self._process.communicate()


class TwilioAt(Client):  # type: ignore[misc]  # the base is untyped
    """The official client, calling the handset instead of Twilio."""

    def __init__(self, url: str, sid: str = SID, token: str = TOKEN, account: str = "") -> None:
        super().__init__(sid, token, account or sid, http_client=TwilioHttpClient(timeout=30))
        self._url = url

    def request(self, method: str, uri: str, *args: Any, **kwargs: Any) -> Any:
        at_handset = re.sub(r"https://\w+\.twilio\.com", self._url, uri)
        return super().request(method, at_handset, *args, **kwargs)

    def close(self) -> None:
        self.http_client.session.close()


@dataclass
class Handset:
    """The handset with one account and one number, as a test uses it."""

    url: str
    twilio: TwilioAt
    http: httpx.Client

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"{self.url}/handset{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def behave(self, **behaviour: Any) -> None:
        self.control("PUT", "/behaviour", behaviour)

    def settle(self) -> None:
        """Wait until no webhook is owed any more."""
        eventually(lambda: self.control("GET", "/health")["open_webhooks"] == 0)

    def connect(self, number: str = OURS, sms_url: str = "") -> None:
        self.control("PUT", f"/accounts/{SID}", {"auth_token": TOKEN})
        self.control("PUT", f"/accounts/{SID}/numbers/{number}", {"sms_url": sms_url})

    def put_number(self, number: str, **facts: Any) -> None:
        self.control("PUT", f"/accounts/{SID}/numbers/{number}", facts)

    def put_service(self, *numbers: str, opt_outs: bool = False, **settings: str) -> None:
        """Put numbers of the account into a Messaging Service."""
        body = {"numbers": numbers, "manages_opt_outs": opt_outs, "settings": settings}
        self.control("PUT", f"/accounts/{SID}/pools/{SERVICE}", body)

    def status_of(self, sid: str) -> tuple[str, int | None]:
        """Return a message's status and error code as they stand."""
        message = self.twilio.messages(sid).fetch()
        return message.status, message.error_code

    def send(self, body: str = "Hello", *, to: str = CUSTOMER, **more: Any) -> Any:
        return self.twilio.messages.create(to=to, from_=OURS, body=body, **more)

    def refusal(self, **parameters: Any) -> tuple[int, int]:
        """Return HTTP status and code of a create request that must be refused."""
        with pytest.raises(TwilioRestException) as refused:
            self.twilio.messages.create(**parameters)
        assert refused.value.code is not None
        return refused.value.status, refused.value.code

    def post(self, form: dict[str, str], token: str = TOKEN) -> httpx.Response:
        """Send a create request as it is, without what the client would mend or hide."""
        path = f"/2010-04-01/Accounts/{SID}/Messages.json"
        return self.http.post(self.url + path, data=form, auth=(SID, token))

    def say(self, body: str, *, customer: str = CUSTOMER, number: str = OURS, **more: Any) -> Any:
        text = {"from": customer, "to": number, "body": body, **more}
        return self.control("POST", "/texts?wait=true", text)

    def log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", f"/log?kind={kind}")["items"]
        return entries


@dataclass
class Call:
    """One webhook as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.form)


@dataclass
class Receiver:
    """A server that takes webhooks and has files.

    It answers with `answers` first, then with the file at the path, or else with `otherwise`.
    """

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    otherwise: int = 204
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Content type and content by path."""

    def statuses(self) -> list[str]:
        return [call.fields["MessageStatus"] for call in self.calls]


def eventually(look: Callable[[], T]) -> T:
    """Return the first truthy value of `look`; fail after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return found


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = Process(tmp_path_factory.mktemp("handset"))
    yield process
    process.terminate()


@pytest.fixture
def handset(process: Process) -> Iterator[Handset]:
    """A handset that knows one account with one number, and no text yet."""
    twilio = TwilioAt(process.url)
    with httpx.Client(timeout=30, trust_env=False) as http:
        handset = Handset(process.url, twilio, http)
        handset.control("DELETE", "")
        handset.connect()
        yield handset
    twilio.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            receiver.calls.append(Call(self.path, dict(self.headers), body))
            kind, content = receiver.files.get(self.path, ("", b""))
            default = 200 if content else receiver.otherwise
            self.send_response(receiver.answers.pop(0) if receiver.answers else default)
            self.send_header("Content-Length", str(len(content)))
            if content:
                self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the name the base class looks for

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()
