"""The whole product, used from outside: a stack with one seller for each test, or one for a module's browser."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from psycopg import sql

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from db.migrate import upgrade
from domain.users import Role
from tests.e2e.browser import open_browser
from tests.makers import (
    OUR_NUMBER,
    make_account,
    make_number,
    make_organisation,
    make_user,
)
from tests.stack import Person, Stack
from trial.postgres import EmbeddedPostgres

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Office:
    """A running stack with an administrator and a seller who has a number."""

    stack: Stack
    admin: Person
    seller: Person
    seller_id: str
    account_id: str


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    stack = Stack(tmp_path, database_url, {"RECONCILE_SECONDS": "3", "OUTBOX_SECONDS": "2"})
    seller_id, account_id = asyncio.run(seed(database_url, stack))
    with stack:
        stack.carrier.connect(OUR_NUMBER, sms_url=stack.inbound_url(account_id))
        yield Office(
            stack,
            stack.client("admin@example.org", PASSWORD),
            stack.client("seller@example.org", PASSWORD),
            seller_id,
            account_id,
        )


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Stack]:
    """A running stack with a database of the module's own; each test opens an office on it."""
    name = request.path.stem
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    upgrade(postgres.url(name))
    with Stack(tmp_path_factory.mktemp("stack"), postgres.url(name)) as running:
        yield running


@pytest.fixture(scope="module")
def browser(stack: Stack) -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


async def seed(database_url: str, stack: Stack) -> tuple[str, str]:
    """Write what a new organisation has once it is set up; texts may go out around the clock."""
    engine = create_engine(database_url, pool_size=1)
    hashed = hash_password(PASSWORD)
    async with create_sessions(engine).begin() as session:
        organisation = await make_organisation(session)
        await make_user(
            session,
            organisation.id,
            email="admin@example.org",
            role=Role.ADMINISTRATOR,
            password_hash=hashed,
        )
        seller = await make_user(
            session, organisation.id, email="seller@example.org", password_hash=hashed
        )
        account = await make_account(session, organisation.id, api_base_url=stack.carrier.url)
        await make_number(session, account, owner_user_id=seller.id, is_default=True)
        ids = str(seller.id), str(account.id)
    await engine.dispose()
    return ids
