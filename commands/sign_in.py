"""To which Touchline does a command speak, and as whom?

As the token in TOUCHLINE_TOKEN says; else as whoever signed in at that address; else, in the local trial, as its
example administrator.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commands.output import fail, tell
from commands.settings import settings_of
from trial import access
from trial.access import Access
from trial.client import ApiClient, Refused

_DEFAULT_URL: Final = "http://127.0.0.1:8400"
_FILE: Final = "sessions.json"
_REFUSED: Final = 1

ApiUrl = Annotated[
    str | None,
    typer.Option(
        "--api",
        envvar="TOUCHLINE_API_URL",
        metavar="URL",
        help="Where Touchline's API is; by default the local trial's.",
    ),
]


def connect(url: str | None) -> ApiClient:
    """Return a client of the API at `url`, as whoever is signed in there. Raises ApiError."""
    home = _home()
    trial = access.find(home)
    url = _address(url, trial)
    if token := os.environ.get("TOUCHLINE_TOKEN"):
        return ApiClient(url, token)
    if token := _token(home, url):
        return ApiClient(url, token)
    if trial is not None and trial.api_url == url:
        try:
            with ApiClient(url) as client:
                session = client.sign_in(trial.email, trial.password)
        except Refused as error:
            if error.slug != "wrong-credentials":
                raise
            # it was changed: whoever did so signs in with the one they chose
            return ApiClient(url)
        _keep(home, url, session)
        return ApiClient(url, session["token"])
    return ApiClient(url)


def sign_in(
    email: Annotated[str, typer.Argument(help="The e-mail address of your account.")],
    api: ApiUrl = None,
) -> None:
    """Sign in, for the commands that follow. The password is asked for, or read from stdin.

    The session is kept in TOUCHLINE_HOME (`.touchline`), readable by you alone.

    Example: `touchline sign-in maya@harbour.example`
    """
    home = _home()
    url = _address(api, access.find(home))
    password = ask_password("Password")
    with ApiClient(url) as client:
        session = client.sign_in(email, password)
    _keep(home, url, session)
    tell(f"Signed in to {session['organisation']['name']} at {url} as {session['user']['email']}.")


def sign_out(api: ApiUrl = None) -> None:
    """Forget the session that `sign-in` left.

    Example: `touchline sign-out`
    """
    home = _home()
    url = _address(api, access.find(home))
    _keep(home, url, None)
    tell(f"Signed out of {url}.")


def password(api: ApiUrl = None) -> None:
    """Change your password. You are asked for the current one and a new one, or they are read from stdin, a line each.

    Wherever else you are signed in, you are not any more.

    Example: `touchline password`
    """
    current = ask_password("Current password")
    new = ask_password("New password", is_new=True)
    with connect(api) as client:
        client.put("/session/password", {"current_password": current, "new_password": new})
        email = client.get("/session")["user"]["email"]
    tell(f"The password of {email} was changed.")


def ask_password(label: str, *, is_new: bool = False) -> str:
    """Ask for a password unseen, a new one twice; where there is no terminal, read it from a line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    entered: str = typer.prompt(label, hide_input=True, confirmation_prompt=is_new, err=True)
    return entered


def _home() -> Path:
    from settings import Settings

    return settings_of(Settings).home


def _address(url: str | None, trial: Access | None) -> str:
    return (url or (trial and trial.api_url) or _DEFAULT_URL).rstrip("/")


def _token(home: Path, url: str) -> str | None:
    """Return the token of the session that `sign-in` left for this address, if it lasts."""
    try:
        session = _sessions(home)[url]
        token, expires_at = session["token"], datetime.fromisoformat(session["expires_at"])
        return token if isinstance(token, str) and expires_at > datetime.now(UTC) else None
    except (KeyError, TypeError, ValueError):
        return None


def _sessions(home: Path) -> dict[str, Any]:
    """Return the sessions by address; of a file that holds none, as nobody's program wrote it, none."""
    try:
        sessions = json.loads((home / _FILE).read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return sessions if isinstance(sessions, dict) else {}


def _keep(home: Path, url: str, session: dict[str, Any] | None) -> None:
    sessions = _sessions(home)
    sessions.pop(url, None)
    if session is not None:
        sessions[url] = {name: session[name] for name in ("token", "expires_at")}
    try:
        access.write_private(home / _FILE, sessions)
    except OSError as error:
        fail(
            _REFUSED,
            f"The session cannot be kept in {home}: {error.strerror}. Name another folder: TOUCHLINE_HOME.",
        )
