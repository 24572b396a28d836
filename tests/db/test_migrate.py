"""Tests of db/migrate.py and the migrations."""

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg import sql

from db.migrate import configuration, upgrade
from trial.postgres import EmbeddedPostgres


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of a database without a single table."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(empty_database: str) -> None:
    upgrade(empty_database)
    command.check(configuration(empty_database))  # raises if a table, column or index differs
    assert {"messages", "outbox", "opt_outs", "alembic_version"} <= tables(empty_database)


def test_a_database_that_is_up_to_date_is_left_as_it_is(database_url: str) -> None:
    before = tables(database_url)
    upgrade(database_url)
    assert tables(database_url) == before


def test_two_processes_that_migrate_at_once_do_not_disturb_each_other(empty_database: str) -> None:
    migrate = [
        sys.executable, "-c", "import sys; from db.migrate import upgrade; upgrade(sys.argv[1])",
        empty_database,
    ]  # fmt: skip
    processes = [subprocess.Popen(migrate, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], answers
    assert "messages" in tables(empty_database)
