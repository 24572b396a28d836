"""Tests of api/events and api/live.py, over a real server: only that one streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from psycopg import sql

from tests.api.conftest import People, Person, problem
from tests.api.makers import enroll, make_lead, publish

DEADLINE = 20.0


@pytest.fixture
async def server(app: FastAPI) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    async with asyncio.timeout(DEADLINE):
        while not running.started:  # noqa: ASYNC110 - the server offers nothing to wait for
            await asyncio.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/api/v1"
    app.state.context.hub.end_all()
    running.should_exit = True
    await serving


class Stream:
    """One open page: reads the events of a person."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, dict[str, str]]:
        """Return the next event, its name and data."""
        name = ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        raise EOFError("the stream has ended")


@asynccontextmanager
async def _open(server: str, person: Person) -> AsyncIterator[Stream]:
    headers = {"Authorization": person.http.headers["authorization"]}
    async with (
        httpx.AsyncClient(timeout=DEADLINE) as http,
        http.stream("GET", f"{server}/events", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == ": connected"
        yield Stream(lines)


async def _listening(app: FastAPI, database_url: str) -> None:
    """Wait until the process listens, so that no change is missed."""
    async with (
        asyncio.timeout(DEADLINE),
        await psycopg.AsyncConnection.connect(database_url) as connection,
    ):
        while True:
            found = await connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                "AND state = 'idle' AND query LIKE '%FROM announcements%'"
            )
            if await found.fetchone():
                return
            await connection.rollback()
            await asyncio.sleep(0.02)


async def test_a_change_is_announced_to_whose_business_it_is_and_to_managers(
    people: People, server: str, app: FastAPI, database_url: str
) -> None:
    await publish(people)
    mine = await make_lead(people.seller)
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    await _listening(app, database_url)
    async with (
        _open(server, people.seller) as seller,
        _open(server, people.colleague) as colleague,
        _open(server, people.manager) as manager,
    ):
        (enrollment,) = (await enroll(people.seller, mine))["enrolled"]
        expected = {"id": enrollment["id"], "sequence_key": "welcome"}
        assert await seller.next() == ("enrollment.changed", expected)
        assert await manager.next() == ("enrollment.changed", expected)
        # the first thing the colleague hears is what happens to the own record
        assert theirs
        await people.manager.http.patch(
            f"/phone-numbers/{people.number.id}",
            json={"owner_user_id": str(people.colleague.user.id)},
        )
        report = await enroll(people.colleague, theirs)
        name, data = await colleague.next()
        assert (name, data["id"]) == ("enrollment.changed", report["enrolled"][0]["id"])


async def test_nobody_listens_without_a_session(server: str) -> None:
    async with httpx.AsyncClient() as http:
        assert problem(await http.get(f"{server}/events")) == (401, "not-signed-in")


async def test_a_page_that_may_have_missed_something_is_made_to_connect_again(
    people: People, server: str, app: FastAPI, database_url: str
) -> None:
    await _listening(app, database_url)
    async with _open(server, people.seller) as stream:
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as admin:
            await admin.execute(
                sql.SQL(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND state = 'idle' AND query LIKE '%FROM announcements%'"
                )
            )
        async with asyncio.timeout(DEADLINE):
            with pytest.raises(EOFError):
                await stream.next()
