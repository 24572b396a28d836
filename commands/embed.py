"""Which other systems have a form that opens our conversations?"""

from typing import Annotated

import typer

from commands.naming import an_id
from commands.output import Json, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Let forms of other systems open a record's conversation.",
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the form is called.")],
    origin: Annotated[
        list[str],
        typer.Option(
            metavar="ORIGIN",
            help="Where the form stands, such as https://crm.example.com; may be repeated.",
        ),
    ],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Make a key with which the form's server signs tokens. Its secret is shown this once.

    Example: `touchline embed add "Customer form" --origin https://crm.example.com`
    """
    with connect(api) as client:
        made = client.post("/embed-keys", {"name": name, "allowed_origins": origin})
    if as_json:
        print_json(made)
    else:
        print_table(("WHAT", "IS"), [("Key id", made["id"]), ("Secret", made["secret"])])
    tell(
        "Give both to the form's server, and keep the secret from every page. It is not shown again."
    )


@app.command("list")
def list_(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the keys, and where the form of each may stand.

    Example: `touchline embed list`
    """
    with connect(api) as client:
        items = list(client.items("/embed-keys"))
    if as_json:
        print_json(items)
        return
    print_table(
        ("ID", "NAME", "STATE", "ORIGINS"),
        [
            (
                item["id"],
                item["name"],
                "active" if item["is_active"] else "deactivated",
                " ".join(item["allowed_origins"]),
            )
            for item in items
        ],
    )


@app.command()
def deactivate(
    key_id: Annotated[
        str, typer.Argument(parser=an_id, metavar="ID", help="The key's id, as `list` shows it.")
    ],
    api: ApiUrl = None,
) -> None:
    """Deactivate a key: whatever was signed with it stops at once.

    To replace one, add another, give it to the form's server, and then deactivate the first.

    Example: `touchline embed deactivate 0199a0b0-0000-7000-8000-000000000001`
    """
    with connect(api) as client:
        client.patch(f"/embed-keys/{key_id}", {"is_active": False})
    tell("Deactivated.")
