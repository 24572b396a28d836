"""A Touchline to speak to: an API with the example organisation, a handset, and no engine."""

import asyncio
import os
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
from tests.stack import Stack
from trial import example
from trial.postgres import EmbeddedPostgres


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
