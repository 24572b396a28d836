"""The work list on a terminal: what is on it, and in which order, and whose it is."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commands.files import read_json
from commands.naming import an_id, named
from commands.output import Json, counted, fail, local_time, name_of, print_json, print_table
from commands.sign_in import ApiUrl, connect

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="See what sellers must do now, and decide it.",
)

_USAGE: Final = 2

Item = Annotated[
    str,
    typer.Argument(parser=an_id, metavar="ID", help="A work item's id, as `list` shows it."),
]
Record = Annotated[str, typer.Argument(parser=an_id, metavar="RECORD", help="The record's id.")]


class _Status(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    SKIPPED = "skipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ALL = "all"


class _Sort(StrEnum):
    PRIORITY = "priority"
    DUE = "due"
    CREATED = "created"
    RECORD = "record"
    VALUE = "value"


class _Group(StrEnum):
    NONE = "none"
    KIND = "kind"
    SEQUENCE = "sequence"
    STEP = "step"
    DUE = "due"
    RECORD_KIND = "record_kind"
    ASSIGNEE = "assignee"


class _ByHand(StrEnum):
    CALL = "call"
    TASK = "task"
    EMAIL = "email"
    FOLLOW_UP = "follow_up"


Search = Annotated[
    str | None, typer.Option(help="Words of names, numbers, titles and texts to look for.")
]


@app.command("list")
def list_(
    status: Annotated[_Status, typer.Option(help="Which items.")] = _Status.OPEN,
    mine: Annotated[
        bool, typer.Option("--mine", help="Only your own, your teams' and those you stand in for.")
    ] = False,
    kind: Annotated[str | None, typer.Option(help="Of this kind, such as `reply`.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Only what is about texts.")] = False,
    snoozed: Annotated[bool, typer.Option("--snoozed", help="What was put off, instead.")] = False,
    unopened: Annotated[
        bool, typer.Option("--unopened", help="Only what you have not opened.")
    ] = False,
    followed: Annotated[bool, typer.Option("--followed", help="Only what you follow.")] = False,
    unattended: Annotated[
        bool,
        typer.Option("--unattended", help="Of people away, with nobody to stand in, or nobody's."),
    ] = False,
    search: Search = None,
    sort: Annotated[_Sort, typer.Option(help="In which order.")] = _Sort.PRIORITY,
    group: Annotated[_Group, typer.Option(help="Together with what.")] = _Group.NONE,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """List work items, what matters most first: all that you may see.

    Example: `touchline work list --mine --texts --sort due`
    """
    query = {
        "status": status.value,
        "assignee": "me" if mine else "any",
        "sort": sort.value,
        "group": group.value,
        "texts": str(texts).lower(),
        "snoozed": str(snoozed).lower(),
        "unopened": str(unopened).lower(),
        "followed": str(followed).lower(),
        "unattended": str(unattended).lower(),
        **({"kind": kind} if kind else {}),
        **({"search": search} if search else {}),
    }
    with connect(api) as client:
        items = list(client.items("/work-items", **query))
    _show(items, as_json=as_json)


def _show(items: list[dict[str, Any]], *, as_json: bool) -> None:
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
                customer_of(item),
                _seller(item),
                item["text"] or item["reason"],
            )
            for item in items
        ],
    )


@app.command()
def counts(
    group: Annotated[_Group, typer.Option(help="Counted by what.")] = _Group.NONE,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Say how much there is to do, of all that you may see.

    Example: `touchline work counts --group kind`
    """
    with connect(api) as client:
        found = client.get("/work-items/counts", assignee="any", group=group.value)
    if as_json:
        print_json(found)
        return
    names = ("open", "replies", "overdue", "texts", "trouble", "snoozed", "unattended")
    rows = [(name, found[name]) for name in names]
    groups = [(each["label"] or each["key"] or "(none)", each["count"]) for each in found["groups"]]
    print_table(("WHAT", "ITEMS"), [*rows, *groups])


