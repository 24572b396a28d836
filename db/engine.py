"""Opens PostgreSQL for a process: one pool, and the check that the server is new enough."""

from collections.abc import Mapping
from select import POLLIN, poll
from typing import Any, Final

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

Sessions = async_sessionmaker[AsyncSession]

OLDEST_SERVER = 18
"""The major version that has uuidv7()."""


BY_KEYS: Final = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""Settings under which a statement looks each row up by its key, by a plan that is made once.

Else the server may plan it while a table is small, and go on reading all of it when it is no longer.
"""


class ServerTooOld(RuntimeError):
    """The PostgreSQL server lacks what the schema needs."""


def driver_url(url: str) -> str:
    """Return `url` (postgresql://…) with the driver that this product uses."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def create_engine(url: str, *, pool_size: int) -> AsyncEngine:
    """Return an engine with at most `pool_size` connections, checked for life before each use.

    Its errors do not repeat the values of a statement: they go to logs, and to Temporal's histories.
    """
    return _engine(url, pool_size)


def create_committing_engine(
    url: str, *, pool_size: int, waits_for_disk: bool = True
) -> AsyncEngine:
    """Return an engine as `create_engine` does, for statements that are a transaction each (db/autocommit.py).

    They look rows up by their keys (`BY_KEYS`). If their commits do not wait for the disk, what they wrote may be
    forgotten when the database's machine loses power, but not when any process is killed.
    """
    settings = BY_KEYS if waits_for_disk else {**BY_KEYS, "synchronous_commit": "off"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return _engine(
        url,
        pool_size,
        {"options": options},
        isolation_level="AUTOCOMMIT",
        # there is never anything to roll back
        pool_reset_on_return=None,
    )


def _engine(
    url: str, pool_size: int, connect_args: Mapping[str, str] | None = None, **more: Any
) -> AsyncEngine:
    engine = create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, **(connect_args or {})},
        **more,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return the maker of sessions; objects stay readable after their commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _refuse_closed(
    connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
) -> None:
    """Have the pool open another connection if the server has closed this one while it was idle.

    An idle connection has nothing to say, so there is something to read only at its end: asking the system costs
    microseconds where a ping costs a round trip.
    """
    idle = poll()
    idle.register(connection.driver_connection.fileno(), POLLIN)
    if idle.poll(0):
        raise DisconnectionError("the server closed the connection")


async def check_server(engine: AsyncEngine) -> None:
    """Raise ServerTooOld if the server is older than `OLDEST_SERVER`."""
    async with engine.connect() as connection:
        version = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
    if version < OLDEST_SERVER * 10_000:
        raise ServerTooOld(
            f"PostgreSQL {version // 10_000} is too old: Touchline needs {OLDEST_SERVER} or newer. "
            "Point TOUCHLINE_DATABASE_URL at a newer server."
        )
