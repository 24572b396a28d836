"""Sending numbers: whose they are, how fast they send, and what waits for each."""

from collections.abc import Iterable
from enum import StrEnum
from math import isfinite
from typing import Annotated, Any, Final

import typer

from commands.naming import named
from commands.output import Json, counted, fail, print_json, print_table
from commands.providers import path_of
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient, Refused

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Give sellers and teams their numbers.",
)

Number = Annotated[str, typer.Argument(help="The number with +, as `list` shows it.")]
Owner = Annotated[str | None, typer.Option(metavar="EMAIL", help="The user whose it is.")]
Team = Annotated[str | None, typer.Option(help="The name of the team whose it is.")]

_REFUSED: Final = 1
_USAGE: Final = 2


def _finite(pace: float | None) -> float | None:
    if pace is not None and not isfinite(pace):
        raise typer.BadParameter(f"{pace} is no pace: write a number such as 2.5.")
    return pace


PerSecond = Annotated[
    float | None,
    typer.Option(
        callback=_finite, help="Segments a second it may send; a new one by default by its kind."
    ),
]


class _Kind(StrEnum):
    LONG_CODE = "long_code"
    TEN_DLC = "ten_dlc"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
    MESSAGING_SERVICE = "messaging_service"


@app.command("list")
def list_(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the numbers, whose they are, and how long the queue of each is.

    Example: `touchline number list`
    """
    with connect(api) as client:
        items = list(client.items("/phone-numbers"))
        owners = {user["id"]: user["email"] for user in client.items("/users")}
        owners |= {team["id"]: f"team {team['name']}" for team in client.items("/teams")}
    if as_json:
        print_json(items)
        return
    print_table(
        ("NUMBER", "KIND", "COUNTRY", "OWNER", "DEFAULT", "A SECOND", "A DAY", "WAITING", "DRAINS"),
        [
            (
                item["e164"],
                item["kind"].replace("_", " "),
                item["country"],
                owners.get(item["owner_user_id"] or item["owner_team_id"]),
                "yes" if item["is_default"] else "no",
                f"{item['per_second']:g}",
                item["daily_cap"],
                item["waiting"],
                _lasting(item["drains_in_seconds"]),
            )
            for item in items
        ],
    )


@app.command()
def add(
    number: Annotated[
        str, typer.Argument(help="The number with +, a short code, or a sender's name.")
    ],
    account: Annotated[str, typer.Option(help="The name or id of its provider account.")],
    owner: Owner = None,
    team: Team = None,
    kind: Annotated[_Kind, typer.Option(help="What it is.")] = _Kind.LONG_CODE,
    default: Annotated[
        bool, typer.Option("--default", help="Its owner sends from it by default.")
    ] = False,
    per_second: PerSecond = None,
    daily_cap: Annotated[int | None, typer.Option(help="Segments a day it may send.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Add a number of a provider account, or take a removed one up again.

    Example: `touchline number add +12025550143 --account Twilio --owner maya@harbour.example --default`
    """
    with connect(api) as client:
        body = {
            "e164": number,
            "provider_account_id": path_of(client, account).rsplit("/", 1)[1],
            "kind": kind.value,
            "is_default": default,
            "per_second": per_second,
            "daily_cap": daily_cap,
        }
        added = client.post("/phone-numbers", body | owner_of(client, owner, team))
    if as_json:
        print_json(added)
    else:
        typer.echo(f"{added['e164']} is added, at {_pace(added)}")


@app.command()
def change(
    number: Number,
    per_second: PerSecond = None,
    daily_cap: Annotated[
        str | None, typer.Option(metavar="N|none", help="Segments a day it may send.")
    ] = None,
    brand: Annotated[
        str | None,
        typer.Option(help="Whose numbers withdraw together; an empty one takes it back."),
    ] = None,
    pictures: Annotated[
        bool | None, typer.Option("--pictures/--no-pictures", help="Whether it can send pictures.")
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Change a number's pace, its daily cap, its brand, or whether it sends pictures.

    Example: `touchline number change +12025550143 --per-second 3 --daily-cap 2000`
    """
    changes: dict[str, Any] = {}
    if per_second is not None:
        changes["per_second"] = per_second
    if daily_cap is not None:
        changes["daily_cap"] = _cap(daily_cap)
    if brand is not None:
        changes["brand"] = brand
    if pictures is not None:
        changes["can_mms"] = pictures
    if not changes:
        fail(_USAGE, "Say what to change: --per-second, --daily-cap, --brand or --pictures.")
    with connect(api) as client:
        shown = client.patch(f"/phone-numbers/{_number(client, number)['id']}", changes)
    if as_json:
        print_json(shown)
    else:
        with_pictures = "with" if shown["can_mms"] else "without"
        of = f", brand {shown['brand']}" if shown["brand"] else ""
        typer.echo(f"{shown['e164']} sends {_pace(shown)}, {with_pictures} pictures{of}")


@app.command()
def assign(
    number: Number,
    owner: Owner = None,
    team: Team = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Give a number to another user or team. Its conversations go with it.

    Example: `touchline number assign +12025550143 --owner oliver@harbour.example`
    """
    if (owner is None) == (team is None):
        fail(_USAGE, "Say whose it is: --owner or --team.")
    with connect(api) as client:
        path = f"/phone-numbers/{_number(client, number)['id']}"
        shown = client.patch(path, owner_of(client, owner, team))
    if as_json:
        print_json(shown)
    else:
        typer.echo(f"{shown['e164']} is now {owner or team}'s")


@app.command()
def default(number: Number, as_json: Json = False, api: ApiUrl = None) -> None:
    """Have its owner send from a number by default.

    Example: `touchline number default +12025550143`
    """
    with connect(api) as client:
        found = _number(client, number)
        if found["owner_user_id"] is None:
            fail(_REFUSED, f"{found['e164']} belongs to no user: only a user has a default number.")
        shown = client.patch(f"/phone-numbers/{found['id']}", {"is_default": True})
    if as_json:
        print_json(shown)
    else:
        typer.echo(f"{shown['e164']} is its owner's default")


@app.command()
def remove(
    number: Number,
    replace_with: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="Its conversations and enrollments go on over this one."
        ),
    ] = None,
    leave: Annotated[
        bool,
        typer.Option(
            "--leave", help="Leave them: their next text finds another sender, or asks a seller."
        ),
    ] = False,
    api: ApiUrl = None,
) -> None:
    """Remove a number. What was said over it stays readable.

    If running enrollments or open conversations go over it, it says how many, and asks what becomes of them.

    Example: `touchline number remove +12025550143 --replace-with +12025550144`
    """
    if leave and replace_with is not None:
        fail(_USAGE, "Say what becomes of them by --replace-with or by --leave, not by both.")
    with connect(api) as client:
        found = _number(client, number)
        path = f"/phone-numbers/{found['id']}"
        choice: dict[str, str] = {"leave": "true"} if leave else {}
        if replace_with is not None:
            choice["replace_with"] = _number(client, replace_with)["id"]
        try:
            client.delete(path, **choice)
        except Refused as refused:
            if refused.slug != "has-dependents":
                raise
            fail(_REFUSED, *_what_hangs_on(found["e164"], client.get(f"{path}/dependents")))
    typer.echo(f"{found['e164']} is removed")


def owner_of(client: ApiClient, owner: str | None, team: str | None) -> dict[str, str]:
    """Return the fields of a number's owner by e-mail address or team name, or end the command."""
    if owner is not None and team is not None:
        fail(_USAGE, "A number belongs to a user or to a team, not to both.")
    if owner is not None:
        return {"owner_user_id": named(client, "user", owner)["id"]}
    if team is not None:
        return {"owner_team_id": named(client, "team", team)["id"]}
    return {}


def find_number(numbers: Iterable[dict[str, Any]], written: str) -> dict[str, Any]:
    """Return the one of `numbers` that is written so, or has this id, or end the command."""
    wanted = "".join(written.split())
    found = next(
        (each for each in numbers if wanted in ("".join(each["e164"].split()), each["id"])), None
    )
    if found is None:
        fail(_REFUSED, f"There is no number {written} here: see `touchline number list`.")
    return found


def _number(client: ApiClient, written: str) -> dict[str, Any]:
    return find_number(client.items("/phone-numbers"), written)


def _what_hangs_on(number: str, dependents: dict[str, int]) -> tuple[str, ...]:
    enrollments = counted(dependents["enrollments"], "running enrollment")
    conversations = counted(dependents["conversations"], "open conversation")
    return (
        f"{enrollments} and {conversations} go on over {number}. Say what becomes of them:",
        "--replace-with NUMBER has them go on over that one;",
        "--leave leaves them: their next text finds another sender, or asks a seller.",
    )


def _cap(written: str) -> int | None:
    """Return segments a day, None for `none`, or end the command."""
    if written == "none":
        return None
    if not written.isdecimal():
        fail(_USAGE, f"--daily-cap {written}: this is neither a number of segments nor `none`.")
    return int(written)


def _pace(number: dict[str, Any]) -> str:
    cap = number["daily_cap"]
    a_day = "" if cap is None else f", {cap:,} a day at most"
    return f"{counted(number['per_second'], 'segment')} a second{a_day}"


def _lasting(seconds: int) -> str:
    """Return how long that is: seconds up to two minutes, minutes up to two hours, hours then."""
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h"
