"""What is decided for the whole organisation?"""

from typing import Annotated, Final

import typer

from commands.output import Json, print_json, print_table
from commands.sign_in import ApiUrl, connect

_TEAM_NUMBERS: Final = {
    True: "on: a seller without a number sends from the team's",
    False: "off: a text of a seller without a number becomes a work item",
}
_FAILOVER: Final = {
    True: "on: while an account cannot send, another number of the same owner stands in",
    False: "off: while an account cannot send, its texts wait",
}


def organisation(
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
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Show the organisation's settings, or change them.

    Example: `touchline organisation --failover`
    """
    given = {"uses_team_numbers": team_numbers, "fails_over": failover}
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
                ("Team numbers", _TEAM_NUMBERS[shown["uses_team_numbers"]]),
                ("Failover", _FAILOVER[shown["fails_over"]]),
            ],
        )
