"""One text to many records."""

from pathlib import Path
from typing import Annotated, Any

import typer

from commands.enrollments import record_id_of
from commands.files import read_text
from commands.output import Json, fail, name_of, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect


def bulk_text(
    name: Annotated[str, typer.Argument(help="What it is called in lists.")],
    text: Annotated[str, typer.Argument(help="What to write; placeholders are filled in.")],
    records: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RECORD]...", help="External ids, phone numbers or record ids."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="A file with a record on each line."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is sent.")] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Send one text to many records, up to 1,000. Those that do not get it are named with the reason (exit code 1).

    First it shows what the text says to some of them, how many wait for their hours, and who is left out.

    Example: `touchline bulk-text "We moved" "Hi {{ record.first_name }}, we moved." HC-1001 HC-1002`
    """
    named = [*(records or ()), *(_lines(file) if file else ())]
    if not named:
        fail(2, "Say whom to write to: some RECORDs, or --file.")
    with connect(api) as client:
        draft: dict[str, Any] = {
            "text": text,
            "record_ids": list(dict.fromkeys(record_id_of(client, each) for each in named)),
        }
        preview = client.post("/bulk-texts/preview", draft)
        for_somebody = [each for each in preview["waiting"] if each["until"] is None]
        sleeping = len(preview["waiting"]) - len(for_somebody)
        for sample in preview["samples"]:
            tell(f"“{sample['text']}” ({sample['segments']})")
        tell(
            *(f"{each['record_id']} is left out: {each['reason']}" for each in preview["refused"]),
            *(f"{each['record_id']} waits: {each['reason']}" for each in for_somebody),
            f"{preview['will_go']} get it, {sleeping} of them when their hours allow it.",
        )
        if not preview["will_go"]:
            raise typer.Exit(1)
        if not yes:
            typer.confirm("Send it?", abort=True, err=True)
        done = client.post("/bulk-texts", {**draft, "name": name})
    if as_json:
        print_json(done)
    else:
        print_table(
            ("ENROLLMENT", "RECORD", "PHONE", "SELLER"),
            [
                (each["id"], name_of(record), record["phone"], name_of(each["seller"]))
                for each in done["enrolled"]
                for record in [each["record"]]
            ],
        )
    if preview["refused"] or done["refused"]:
        raise typer.Exit(1)


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in read_text(file).splitlines() if line.strip()]
