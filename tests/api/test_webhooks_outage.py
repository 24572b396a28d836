"""What providers hear while the database is away or hangs, and that nothing is lost by it."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.accounts import OpenAccounts
from api.app import create_app
from api.webhooks import router
from db.engine import Sessions, create_engine, create_sessions
from db.migrate import upgrade
from db.tables import Message
from settings import Settings
from tests.api.conftest import client_of, problem
from tests.api.twilio_calls import CUSTOMER, post, signed, text
from tests.makers import make_conversation, make_scene
from trial.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server of these tests' own, which may be stopped and started."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-outage-"))
    with EmbeddedPostgres(folder / "postgres", fsync=False) as running:
        yield running
    shutil.rmtree(folder)


@dataclass
class Place:
    """The API over that server, with an account it opened before, whose rows it looks at again each time."""

    app: FastAPI
    database: AsyncEngine
    sessions: Sessions
    path: str

    async def bring(self, sid: str, **headers: str) -> httpx.Response:
        """Bring the text "Yes" of a customer in a conversation."""
        async with client_of(self.app) as http:
            return await post(http, self.path, text("Yes", sid=sid), **headers)

    async def stored(self) -> list[str | None]:
        async with self.sessions() as session:
            return list(
                await session.scalars(select(Message.provider_message_id).order_by(Message.id))
            )


@pytest.fixture
async def place(
    server: EmbeddedPostgres, settings: Settings, temporal: Client
) -> AsyncIterator[Place]:
    name = f"test_{uuid4().hex}"
    server.ensure_database(name)
    await asyncio.to_thread(upgrade, server.url(name))
    database = create_engine(server.url(name), pool_size=2)
    sessions = create_sessions(database)
    async with sessions.begin() as session:
        scene = await make_scene(session, record={"phone": CUSTOMER})
        await make_conversation(session, scene.record, scene.number)
    app = create_app(settings, database, temporal)
    context = app.state.context
    accounts = OpenAccounts(context.secrets, timeout_seconds=1, trusted_seconds=0)
    app.state.context = replace(context, accounts=accounts)
    yield Place(app, database, sessions, f"/api/v1/webhooks/twilio/{scene.account.id}/inbound")
    await app.state.context.close()
    await database.dispose()


async def test_a_text_that_comes_while_the_database_is_away_is_taken_when_it_comes_again(
    place: Place, server: EmbeddedPostgres
) -> None:
    assert (await place.bring("SM1")).status_code == 200
    server.stop()
    try:
        for _ in range(3):
            answer = await place.bring("SM2")
            assert problem(answer) == (503, "database-away")
            assert answer.headers["retry-after"] == "2"
        forged = signed(place.path, text("Yes", sid="SM3"), token="e" * 32)
        assert problem(await place.bring("SM3", **forged)) == (403, "bad-signature")
    finally:
        server.start()
    for _ in range(2):
        assert (await place.bring("SM2")).status_code == 200
    assert await place.stored() == ["SM1", "SM2"]


async def test_a_provider_is_not_kept_waiting_for_a_database_that_hangs(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "_ANSWER_SECONDS", 0.5)
    async with place.sessions() as holder:
        await holder.execute(sql("LOCK TABLE conversations"))
        answer = await place.bring("SM1")
        assert problem(answer) == (503, "database-away")
    monkeypatch.undo()
    assert await place.stored() == []
    assert (await place.bring("SM1")).status_code == 200
    assert await place.stored() == ["SM1"]
