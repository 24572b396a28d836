"""Sequences from YAML files: checking, applying, rehearsing and listing them."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.files import read_text
from commands.naming import a_key
from commands.output import Json, fail, name_of, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect

if TYPE_CHECKING:
    from domain.sequence_source import Problem

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Check, apply, rehearse and list sequences. `examples/welcome.yaml` explains how one is written.",
)

File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A sequence as a YAML file.")
]


class _Replies(StrEnum):
    NONE = "none"
    ALL = "all"


@app.command()
def validate(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="Sequences as YAML files.")
    ],
    as_json: Json = False,
) -> None:
    """Say what is wrong with sequences, by line. Needs no server; exit code 1 if anything is.

    Which templates there are, only `apply` finds out.

    Example: `touchline sequence validate examples/*.yaml`
    """
    found = {file: _problems(file) for file in files}
    if as_json:
        print_json(
            [
                {"file": str(file), "path": p.path, "line": p.line, "message": p.message}
                for file, problems in found.items()
                for p in problems
            ]
        )
    for file, problems in found.items():
        tell(*_lines(file, problems))
        if not problems and not as_json:
            typer.echo(f"{file}: nothing is wrong")
    if any(found.values()):
        raise typer.Exit(1)


@app.command()
def apply(
    file: File,
    draft: Annotated[
        bool, typer.Option("--draft", help="Only store it; publish and activate nothing.")
    ] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Store a sequence, publish it as a new version, and let records be enrolled.

    Enrollments under way finish the version they began. The words of its templates are written down with it: after an
    edit of one, apply it again. The same file with the same words changes nothing.

    Example: `touchline sequence apply examples/welcome.yaml`
    """
    from domain.sequence_source import InvalidSequence, parse_yaml

    source = read_text(file)
    try:
        document = parse_yaml(source)
    except InvalidSequence as error:
        fail(1, *_lines(file, error.problems))
    path = f"/sequences/{document.key}"
    with connect(api) as client:
        shown = client.put_yaml(f"{path}/draft", source.encode())
        if not draft:
            findings = client.post(f"{path}/publish")["findings"]
            tell(*map(_warning, findings))
            shown = client.post(f"{path}/activate")
    if as_json:
        print_json(shown)
    elif draft:
        typer.echo(f"{document.key}: the draft is stored")
    else:
        typer.echo(f"{document.key}: version {shown['published_version']} is active")


@app.command("list")
def list_(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the sequences, with how many enrollments stand where.

    Example: `touchline sequence list --json`
    """
    with connect(api) as client:
        items = list(client.items("/sequences"))
    if as_json:
        print_json(items)
        return
    statuses = ("active", "paused", "completed", "disconnected")
    print_table(
        ("KEY", "NAME", "VERSION", "IN USE", *map(str.upper, statuses)),
        [
            (
                item["key"],
                item["name"],
                item["published_version"],
                "yes" if item["is_active"] else "no",
                *(item["counts"][status] for status in statuses),
            )
            for item in items
        ],
    )


@app.command()
def simulate(
    key: Annotated[
        str, typer.Argument(parser=a_key, metavar="KEY", help="The key of the sequence.")
    ],
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many records.")] = 3,
    replies: Annotated[_Replies, typer.Option(help="Who answers the texts.")] = _Replies.NONE,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Rehearse the draft over real records: every text, when it would go on the customer's clock, and why then.

    Nothing is sent and nothing is stored.

    Example: `touchline sequence simulate welcome --replies all`
    """
    order = {"limit": limit, "replies": replies.value}
    with connect(api) as client:
        simulation = client.post(f"/sequences/{key}/simulate", order)
    if as_json:
        print_json(simulation)
        return
    print_table(
        ("RECORD", "CUSTOMER'S TIME", "STEP", "WHAT", "TEXT"),
        [
            (
                name_of(each["record"]),
                event["local_time"][:16].replace("T", " "),
                event["step_id"],
                event["kind"].replace("_", " "),
                event["text"] or event["why"],
            )
            for each in simulation["records"]
            for event in each["events"]
        ],
    )


def _warning(finding: dict[str, Any]) -> str:
    where = ", ".join(filter(None, (finding["step_id"], finding["language"], finding["country"])))
    return f"{finding['severity']} ({where}): {finding['message']}"


def _problems(file: Path) -> "list[Problem]":
    from domain.sequence_source import InvalidSequence, Problem, parse_yaml

    try:
        parse_yaml(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        return [Problem("", None, "This is not UTF-8 text")]
    except InvalidSequence as error:
        return error.problems
    return []


def _lines(file: Path, problems: "Sequence[Problem]") -> list[str]:
    return [f"{file}: {problem}" for problem in problems]
