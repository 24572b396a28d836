"""Of commands/providers.py, commands/setting_up.py and commands/credentials.py."""

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Trial, running_trial
from tests.makers import AUTH_TOKEN
from tests.stack import CHECKOUT
from trial.postgres import EmbeddedPostgres

SID = "AC" + "2" * 32
NUMBER = "+12125550188"
PHONE = "+12125550187"
DEADLINE = 30.0


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
    assert "Wrong is connected as " in result.stdout
    assert result.stderr == "Twilio does not accept the account SID and auth token.\n"
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
    ours, theirs = pty.openpty()
    command = [sys.executable, "cli.py", "provider", "connect", "twilio", "--name", "Typed"]
    process = subprocess.Popen(
        [*command, "--base-url", trial.stack.carrier.url],
        cwd=CHECKOUT,
        env={**os.environ, "TOUCHLINE_HOME": str(trial.stack.home)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # without this one as its terminal it would ask for secrets at that of whoever runs the tests
        start_new_session=True,
    )
    os.close(theirs)
    try:
        told = ""
        for prompt, answer in (
            ("Account SID: ", SID),
            ("Auth token: ", AUTH_TOKEN),
            ("API key SID: ", ""),
            ("API key secret: ", ""),
            ("is connected as", None),
        ):
            told += _read_until(ours, prompt)
            if answer is not None:
                os.write(ours, f"{answer}\n".encode())
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert SID in told
    assert AUTH_TOKEN not in told


def _read_until(terminal: int, expected: str) -> str:
    """Return what a program writes to its terminal, once `expected` is among it."""
    told = ""
    while expected not in told:
        ready, _, _ = select.select([terminal], [], [], DEADLINE)
        assert ready, f"nothing more than {told!r}"
        told += os.read(terminal, 4096).decode()
    return told
