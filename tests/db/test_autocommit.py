"""Tests of db/autocommit.py: what commits by itself, and that nothing else does."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text

from db.autocommit import Committing, connection_of
from db.engine import Sessions
from db.tables import Organisation
from tests.db.conftest import rows, someone_waits

INSERT = "INSERT INTO organisations (name) VALUES (%(name)s)"


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Committing]:
    """One connection, so that whoever comes next gets the same."""
    committing = Committing(database_url, pool_size=1)
    yield committing
    await committing.close()


async def insert(committing: Committing, name: str | None) -> None:
    async with committing.connection() as connection:
        await connection.execute(INSERT, {"name": name})


async def names(sessions: Sessions) -> list[str]:
    return [each.name for each in await rows(sessions, Organisation)]


async def test_a_statement_is_there_for_everybody_before_its_connection_is_given_back(
    single: Committing, sessions: Sessions
) -> None:
    async with single.connection() as connection:
        await connection.execute(INSERT, {"name": "Harbour"})
        assert await names(sessions) == ["Harbour"]


async def test_after_an_error_the_next_statement_commits(
    single: Committing, sessions: Sessions
) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        await insert(single, None)
    await insert(single, "Harbour")
    assert await names(sessions) == ["Harbour"]


async def test_after_a_statement_that_was_given_up_too(
    single: Committing, sessions: Sessions
) -> None:
    async with sessions() as holder:
        await holder.execute(text("LOCK TABLE organisations"))
        waiting = asyncio.create_task(insert(single, "Given up"))
        await someone_waits(sessions)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await insert(single, "Harbour")
    assert await names(sessions) == ["Harbour"]


async def test_a_connection_that_the_server_closed_is_replaced(
    single: Committing, sessions: Sessions
) -> None:
    async with single.connection() as connection:
        pid = connection.info.backend_pid
    async with sessions() as session:
        await session.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))
    await insert(single, "Harbour")
    assert await names(sessions) == ["Harbour"]


async def test_a_table_that_grows_is_not_read_whole_by_a_plan_of_when_it_was_small(
    single: Committing,
) -> None:
    of_none = "id = '00000000-0000-0000-0000-000000000000'"
    explained = f"EXPLAIN (COSTS OFF) SELECT name FROM organisations WHERE {of_none}"  # noqa: S608 - by nobody
    await insert(single, "The only one")
    async with single.connection() as connection:
        await connection.execute("ANALYZE organisations")
        plan = await (await connection.execute(explained)).fetchall()
    assert "Index Scan" in plan[0][0]


async def test_a_session_s_connection_is_in_its_transaction(sessions: Sessions) -> None:
    async with sessions() as session:
        await (await connection_of(session)).execute(INSERT, {"name": "Harbour"})
        await session.rollback()
    assert await rows(sessions, Organisation) == []
