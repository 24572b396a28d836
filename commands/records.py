"""Bringing records in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.output import Json, print_json, tell
from commands.sign_in import ApiUrl, connect


class _Kind(StrEnum):
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    ACCOUNT = "account"


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file in UTF-8.")],
    kind: Annotated[_Kind, typer.Option(help="What the rows are.")] = _Kind.LEAD,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Import records from a CSV file. Good rows are kept, bad ones reported by line (exit code 1).

    The first line names the columns: `phone` and `first_name` must be there; `last_name`, `external_id`, `timezone`,
    `country`, `region` and `owner` (an e-mail address) may be; any other becomes a field that texts can use. The same
    file again adds nothing.

    Example: `touchline import examples/leads.csv`
    """
    with connect(api) as client:
        report = client.upload("/records/import", file.name, file.read_bytes(), kind=kind)
    if as_json:
        print_json(report)
    else:
        typer.echo(
            f"{report['created']} created, {report['updated']} updated, "
            f"{report['unchanged']} unchanged, {report['failed']} left out"
        )
    for problem in report["problems"]:
        column = f", {problem['column']}" if problem["column"] else ""
        tell(f"{file}: line {problem['line']}{column}: {problem['message']}")
    if report["failed"]:
        raise typer.Exit(1)
