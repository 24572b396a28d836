"""Writing to customers, taking a text back, saying why it went or not, and where a conversation belongs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from commands.output import Json, fail, print_json, print_table
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

Conversation = Annotated[
    str, typer.Argument(help="The customer's number with +, or the conversation's id.")
]


def reply(
    conversation: Conversation,
    text: Annotated[str, typer.Argument(help="What to write; placeholders are filled in.")],
    from_number: Annotated[
        str | None, typer.Option("--from", help="Your number it is to leave from.")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
            help="When it leaves, by the customer's clock.",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Let it wait if the customer's hours forbid it now.")
    ] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Write to a customer, as a seller does. What the customer's hours forbid is refused, or waits with `--wait`.

    Example: `touchline reply "+1 212 555 0101" "Thursday at ten suits me." --at "2026-03-04 09:00"`
    """
    with connect(api) as client:
        path = f"/conversations/{conversation_id(client, conversation)}"
        body: dict[str, Any] = {"text": text, "may_wait": wait}
        if from_number is not None:
            body["phone_number_id"] = _sender_id(client, path, from_number)
        if at is not None:
            body["send_at_local"] = at.isoformat()
        # asked before: a text that was only just taken does not say yet what it will wait for
        outlook = client.post(f"{path}/preview", body)["outlook"] if wait else None
        message = client.post(f"{path}/messages", body)
    if as_json:
        print_json(message)
    elif outlook is not None and outlook["may"] == "later":
        until = outlook["next_allowed"]
        typer.echo(f"{message['id']} waits{f' until {until}' if until else ''}: {outlook['why']}")
    elif message["held_for"] in (None, "start"):
        typer.echo(f"{message['id']} is on its way from {message['from_number']}")
    else:
        typer.echo(f"{message['id']} waits until {message['held_until']}")


def cancel(
    message: Annotated[UUID, typer.Argument(help="The text's id, as `reply` and `why` show it.")],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Take back a text that has not left yet.

    Example: `touchline cancel 0199a0b0-0000-7000-8000-000000000003`
    """
    with connect(api) as client:
        cancelled = client.post(f"/messages/{message}/cancel", {})
    if as_json:
        print_json(cancelled)
    else:
        typer.echo(f"{message}: {cancelled['error']}")


def why(
    message: Annotated[UUID, typer.Argument(help="The text's id.")],
    at: Annotated[
        str | None, typer.Option(help="As it was known at this instant, such as 2026-03-04T09:00Z.")
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Say why a text went, waits, or did not go: which rule, whose word, which clock.

    Example: `touchline why 0199a0b0-0000-7000-8000-000000000003`
    """
    with connect(api) as client:
        found = client.get(f"/messages/{message}/why", **({} if at is None else {"at": at}))
    if as_json:
        print_json(found)
    else:
        print_table(
            ("AT", "RULE", "CUSTOMER'S CLOCK", "WHY"),
            [
                (
                    each["at"],
                    each["rule"] or "",
                    ", ".join(f"{clock['clock']} {clock['zone']}" for clock in each["clocks"]),
                    each["sentence"],
                )
                for each in found["items"]
            ],
        )


def move(
    conversation: Conversation,
    to: Annotated[UUID, typer.Option("--to", help="The record's id that the texts belong to.")],
    message: Annotated[
        list[UUID] | None, typer.Option(help="A text to move; several times. Without: all.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for those who look later.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Move texts to another record; both sides keep a trace.

    Example: `touchline move "+1 212 555 0101" --to 0199a0b0-0000-7000-8000-000000000003`
    """
    with connect(api) as client:
        path = f"/conversations/{conversation_id(client, conversation)}/move"
        body: dict[str, Any] = {"record_id": str(to), "reason": reason}
        if message:
            body["message_ids"] = [str(each) for each in message]
        moved = client.post(path, body)
    if as_json:
        print_json(moved)
    else:
        record = moved["record"]
        typer.echo(f"moved to {record['first_name']} {record['last_name']}, {record['id']}")


def _sender_id(client: ApiClient, path: str, number: str) -> str:
    wanted = "".join(number.split())
    senders = client.get(f"{path}/senders")
    found = next((each for each in senders if each["e164"] == wanted), None)
    if found is None:
        known = ", ".join(each["e164"] for each in senders) or "none"
        fail(1, f"{number} is not yours to send from here. Yours are: {known}.")
    return str(found["id"])


def conversation_id(client: ApiClient, name: str) -> str:
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
