"""Finding what was said, from a terminal."""

from typing import Annotated, Any

import typer

from commands.naming import an_id
from commands.output import Json, local_time, name_of, print_json, print_table
from commands.sign_in import ApiUrl, connect


def search(
    words: Annotated[
        list[str], typer.Argument(help='Words, "a phrase", or, -without, begin*; or digits.')
    ],
    number: Annotated[
        bool, typer.Option("--number", help="Find customers' numbers that hold these digits.")
    ] = False,
    record: Annotated[
        str | None,
        typer.Option(parser=an_id, help="Search with the record of this id alone.", metavar="ID"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to show.")] = 20,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Find texts among all that you may read, the newest first.

    Example: `touchline search '"test ride"' -- -saturday`
    """
    query = {"q": " ".join(words), "limit": str(limit)}
    if record is not None:
        query["record_id"] = record
    with connect(api) as client:
        found = client.get("/search/numbers" if number else "/search", **query)
    if as_json:
        print_json(found)
    elif number:
        print_table(
            ("NUMBER", "WHO", "LAST TEXT", "CONVERSATION"),
            [
                (
                    each["customer_number"],
                    _who(each),
                    local_time(each["last_message_at"]),
                    each["id"],
                )
                for each in found["items"]
            ],
        )
    else:
        print_table(
            ("WHEN", "WHO", "NUMBER", "TEXT", "CONVERSATION"),
            [
                (
                    local_time(each["at"]),
                    _who(each),
                    each["customer_number"],
                    "".join(part["text"] for part in each["snippet"]),
                    each["conversation_id"],
                )
                for each in found["items"]
            ],
        )


def _who(found: dict[str, Any]) -> str:
    """Return with whom it was said."""
    return "" if found["record"] is None else name_of(found["record"])
