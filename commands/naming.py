"""How does a person name what a command is about: by an id, a key or a name; and what if it is none?"""

import re
from typing import Any, Final, Literal
from uuid import UUID

import typer

from commands.output import fail
from trial.client import ApiClient

_REFUSED: Final = 1
_KEY: Final = re.compile(r"[a-z][a-z0-9-]*")
_LISTS: Final = {
    "user": ("/users", "email"),
    "team": ("/teams", "name"),
    "role": ("/roles", "name"),
    "business unit": ("/business-units", "name"),
}


def an_id(written: str) -> str:
    """Return an id as the API writes it, for an argument's `parser`: anything else would ask for something else."""
    try:
        return str(UUID(written))
    except ValueError as error:
        raise typer.BadParameter(
            f"{written!r} is no id: copy one from a list. Is your variable set?"
        ) from error


def a_key(written: str) -> str:
    """Return the key of a sequence, for an argument's `parser`."""
    if not _KEY.fullmatch(written):
        raise typer.BadParameter(
            f"{written!r} is no key: see `touchline sequence list`. Is your variable set?"
        )
    return written


def named(
    client: ApiClient, kind: Literal["user", "team", "role", "business unit"], name: str
) -> dict[str, Any]:
    """Return the user of this address, or what else has this name; or end the command, saying which there are."""
    path, by = _LISTS[kind]
    is_user = kind == "user"
    there = {item[by]: item for item in client.items(path)}
    found = there.get(name.lower() if is_user else name)
    if found is None:
        known = ", ".join(sorted(there)) or "none"
        fail(_REFUSED, f"There is no {kind} {name if is_user else repr(name)}: there are {known}.")
    return found
