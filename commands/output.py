"""How does a command answer? Results on stdout, as tables for people and JSON for scripts; messages on stderr."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

_COPIED: Final = frozenset({"ID", "ENROLLMENT", "NUMBER"})
"""Columns of what the next command is given; they stay on one line while others can give way."""


def tell(*lines: str) -> None:
    """Tell a person what happened, on stderr."""
    for line in lines:
        typer.echo(line, err=True)


def fail(code: int, *lines: str) -> NoReturn:
    """End the command with this exit code, and say why."""
    tell(*lines)
    raise typer.Exit(code)


def print_json(value: object) -> None:
    """Print a result for scripts."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows: a table on a terminal, with every word whole or folded, else one line a row with tabs between."""
    cells = [["" if cell is None else " ".join(str(cell).split()) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        typer.echo("\t".join(columns))
        for row in cells:
            typer.echo("\t".join(row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _COPIED)
    for row in cells:
        table.add_row(*map(escape, row))
    Console().print(table)


def print_addresses(found: dict[str, Any]) -> None:
    """Print where an account's provider is to call, each address on a line of its own, to be copied."""
    for what, address in (
        ("Customers' texts come to", found["inbound_url"]),
        ("Delivery reports come to", found["status_url"]),
    ):
        typer.echo(f"{what}\n{address}")


def counted(count: float, one: str, many: str | None = None) -> str:
    """Return so many of something in words: `one` of it, or `many`, by default with an s."""
    return f"{count:,.10g} {one if count == 1 else many or f'{one}s'}"


def name_of(person: dict[str, str]) -> str:
    """Return the name of a record or a user as the API shows one."""
    return f"{person['first_name']} {person['last_name']}".strip()


def local_time(instant: str | None) -> str:
    """Return an instant of the API as this machine's clock shows it."""
    if instant is None:
        return ""
    return f"{datetime.fromisoformat(instant).astimezone():%Y-%m-%d %H:%M}"
