import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from api.passwords import hash_password
from tests.cli.conftest import DEADLINE, Trial, read_until, run, terminal
from tests.stack import CHECKOUT


def test_in_the_local_trial_commands_work_at_once(trial: Trial) -> None:
    assert trial.run("sequence", "list").exit_code == 0


def test_elsewhere_one_signs_in_first(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    before = run("sequence", "list", "--api", api, home=tmp_path)
    assert before.exit_code == 3
    assert before.stderr == (
        "Sign in first. Use `touchline sign-in EMAIL`, or set TOUCHLINE_TOKEN.\n"
    )
    signed_in = run("sign-in", maya.email, "--api", api, home=tmp_path, stdin=f"{maya.password}\n")
    assert signed_in.exit_code == 0
    assert signed_in.stderr == f"Signed in to Harbour Cycles at {api} as {maya.email}.\n"
    assert stat.S_IMODE((tmp_path / "sessions.json").stat().st_mode) == 0o600
    assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 0

    assert run("sign-out", "--api", api, home=tmp_path).exit_code == 0
    assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 3


def test_a_wrong_password_is_refused(trial: Trial, tmp_path: Path) -> None:
    result = run(
        "sign-in", "maya@harbour.example", "--api", trial.stack.api_url, home=tmp_path, stdin="no\n"
    )
    assert result.exit_code == 1
    assert result.stderr == "This e-mail address and password do not match.\n"


def test_a_token_of_the_environment_comes_first(trial: Trial, tmp_path: Path) -> None:
    assert trial.run("sequence", "list", TOUCHLINE_TOKEN="nobody's").exit_code == 3
    trial.run("sequence", "list")
    sessions = json.loads((trial.stack.home / "sessions.json").read_text())
    token = sessions[trial.stack.api_url]["token"]
    elsewhere = run(
        "sequence",
        "list",
        home=tmp_path,
        TOUCHLINE_API_URL=trial.stack.api_url,
        TOUCHLINE_TOKEN=token,
    )
    assert elsewhere.exit_code == 0


def test_what_a_role_may_not_do_is_refused_with_the_reason(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    run("sign-in", maya.email, "--api", api, home=tmp_path, stdin=f"{maya.password}\n")
    result = run(
        "sequence", "apply", str(CHECKOUT / "examples" / "demo.yaml"), "--api", api, home=tmp_path
    )
    assert result.exit_code == 1
    assert result.stderr.startswith("Your roles do not let you write sequences")


@contextmanager
def _chosen_again(trial: Trial, email: str) -> Iterator[None]:
    """Afterwards that one of the example's people has the password that the other tests know."""
    yield
    person = next(each for each in trial.people if each.email == email)
    with psycopg.connect(trial.stack.database_url) as connection:
        connection.execute(
            "UPDATE users SET password_hash = %s WHERE email = %s",
            (hash_password(person.password), email),
        )


def test_one_changes_the_own_password_and_signs_in_with_it(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    with _chosen_again(trial, maya.email):
        for home in (here, elsewhere):
            run("sign-in", maya.email, "--api", api, home=home, stdin=f"{maya.password}\n")
        wrong = run("password", "--api", api, home=here, stdin="a guess\na better battery\n")
        assert wrong.exit_code == 1
        assert wrong.stderr == "This is not your current password.\n"

        typed = f"{maya.password}\na better battery\n"
        changed = run("password", "--api", api, home=here, stdin=typed)

        assert (changed.exit_code, changed.stdout) == (0, "")
        assert changed.stderr == f"The password of {maya.email} was changed.\n"
        assert run("sequence", "list", "--api", api, home=here).exit_code == 0
        assert run("sequence", "list", "--api", api, home=elsewhere).exit_code == 3
        new = "a better battery\n"
        assert run("sign-in", maya.email, "--api", api, home=here, stdin=new).exit_code == 0


def test_passwords_are_asked_for_unseen_and_the_new_one_twice(trial: Trial) -> None:
    robin = trial.people[0]
    assert trial.run("sequence", "list").exit_code == 0
    with (
        _chosen_again(trial, robin.email),
        terminal("password", home=trial.stack.home) as (screen, process),
    ):
        told = ""
        for prompt, answer in (
            ("Current password: ", robin.password),
            ("New password: ", "a better battery"),
            ("Repeat for confirmation: ", "a better battery"),
        ):
            told += read_until(screen, prompt)
            os.write(screen, f"{answer}\n".encode())
        told += read_until(screen, None)
        assert process.wait(DEADLINE) == 0
        assert f"The password of {robin.email} was changed." in told
        assert robin.password not in told
        assert "battery" not in told

        # the local trial no longer knows it, and says what to do
        trial.run("sign-out")
        unknown = trial.run("sequence", "list")
        assert (unknown.exit_code, unknown.stderr) == (
            3,
            "Sign in first. Use `touchline sign-in EMAIL`, or set TOUCHLINE_TOKEN.\n",
        )


def test_an_administrator_gives_a_new_password_to_who_forgot_it(
    trial: Trial, tmp_path: Path
) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    words = ("sign-in", maya.email, "--api", api)
    with _chosen_again(trial, maya.email):
        run(*words, home=tmp_path, stdin=f"{maya.password}\n")
        short = run("user", "password", maya.email, home=trial.stack.home, stdin="short\n")
        assert (short.exit_code, short.stdout) == (1, "")
        assert "at least 8 characters" in short.stderr

        new = "a better battery\n"
        changed = run("user", "password", maya.email.upper(), home=trial.stack.home, stdin=new)

        assert changed.exit_code == 0
        assert changed.stderr == f"The password of {maya.email} was changed.\n"
        assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 3
        assert run(*words, home=tmp_path, stdin=f"{maya.password}\n").exit_code == 1
        assert run(*words, home=tmp_path, stdin=new).exit_code == 0
        # the own one is changed with the current one
        own = run("user", "password", trial.people[0].email, home=trial.stack.home, stdin=new)
        assert own.exit_code == 1
        assert "Change your own with the current one" in own.stderr


def test_a_damaged_file_of_the_trial_is_named(tmp_path: Path) -> None:
    (tmp_path / "admin.json").write_text("{")
    result = run("sequence", "list", home=tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path}/admin.json, which keeps the administrator's")


@pytest.mark.parametrize(
    "sessions",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"URL": {}}',
        '{"URL": []}',
        '{"URL": {"token": "x", "expires_at": null}}',
        '{"URL": {"token": "x", "expires_at": "soon"}}',
        '{"URL": {"token": "x", "expires_at": "2999-01-01T00:00:00"}}',
        '{"URL": {"token": 1, "expires_at": "2999-01-01T00:00:00Z"}}',
    ],
)
def test_what_is_no_session_is_as_none_and_makes_room_for_one(
    trial: Trial, tmp_path: Path, sessions: str
) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    (tmp_path / "sessions.json").write_text(sessions.replace("URL", api))
    unknown = run("user", "list", "--api", api, home=tmp_path)
    assert (unknown.exit_code, unknown.stderr) == (
        3,
        "Sign in first. Use `touchline sign-in EMAIL`, or set TOUCHLINE_TOKEN.\n",
    )
    words = ("sign-in", maya.email, "--api", api)
    assert run(*words, home=tmp_path, stdin=f"{maya.password}\n").exit_code == 0
    assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 0


def test_a_session_that_cannot_be_kept_is_said_to_be_lost(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    (tmp_path / "sessions.json.new").mkdir()  # in the way of what is written first
    result = run("sign-in", maya.email, "--api", api, home=tmp_path, stdin=f"{maya.password}\n")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"The session cannot be kept in {tmp_path}: ")
