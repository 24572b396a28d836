"""From credentials to a text that arrives, step by step on a terminal."""

import time
from typing import Annotated, Any, Final

import typer

from commands import credentials
from commands.credentials import CredentialOption, FileOption
from commands.numbers import find_number, owner_of
from commands.output import Json, fail, print_addresses, print_json, print_table, tell
from commands.providers import Account, end_unless_usable, path_of
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

_REFUSED: Final = 1
_PATIENCE_SECONDS: Final = 60
_WAIT_SECONDS: Final = 20


def connect_account(
    provider: Annotated[str, typer.Argument(help="Which provider, as `types` names it.")],
    name: Annotated[str | None, typer.Option(help="What to call it here.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The account's address at the provider, if it has its own.")
    ] = None,
    credential: CredentialOption = None,
    credentials_file: FileOption = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Connect an account: what is not given is asked for, and the provider is asked at once whether it is right.

    Exit code 1 if the provider says no; the account is stored all the same, to be mended with `rotate`.

    Example: `touchline provider connect twilio --credentials-file twilio.json`
    """
    given = credentials.given_by(credential, credentials_file)
    with connect(api) as client:
        described = credentials.described_by(client, provider)
        if base_url is None and described["needs_base_url"]:
            base_url = credentials.asked("Base URL", "--base-url")
        body = {
            "name": name or described["label"],
            "provider": provider,
            "credentials": credentials.completed(described, given),
            "api_base_url": base_url,
        }
        account = client.post("/provider-accounts", body)
        setup = client.get(f"/provider-accounts/{account['id']}/setup")
    if as_json:
        print_json(account)
    else:
        if account["check"]["ok"]:
            typer.echo(f"{account['name']} is connected as {account['id']}")
        else:
            typer.echo(f"{account['name']} is stored as {account['id']}, but cannot be used yet")
        _print_steps(setup)
    end_unless_usable(account)


def setup(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show what is left to do until texts go out and replies come in, with the addresses to give the provider.

    Example: `touchline provider setup Twilio`
    """
    with connect(api) as client:
        found = client.get(f"{path_of(client, account)}/setup")
    if as_json:
        print_json(found)
    else:
        _print_steps(found)


def verify(
    account: Account,
    to: Annotated[str | None, typer.Option(help="Send a test text to this phone of yours.")] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="The number it leaves from; by default the account's first."),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Ask the provider whether the account can be used; with `--to`, send a test text and follow it to its report.

    Exit code 1 if a leg failed.

    Example: `touchline provider verify Twilio --to "+1 202 555 0143"`
    """
    with connect(api) as client:
        path = path_of(client, account)
        if to is None:
            shown = client.post(f"{path}/verify")
        else:
            body = {"to": to, "phone_number_id": _number_id(client, path, from_)}
            shown = client.post(f"{path}/verify", body)
            if shown["test_id"] is not None:
                shown = _followed(client, f"{path}/tests/{shown['test_id']}")
    if as_json:
        print_json(shown)
    else:
        print_table(
            ("LEG", "STATE", "WHAT"),
            [(leg["name"], leg["state"], leg["text"]) for leg in shown["legs"]],
        )
    if any(leg["state"] == "failed" for leg in shown["legs"]):
        raise typer.Exit(_REFUSED)


def discover_numbers(
    account: Account,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER", help="Add this one; may be repeated."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Whose the added ones are.")
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Ask the provider which numbers the account has, and add those you choose.

    Example: `touchline provider numbers Twilio --add +12025550143 --owner maya@harbour.example`
    """
    with connect(api) as client:
        path = path_of(client, account)
        found = client.post(f"{path}/discover-numbers")
        by_number = {item["e164"]: item for item in found["items"]}
        if missing := [number for number in add or () if number not in by_number]:
            fail(_REFUSED, f"The provider lists no {', '.join(missing)}: see `provider numbers`.")
        owned = owner_of(client, owner, None)
        for number in add or ():
            item = by_number[number]
            facts = ("e164", "kind", "can_sms", "can_mms", "can_receive")
            client.post(
                "/phone-numbers",
                {name: item[name] for name in facts}
                | owned
                | {"provider_account_id": path.rsplit("/", 1)[1]},
            )
            item["already_added"] = True
    if as_json:
        print_json(found)
        return
    if not found["can_list"]:
        tell("This provider cannot say which numbers an account has: use `touchline number add`.")
    print_table(
        ("NUMBER", "KIND", "PICTURES", "ADDED", "NAME"),
        [
            (
                item["e164"],
                item["kind"].replace("_", " "),
                "yes" if item["can_mms"] else "no",
                "yes" if item["already_added"] else "no",
                item["friendly_name"],
            )
            for item in found["items"]
        ],
    )


def webhooks(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Have the provider bring replies and reports to Touchline; where it cannot be told, say what to do by hand.

    Example: `touchline provider webhooks Twilio`
    """
    with connect(api) as client:
        found = client.post(f"{path_of(client, account)}/register-webhooks")
    if as_json:
        print_json(found)
    else:
        print_table(
            ("NUMBER", "OUTCOME", "WHAT TO DO"),
            [
                (item["e164"], item["outcome"].replace("_", " "), item["text"])
                for item in found["items"]
            ],
        )
        print_addresses(found)
    if any(item["outcome"] == "failed" for item in found["items"]):
        raise typer.Exit(_REFUSED)


def rotate(
    account: Account,
    credential: CredentialOption = None,
    credentials_file: FileOption = None,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="The former ones prove nothing any more, at once.")
    ] = False,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Enter new credentials. They are tried first: ones the provider does not take never replace ones that work.

    Without options, each is asked for; leave one empty to keep it as it is. What the provider still signs with the
    former ones is taken for a day, so that no reply is lost meanwhile.

    Example: `touchline provider rotate Twilio --credentials-file new.json`
    """
    given = credentials.given_by(credential, credentials_file)
    with connect(api) as client:
        path = path_of(client, account)
        if not given:
            described = credentials.described_by(client, client.get(path)["provider"])
            entered = credentials.prompted(described["fields"], may_be_empty=True)
            given = {name: value for name, value in entered.items() if value}
        shown = client.patch(path, {"credentials": given, "have_leaked": leaked})
    if as_json:
        print_json(shown)
    end_unless_usable(shown)
    if not as_json:
        typer.echo(f"{shown['name']}: {shown['check']['verdict']}")


def _print_steps(setup: dict[str, Any]) -> None:
    print_table(
        ("STEP", "STATE", "WHAT"),
        [(step["name"].replace("_", " "), step["state"], step["text"]) for step in setup["steps"]],
    )
    address = setup["inbound_url"]
    if address is not None and any(address in step["text"] for step in setup["steps"]):
        print_addresses(setup)


def _number_id(client: ApiClient, account_path: str, number: str | None) -> str:
    """Return the id of the account's number that is written so, or of its first, or end the command."""
    own = [
        each
        for each in client.items("/phone-numbers")
        if account_path.endswith(each["provider_account_id"])
    ]
    if not own:
        fail(
            _REFUSED,
            "The account has no number yet: add one with `touchline provider numbers`.",
        )
    return str((own[0] if number is None else find_number(own, number))["id"])


def _followed(client: ApiClient, path: str) -> dict[str, Any]:
    """Return a test text once nothing more is expected of it, or after a minute."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        test: dict[str, Any] = client.get(path, wait=str(_WAIT_SECONDS))
        if test["is_over"] or time.monotonic() >= until:
            return test
