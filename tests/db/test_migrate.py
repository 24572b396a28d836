"""Tests of db/migrate.py and the migrations."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Final, LiteralString
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


def test_what_waits_in_the_inbox_becomes_work_and_nothing_else(empty_database: str) -> None:
    """Migration 0013. Of the inbox: one who wrote twice, one who then opted out, one erased, one we wrote to only."""
    command.upgrade(configuration(empty_database), "0012")
    with psycopg.connect(empty_database) as connection:
        connection.execute(_BEFORE_0013)
    upgrade(empty_database)
    with psycopg.connect(empty_database) as connection:
        found = connection.execute(
            """
            SELECT
                c.customer_number, m.body, w.kind, w.record_id, w.assignee_id = u.id, w.team_id,
                w.due_at = m.created_at
            FROM work_items w
            JOIN conversations c ON c.id = w.conversation_id
            JOIN messages m ON m.id = w.message_id
            CROSS JOIN users u
            """
        ).fetchall()
    assert found == [("+12025550101", "Who is this?", "reply", None, True, None, True)]


_BEFORE_0013: Final[LiteralString] = """
    WITH organisation AS (
        INSERT INTO organisations (name) VALUES ('Acme') RETURNING id
    ), unit AS (
        INSERT INTO business_units (name, organisation_id) SELECT 'Acme', id FROM organisation
        RETURNING id, organisation_id
    ), person AS (
        INSERT INTO users (organisation_id, business_unit_id, email, first_name, last_name, password_hash)
        SELECT organisation_id, id, 'ada@example.org', 'Ada', 'Moreno', 'none' FROM unit
        RETURNING id, organisation_id
    ), account AS (
        INSERT INTO provider_accounts (organisation_id, name, provider, credentials)
        SELECT id, 'Main', 'twilio', '' FROM organisation
        RETURNING id, organisation_id
    ), number AS (
        INSERT INTO phone_numbers (organisation_id, provider_account_id, e164, kind, owner_user_id)
        SELECT account.organisation_id, account.id, '+12125550100', 'long_code', person.id FROM account, person
        RETURNING id, organisation_id, provider_account_id
    ), record AS (
        INSERT INTO records (organisation_id, kind, owner_user_id)
        SELECT organisation_id, 'lead', id FROM person
        RETURNING id
    ), conversation AS (
        INSERT INTO conversations (organisation_id, customer_number, phone_number_id, record_id)
        SELECT number.organisation_id, who.customer_number, number.id, CASE WHEN who.is_known THEN record.id END
        FROM number, record, (VALUES
            ('+12025550101', false), ('+12025550102', false), ('erased:1', false), ('+12025550104', false),
            ('+12025550105', true)
        ) AS who (customer_number, is_known)
        RETURNING id, customer_number
    ), said AS (
        INSERT INTO messages (
            organisation_id, conversation_id, provider_account_id, phone_number_id, direction, status, body,
            from_number, to_number, segments, encoding, created_at, submitted_at
        )
        SELECT
            number.organisation_id, conversation.id, number.provider_account_id, number.id, what.direction,
            what.status, what.body, '', '', 1, 'GSM-7', now() + what.minute * interval '1 minute',
            CASE WHEN what.direction = 'outbound' THEN now() END
        FROM number, conversation JOIN (VALUES
            ('+12025550101', 'inbound', 'received', 'Who is this?', 1),
            ('+12025550101', 'inbound', 'received', 'Hello?', 2),
            ('+12025550102', 'inbound', 'received', 'STOP', 1),
            ('erased:1', 'inbound', 'received', '', 1),
            ('+12025550104', 'outbound', 'delivered', 'Hello', 1),
            ('+12025550105', 'inbound', 'received', 'Yes please', 1)
        ) AS what (customer_number, direction, status, body, minute) USING (customer_number)
    ), entry AS (
        INSERT INTO consent_entries (organisation_id, customer_number, kind, scope, source, at)
        SELECT id, '+12025550102', 'withdrawn', 'organisation', 'reply', now() FROM organisation
        RETURNING id, organisation_id, customer_number, source
    )
    INSERT INTO opt_outs (organisation_id, entry_id, customer_number, source)
    SELECT organisation_id, id, customer_number, source FROM entry
"""


def test_two_processes_that_migrate_at_once_do_not_disturb_each_other(empty_database: str) -> None:
    migrate = [
        sys.executable, "-c", "import sys; from db.migrate import upgrade; upgrade(sys.argv[1])",
        empty_database,
    ]  # fmt: skip
    processes = [subprocess.Popen(migrate, stderr=subprocess.PIPE) for _ in range(2)]
    answers = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], answers
    assert "messages" in tables(empty_database)
