"""A Touchline to speak to: an API with the example organisation, a handset, and no engine."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
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


@pytest.fixture(scope="package")
def trial(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_cli")
    stack = Stack(tmp_path_factory.mktemp("cli"), postgres.url("test_cli"))
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
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE test_cli WITH (FORCE)")
