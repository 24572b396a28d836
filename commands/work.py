"""The work list on a terminal, and a seller's decisions."""

from enum import StrEnum
from typing import Annotated

import typer

from commands.output import Json, local_time, name_of, print_json, print_table
from commands.sign_in import ApiUrl, connect

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="See what sellers must do now, and decide it.",
)

Item = Annotated[str, typer.Argument(metavar="ID", help="A work item's id, as `list` shows it.")]


class _Status(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    SKIPPED = "skipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ALL = "all"


@app.command("list")
def list_(
    status: Annotated[_Status, typer.Option(help="Which items.")] = _Status.OPEN,
    mine: Annotated[bool, typer.Option("--mine", help="Only your own.")] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """List work items, what is due first first: all that you may see.

    Example: `touchline work list --json`
    """
    assignee = "me" if mine else "any"
    with connect(api) as client:
        items = list(client.items("/work-items", status=status.value, assignee=assignee))
    if as_json:
        print_json(items)
        return
    print_table(
        ("ID", "DUE", "WHAT", "FOR", "SELLER", "TEXT"),
        [
            (
                item["id"],
                local_time(item["due_at"]),
                item["title"],
                name_of(item["record"]),
                name_of(item["assignee"]),
                item["text"] or item["reason"],
            )
            for item in items
        ],
    )


@app.command()
def approve(
    item: Item,
    text: Annotated[
        str | None, typer.Option(help="What to send; by default the text as it is offered.")
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Send the text of a work item, as offered or as edited.

    Example: `touchline work approve ID --text "Thursday at ten?"`
    """
    _decide(item, "approve", {"text": text}, as_json=as_json, api=api)


@app.command()
def skip(
    item: Item,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever asks later.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Go on without doing it.

    Example: `touchline work skip ID --reason "We spoke on the phone"`
    """
    _decide(item, "skip", {"reason": reason}, as_json=as_json, api=api)


@app.command()
def complete(
    item: Item,
    note: Annotated[str | None, typer.Option(help="What came of it.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Say that a call or a task is done, or that a text that went wrong is dealt with.

    Example: `touchline work complete ID --note "Comes on Thursday"`
    """
    _decide(item, "complete", {"note": note}, as_json=as_json, api=api)


def _decide(
    item: str, verb: str, body: dict[str, str | None], *, as_json: bool, api: str | None
) -> None:
    with connect(api) as client:
        decided = client.post(f"/work-items/{item}/{verb}", body)
    if as_json:
        print_json(decided)
    else:
        typer.echo(f"{decided['title']}, {name_of(decided['record'])}: {decided['status']}")
