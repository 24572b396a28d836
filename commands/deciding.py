"""A seller's decisions on a terminal: what is read before them, and taking them back."""

from typing import Annotated, Any, Final

import typer

from commands.naming import an_id
from commands.output import Json, counted, fail, local_time, print_json, print_table, tell
from commands.sign_in import ApiUrl, connect
from commands.work import Item, customer_of, tell_of
from trial.client import ApiClient

_REFUSED: Final = 1
_FROM_CUSTOMERS: Final = ("reply", "consent_question")
"""The kinds of item that say that a customer wrote."""


def show(item: Item, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show one work item with its whole text, what stands against that, and the word it is approved with.

    Of what a customer is to be answered, what they wrote last, and the conversation's id for `touchline reply`.

    Example: `touchline work show ID`
    """
    with connect(api) as client:
        found = client.get(f"/work-items/{item}")
        wrote = [] if as_json else _wrote_last(client, found)
    if as_json:
        print_json(found)
        return
    for line in [*_in_hand(found), *wrote, f"Seen: {found['seen']}"]:
        typer.echo(line)


def _wrote_last(client: ApiClient, item: dict[str, Any]) -> list[str]:
    """Return what the customer wrote last, and where, if that is what the item is about."""
    if item["kind"] not in _FROM_CUSTOMERS or item["conversation_id"] is None:
        return []
    messages = client.items(f"/conversations/{item['conversation_id']}/messages")
    last = next((each for each in messages if each["direction"] == "inbound"), None)
    told = []
    if last is not None:
        body = f"“{last['body']}”" if last["body"] else counted(len(last["media"]), "attachment")
        told = [f"The customer wrote at {local_time(last['created_at'])}: {body}"]
    return [*told, f"Conversation: {item['conversation_id']}"]


def _in_hand(item: dict[str, Any]) -> list[str]:
    """Return what a person reads before they decide an item."""
    why = [] if item["reason"] is None else [item["reason"]]
    sentences = [warning["sentence"] for warning in item["warnings"]]
    text = [] if item["text"] is None else [f"“{item['text']}”"]
    heading = f"{item['title']}, {customer_of(item)}, due {local_time(item['due_at'])}"
    return [heading, *text, *dict.fromkeys(why + sentences)]


def approve(
    item: Item,
    text: Annotated[
        str | None, typer.Option(help="What to send; by default the text as it is offered.")
    ] = None,
    seen: Annotated[
        str | None,
        typer.Option(
            help="What `show` printed behind `Seen:` as you read it; without it you are asked."
        ),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Send the text of a work item, as offered or as edited: what you have just been shown, or read with `show`.

    It is refused if the customer wrote, or the record or the consent changed, since you read it: then nothing was sent.

    Example: `touchline work approve ID --text "Thursday at ten?"`
    """
    with connect(api) as client:
        if seen is None:
            found = client.get(f"/work-items/{item}")
            _fail_unless_text(found)
            tell(*_in_hand(found))
            if text is not None:
                tell(f"Instead: “{text}”")
            typer.confirm("Send it?", abort=True, err=True)
            seen = found["seen"]
        approved = client.post(f"/work-items/{item}/approve", {"text": text, "seen": seen})
    tell_of(approved, approved["status"], as_json=as_json)


def _fail_unless_text(item: dict[str, Any]) -> None:
    """End the command before anything is asked if the item has no text to approve, or none any more."""
    if item["kind"] == "manual_text" and item["status"] == "open":
        return
    if item["status"] != "open":
        fail(_REFUSED, f"There is nothing to approve: “{item['title']}” is {item['status']}.")
    match item["kind"]:
        case "reply":
            instead = f"answer with `touchline reply {item['conversation_id']} TEXT`"
        case "consent_question":
            instead = "say on the web page whether the customer withdrew consent"
        case _:
            instead = f"once it is done, say so by `touchline work complete {item['id']}`"
    fail(_REFUSED, f"“{item['title']}” holds no text to approve: {instead}.")


def approve_all(
    like: Annotated[
        str,
        typer.Argument(
            parser=an_id, metavar="ID", help="A text to approve: the others are of its step."
        ),
    ],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Approve all texts of one step that nothing stands against; they leave together in some seconds.

    Those stay whose customer wrote, or whose record or consent changed, since they were filled in: they are filled in
    anew, to be read.

    Example: `touchline work approve-all ID`
    """
    with connect(api) as client:
        stack = client.get("/work-items/stack", like=like)
        # without their `seen`: nobody has read what the list says of them
        wanted = [
            {"id": item["id"]}
            for item in stack["items"]
            if not any(warning["blocks"] for warning in item["warnings"])
        ]
        if not wanted:
            fail(_REFUSED, "Nothing to approve: every text has something that stands against it.")
        answer = client.post("/work-items/approvals", {"items": wanted})
    if as_json:
        print_json(answer)
        return
    print_table(
        ("ID", "FOR", "WHAT", "WHY"),
        [
            (
                result["id"],
                customer_of(result["work_item"]) if result["work_item"] else "",
                result["outcome"],
                result["problem"]["detail"] if result["problem"] else "",
            )
            for result in answer["results"]
        ],
    )
    leaving = [each["id"] for each in answer["results"] if each["outcome"] == "leaving"]
    if leaving:
        tell(
            f"They leave in {stack['undo_seconds']} seconds. To take them back:",
            f"touchline work undo {' '.join(leaving)}",
        )


def undo(
    items: Annotated[
        list[str], typer.Argument(parser=an_id, metavar="ID...", help="Ids of approved texts.")
    ],
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Take back approvals of yours that have not left yet.

    Example: `touchline work undo ID ID`
    """
    with connect(api) as client:
        answer = client.post("/work-items/approvals/undo", {"ids": items})
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{counted(len(answer['undone']), 'text')} taken back.")
    if answer["too_late"]:
        fail(
            _REFUSED,
            f"Nothing to take back of {', '.join(answer['too_late'])}: it has left already, or you did not approve it.",
        )


def skip(
    item: Item,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever asks later.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Go on without doing it.

    Example: `touchline work skip ID --reason "We spoke on the phone"`
    """
    _decide(item, "skip", {"reason": reason}, as_json=as_json, api=api)


def complete(
    item: Item,
    note: Annotated[str | None, typer.Option(help="What came of it.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Say that a call or a task is done, or that a text that went wrong is dealt with.

    Example: `touchline work complete ID --note "Comes on Thursday"`
    """
    _decide(item, "complete", {"note": note}, as_json=as_json, api=api)


def _decide(
    item: str, verb: str, body: dict[str, str | None], *, as_json: bool, api: str | None
) -> None:
    with connect(api) as client:
        decided = client.post(f"/work-items/{item}/{verb}", body)
    tell_of(decided, decided["status"], as_json=as_json)
