"""What is decided for the whole organisation?"""

from typing import Annotated, Any, Final

import typer

from commands.output import Json, local_time, print_json, print_table
from commands.sign_in import ApiUrl, connect
from domain.consent import Scope
from domain.quiet_hours import AllowedHours
from domain.routing import UnknownSender

_TEAM_NUMBERS: Final = {
    True: "on: a seller without a number sends from the team's",
    False: "off: a text of a seller without a number becomes a work item",
}
_FAILOVER: Final = {
    True: "on: while an account cannot send, another number of the same owner stands in",
    False: "off: while an account cannot send, its texts wait",
}

_SCOPES: Final = {
    "organisation": "applies to everything: the lawful default",
    "brand": "applies to the brand it was said to: yours to answer for",
    "number": "applies to the one number it was said to: yours to answer for",
}
_CONSENT: Final = {
    True: "must be on record before a sequence texts",
    False: "need not be on record",
}


_UNKNOWN: Final = {
    "new_lead": "becomes a lead",
    "inbox": "waits in the inbox until somebody says whose it is",
}


_FOR_EVER: Final = "ever"


def organisation(
    hours: Annotated[
        str | None,
        typer.Option(
            metavar="FROM-UNTIL",
            help="When texts go out on the customer's clock, such as 09:00-20:00.",
        ),
    ] = None,
    team_numbers: Annotated[
        bool | None,
        typer.Option(
            "--team-numbers/--no-team-numbers",
            help="Whether a seller without a number sends from the team's.",
        ),
    ] = None,
    failover: Annotated[
        bool | None,
        typer.Option(
            "--failover/--no-failover",
            help="Whether another number of the same owner stands in while an account cannot send.",
        ),
    ] = None,
    withdrawal_scope: Annotated[
        Scope | None,
        typer.Option(help="To what a customer's withdrawal of consent applies."),
    ] = None,
    requires_consent: Annotated[
        bool | None,
        typer.Option(
            "--requires-consent/--no-requires-consent",
            help="Whether a sequence's texts need a consent to marketing on record.",
        ),
    ] = None,
    unknown_sender: Annotated[
        UnknownSender | None,
        typer.Option(help="What becomes of a text from somebody whom no record knows."),
    ] = None,
    answer_minutes: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1440,
            help="How long a customer's text may be answered outside the hours, where the law lets it; 0: never.",
        ),
    ] = None,
    retention: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=DAYS",
            help="How long a kind of data is kept, such as texts=730, or texts=ever. May be repeated.",
        ),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Show the organisation's settings, or change them.

    Example: `touchline organisation --failover`
    """
    given = {
        **_hours(hours),
        "uses_team_numbers": team_numbers,
        "fails_over": failover,
        "withdrawal_scope": withdrawal_scope,
        "requires_consent": requires_consent,
        "unknown_sender": unknown_sender,
        "answer_minutes": answer_minutes,
        "retention": _periods(retention) if retention else None,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    with connect(api) as client:
        shown = client.patch("/organisation", changes) if changes else client.get("/organisation")
    if as_json:
        print_json(shown)
    else:
        print_table(
            ("WHAT", "IS"),
            [
                ("Name", shown["name"]),
                ("Texts go out", f"{shown['allowed_from'][:5]}-{shown['allowed_until'][:5]}"),
                ("Team numbers", _TEAM_NUMBERS[shown["uses_team_numbers"]]),
                ("Failover", _FAILOVER[shown["fails_over"]]),
                ("A withdrawal of consent", _SCOPES[shown["withdrawal_scope"]]),
                ("Consent to marketing", _CONSENT[shown["requires_consent"]]),
                ("Unknown sender", _UNKNOWN[shown["unknown_sender"]]),
                ("Answers outside the hours", f"within {shown['answer_minutes']} minutes"),
                *(_kept(kind, days) for kind, days in shown["retention"].items()),
                *_last_run(shown["retention_last_run"]),
            ],
        )


def _hours(given: str | None) -> dict[str, str]:
    """Return the two ends of the hours; the API says which there may be."""
    if given is None:
        return {}
    try:
        hours = AllowedHours.parse(given)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.", param_hint="--hours") from error
    return {"allowed_from": f"{hours.start:%H:%M}", "allowed_until": f"{hours.end:%H:%M}"}


def _kept(kind: str, days: int | None) -> tuple[str, str]:
    """Return the row of the table that says how long a kind of data is kept."""
    period = "for ever" if days is None else f"{days} days"
    return f"Keeps {kind}", period


def _last_run(run: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return the row of the table that says what the last run of retention let go, if there was one."""
    if run is None:
        return []
    went = ", ".join(f"{kind} {count}" for kind, count in run["gone"].items() if count)
    if run["finished_at"] is None:
        when = f"began {local_time(run['started_at'])} and has not ended"
    else:
        when = local_time(run["finished_at"])
    return [("Last let go", f"{when}: {went or 'nothing'}")]


def _periods(given: list[str]) -> dict[str, int | None]:
    """Return the days by kind of data; the API says which there are."""
    periods: dict[str, int | None] = {}
    for each in given:
        kind, _, days = each.partition("=")
        if not kind or not (days == _FOR_EVER or days.isdecimal()):
            raise typer.BadParameter(
                f'"{each}" says no period: write texts=730, or texts={_FOR_EVER}.',
                param_hint="--retention",
            )
        periods[kind] = None if days == _FOR_EVER else int(days)
    return periods
