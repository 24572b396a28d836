import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Trial, run
from tests.stack import CHECKOUT
from trial.client import ApiClient, NotSignedIn, Refused
from trial.postgres import EmbeddedPostgres


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("notanemail", "--organisation", "X"), "'notanemail' is no e-mail address.\n"),
        (("", "--organisation", "X"), "'' is no e-mail address.\n"),
        (
            ("a@b.c", "--organisation", " "),
            "--organisation ' ': write a name of 1 to 100 characters.\n",
        ),
        (
            ("a@b.c", "--organisation", "X", "--first-name", "", "--last-name", ""),
            "--first-name '': write a name of 1 to 100 characters.\n"
            "--last-name '': write a name of 1 to 100 characters.\n",
        ),
    ],
)
def test_nobody_begins_without_a_name_and_an_address(words: tuple[str, ...], told: str) -> None:
    # nothing is asked of the database: there is none
    refused = on_server("postgresql://127.0.0.1:1/none", "administrator", *words)
    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", told)


_AWAY = "The database cannot be reached, or is busy: "
_MALFORMED = "TOUCHLINE_DATABASE_URL is no address of a database: write it as postgresql://user:"


@pytest.mark.parametrize(
    "words",
    [
        ("migrate",),
        ("administrator", "a@b.c", "--organisation", "X"),
        ("reset-password", "a@b.c"),
        ("rotate-key",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("url", "code", "told"),
    [
        pytest.param("postgresql://u:geheim@127.0.0.1:1/none", 3, _AWAY, id="nobody there"),
        pytest.param("postgresql://u:geheim@127.0.0.1:geheim/none", 1, _MALFORMED, id="no port"),
        pytest.param("geheim", 1, _MALFORMED, id="no address"),
        pytest.param("mysql://u:geheim@127.0.0.1/none", 1, _MALFORMED, id="another's"),
        pytest.param("postgresql://u@127.0.0.1/none?geheim=1", 1, _MALFORMED, id="no option"),
    ],
)
def test_a_database_that_does_not_answer_is_one_sentence_without_the_password(
    tmp_path: Path, words: tuple[str, ...], url: str, code: int, told: str
) -> None:
    result = run(*words, home=tmp_path, TOUCHLINE_DATABASE_URL=url)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1
    assert "geheim" not in result.stderr


def test_a_database_without_the_schema_is_to_be_migrated(postgres: EmbeddedPostgres) -> None:
    refused = run("reset-password", "a@b.c", TOUCHLINE_DATABASE_URL=postgres.url())
    assert refused.exit_code == 1
    assert refused.stderr.startswith('The database refused: relation "users" does not exist')
    assert "`touchline migrate`" in refused.stderr
