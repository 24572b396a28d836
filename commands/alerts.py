"""What must an administrator know of?"""

from typing import Annotated

import typer

from commands.naming import an_id
from commands.output import Json, local_time, print_json, print_table
from commands.sign_in import ApiUrl, connect


def alerts(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    resolve: Annotated[
        list[str] | None,
        typer.Option(
            parser=an_id, metavar="ID", help="Say that this one is dealt with; may be repeated."
        ),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """List what an administrator must know of: paused accounts, replies that were missed, refused senders.

    Example: `touchline alerts`
    """
    with connect(api) as client:
        for alert_id in resolve or ():
            client.post(f"/alerts/{alert_id}/resolve")
        items = list(client.items("/alerts", **({} if all_ else {"open": "true"})))
    if as_json:
        print_json(items)
        return
    print_table(
        ("ID", "SINCE", "LAST", "TIMES", "STATE", "WHAT"),
        [
            (
                item["id"],
                local_time(item["raised_at"]),
                local_time(item["last_at"]),
                item["times"],
                "open" if item["resolved_at"] is None else "over",
                item["text"],
            )
            for item in items
        ],
    )
