"""Of commands/providers.py, commands/setting_up.py and commands/credentials.py."""

import json
import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import DEADLINE, Trial, read_until, running_trial, terminal
from tests.makers import AUTH_TOKEN
from trial.postgres import EmbeddedPostgres

SID = "AC" + "2" * 32
NUMBER = "+12125550188"
PHONE = "+12125550187"


@pytest.fixture(scope="module")
def trial(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """One of its own, since accounts that have sent stay for good."""
    with running_trial(postgres, tmp_path_factory.mktemp("cli"), "test_cli_providers") as trial:
        yield trial


@pytest.fixture(scope="module")
def account(trial: Trial, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An account called Second, with one number, connected as an administrator would."""
    trial.stack.carrier.connect(NUMBER, account=SID)
    file = tmp_path_factory.mktemp("credentials") / "twilio.json"
    file.write_text(json.dumps({"account_sid": SID, "auth_token": AUTH_TOKEN}))
    carrier = ["--base-url", trial.stack.carrier.url]
    words = ("provider", "connect", "twilio", "--name", "Second", "--credentials-file", str(file))
    connected = trial.run(*words, *carrier)
    assert connected.exit_code == 0, connected.output
    assert "Second is connected as " in connected.stdout
    assert "credentials\tdone\tThe provider takes the credentials." in connected.stdout
    assert AUTH_TOKEN not in connected.output
    added = trial.run("provider", "numbers", "Second", "--add", NUMBER)
    assert f"{NUMBER}\tlong code\t" in added.stdout
    assert "\tyes\t" in added.stdout
    return "Second"


def test_what_can_be_connected_says_what_it_asks_for(trial: Trial) -> None:
    lines = trial.run("provider", "types").stdout.splitlines()
    assert lines[0] == "PROVIDER\tCREDENTIAL\tNEEDED\tWHAT"
    assert any(line.startswith("twilio\tauth_token\tyes\tAuth token. ") for line in lines)


def test_a_test_text_is_followed_through_every_leg(trial: Trial, account: str) -> None:
    result = trial.run("provider", "verify", account, "--to", PHONE, "--from", NUMBER)
    assert result.exit_code == 0, result.output
    legs = [line.split("\t")[:2] for line in result.stdout.splitlines()[1:]]
    assert legs == [
        ["credentials", "ok"],
        ["accepted", "ok"],
        ["sent", "ok"],
        ["report", "ok"],
        ["delivered", "ok"],
    ]
    assert len(trial.stack.carrier.received(PHONE)) == 1


def test_addresses_are_whole_on_a_narrow_terminal_as_in_a_file(trial: Trial, account: str) -> None:
    webhooks = _of(trial, account)["inbound_url"].removesuffix("/inbound")
    assert len(webhooks) > 80
    below = f"Customers' texts come to\n{webhooks}/inbound\nDelivery reports come to\n{webhooks}/status\n"
    for verb in ("setup", "webhooks"):
        assert trial.on_terminal("provider", verb, account).endswith(below)
        assert trial.run("provider", verb, account).stdout.endswith(below)


def test_webhooks_are_registered_and_replies_come_in(trial: Trial, account: str) -> None:
    result = trial.run("provider", "webhooks", account)
    assert result.exit_code == 0, result.output
    assert f"{NUMBER}\tregistered\t" in result.stdout
    answered = trial.stack.carrier.say(PHONE, NUMBER, "Hello")
    assert answered["webhook"]["answered"] is True


def test_an_account_is_switched_off_paused_and_on_again(trial: Trial, account: str) -> None:
    for words, state in (
        (("disable",), "disabled"),
        (("enable",), "enabled"),
        (("pause", "--reason", "New campaign"), "paused"),
        (("resume",), "enabled"),
    ):
        verb, *options = words
        result = trial.run("provider", verb, account, *options)
        assert result.stdout == f"Second is {state}\n"
        if state == "paused":
            assert "New campaign" in trial.run("provider", "list").stdout


def test_one_text_that_waits_is_told_of_as_one(trial: Trial, account: str) -> None:
    trial.stack.carrier.say(PHONE, NUMBER, "Hello?")
    # whatever hour it is there: it only has to wait
    assert trial.run("reply", PHONE, "Hello!", "--wait").exit_code == 0
    with psycopg.connect(trial.stack.database_url) as connection:
        connection.execute(
            "UPDATE messages SET held_for = 'account' WHERE body = 'Hello!' AND status = 'held'"
        )
    result = trial.run("provider", "enable", account)
    assert result.stdout == "Second is enabled, 1 text waits\n"


def test_the_name_and_the_proxies_of_an_account_are_changed(trial: Trial) -> None:
    (name, *_) = _names(trial)
    proxies = ("--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "192.0.2.7")
    changed = trial.run("provider", "change", name, "--name", "Renamed", *proxies)
    assert changed.exit_code == 0, changed.output
    assert changed.stdout == (
        "WHAT\tIS NOW\n"
        "Name\tRenamed\n"
        f"Base URL\t{trial.stack.carrier.url}\n"
        "Trusted proxies\t10.0.0.0/8, 192.0.2.7/32\n"
    )
    back = trial.run("provider", "change", "Renamed", "--name", name, "--trusted-proxy", "none")
    assert back.stdout.endswith("\nTrusted proxies\tnone\n")
    assert name in _names(trial)


def test_an_address_that_is_not_the_providers_is_told_of(trial: Trial, account: str) -> None:
    changed = trial.run("provider", "change", account, "--base-url", "http://127.0.0.1:1")
    assert changed.exit_code == 1
    assert "touchline provider change Second --base-url URL" in changed.stderr
    carrier = trial.stack.carrier.url
    assert trial.run("provider", "change", account, "--base-url", carrier).exit_code == 0


def test_a_change_says_what_to_change_and_proxies_are_networks(trial: Trial, account: str) -> None:
    assert trial.run("provider", "change", account).exit_code == 2
    wrong = trial.run("provider", "change", account, "--trusted-proxy", "proxy.example.com")
    assert wrong.exit_code == 1
    assert "write it like 10.0.0.0/8" in wrong.stderr


def test_the_health_of_an_account_is_a_table(trial: Trial, account: str) -> None:
    result = trial.run("provider", "health", account)
    assert result.exit_code == 0
    assert "State\tenabled\n" in result.stdout


def test_wrong_credentials_do_not_replace_right_ones(trial: Trial, account: str) -> None:
    result = trial.run("provider", "rotate", account, "--credential", f"auth_token={'f' * 32}")
    assert result.exit_code == 1
    assert "Nothing was changed" in result.stderr
    again = trial.run("provider", "rotate", account, "--credential", f"auth_token={AUTH_TOKEN}")
    assert again.exit_code == 0, again.output
    assert AUTH_TOKEN not in again.output


def test_an_account_whose_credentials_are_wrong_is_kept_and_says_so(trial: Trial) -> None:
    result = trial.run(
        "provider",
        "connect",
        "twilio",
        "--name",
        "Wrong",
        "--credential",
        f"account_sid={SID}",
        "--credential",
        f"auth_token={'f' * 32}",
        "--base-url",
        trial.stack.carrier.url,
    )
    assert result.exit_code == 1
    first, *_ = result.stdout.splitlines()
    assert first.startswith("Wrong is stored as ")
    assert first.endswith(", but cannot be used yet")
    assert result.stderr == (
        "Twilio does not accept the account SID and auth token.\n"
        "Enter other credentials with `touchline provider rotate Wrong`, another address with "
        "`touchline provider change Wrong --base-url URL`, or have the provider asked again with "
        "`touchline provider verify Wrong`.\n"
    )
    assert trial.run("provider", "verify", "Wrong").exit_code == 1


def test_without_a_terminal_what_is_missing_is_named(trial: Trial) -> None:
    result = trial.run("provider", "connect", "twilio")
    assert result.exit_code == 2
    assert "Missing credentials: account_sid, auth_token." in result.stderr


def test_an_account_that_is_not_there_is_said_to_be(trial: Trial) -> None:
    result = trial.run("provider", "health", "Nothing")
    assert result.exit_code == 1
    assert result.stderr == (
        "There is no provider account 'Nothing': see `touchline provider list`.\n"
    )


def test_on_a_terminal_each_credential_is_asked_for_and_secrets_are_not_shown(
    trial: Trial,
) -> None:
    words = ("provider", "connect", "twilio", "--name", "Typed")
    carrier = ("--base-url", trial.stack.carrier.url)
    with terminal(*words, *carrier, home=trial.stack.home) as (screen, process):
        told = ""
        for prompt, answer in (
            ("Account SID: ", SID),
            ("Auth token: ", AUTH_TOKEN),
            ("API key SID: ", ""),
            ("API key secret: ", ""),
        ):
            told += read_until(screen, prompt)
            os.write(screen, f"{answer}\n".encode())
        told += read_until(screen, None)
        assert process.wait(DEADLINE) == 0
    assert "Typed is connected as" in told
    assert SID in told
    assert AUTH_TOKEN not in told


def _of(trial: Trial, account: str) -> dict[str, Any]:
    listed = json.loads(trial.run("provider", "list", "--json").stdout)
    found: dict[str, Any] = next(each for each in listed if each["name"] == account)
    return found


def _names(trial: Trial) -> list[str]:
    return [each["name"] for each in json.loads(trial.run("provider", "list", "--json").stdout)]
