"""Tests of db/autocommit.py: what commits by itself, and that nothing else does."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.autocommit import committing, connection_of
from db.engine import Sessions, create_engine, create_sessions
from db.tables import Organisation
from tests.db.conftest import rows, someone_waits

INSERT = "INSERT INTO organisations (name) VALUES (%(name)s)"


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine with one connection, so that whoever comes next gets the same."""
    engine = create_engine(database_url, pool_size=1)
    yield engine
    await engine.dispose()


async def roll_back(database: AsyncEngine) -> None:
    async with create_sessions(database)() as session:
        await session.execute(text(INSERT.replace("%(name)s", "'rolled back'")))
        await session.rollback()


async def test_a_statement_is_there_for_everybody_before_its_connection_is_given_back(
    database: AsyncEngine, sessions: Sessions
) -> None:
    async with committing(database) as connection:
        await connection.execute(INSERT, {"name": "Harbour"})
        assert [each.name for each in await rows(sessions, Organisation)] == ["Harbour"]


async def test_whoever_gets_the_connection_next_can_roll_back(
    single: AsyncEngine, sessions: Sessions
) -> None:
    async with committing(single) as connection:
        await connection.execute(INSERT, {"name": "Harbour"})
    await roll_back(single)
    assert [each.name for each in await rows(sessions, Organisation)] == ["Harbour"]


async def test_after_an_error_too(single: AsyncEngine, sessions: Sessions) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        async with committing(single) as connection:
            await connection.execute(INSERT, {"name": None})
    await roll_back(single)
    assert await rows(sessions, Organisation) == []


async def test_after_a_statement_that_was_given_up_too(
    single: AsyncEngine, sessions: Sessions
) -> None:
    async def insert() -> None:
        async with committing(single) as connection:
            await connection.execute(INSERT, {"name": "Harbour"})

    async with sessions() as holder:
        await holder.execute(text("LOCK TABLE organisations"))
        waiting = asyncio.create_task(insert())
        await someone_waits(sessions)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await roll_back(single)
    assert await rows(sessions, Organisation) == []


async def test_a_session_s_connection_is_in_its_transaction(sessions: Sessions) -> None:
    async with sessions() as session:
        await (await connection_of(session)).execute(INSERT, {"name": "Harbour"})
        await session.rollback()
    assert await rows(sessions, Organisation) == []
