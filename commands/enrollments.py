"""Sending records on their way through a sequence."""

from collections.abc import Iterator
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from commands.naming import a_key, an_id
from commands.output import Json, fail, name_of, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

_AT_ONCE: Final = 1000

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Steer a record on its way through a sequence.",
)


def enroll(
    sequence: Annotated[
        str, typer.Argument(parser=a_key, metavar="SEQUENCE", help="The key of an active sequence.")
    ],
    records: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RECORD]...", help="External ids, phone numbers or record ids."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Enroll every record of the sequence's kind.")
    ] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Enroll records in a sequence. Those that cannot be are named with the reason (exit code 1).

    Example: `touchline enroll welcome HC-1001 "+44 7700 900111"`
    """
    if bool(records) == everybody:
        fail(2, "Say whom to enroll: some RECORDs, or --all.")
    with connect(api) as client:
        if everybody:
            kind = client.get(f"/sequences/{sequence}")["record_kind"]
            ids = [record["id"] for record in client.items("/records", kind=kind)]
        else:
            ids = [record_id_of(client, name) for name in records or ()]
        reports = list(_enroll(client, sequence, ids))
    enrolled = [each for report in reports for each in report["enrolled"]]
    refused = [each for report in reports for each in report["refused"]]
    if as_json:
        print_json({"enrolled": enrolled, "refused": refused})
    else:
        print_table(
            ("ENROLLMENT", "RECORD", "PHONE", "SELLER", "VERSION"),
            [
                (
                    each["id"],
                    name_of(each["record"]),
                    each["record"]["phone"],
                    name_of(each["seller"]),
                    each["version"],
                )
                for each in enrolled
            ],
        )
    tell(*(f"{each['record_id']} is not enrolled: {each['reason']}" for each in refused))
    if refused:
        raise typer.Exit(1)


def _enroll(client: ApiClient, sequence: str, ids: list[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield client.post(
            "/enrollments", {"sequence": sequence, "record_ids": ids[start : start + _AT_ONCE]}
        )


def record_id_of(client: ApiClient, name: str) -> str:
    """Return the id of the record that `name` is the id, the external id or the number of."""
    try:
        return str(UUID(name))
    except ValueError:
        number = "".join(name.split())
    records = client.items("/records", q=number if number.startswith("+") else name)
    found = next((r for r in records if name == r["external_id"] or number == r["phone"]), None)
    if found is None:
        fail(1, f"There is no record {name}: give an external id, a number with +, or an id.")
    return str(found["id"])


@app.command("skip-wait")
def skip_wait(
    enrollment: Annotated[
        str, typer.Argument(parser=an_id, metavar="ID", help="As `touchline enroll` shows it.")
    ],
    step: Annotated[
        str | None,
        typer.Option(help="The step whose wait to end, so that asking twice skips no other."),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """End the wait an enrollment stands at. What follows keeps its hours and its number's pace.

    Example: `touchline enrollment skip-wait 0199a0b0-0000-7000-8000-000000000003 --step pause`
    """
    with connect(api) as client:
        at = step or _step_of(client.get(f"/enrollments/{enrollment}"))
        shown = client.post(f"/enrollments/{enrollment}/skip-wait", {"step_id": at})
    if as_json:
        print_json(shown)
        return
    now_at = shown["current_step"]
    tell(
        f"The wait {at} is over"
        + (f": the enrollment is at “{now_at['title']}”." if now_at else ", the last step is done.")
    )


def _step_of(enrollment: dict[str, Any]) -> str:
    step = enrollment["current_step"]
    if step is None:
        fail(1, "The enrollment stands at no step: it waits for nothing.")
    return str(step["id"])
