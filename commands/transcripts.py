"""Taking along what was said, and proving later that nobody has changed it."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands import files
from commands.conversations import conversation_id
from commands.naming import an_id
from commands.output import fail
from commands.sign_in import ApiUrl, connect


class _Format(StrEnum):
    TXT = "txt"
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"


def transcript(
    conversation: Annotated[
        str | None,
        typer.Argument(help="The customer's number with +, or the conversation's id."),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            parser=an_id, help="All that was said about the record with this id.", metavar="ID"
        ),
    ] = None,
    family: Annotated[
        bool,
        typer.Option(
            "--family",
            help="With --record: of an account its contacts' and their opportunities' texts too.",
        ),
    ] = False,
    format_: Annotated[_Format, typer.Option("--format", help="How to write it.")] = _Format.TXT,
    zone: Annotated[
        str, typer.Option(help="In which time zone times are told, such as Europe/Berlin.")
    ] = "UTC",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write, by default stdout.")
    ] = None,
    api: ApiUrl = None,
) -> None:
    """Write a whole conversation with the status of each text, the oldest first, and its content hash.

    Example: `touchline transcript "+1 212 555 0101" --format pdf --zone America/New_York -o conversation.pdf`
    """
    if (conversation is None) == (record is None):
        fail(2, "Name a conversation, or a record with --record, and not both.")
    if family and record is None:
        fail(2, "Only a record has a family: name it with --record.")
    with connect(api) as client:
        asked = {"format": format_.value, "zone": zone} | ({"family": "true"} if family else {})
        if conversation is None:
            path = f"/records/{record}/transcript"
        else:
            path = f"/conversations/{conversation_id(client, conversation)}/transcript"
        content = client.fetch(path, **asked)
    if output is None:
        typer.echo(content, nl=False)
    else:
        files.write(output, content)


def verify(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A transcript as JSON.")
    ],
) -> None:
    """Say whether a transcript as JSON still is what was exported. Needs no server; exit code 1 if it is not.

    Its hash is that of the same state in every other format: compare it with the one on the PDF.

    Example: `touchline verify-transcript conversation.json`
    """
    from domain.transcript import exported_hash

    try:
        exported = json.loads(file.read_bytes())
        found = exported_hash(exported)
    except (ValueError, AttributeError, RecursionError):
        fail(1, f"{file}: this is not a transcript as JSON")
    told = exported.get("content_hash")
    if found != told:
        fail(1, f"{file}: changed since it was exported: it says {told}, and is {found}")
    typer.echo(f"{file}: unchanged, {found}")
