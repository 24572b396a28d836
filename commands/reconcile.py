"""Comparing our texts with what the providers have, by hand."""

import time
from typing import Annotated, Any, Final

import typer

from commands.output import Json, counted, fail, local_time, print_json, tell
from commands.providers import path_of
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

_LOOK_EVERY: Final = 0.5
"""Seconds."""


def reconcile(
    account: Annotated[
        str | None,
        typer.Argument(help="The account's name or id; by default every enabled one."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=30, help="How many days back to look.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the outcome, and report it.")
    ] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Compare our texts with the providers' own lists, and adopt replies and statuses that never reached us.

    It happens by itself, too. Differences are adopted and reported; one that could not be made ends with exit code 1.

    Example: `touchline reconcile --wait`
    """
    with connect(api) as client:
        asked = _enabled(client) if account is None else [client.get(path_of(client, account))]
        found = [
            client.post(f"/provider-accounts/{each['id']}/reconcile", {"days": days})
            for each in asked
        ]
        if wait:
            tell("Waiting for the outcome. Ctrl-C ends the waiting, not the comparison.")
            found = [_finished(client, each) for each in found]
    if as_json:
        print_json(found)
    else:
        for each, comparison in zip(asked, found, strict=True):
            typer.echo(f"{each['name']}: {in_words(comparison)}")
    if any(comparison["error"] for comparison in found):
        raise typer.Exit(1)


def in_words(comparison: dict[str, Any]) -> str:
    """Return what a comparison found, in words for an administrator."""
    if comparison["error"]:
        return f"could not be compared: {comparison['error']} It is tried again by itself."
    if comparison["finished_at"] is None:
        return "is being compared. With --wait, the outcome is reported."
    parts = [
        f"{counted(comparison['seen'], 'text')} compared, since {local_time(comparison['since'])}."
    ]
    if count := comparison["replies_adopted"]:
        parts.append(
            f"{counted(count, 'reply', 'replies')} never reached our webhook, and {_is_are(count)} adopted: "
            "check the address that the provider calls."
        )
    if count := comparison["statuses_adopted"]:
        parts.append(
            f"{counted(count, 'status', 'statuses')} {_was_were(count)} missing, and {_is_are(count)} adopted."
        )
    if count := comparison["prices_adopted"]:
        parts.append(f"{counted(count, 'price')} {_is_are(count)} new.")
    if count := comparison["unknown_texts"]:
        parts.append(
            f"{counted(count, 'text')} that the provider sent {_is_are(count)} none of ours."
        )
    return " ".join(parts if len(parts) > 1 else [*parts, "Nothing was missing."])


def _enabled(client: ApiClient) -> list[dict[str, Any]]:
    accounts = [each for each in client.items("/provider-accounts") if each["is_enabled"]]
    if not accounts:
        fail(1, "There is no enabled provider account: see `touchline provider list`.")
    return accounts


def _finished(client: ApiClient, comparison: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison once it is over."""
    path = (
        f"/provider-accounts/{comparison['provider_account_id']}/reconciliations/{comparison['id']}"
    )
    while comparison["finished_at"] is None:
        time.sleep(_LOOK_EVERY)
        comparison = client.get(path)
    return comparison


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _was_were(count: int) -> str:
    return "was" if count == 1 else "were"
