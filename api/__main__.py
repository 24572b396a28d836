"""Runs the API: `python -m api`."""

import asyncio
import gc
import logging
from types import FrameType

import uvicorn
import uvloop

from api.app import create_app
from api.live import Hub
from db.engine import check_server, create_engine
from settings import Settings
from workflows.client import connect


class _Server(uvicorn.Server):
    """A server that ends its open event streams when it is asked to stop, rather than wait for them."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._hub.end_all)
        super().handle_exit(sig, frame)


async def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises ServerTooOld, and OperationalError when the database is away."""
    if settings.database_url is None:
        raise SystemExit("TOUCHLINE_DATABASE_URL is not set: name the PostgreSQL to use.")
    database = create_engine(settings.database_url, pool_size=settings.database_pool_size)
    try:
        await check_server(database)
        app = create_app(settings, database, await connect(lazy=True))
        # what is there now stays: each time the collector went through it, every request waited a tenth of a second
        gc.freeze()
        # and what comes later is gone through a hundredth as often: it held up one request in a hundred by 8 ms
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, 1_000)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            # the address that a provider calls may hold a secret; and they are many
            access_log=False,
            # whose word on the address counts is each account's to say (api/webhooks/calls.py), by the real peer
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
        await _Server(config, app.state.context.hub).serve()
    finally:
        await database.dispose()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvloop.run(serve(Settings()))
