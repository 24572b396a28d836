"""Opens PostgreSQL for a process: one pool, and the check that the server is new enough."""

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]

OLDEST_SERVER = 18
"""The major version that has uuidv7()."""


class ServerTooOld(RuntimeError):
    """The PostgreSQL server lacks what the schema needs."""


def driver_url(url: str) -> str:
    """Return `url` (postgresql://…) with the driver that this product uses."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def create_engine(url: str, *, pool_size: int) -> AsyncEngine:
    """Return an engine with at most `pool_size` connections, checked for life before each use."""
    return create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5},
    )


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return the maker of sessions; objects stay readable after their commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def check_server(engine: AsyncEngine) -> None:
    """Raise ServerTooOld if the server is older than `OLDEST_SERVER`."""
    async with engine.connect() as connection:
        version = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
    if version < OLDEST_SERVER * 10_000:
        raise ServerTooOld(
            f"PostgreSQL {version // 10_000} is too old: Touchline needs {OLDEST_SERVER} or newer. "
            "Point TOUCHLINE_DATABASE_URL at a newer server."
        )
