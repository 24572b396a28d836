"""Tests of api/events and api/live.py, over a real server: only that one streams."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
import uvicorn
from fastapi import FastAPI
from psycopg import sql
from sqlalchemy import update

from db.engine import Sessions
from db.tables import Conversation, EmbedKey, TeamMember
from tests.api.conftest import People, Person, client_of, problem, sign_in
from tests.api.embedding import claims_of, embedded, make_key, sign
from tests.api.makers import enroll, make_lead, make_work_item, publish
from tests.makers import make_conversation, make_record, make_team, make_user

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

    async def rest(self) -> AsyncIterator[tuple[str, dict[str, str]]]:
        """Return what comes until the stream ends."""
        with contextlib.suppress(EOFError):
            while True:
                yield await self.next()


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


async def test_a_frame_hears_of_the_conversations_of_its_record_until_its_key_is_deactivated(
    people: People, sessions: Sessions, server: str, app: FastAPI, database_url: str
) -> None:
    key = await make_key(sessions, people.administrator.user)
    async with sessions.begin() as session:
        mine = await make_record(session, people.seller.user, phone="+12025550101")
        other = await make_record(session, people.seller.user, phone="+12025550102")
        conversations = [
            await make_conversation(session, record, people.number) for record in (mine, other)
        ]
    await publish(people)
    await _listening(app, database_url)
    frame = Person(people.seller.user, embedded(app, key, people.seller.user, mine))

    async def write(conversation: Conversation) -> None:
        path = f"/conversations/{conversation.id}/messages"
        sent = await people.seller.http.post(path, json={"text": "Hello"})
        assert sent.status_code == 201

    async with _open(server, frame) as stream:
        # nothing is told of the other record, nor of anything but texts
        await write(conversations[1])
        await enroll(people.seller, str(mine.id))
        for conversation in reversed(conversations):
            path = f"/conversations/{conversation.id}/typing"
            await people.seller.http.post(path, json={"is_typing": True})
        name, data = await stream.next()
        assert (name, data["record_id"]) == ("conversation.typing", str(mine.id))
        await write(conversations[0])
        name, data = await stream.next()
        assert (name, data["record_id"]) == ("message.changed", str(mine.id))
        async with sessions.begin() as session:
            await session.execute(update(EmbedKey).values(is_active=False))
        await write(conversations[0])
        # what was announced before may still come
        async with asyncio.timeout(DEADLINE):
            rest = [data["record_id"] async for _, data in stream.rest()]
        assert set(rest) <= {str(mine.id)}


async def test_the_stream_of_a_frame_ends_with_its_token(
    people: People, sessions: Sessions, server: str, app: FastAPI
) -> None:
    key = await make_key(sessions, people.administrator.user)
    async with sessions.begin() as session:
        mine = await make_record(session, people.seller.user)
    claims = claims_of(people.seller.user, mine)
    # long enough to begin with, on a busy machine too
    token = sign(key.id, claims | {"exp": claims["iat"] + 4})
    async with _open(server, Person(people.seller.user, client_of(app, token))) as stream:
        async with asyncio.timeout(DEADLINE):
            with pytest.raises(EOFError):
                await stream.next()


async def test_an_item_that_is_handed_over_is_announced_to_both_and_to_nobody_else(
    people: People, sessions: Sessions, server: str, app: FastAPI, database_url: str
) -> None:
    lead = await make_lead(people.seller)
    items = [
        await make_work_item(sessions, people, lead, due_at=datetime.now(UTC)) for _ in range(2)
    ]
    async with sessions.begin() as session:
        stranger = await make_user(session, people.organisation.id)
    other = await sign_in(app, sessions, stranger)
    await _listening(app, database_url)
    async with (
        _open(server, people.seller) as giver,
        _open(server, people.colleague) as taker,
        _open(server, other) as third,
    ):
        for item_id, to in ((items[0], people.colleague), (items[1], other)):
            answer = await people.seller.http.post(
                f"/work-items/{item_id}/hand-over", json={"user_id": str(to.user.id)}
            )
            assert answer.status_code == 200, answer.text
        first, second = (("work_item.changed", {"id": each, "record_id": lead}) for each in items)
        assert [await giver.next(), await giver.next()] == [first, second]
        assert await taker.next() == first
        assert await third.next() == second
    await other.http.aclose()


async def test_a_leave_ends_the_streams_of_who_stands_in(
    people: People, sessions: Sessions, server: str, app: FastAPI, database_url: str
) -> None:
    async with sessions.begin() as session:
        team = await make_team(session, people.organisation.id)
        for person in (people.seller, people.colleague):
            session.add(TeamMember(team_id=team.id, user_id=person.user.id))
    lead = await make_lead(people.seller)
    await _listening(app, database_url)
    async with _open(server, people.colleague) as stream:
        now = datetime.now(UTC)
        leave = {
            "starts_at": (now - timedelta(hours=1)).isoformat(),
            "ends_at": (now + timedelta(days=1)).isoformat(),
        }
        assert (await people.seller.http.post("/absences", json=leave)).status_code == 201
        async with asyncio.timeout(DEADLINE):
            with pytest.raises(EOFError):
                await stream.next()
    async with _open(server, people.colleague) as stream:
        item_id = await make_work_item(sessions, people, lead, due_at=datetime.now(UTC))
        expected = {"id": item_id, "record_id": lead}
        assert await stream.next() == ("work_item.changed", expected)


async def test_a_stream_ends_when_what_its_person_may_see_changes(
    people: People, server: str, app: FastAPI, database_url: str
) -> None:
    await _listening(app, database_url)
    async with _open(server, people.seller) as seller, _open(server, people.colleague) as colleague:
        await people.administrator.http.patch(
            f"/users/{people.seller.user.id}", json={"role_ids": []}
        )
        with pytest.raises(EOFError):
            await seller.next()
        # nobody else's does
        await people.administrator.http.patch(
            f"/users/{people.colleague.user.id}", json={"first_name": "Kimberly"}
        )
        with pytest.raises(EOFError):
            await colleague.next()