@app.command()
def add(
    record: Record,
    kind: Annotated[_ByHand, typer.Option(help="What is to be done.")],
    title: Annotated[str, typer.Option(help="In a few words.")],
    due: Annotated[str, typer.Option(help="When, with its offset: `2026-07-01T09:00:00Z`.")],
    text: Annotated[str | None, typer.Option(help="What is to be known of it.")] = None,
    to: Annotated[str | None, typer.Option(help="A colleague's e-mail address.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Put something to do on the list by hand: on yours, or a colleague's.

    Example: `touchline work add RECORD --kind call --title "Ask about the boat" --due 2026-07-01T09:00:00Z`
    """
    body = {"record_id": record, "kind": kind.value, "title": title, "text": text, "due_at": due}
    with connect(api) as client:
        if to is not None:
            body["user_id"] = named(client, "user", to)["id"]
        added = client.post("/work-items", body)
    tell_of(added, "is on the list", as_json=as_json)


@app.command()
def snooze(
    item: Item,
    until: Annotated[str, typer.Argument(help="When, with its offset: `2026-07-01T09:00:00Z`.")],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Put an item off: it is hidden until then.

    Example: `touchline work snooze ID 2026-07-01T09:00:00Z`
    """
    with connect(api) as client:
        moved = client.post(f"/work-items/{item}/snooze", {"until": until})
    tell_of(moved, f"until {local_time(moved['due_at'])}", as_json=as_json)


@app.command("hand-over")
def hand_over(
    item: Item,
    to: Annotated[str | None, typer.Option(help="A colleague's e-mail address.")] = None,
    team: Annotated[str | None, typer.Option(help="A team's name.")] = None,
    note: Annotated[str | None, typer.Option(help="What they should know.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Let a colleague do it, or whoever of a team comes first.

    Example: `touchline work hand-over ID --to kim@example.org`
    """
    if (to is None) == (team is None):
        fail(_USAGE, "Say who is to do it: --to or --team, and not both.")
    with connect(api) as client:
        body = {
            "user_id": None if to is None else named(client, "user", to)["id"],
            "team_id": None if team is None else named(client, "team", team)["id"],
            "note": note,
        }
        moved = client.post(f"/work-items/{item}/hand-over", body)
    tell_of(moved, f"is {to or team}'s", as_json=as_json)


@app.command()
def mark(
    item: Item,
    opened: Annotated[
        bool, typer.Option("--opened/--unopened", help="As if you had opened it, or never had.")
    ] = True,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Say that you have opened an item, or let it stand out on your list again.

    Example: `touchline work mark ID --unopened`
    """
    with connect(api) as client:
        path = f"/work-items/{item}/opened"
        marked = client.post(path) if opened else client.delete(path)
    tell_of(marked, "opened" if opened else "unopened", as_json=as_json)


@app.command()
def follow(item: Item, as_json: Json = False, api: ApiUrl = None) -> None:
    """Follow an item, whoever is to do it: `touchline work list --followed` shows what you follow.

    Example: `touchline work follow ID`
    """
    with connect(api) as client:
        followed = client.post(f"/work-items/{item}/follow")
    tell_of(followed, "followed", as_json=as_json)


@app.command()
def unfollow(item: Item, as_json: Json = False, api: ApiUrl = None) -> None:
    """Follow an item no longer.

    Example: `touchline work unfollow ID`
    """
    with connect(api) as client:
        left = client.delete(f"/work-items/{item}/follow")
    tell_of(left, "no longer followed", as_json=as_json)


@app.command("up-next")
def up_next(
    record: Record,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Show what was done last for a record, what is to be done now, and what comes next.

    Example: `touchline work up-next RECORD`
    """
    with connect(api) as client:
        found = client.get(f"/records/{record}/up-next")
    if as_json:
        print_json(found)
        return
    rows: list[tuple[str, str, str | None, str]] = []
    for walk in found["enrollments"]:
        rows += [
            ("before", step["title"], step["outcome"], local_time(step["at"]))
            for step in walk["before"]
        ]
        if (now := walk["current"]) is not None:
            rows.append(("now", now["title"], now["reason"], local_time(now["waiting_until"])))
        rows += [
            ("next", step["title"], step["side"], local_time(step["at"]) or step["wait"] or "")
            for step in walk["next"]
        ]
    rows += [
        ("by hand", item["title"], item["reason"], local_time(item["due_at"]))
        for item in found["by_hand"]
    ]
    print_table(("", "STEP", "WHAT", "WHEN"), rows)


@app.command()
def rule(
    new: Annotated[
        Path | None,
        typer.Option(
            "--set",
            exists=True,
            dir_okay=False,
            help="A JSON file with what is to hold from now on.",
        ),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Show what comes first on the work list, or set it for everybody.

    Example: `touchline work rule --set rule.json`
    """
    with connect(api) as client:
        path = "/work-list-settings"
        found = client.get(path) if new is None else client.put(path, read_json(new))
    if as_json:
        print_json(found)
        return
    for sentence in found["in_words"]:
        typer.echo(sentence)
    typer.echo(f"At most {counted(found['bulk_limit'], 'text')} are approved at once.")
    typer.echo(f"They can be taken back for {found['undo_seconds']} seconds.")


@app.command()
def leave(
    who: Annotated[str, typer.Argument(metavar="EMAIL", help="Who is away.")],
    since: Annotated[str, typer.Option("--from", help="An instant with its offset.")],
    until: Annotated[str, typer.Option("--until", help="An instant with its offset.")],
    cover: Annotated[
        str | None, typer.Option(help="Who stands in; by default the members of the teams.")
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Note that somebody is away, so that others see and do what is theirs.

    Example: `touchline work leave sam@example.org --from 2026-07-01T00:00:00Z --until 2026-07-15T00:00:00Z`
    """
    with connect(api) as client:
        body = {
            "user_id": named(client, "user", who)["id"],
            "starts_at": since,
            "ends_at": until,
            "cover_user_id": None if cover is None else named(client, "user", cover)["id"],
        }
        absence = client.post("/absences", body)
    if as_json:
        print_json(absence)
        return
    away = f"{name_of(absence['user'])} is away"
    if absence["cover"]:
        typer.echo(f"{away}, {name_of(absence['cover'])} standing in.")
    else:
        # whether there are any, not everybody who may note an absence may read
        typer.echo(f"{away}, with nobody named to stand in: members of their teams do, if any.")


def tell_of(item: dict[str, Any], became: str, *, as_json: bool) -> None:
    """Say what became of an item."""
    if as_json:
        print_json(item)
    else:
        typer.echo(f"{item['title']}, {customer_of(item)}: {became}")


def customer_of(item: dict[str, Any]) -> str:
    """Return the name of an item's record; of none, the number of who wrote."""
    return name_of(item["record"]) if item["record"] else str(item["customer_number"])


def _seller(item: dict[str, Any]) -> str:
    """Return who is to do an item, if that is anybody's yet."""
    if item["assignee"]:
        return name_of(item["assignee"])
    return str(item["team"]["name"]) if item["team"] else ""
