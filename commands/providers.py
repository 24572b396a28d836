"""Provider accounts: which there are, whether they send, how they are doing, and what can be changed."""

import shlex
from typing import Annotated, Any, Final

import typer

from commands import credentials
from commands.output import Json, counted, fail, local_time, print_json, print_table
from commands.sign_in import ApiUrl, connect
from trial.client import ApiClient

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Connect accounts of SMS providers, try them out, and see how they are doing.",
)

Account = Annotated[str, typer.Argument(help="The account's name, as `list` shows it, or its id.")]
_REFUSED: Final = 1
_USAGE: Final = 2
_NONE: Final = "none"


@app.command()
def types(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the providers whose accounts can be connected, and what each asks for.

    Example: `touchline provider types`
    """
    with connect(api) as client:
        found = client.get("/provider-accounts/providers")["items"]
    if as_json:
        print_json(found)
        return
    print_table(
        ("PROVIDER", "CREDENTIAL", "NEEDED", "WHAT"),
        [
            (
                provider["name"],
                field["name"],
                credentials.need_of(field),
                f"{field['label']}. {field['hint']}",
            )
            for provider in found
            for field in provider["fields"]
        ],
    )


@app.command("list")
def list_(as_json: Json = False, api: ApiUrl = None) -> None:
    """List the accounts, whether they send, and how many texts wait for them.

    Example: `touchline provider list`
    """
    with connect(api) as client:
        items = list(client.items("/provider-accounts"))
    if as_json:
        print_json(items)
        return
    print_table(
        ("NAME", "PROVIDER", "STATE", "WAITING", "VERIFIED", "WHY"),
        [
            (
                item["name"],
                item["provider"],
                item["state"],
                item["waiting_texts"],
                local_time(item["verified_at"]),
                item["pause"] and item["pause"]["reason"],
            )
            for item in items
        ],
    )


@app.command()
def change(
    account: Account,
    name: Annotated[str | None, typer.Option(help="What to call it here.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The account's address at the provider; it is tried at once.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CIDR|none",
            help="A network of proxies whose X-Forwarded-Proto and -Host tell the address that the provider called; "
            "may be repeated. These take the place of those before, `none` of all.",
        ),
    ] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Change an account's name, its address at the provider, or the proxies before Touchline that it trusts.

    Credentials are changed by `rotate`.

    Example: `touchline provider change Twilio --trusted-proxy 10.0.0.0/8`
    """
    proxies = trusted_proxy and [each for each in trusted_proxy if each != _NONE]
    given = {"name": name, "api_base_url": base_url, "trusted_proxies": proxies}
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes:
        fail(_USAGE, "Say what to change: --name, --base-url or --trusted-proxy.")
    with connect(api) as client:
        shown = client.patch(path_of(client, account), changes)
    if as_json:
        print_json(shown)
    else:
        print_table(
            ("WHAT", "IS NOW"),
            [
                ("Name", shown["name"]),
                ("Base URL", shown["api_base_url"] or "the provider's own"),
                ("Trusted proxies", ", ".join(shown["trusted_proxies"]) or _NONE),
            ],
        )
    end_unless_usable(shown)


@app.command()
def enable(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Let an account send.

    Example: `touchline provider enable Twilio`
    """
    _change(account, {"is_enabled": True}, as_json=as_json, api=api)


@app.command()
def disable(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Send nothing over an account; its texts wait. Replies still come in.

    Example: `touchline provider disable Twilio`
    """
    _change(account, {"is_enabled": False}, as_json=as_json, api=api)


@app.command()
def pause(
    account: Account,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever asks later.")] = None,
    as_json: Json = False,
    api: ApiUrl = None,
) -> None:
    """Send nothing over an account until somebody resumes it.

    Example: `touchline provider pause Twilio --reason "Waiting for the campaign's approval"`
    """
    with connect(api) as client:
        shown = client.post(f"{path_of(client, account)}/pause", {"reason": reason})
    _print_state(shown, as_json=as_json)


@app.command()
def resume(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Let a paused account send again.

    Example: `touchline provider resume Twilio`
    """
    with connect(api) as client:
        shown = client.post(f"{path_of(client, account)}/resume")
    _print_state(shown, as_json=as_json)


@app.command()
def health(account: Account, as_json: Json = False, api: ApiUrl = None) -> None:
    """Show what became of an account's requests, how fast it answers, and what last came in.

    Example: `touchline provider health Twilio`
    """
    with connect(api) as client:
        found = client.get(f"{path_of(client, account)}/health")
    if as_json:
        print_json(found)
        return
    state = found["state"] + (f": {found['pause']['reason']}" if found["pause"] else "")
    print_table(
        ("WHAT", "FIGURE"),
        [
            ("State", state),
            ("Texts waiting", found["waiting_texts"]),
            ("Last hour", _outcomes(found["last_hour"])),
            ("Last day", _outcomes(found["last_day"])),
            ("Last text in", local_time(found["last_inbound_at"]) or "never"),
            ("Last status callback", local_time(found["last_status_at"]) or "never"),
            *(
                (f"Unknown code {each['code']}", f"{counted(each['texts'], 'text')} in a week")
                for each in found["unknown_codes"]
            ),
        ],
    )


def path_of(client: ApiClient, name: str) -> str:
    """Return the address of the account of this name or id, or end the command."""
    accounts = client.items("/provider-accounts")
    found = next((each for each in accounts if name in (each["name"], each["id"])), None)
    if found is None:
        fail(_REFUSED, f"There is no provider account {name!r}: see `touchline provider list`.")
    return f"/provider-accounts/{found['id']}"


def end_unless_usable(account: dict[str, Any]) -> None:
    """End the command if the provider was asked whether the account can be used, and said no; say what to do."""
    check = account["check"]
    if check is None or check["ok"]:
        return
    name = shlex.quote(account["name"])
    fail(
        _REFUSED,
        check["verdict"],
        f"Enter other credentials with `touchline provider rotate {name}`, another address with `touchline provider "
        f"change {name} --base-url URL`, or have the provider asked again with `touchline provider verify {name}`.",
    )


def _change(account: str, changes: dict[str, Any], *, as_json: bool, api: str | None) -> None:
    with connect(api) as client:
        shown = client.patch(path_of(client, account), changes)
    _print_state(shown, as_json=as_json)


def _print_state(account: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(account)
    else:
        count = account["waiting_texts"]
        waiting = f", {counted(count, 'text waits', 'texts wait')}" if count else ""
        typer.echo(f"{account['name']} is {account['state']}{waiting}")


def _outcomes(figures: dict[str, Any]) -> str:
    if not figures["requests"]:
        return "no requests"
    by_outcome = ", ".join(f"{count} {name}" for name, count in figures["by_outcome"].items())
    return (
        f"{counted(figures['requests'], 'request')} ({by_outcome}), {figures['failed']:.1%} not accepted, "
        f"{figures['mean_milliseconds']} ms on average, {figures['slowest_milliseconds']} ms at most"
    )
