"""Who works here, in which unit, and what each role may do?"""

from typing import Annotated, Any, Final

import typer

from commands.naming import named
from commands.output import Json, fail, print_json, print_table, tell
from commands.sign_in import ApiUrl, ask_password, connect

users = typer.Typer(
    no_args_is_help=True, rich_markup_mode="markdown", help="See and change who works here."
)
roles = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="See what roles give, and make own ones.",
)
units = typer.Typer(
    no_args_is_help=True, rich_markup_mode="markdown", help="See and make business units."
)

RoleName = Annotated[str, typer.Argument(help="The role's name, as `list` shows it.")]

_USAGE: Final = 2


@users.command("list")
def list_users(as_json: Json = False, api: ApiUrl = None) -> None:
    """List everybody, with unit and roles.

    Example: `touchline user list`
    """
    with connect(api) as client:
        items = list(client.items("/users"))
    if as_json:
        print_json(items)
        return
    print_table(
        ("E-MAIL", "NAME", "UNIT", "ROLES", "ACTIVE"),
        [
            (
                user["email"],
                f"{user['first_name']} {user['last_name']}",
                user["business_unit"]["name"],
                ", ".join(role["name"] for role in user["roles"]) or "none",
                "yes" if user["is_active"] else "no",
            )
            for user in items
        ],
    )


@users.command("set")
def set_user(
    email: Annotated[str, typer.Argument(help="Whose account.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="A role to hold; say it again for each. These replace the present ones."),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The business unit to belong to.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether the user may sign in.")
    ] = None,
    api: ApiUrl = None,
) -> None:
    """Change somebody's roles or unit, or whether they may sign in.

    Example: `touchline user set kim@example.com --role "Sales Manager" --unit North`
    """
    with connect(api) as client:
        changes: dict[str, Any] = {}
        if role:
            changes["role_ids"] = [named(client, "role", each)["id"] for each in role]
        if unit is not None:
            changes["business_unit_id"] = named(client, "business unit", unit)["id"]
        if active is not None:
            changes["is_active"] = active
        if not changes:
            fail(_USAGE, "Say what to change: --role, --unit, --active or --inactive.")
        user = named(client, "user", email)
        changed = client.patch(f"/users/{user['id']}", changes)
    held = ", ".join(each["name"] for each in changed["roles"]) or "none"
    typer.echo(f"{changed['email']}: {held}; {changed['business_unit']['name']}")


@users.command("password")
def set_password(
    email: Annotated[str, typer.Argument(help="Whose account.")], api: ApiUrl = None
) -> None:
    """Set a new password for somebody who forgot theirs; it is asked for, or read from stdin. Tell it to them yourself.

    All their sessions end. Your own is changed by `touchline password`.

    Example: `touchline user password kim@example.com`
    """
    with connect(api) as client:
        user = named(client, "user", email)
        new = ask_password("New password", is_new=True)
        client.patch(f"/users/{user['id']}", {"password": new})
    tell(f"The password of {user['email']} was changed.")


@roles.command("list")
def list_roles(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the roles.

    Example: `touchline role list`
    """
    with connect(api) as client:
        items = list(client.items("/roles"))
    if as_json:
        print_json(items)
        return
    print_table(
        ("ROLE", "OF", "PRIVILEGES"),
        [
            (role["name"], "Touchline" if role["shipped"] else "yours", len(role["privileges"]))
            for role in items
        ],
    )


@roles.command("show")
def show_role(name: RoleName, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show what a role gives: on which rows, of what.

    Example: `touchline role show Salesperson`
    """
    with connect(api) as client:
        role = named(client, "role", name)
    if as_json:
        print_json(role)
        return
    print_table(
        ("PRIVILEGE", "ON"),
        [
            (f"{each['entity']}.{each['privilege']}", each["level"].replace("_", " "))
            for each in role["privileges"]
        ],
    )


@roles.command("copy")
def copy_role(
    copied: Annotated[str, typer.Argument(help="The role to copy.")],
    name: Annotated[str, typer.Argument(help="The new role's name.")],
    api: ApiUrl = None,
) -> None:
    """Make an own role, which gives what another does, to change from there.

    Example: `touchline role copy Salesperson "Team lead"`
    """
    with connect(api) as client:
        of = named(client, "role", copied)["id"]
        made = client.post("/roles", {"name": name, "copy_of": of})
    typer.echo(f"{made['name']}: {len(made['privileges'])} privileges")


@roles.command("grant")
def grant(
    name: RoleName,
    privileges: Annotated[
        list[str],
        typer.Argument(
            metavar="PRIVILEGE=LEVEL…",
            help="Such as `record.write=business_unit`; the level `none` takes it away.",
        ),
    ],
    api: ApiUrl = None,
) -> None:
    """Change what an own role gives. Its holders may do so at once.

    Example: `touchline role grant "Team lead" record.write=business_unit`
    """
    with connect(api) as client:
        role = named(client, "role", name)
        levels = {
            f"{each['entity']}.{each['privilege']}": each["level"] for each in role["privileges"]
        }
        for each in privileges:
            path, is_given, level = each.partition("=")
            if not is_given or "." not in path:
                fail(_USAGE, f"{each!r} is not like record.write=business_unit.")
            levels[path] = level
        sent = [
            dict(zip(("entity", "privilege"), path.split(".", 1), strict=True), level=level)
            for path, level in levels.items()
            if level != "none"
        ]
        changed = client.patch(f"/roles/{role['id']}", {"privileges": sent})
    typer.echo(f"{changed['name']}: {len(changed['privileges'])} privileges")


@units.command("list")
def list_units(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the business units, and what each is part of.

    Example: `touchline unit list`
    """
    with connect(api) as client:
        items = list(client.items("/business-units"))
    if as_json:
        print_json(items)
        return
    names = {unit["id"]: unit["name"] for unit in items}
    print_table(
        ("UNIT", "PART OF"), [(unit["name"], names.get(unit["parent_id"])) for unit in items]
    )


@units.command("add")
def add_unit(
    name: Annotated[str, typer.Argument(help="The new unit's name.")],
    under: Annotated[str, typer.Option(help="The unit it is part of.")],
    api: ApiUrl = None,
) -> None:
    """Make a business unit within another.

    Example: `touchline unit add North --under "Northwind Windows"`
    """
    with connect(api) as client:
        parent = named(client, "business unit", under)["id"]
        made = client.post("/business-units", {"name": name, "parent_id": parent})
    typer.echo(f"{made['name']} is part of {under}")
