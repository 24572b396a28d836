"""How does a program of ours speak to the API? One signed-in client, over HTTP like everybody's.

ApiError
├── Malformed     what it was told to ask with can be sent to nobody: nothing was asked
├── Unreachable   nobody answers at the address
├── Refused       the API said no, and why
│   └── NotSignedIn   it does not know who is asking
└── Unexpected    what answers is not the API, or it is broken
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

_PREFIX: Final = "/api/v1"
_PROBLEM_TYPE: Final = "urn:touchline:problem:"
_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_TOKEN: Final = re.compile(r"[!-~]+")
_PATH: Final = re.compile(r"(/(?!\.{0,2}(/|\Z))[^/?#%\\\s\x00-\x1f]+)+")
"""Names that are each one segment. An id in it that is empty, or leads elsewhere, would ask for something else."""


class ApiError(Exception):
    """A request that was not answered as hoped; the message is for people."""


class Malformed(ApiError):
    """An address, a token, an id or a text that cannot be sent; the message never repeats a token."""


class Unreachable(ApiError):
    """Nobody answers at the address."""


class Unexpected(ApiError):
    """An answer that is not one of the API's."""


@dataclass(frozen=True)
class Mistake:
    """One thing that was wrong with a request: where, if it has a place, and what to do."""

    path: str | None
    line: int | None
    message: str

    def __str__(self) -> str:
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else None, self.path)))
        return f"{place}: {self.message}" if place else self.message


class Refused(ApiError):
    """The API's problem (RFC 9457): `slug` for programs, the message and `mistakes` for people."""

    def __init__(self, status: int, slug: str, detail: str, mistakes: list[Mistake]) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.mistakes = mistakes


class NotSignedIn(Refused):
    """Nobody is signed in, or the session has expired."""


class ApiClient:
    """Calls the API at `url` as the person whose `token` it is, for as long as its ``with`` block lasts.

    Every method that calls raises ApiError; so does making one for what is no address, or with what is no token.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.token = token
        if token is not None and not _TOKEN.fullmatch(token):
            raise Malformed(
                "The token is malformed: it is empty, or holds a space, a line break or a letter that no token has. "
                "Set TOUCHLINE_TOKEN to a whole one, or unset it and use `touchline sign-in EMAIL`."
            )
        # A proxy that the environment names is for other machines than this one.
        is_here = _host(self.url) in _LOOPBACK
        self._http = httpx.Client(timeout=_TIMEOUT, trust_env=not is_here)

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.close()

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        """Sign in, and go on as this person. Returns the session: token, user, organisation, expires_at."""
        session: dict[str, Any] = self.post("/session", {"email": email, "password": password})
        try:
            self.token = session["token"]
        except (KeyError, TypeError) as error:
            raise self._stranger() from error
        return session

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON at `path`, below /api/v1."""
        return self._json(self._call("GET", path, params=query))

    def read(self, path: str, **query: str) -> str:
        """Return the text at `path`."""
        return self._call("GET", path, params=query).text

    def fetch(self, path: str, **query: str) -> bytes:
        """Return what is at `path` as it is."""
        return self._call("GET", path, params=query).content

    def items(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Yield everything that a list holds, page by page."""
        after: str | None = ""
        while after is not None:
            page = self.get(path, **query, limit="200", **({"after": after} if after else {}))
            try:
                items, after = page["items"], page["next"]
            except (KeyError, TypeError) as error:
                raise self._stranger() from error
            yield from items

    def post(self, path: str, body: object = None) -> Any:
        """Post JSON, and return what is answered."""
        return self._json(self._call("POST", path, **({} if body is None else {"json": body})))

    def put(self, path: str, body: object) -> Any:
        """Store JSON at `path`, and return what it became, if that is told."""
        answer = self._call("PUT", path, json=body)
        return self._json(answer) if answer.content else None

    def patch(self, path: str, body: object) -> Any:
        """Change what is at `path`, and return it."""
        return self._json(self._call("PATCH", path, json=body))

    def delete(self, path: str, **query: str) -> Any:
        """Delete what is at `path`, and return what is left, if that is told."""
        answer = self._call("DELETE", path, params=query)
        return self._json(answer) if answer.content else None

    def put_yaml(self, path: str, source: bytes) -> Any:
        """Store a YAML document, and return what it became."""
        headers = {"Content-Type": "application/yaml"}
        return self._json(self._call("PUT", path, content=source, headers=headers))

    def upload(self, path: str, name: str, content: bytes, **form: str) -> Any:
        """Post a file as a form does, and return what is answered."""
        return self._json(self._call("POST", path, files={"file": (name, content)}, data=form))

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        if not _PATH.fullmatch(path):
            raise Malformed(
                f"{path!r} leads nowhere: a name or an id in it is missing, or is none. Is your variable set?"
            )
        if self.token is not None:
            authorization = {"Authorization": f"Bearer {self.token}"}
            request["headers"] = authorization | request.get("headers", {})
        try:
            answer = self._http.request(method, self.url + _PREFIX + path, **request)
        except UnicodeEncodeError as error:
            raise Malformed(
                f"Nothing was sent: {error.object[error.start : error.end]!r} in a text or a name is no character. "
                "Write it in UTF-8."
            ) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable(f"No answer from {self.url}: {error}") from error
        if answer.is_success:
            return answer
        raise _error(self.url, answer)

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError as error:
            raise self._stranger() from error

    def _stranger(self) -> Unexpected:
        """Return what to raise of a success that Touchline's API does not answer so."""
        return Unexpected(f"What answers at {self.url} is not Touchline's API.")


def _host(url: str) -> str:
    """Return the host of the API's address. Raises Malformed."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        address = None
    if address is None or address.scheme not in ("http", "https") or not address.host:
        raise Malformed(
            f"{url!r} is no address of an API: write one that begins with http:// or https://, "
            "such as http://127.0.0.1:8400."
        )
    return address.host


def _error(url: str, answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
        slug = problem["type"].removeprefix(_PROBLEM_TYPE)
        detail = problem["detail"]
        mistakes = [
            Mistake(item.get("path"), item.get("line"), item["message"])
            for item in problem.get("errors", [])
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unexpected(f"{url} answered HTTP {answer.status_code}: is this Touchline's API?")
    kind = NotSignedIn if slug in ("not-signed-in", "session-expired") else Refused
    return kind(answer.status_code, slug, detail, mistakes)
