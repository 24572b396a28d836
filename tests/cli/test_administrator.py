import os
import subprocess
import sys

import pytest

from tests.cli.conftest import Trial
from tests.stack import CHECKOUT
from trial.client import ApiClient, NotSignedIn, Refused


def on_server(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "cli.py", *words],
        cwd=CHECKOUT,
        env={**os.environ, "TOUCHLINE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )


def administrator(database_url: str) -> subprocess.CompletedProcess[str]:
    return on_server(
        database_url, "administrator", "Ada@example.org", "--organisation", "Northwind"
    )


def test_a_new_server_gets_its_first_administrator_once(database_url: str) -> None:
    begun = administrator(database_url)
    assert begun.returncode == 0, begun.stderr
    assert len(begun.stdout.strip()) == 16

    again = administrator(database_url)
    assert again.returncode == 1
    assert "ada@example.org" in again.stderr.lower()
    assert again.stdout == ""


def test_an_only_administrator_who_forgot_the_password_is_let_in_again_from_the_server(
    trial: Trial,
) -> None:
    url = trial.stack.database_url
    forgotten = administrator(url).stdout.strip()
    with ApiClient(trial.stack.api_url) as elsewhere, ApiClient(trial.stack.api_url) as client:
        elsewhere.sign_in("ada@example.org", forgotten)
        reset = on_server(url, "reset-password", "Ada@example.org")
        assert reset.returncode == 0, reset.stderr
        with pytest.raises(NotSignedIn):
            elsewhere.get("/session")
        with pytest.raises(Refused, match="do not match"):
            client.sign_in("ada@example.org", forgotten)
        client.sign_in("ada@example.org", reset.stdout.strip())
    # nobody else is signed out
    assert trial.run("user", "list").exit_code == 0


def test_nobody_is_let_in_who_is_not_there(database_url: str) -> None:
    unknown = on_server(database_url, "reset-password", "nobody@example.org")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == (
        "There is no user nobody@example.org who may sign in: nothing was changed.\n"
    )
