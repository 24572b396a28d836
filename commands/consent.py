"""Who consented to what, and what was kept here for it?"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import files
from commands.numbers import find_number
from commands.output import Json, local_time, name_of, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect
from domain.consent import Purpose, Scope

app = typer.Typer(no_args_is_help=True, help="Who consented to what: the ledger, and its lists.")


class _Source(StrEnum):
    SELLER = "seller"
    CUSTOMER_CALL = "customer_call"
    FORM = "form"
    COMPLAINT = "complaint"


class _ListSource(StrEnum):
    IMPORT = "import"
    COMPLAINT = "complaint"


_Number = Annotated[str, typer.Argument(help="The customer's number.")]
_OfPurpose = Annotated[
    Purpose | None, typer.Option("--purpose", help="Only of such texts; else of all.")
]
_Reference = Annotated[
    str | None, typer.Option("--reference", help="Where the evidence is: a form, a case.")
]
_File = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]


@app.command()
def show(number: _Number, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show a number's ledger, the youngest entry first.

    Example: `touchline consent show +12025550101`
    """
    with connect(api) as client:
        entries = list(client.items("/consent/entries", number=number))
    if as_json:
        print_json(entries)
        return
    print_table(
        ("WHEN", "WHAT", "PURPOSE", "APPLIES TO", "HOW", "BY", "EVIDENCE"),
        [
            (
                local_time(entry["at"]),
                entry["kind"],
                entry["purpose"] or "all texts",
                entry["our_number"] or entry["brand"] or entry["scope"],
                entry["source"],
                name_of(entry["actor"]) if entry["actor"] else "",
                _evidence(entry),
            )
            for entry in entries
        ],
    )


@app.command()
def withdraw(
    number: _Number,
    source: Annotated[_Source, typer.Option(help="How the customer said so.")] = _Source.SELLER,
    purpose: _OfPurpose = None,
    scope: Annotated[Scope | None, typer.Option(help="Else as the organisation has set.")] = None,
    from_number: Annotated[
        str | None, typer.Option("--from", help="Our number it is about: of a narrower scope.")
    ] = None,
    reference: _Reference = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Record that a customer wants no texts. It holds at once.

    Example: `touchline consent withdraw +12025550101 --source customer_call`
    """
    _record(
        api,
        as_json,
        number=number,
        kind="withdrawn",
        source=source,
        purpose=purpose,
        scope=scope,
        reference=reference,
        from_number=from_number,
    )


@app.command()
def grant(
    number: _Number,
    wording: Annotated[str, typer.Option(help="What the customer agreed to, word for word.")],
    source: Annotated[_Source, typer.Option(help="How the customer agreed.")] = _Source.FORM,
    purpose: _OfPurpose = None,
    reference: _Reference = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Record that a customer agreed to texts: it lifts withdrawals that came before.

    Example: `touchline consent grant +12025550101 --wording "I agree to texts." --reference https://shop.example/form`
    """
    _record(
        api,
        as_json,
        number=number,
        kind="granted",
        source=source,
        purpose=purpose,
        wording=wording,
        reference=reference,
    )


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file in UTF-8.")],
    source: Annotated[_ListSource, typer.Option(help="What the list is.")] = _ListSource.IMPORT,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Bring in a do-not-contact list. Good rows are kept, bad ones reported by line (exit code 1).

    The first line names the columns: `number` must be there; `purpose`, `reference` and `since` may be. The same file
    again changes nothing.

    Example: `touchline consent import do-not-contact.csv`
    """
    with connect(api) as client:
        report = client.upload(
            "/consent/withdrawals/import", file.name, file.read_bytes(), source=source
        )
    if as_json:
        print_json(report)
    else:
        typer.echo(
            f"{report['added']} added, {report['unchanged']} unchanged, {report['failed']} left out"
        )
    for problem in report["problems"]:
        tell(f"{file}: line {problem['line']}, {problem['column']}: {problem['message']}")
    if report["failed"]:
        raise typer.Exit(1)


@app.command()
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Else it is printed.")
    ] = None,
    api: ApiUrl = None,
) -> None:
    """Take the do-not-contact list along as CSV.

    Example: `touchline consent export -o do-not-contact.csv`
    """
    with connect(api) as client:
        content = client.fetch("/consent/withdrawals/export")
    if output is None:
        typer.echo(content.decode(), nl=False)
    else:
        files.write(output, content)


@app.command()
def blocked(
    number: Annotated[str | None, typer.Argument(help="Of one customer's number.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """List the texts that were not sent because consent was withdrawn, with the evidence.

    Example: `touchline consent blocked`
    """
    query = {} if number is None else {"number": number}
    with connect(api) as client:
        texts = list(client.items("/consent/blocked", **query))
    if as_json:
        print_json(texts)
        return
    print_table(
        ("WRITTEN", "TO", "TEXT", "WITHDRAWN", "HOW", "EVIDENCE"),
        [
            (
                local_time(text["created_at"]),
                text["to_number"],
                text["body"],
                local_time(text["entry"]["at"]),
                text["entry"]["source"],
                _evidence(text["entry"]),
            )
            for text in texts
        ],
    )


@app.command()
def complaint(number: _Number, output: _File, api: ApiUrl = None) -> None:
    """Write one file that answers a complaint: the ledger, every text, and those that were kept here.

    Example: `touchline consent complaint +12025550101 -o complaint.zip`
    """
    with connect(api) as client:
        files.write(output, client.fetch("/consent/complaint", number=number))


def _record(
    api: str | None, as_json: bool, from_number: str | None = None, **entry: str | None
) -> None:
    body = {name: value for name, value in entry.items() if value is not None}
    with connect(api) as client:
        if from_number is not None:
            body["phone_number_id"] = find_number(client.items("/phone-numbers"), from_number)["id"]
        written = client.post("/consent/entries", body)
    if as_json:
        print_json(written)
    else:
        typer.echo(f"{written['customer_number']}: {written['kind']}")


def _evidence(entry: dict[str, Any]) -> str:
    if entry["evidence"]:
        return str(entry["evidence"]["body"])
    return entry["wording"] or entry["reference"] or ""
