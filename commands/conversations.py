"""Answering a customer, and taking a conversation along."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from commands.output import Json, fail, print_json
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

Conversation = Annotated[
    str, typer.Argument(help="The customer's number with +, or the conversation's id.")
]


class _Format(StrEnum):
    TXT = "txt"
    CSV = "csv"
    JSON = "json"


def reply(
    conversation: Conversation,
    text: Annotated[str, typer.Argument(help="What to write.")],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Write to a customer, as a seller does. In the customer's quiet hours the text waits; `transcript` tells.

    Example: `touchline reply "+1 212 555 0101" "Thursday at ten suits me."`
    """
    with connect(api) as client:
        path = f"/conversations/{_conversation_id(client, conversation)}/messages"
        message = client.post(path, {"text": text})
    if as_json:
        print_json(message)
    else:
        typer.echo(f"{message['id']} is on its way from {message['from_number']}")


def transcript(
    conversation: Conversation,
    format_: Annotated[_Format, typer.Option("--format", help="How to print it.")] = _Format.TXT,
    api: ApiUrl = None,
) -> None:
    """Print a whole conversation with the status of each text, the oldest first.

    Example: `touchline transcript "+1 212 555 0101" --format csv > conversation.csv`
    """
    with connect(api) as client:
        path = f"/conversations/{_conversation_id(client, conversation)}/transcript"
        typer.echo(client.read(path, format=format_.value), nl=False)


def _conversation_id(client: ApiClient, name: str) -> str:
    """Return the id of the conversation of this id, or of the latest one with this number."""
    try:
        return str(UUID(name))
    except ValueError:
        number = "".join(name.split())
    conversations = client.items("/conversations")
    found = next((each for each in conversations if each["customer_number"] == number), None)
    if found is None:
        fail(
            1,
            f"There is no conversation with {name}: give a number with +, or a conversation's id.",
        )
    return str(found["id"])
