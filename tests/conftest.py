"""The real parts for every test that wants them: one PostgreSQL and one handset a run, one migrated database a test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncEngine

from db.autocommit import Committing
from db.engine import Sessions, create_engine, create_sessions
from db.migrate import upgrade
from tests.carrier import Carrier, running_carrier
from trial.postgres import EmbeddedPostgres

_TEMPLATE = "template_touchline"


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server whose database `_TEMPLATE` has the current schema and no rows."""
    folder = Path(tempfile.mkdtemp(prefix="touchline-test-"))
    with EmbeddedPostgres(folder / "postgres", fsync=False) as server:
        _execute(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        upgrade(server.url(_TEMPLATE))
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    name = sql.Identifier(f"test_{uuid4().hex}")
    template = sql.Identifier(_TEMPLATE)
    _execute(postgres, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
    yield postgres.url(name.as_string().strip('"'))
    _execute(postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The product's engine on the test's own database."""
    engine = create_engine(database_url, pool_size=10)
    yield engine
    await engine.dispose()


@pytest.fixture
async def committing(database_url: str) -> AsyncIterator[Committing]:
    """Connections to the same database whose statements commit by themselves."""
    committing = Committing(database_url, pool_size=5)
    yield committing
    await committing.close()


@pytest.fixture
def sessions(database: AsyncEngine) -> Sessions:
    return create_sessions(database)


@pytest.fixture(scope="session")
def carrier_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    with running_carrier(tmp_path_factory.mktemp("handset")) as carrier:
        yield carrier


@pytest.fixture
def carrier(carrier_process: Carrier) -> Carrier:
    """A handset that has seen nothing yet."""
    carrier_process.reset()
    return carrier_process


def _execute(server: EmbeddedPostgres, statement: sql.Composed) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement)
