"""What may a person ask of us?"""

from pathlib import Path
from typing import Annotated

import typer

from commands import files
from commands.output import Json, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect

app = typer.Typer(no_args_is_help=True, help="What a person may ask: their data, or that they go.")

_Number = Annotated[str, typer.Argument(help="One of the person's numbers.")]


@app.command()
def export(
    number: _Number,
    output: Annotated[Path, typer.Option("--output", "-o", help="A ZIP file.")],
    api: ApiUrl = None,
) -> None:
    """Write everything that is kept about a person into one file.

    Example: `touchline person export +12025550101 -o person.zip`
    """
    with connect(api) as client:
        files.write(output, client.fetch("/people/export", number=number))


@app.command()
def erase(
    number: _Number,
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later; without a name.")],
    everything: Annotated[
        bool, typer.Option("--everything", help="The proof of consent, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Erase a person for good, and report what went and what stays.

    Example: `touchline person erase +12025550101 --reason "Asked on 3 November." --dry-run`
    """
    if not (dry_run or yes):
        typer.confirm(f"Erase {number} for good?", abort=True)
    body = {
        "number": number,
        "reason": reason,
        "everything": everything,
        "dry_run": dry_run,
    }
    with connect(api) as client:
        report = client.post("/people/erase", body)
    if as_json:
        print_json(report)
        return
    print_table(
        ("WHAT", "WOULD GO" if dry_run else "ERASED"),
        [(what.replace("_", " "), count) for what, count in report["counts"].items()],
    )
    for line in report["kept"]:
        tell(f"Kept: {line}")
