"""Tests of db/engine.py."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db import engine
from db.engine import ServerTooOld, check_server, driver_url


async def test_a_server_that_is_new_enough_will_do(database: AsyncEngine) -> None:
    await check_server(database)


async def test_a_server_that_is_too_old_says_what_to_do(
    database: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "OLDEST_SERVER", 99)
    with pytest.raises(ServerTooOld, match=r"is too old: .* needs 99 or newer\. Point TOUCHLINE_"):
        await check_server(database)


async def test_a_connection_that_died_while_it_rested_is_replaced(database: AsyncEngine) -> None:
    async with database.connect() as connection:
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
    async with database.connect() as connection, database.connect() as other:
        assert await other.scalar(text("SELECT pg_backend_pid()")) != pid
        await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    async with database.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1


async def test_an_error_does_not_repeat_what_was_being_written(database: AsyncEngine) -> None:
    """Errors go to logs and to the engine's histories, where no text and no number may be."""
    async with database.connect() as connection:
        with pytest.raises(DBAPIError) as failed:
            await connection.execute(
                text("SELECT 1 / :zero, :body"), {"zero": 0, "body": "Hello Ada"}
            )
    assert "division by zero" in str(failed.value)
    assert "Ada" not in str(failed.value)


def test_a_password_survives_the_change_of_driver() -> None:
    assert (
        driver_url("postgresql://ada:p%40ss@db:5432/touchline")
        == "postgresql+psycopg://ada:p%40ss@db:5432/touchline"
    )
