"""What is the handset as one application? The providers' protocols, the control API and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from handset import control
from handset.exchange import Exchange

_STATIC = Path(__file__).parent / "static"


def create_app(exchange: Exchange) -> FastAPI:
    """Return the application over `exchange`, which it starts and stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await exchange.start()
        yield
        await exchange.stop()

    app = FastAPI(title="Touchline handset", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.exchange = exchange
    for protocol in exchange.protocols.values():
        app.router.routes.extend(protocol.routes(exchange))
    app.include_router(control.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_STATIC / "index.html")

    return app
