"""Which settings does a command read, and what if one cannot be read, or the database it names does not answer?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from commands.output import fail

if TYPE_CHECKING:
    from settings import Settings

S = TypeVar("S", bound="Settings")

_REFUSED, _USAGE, _AWAY = 1, 2, 3
_MALFORMED = (
    "TOUCHLINE_DATABASE_URL is no address of a database: write it as postgresql://user:password@host:5432/database, "
    "with what is neither a letter nor a digit of the password as %XX."
)


def settings_of(kind: type[S]) -> S:
    """Return the settings of the environment, or end the command and name those that cannot be read."""
    from pydantic import ValidationError

    try:
        return kind()
    except ValidationError as error:
        fail(
            _USAGE,
            *(
                f"TOUCHLINE_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}"
                for item in error.errors()
            ),
        )


def required_database_url() -> str:
    """Return the address of the database, or end the command and say how to give it."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    from settings import MissingSetting, Settings

    try:
        url = settings_of(Settings).required_database_url()
    except MissingSetting as error:
        fail(_USAGE, str(error))
    try:
        scheme = make_url(url).drivername
    except (ArgumentError, ValueError):  # which may repeat a part of the password
        scheme = ""
    if not scheme.startswith("postgres"):
        fail(_REFUSED, _MALFORMED)
    return url


@contextmanager
def server_database() -> Iterator[str]:
    """Give the address of the database; ends the command with the reason if the database does not do what is asked.

    What a driver says names the server and the user, and never a password.
    """
    from sqlalchemy.exc import OperationalError, ProgrammingError

    url = required_database_url()
    try:
        yield url
    except OperationalError as error:
        fail(
            _AWAY,
            f"The database cannot be reached, or is busy: {_reason(error.orig)}. Look whether it runs, and whether "
            "TOUCHLINE_DATABASE_URL names it.",
        )
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) is None:  # it never came to a server
            fail(_REFUSED, _MALFORMED)
        fail(
            _REFUSED,
            f"The database refused: {_reason(error.orig)}. `touchline migrate` brings it to this version's schema.",
        )


def _reason(error: BaseException | None) -> str:
    """Return the first line of what the driver says."""
    return str(error).strip().partition("\n")[0].rstrip(".")
