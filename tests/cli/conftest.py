"""A Touchline to speak to: an API with the example organisation, a handset, and no engine."""

import asyncio
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner, Result

from cli import app
from db.migrate import upgrade
from tests.stack import CHECKOUT, Stack
from trial import example
from trial.postgres import EmbeddedPostgres

DEADLINE = 30.0
"""Seconds that a program on a terminal may be silent."""


def run(*words: str, home: Path | None = None, stdin: str | None = None, **env: str) -> Result:
    """Run a command as a person would who has nothing else set."""
    clean = dict.fromkeys(name for name in os.environ if name.startswith("TOUCHLINE_"))
    settings = {"TOUCHLINE_HOME": str(home) if home else "/nonexistent"}
    return CliRunner().invoke(app, words, input=stdin, env={**clean, **settings, **env})


@dataclass(frozen=True)
class Trial:
    """The example organisation, and its administrator's command line."""

    stack: Stack
    people: list[example.Person]

    def run(self, *words: str, **env: str) -> Result:
        return run(*words, home=self.stack.home, **env)

    def on_terminal(self, *words: str) -> str:
        """Return what a command shows on a terminal of 80 columns."""
        with terminal(*words, home=self.stack.home) as (screen, _):
            return read_until(screen, None)


@contextmanager
def terminal(*words: str, home: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run a command on a terminal of 80 columns; gives the terminal's other end, and the process."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "cli.py", *words],
        cwd=CHECKOUT,
        env={**os.environ, "TOUCHLINE_HOME": str(home), "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # without this one as its terminal it would ask for secrets at that of whoever runs the tests
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield ours, process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(terminal: int, expected: str | None) -> str:
    """Return what a program writes to its terminal, once `expected` is among it; None: all of it."""
    told = ""
    while expected is None or expected not in told:
        ready, _, _ = select.select([terminal], [], [], DEADLINE)
        assert ready, f"nothing more than {told!r}"
        try:
            told += os.read(terminal, 4096).decode()
        except OSError:  # how Linux says that the program has closed its end
            assert expected is None, f"ended with {told!r}"
            break
    return told.replace("\r\n", "\n")


@contextmanager
def running_trial(postgres: EmbeddedPostgres, folder: Path, database: str) -> Iterator[Trial]:
    """Start what the commands speak to, over a new database of this name; all of it is gone after the block."""
    name = sql.Identifier(database)
    _execute(postgres, sql.SQL("CREATE DATABASE {}").format(name))
    stack = Stack(folder, postgres.url(database))
    upgrade(stack.database_url)
    try:
        stack.start("handset")
        stack.start("api")
        people = asyncio.run(
            example.load(
                api_url=stack.api_url,
                handset_url=stack.carrier.url,
                database_url=stack.database_url,
                home=stack.home,
            )
        )
        yield Trial(stack, people)
    finally:
        stack.__exit__()
    _execute(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="package")
def trial(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with running_trial(postgres, tmp_path_factory.mktemp("cli"), "test_cli") as trial:
        yield trial


def _execute(server: EmbeddedPostgres, statement: sql.Composed) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement)
