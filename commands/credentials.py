"""How are a provider's credentials entered? By options and files for scripts, by prompts for people."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commands.files import read_json
from commands.output import fail, tell
from trial.client import ApiClient

CredentialOption = Annotated[
    list[str] | None,
    typer.Option(
        "--credential",
        metavar="NAME=VALUE",
        help="A credential, as `types` names them; may be repeated. Others on this machine can read it while the "
        "command runs: a file is safer.",
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="A JSON file with an object of names and values."
    ),
]

_REFUSED: Final = 1
_USAGE: Final = 2


def described_by(client: ApiClient, provider: str) -> dict[str, Any]:
    """Return what the API says of a provider, with the fields it asks for, or end the command."""
    found = {each["name"]: each for each in client.get("/provider-accounts/providers")["items"]}
    if provider not in found:
        fail(_USAGE, f"There is no provider {provider!r}: use one of {', '.join(sorted(found))}.")
    described: dict[str, Any] = found[provider]
    return described


def given_by(credential: list[str] | None, file: Path | None) -> dict[str, str]:
    """Return the credentials of the options, those of a file first."""
    given: dict[str, str] = {}
    if file is not None:
        read = read_json(file)
        if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
            fail(_REFUSED, f"{file}: this must be one JSON object of names and texts.")
        given |= read
    for each in credential or ():
        name, is_pair, value = each.partition("=")
        if not is_pair:
            fail(_USAGE, "--credential must be NAME=VALUE.")
        given[name] = value
    return given


def completed(described: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """Return what was given with what is still needed, which is asked for; if nothing was given, so is the rest."""
    missing = [
        field
        for field in described["fields"]
        if field["name"] not in given and (field["is_required"] or not given)
    ]
    return given | prompted(missing)


def prompted(fields: list[dict[str, Any]], *, may_be_empty: bool = False) -> dict[str, str]:
    """Ask for fields on a terminal, secrets unseen; without a terminal, end the command and name what is needed."""
    if fields and not sys.stdin.isatty():
        names = ", ".join(field["name"] for field in fields if field["is_required"])
        fail(
            _USAGE,
            f"Missing credentials: {names}. Give them by --credentials-file or --credential.",
        )
    entered = {}
    for field in fields:
        if field["hint"]:
            tell(field["hint"])
        entered[field["name"]] = typer.prompt(
            field["label"],
            default=None if field["is_required"] and not may_be_empty else "",
            show_default=False,
            hide_input=field["is_secret"],
            err=True,
        )
    return entered


def asked(label: str, option: str) -> str:
    """Ask for something on a terminal; without one, end the command and name its option."""
    if not sys.stdin.isatty():
        fail(_USAGE, f"This provider needs {option}.")
    answer: str = typer.prompt(label, err=True)
    return answer


def need_of(field: dict[str, Any]) -> str:
    """Return whether a field must be entered, for a table."""
    if field["is_generated"]:
        return "drawn if empty"
    return "yes" if field["is_required"] else "no"
