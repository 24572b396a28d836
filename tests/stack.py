"""The whole product as a server runs it: each part a process that a test may kill and start again."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.carrier import Carrier
from tests.makers import AUTH_TOKEN
from trial.children import end, last_lines, spawn
from trial.ports import free_ports
from trial.temporal import TemporalServer

CHECKOUT = Path(__file__).parent.parent


_ENDED = ("worker", "api", "handset", "temporal")
"""In which order the parts are ended."""


def _kind(part: str) -> str:
    return part.partition("-")[0]


def free_port() -> int:
    (port,) = free_ports(1)
    return port


def eventually(seen: Callable[[], Any], *, within: float = 60.0, every: float = 0.1) -> Any:
    """Return what `seen` returns once that is true; fails if it is not `within` seconds."""
    deadline = time.monotonic() + within
    while not (found := seen()):
        assert time.monotonic() < deadline, f"not within {within} s, but {found!r}"
        time.sleep(every)
    return found


@dataclass
class Stack:
    """Temporal, worker, API and handset over a database that the test brings; `settings` are TOUCHLINE_…"""

    home: Path
    database_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    api_port: int = field(default_factory=free_port)
    handset_port: int = field(default_factory=free_port)
    temporal_port: int = field(default_factory=free_port)
    _further_apis: dict[str, int] = field(default_factory=dict)
    """The ports of API processes beside the first."""
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _people: list["Person"] = field(default_factory=list)

    def __enter__(self) -> "Stack":
        for part in ("temporal", "handset", "api", "worker"):
            self.start(part)
        return self

    def __exit__(self, *exc: object) -> None:
        for person in self._people:
            person.close()
        for part in sorted(self._processes, key=lambda part: _ENDED.index(_kind(part))):
            end(self._processes.pop(part), patience=15)

    @property
    def api_url(self) -> str:
        return self.url_of("api")

    def url_of(self, api: str) -> str:
        """Return the address of an API process: "api", which providers call, or a further one, "api-2" and so on."""
        return f"http://127.0.0.1:{self._port_of(api)}"

    @property
    def carrier(self) -> Carrier:
        return Carrier(f"http://127.0.0.1:{self.handset_port}")

    def start(self, part: str) -> None:
        """Start a part and, but for a worker, wait until it answers. Further ones are "worker-2", "api-2" and so on."""
        self._processes[part] = spawn(
            self._commands()[_kind(part)],
            log=self.home / f"{part}.log",
            environment=self._environment(part),
            directory=CHECKOUT,
        )
        match _kind(part):
            case "api":
                url = f"{self.url_of(part)}/health/live"
                eventually(lambda: self._answers(part, url), every=0.05)
            case "handset":
                url = f"http://127.0.0.1:{self.handset_port}/handset/health"
                eventually(lambda: self._answers(part, url), every=0.05)
            case "temporal":
                eventually(lambda: self._listens(self.temporal_port), every=0.02)

    def kill(self, part: str) -> None:
        """End a part as a power cut would: SIGKILL, no last words."""
        process = self._processes.pop(part)
        process.kill()
        process.wait()

    def log(self, part: str) -> str:
        return last_lines(self.home / f"{part}.log", 200)

    def client(self, email: str, password: str, *, api: str = "api") -> "Person":
        """Sign in to an API process."""
        self._people.append(Person(self.url_of(api), email, password))
        return self._people[-1]

    def inbound_url(self, account_id: object, provider: str = "twilio") -> str:
        return f"{self.api_url}/api/v1/webhooks/{provider}/{account_id}/inbound"

    def _port_of(self, api: str) -> int:
        return self.api_port if api == "api" else self._further_apis.setdefault(api, free_port())

    def _answers(self, part: str, url: str) -> bool:
        assert self._processes[part].poll() is None, self.log(part)
        try:
            return httpx.get(url, timeout=5).is_success
        except httpx.HTTPError:
            return False

    @staticmethod
    def _listens(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def _commands(self) -> dict[str, list[str]]:
        handset = ["serve", "--data", str(self.home / "handset"), "--port", str(self.handset_port)]
        return {
            "temporal": TemporalServer(self.home / "temporal", self.temporal_port).command(),
            "handset": [sys.executable, "-m", "handset", *handset],
            "api": [sys.executable, "-m", "api"],
            "worker": [sys.executable, "worker.py"],
        }

    def _environment(self, part: str) -> dict[str, str]:
        own = self._port_of(part if _kind(part) == "api" else "api")
        return {
            **os.environ,
            "TOUCHLINE_HOME": str(self.home),
            "TOUCHLINE_DATABASE_URL": self.database_url,
            "TOUCHLINE_PORT": str(own),
            "TOUCHLINE_SECRET_KEY": "a key for tests",
            "TEMPORAL_ADDRESS": f"127.0.0.1:{self.temporal_port}",
            **{f"TOUCHLINE_{name}": value for name, value in self.settings.items()},
        }


class Person:
    """Somebody who is signed in to the API."""

    def __init__(self, api_url: str, email: str, password: str) -> None:
        self._http = httpx.Client(base_url=f"{api_url}/api/v1", timeout=30)
        answer = self._http.post("/session", json={"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        self._http.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def close(self) -> None:
        self._http.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._http.request(method, path, **options)

    def get(self, path: str) -> Any:
        answer = self._http.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def all(self, path: str) -> list[Any]:
        """Return every item of a list, page by page."""
        items: list[Any] = []
        after: str | None = ""
        while after is not None:
            joint = "&" if "?" in path else "?"
            cursor = f"&after={after}" if after else ""
            page = self.get(f"{path}{joint}limit=200{cursor}")
            items += page["items"]
            after = page["next"]
        return items

    def post(self, path: str, body: Any = None) -> Any:
        answer = self._http.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


__all__ = ["AUTH_TOKEN", "Person", "Stack", "eventually", "free_port"]
