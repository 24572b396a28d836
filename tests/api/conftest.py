"""The API in this process, over a real database, with people signed in to it. The engine is out of reach
unless a test says otherwise: no request may need it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.app import create_app
from api.auth import hash_of, new_token
from db.engine import Sessions
from db.tables import Organisation, PhoneNumber, ProviderAccount, User
from db.users.sign_in import open_session
from domain.users import Role
from settings import Settings
from tests.makers import make_account, make_number, make_organisation, make_user

PUBLIC_URL = "http://touchline.test"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, secret_key=SecretStr("a key for tests"), public_url=PUBLIC_URL)


@pytest.fixture
async def temporal() -> Client:
    """An engine that is out of reach: nothing listens on port 1."""
    return await Client.connect("127.0.0.1:1", lazy=True)


@pytest.fixture
async def app(
    settings: Settings, database: AsyncEngine, temporal: Client, tmp_path: Path
) -> AsyncIterator[FastAPI]:
    app = create_app(settings, database, temporal, web=tmp_path / "no web")
    yield app
    await app.state.context.close()


@dataclass
class Person:
    """Somebody signed in."""

    user: User
    http: httpx.AsyncClient


@dataclass
class People:
    """An organisation with one of each, two sellers, and a number of the first seller."""

    organisation: Organisation
    administrator: Person
    manager: Person
    seller: Person
    colleague: Person
    account: ProviderAccount
    number: PhoneNumber


def client_of(
    app: FastAPI, token: str | None = None, *, shows_errors: bool = True
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=shows_errors),
        base_url=f"{PUBLIC_URL}/api/v1",
        headers={} if token is None else {"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody: not signed in."""
    async with client_of(app) as client:
        yield client


async def sign_in(
    app: FastAPI, sessions: Sessions, user: User, *, lasts: timedelta = timedelta(hours=1)
) -> Person:
    """Give a user a session, without the sign-in itself."""
    token = new_token()
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        await open_session(session, user.id, token_hash=hash_of(token), expires_at=now + lasts)
    return Person(user, client_of(app, token))


@pytest.fixture
async def people(app: FastAPI, sessions: Sessions) -> People:
    return await make_people(app, sessions)


@pytest.fixture
async def strangers(app: FastAPI, sessions: Sessions) -> People:
    """Another organisation with one of each."""
    return await make_people(app, sessions, e164="+12125550109")


async def make_people(app: FastAPI, sessions: Sessions, **number: str) -> People:
    async with sessions.begin() as session:
        organisation = await make_organisation(session)
        users = [
            await make_user(session, organisation.id, role=role, first_name=name)
            for role, name in (
                (Role.ADMINISTRATOR, "Alex"),
                (Role.SALES_MANAGER, "Mona"),
                (Role.SALESPERSON, "Sam"),
                (Role.SALESPERSON, "Kim"),
            )
        ]
        account = await make_account(session, organisation.id)
        ours = await make_number(
            session, account, owner_user_id=users[2].id, is_default=True, **number
        )
    everybody = [await sign_in(app, sessions, user) for user in users]
    administrator, manager, seller, colleague = everybody
    return People(organisation, administrator, manager, seller, colleague, account, ours)


def lacking(answer: httpx.Response) -> str:
    """Return the privilege that a refusal names, such as "record.write"."""
    assert problem(answer) == (403, "missing-privilege"), answer.text
    (error,) = answer.json()["errors"]
    return str(error["path"])


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the type of a problem, which every error must be."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    return answer.status_code, body["type"].removeprefix("urn:touchline:problem:")
