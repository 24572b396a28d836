"""What does the API say to somebody, all of it? Every answer and every live event, kept as it came."""

import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import httpx

from tests.stack import Person

_EVENTS = "/api/v1/events"
_LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Answer:
    """One answer: what was asked, the status, and head and body as bytes."""

    asked: str
    status: int
    content: bytes


class Overheard(Person):
    """Somebody who is signed in to the API and forgets nothing it says, but for the token they got."""

    def __init__(self, api_url: str, email: str, password: str) -> None:
        super().__init__(api_url, email, password)
        self.answers: list[Answer] = []
        self.events = b""
        self._api_url = api_url
        self._http.event_hooks = {"response": [self._keep]}
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    @property
    def token(self) -> str:
        return self._http.headers["Authorization"].removeprefix("Bearer ")

    def ask(self, method: str, path: str, body: Any = None) -> int:
        """Ask for something, and return the status of the answer whatever it is."""
        # After an answer of 500 the server resets the connection, perhaps under the next request.
        headers = {"Connection": "close"}
        return self.request(method, path, json=body, headers=headers).status_code

    def ask_well(
        self, method: str, path: str, body: Any = None, *, unless: str | None = None
    ) -> Any:
        """Ask for something that must succeed, with an Idempotency-Key, so that the answer is kept.

        `unless` is the problem that may come of it as well.
        """
        headers = {"Idempotency-Key": uuid4().hex}
        answer = self.request(method, path, json=body, headers=headers)
        if unless is not None and answer.status_code == 409:
            assert answer.json()["type"].endswith(f":{unless}"), answer.text
        else:
            assert answer.is_success, answer.text
        return answer.json()

    def read_everything(self, ids: dict[str, list[str]]) -> set[str]:
        """Get every address there is but the live events; return those that never answered well.

        Lists give the ids for the addresses below them; `ids` are of what no list gives, by parameter.
        """
        paths = self._http.get(f"{self._api_url}/api/openapi.json").json()["paths"]
        unread = set()
        for path in sorted(path for path, methods in paths.items() if "get" in methods):
            if path == _EVENTS:
                continue
            for name in _names(path):
                list_path = path.partition(f"/{{{name}}}")[0]
                if name not in ids:
                    has_list = "get" in paths.get(list_path, ())
                    ids[name] = self._ids_at(list_path, name, ids) if has_list else []
            query = _QUERIES.get(path, "")
            answers = [
                self._http.get(f"{self._api_url}{each}{query}") for each in _filled(path, ids)
            ]
            if not any(answer.is_success for answer in answers):
                unread.add(path)
        return unread

    def close(self) -> None:
        """Go, once the live events have ended, as they do with the API."""
        self._listener.join()
        super().close()

    def _ids_at(self, path: str, name: str, ids: dict[str, list[str]]) -> list[str]:
        field = "key" if name == "key" else "id"
        lists = [self._http.get(f"{self._api_url}{each}?limit=200") for each in _filled(path, ids)]
        readable = [answer.json()["items"] for answer in lists if answer.is_success]
        return [item[field] for items in readable for item in items]

    def _keep(self, answer: httpx.Response) -> None:
        head = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        asked = f"{answer.request.method} {answer.request.url.path}"
        self.answers.append(Answer(asked, answer.status_code, head.encode() + answer.read()))

    def _listen(self) -> None:
        url, headers = f"{self._api_url}{_EVENTS}", self._http.headers
        with (
            suppress(httpx.HTTPError),
            httpx.stream("GET", url, headers=headers, timeout=_LONGEST_SECONDS) as stream,
        ):
            for content in stream.iter_bytes():
                self.events += content


_QUERIES = {
    "/api/v1/consent/complaint": "?number=%2B12125550111",
    "/api/v1/enrollments/{enrollment_id}/why": "?step_id=hello",
    "/api/v1/people/export": "?number=%2B12125550111",
    "/api/v1/search": "?q=stock",
    "/api/v1/search/numbers": "?q=1212555",
    "/api/v1/views": "?list=work_items",
}
"""What must be asked for by more than the address."""


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _filled(path: str, ids: dict[str, list[str]]) -> list[str]:
    """Return the addresses that a path stands for."""
    names = _names(path)
    chosen = product(*(ids[name] for name in names))
    return [path.format(**dict(zip(names, values, strict=True))) for values in chosen]
