"""The page inside the frame: it may be shown by pages of the key's origins, and by no others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, Response

from api.context import Database
from api.description import open_to_all
from api.static import content_policy
from db.embed.queries import find_active_key

_NO_PAGE: Final = """<!doctype html>
<html lang="en"><title>Touchline</title>
<p>There is no active key of Touchline with this id. An administrator finds it under Settings, Embedding.</p></html>
"""


def embedded_pages(web: Path) -> APIRouter:
    """Return the route of the frame, whose page lies among the built files in `web`."""
    router = APIRouter(prefix="/embed", include_in_schema=False)

    @router.api_route(
        "/{key_id}",
        methods=["GET", "HEAD"],
        operation_id="getEmbeddedPage",
        openapi_extra=open_to_all("A frame asks for it before a token tells whose it is."),
    )
    async def get_embedded_page(key_id: str, session: Database) -> Response:
        """Answer the frame's page. Who asks is not known yet: what it shows is asked for with a token."""
        try:
            key = await find_active_key(session, UUID(key_id))
        except ValueError:
            key = None
        if key is None:
            return HTMLResponse(_NO_PAGE, status_code=404, headers=_headers(("'none'",)))
        return FileResponse(web / "embed.html", headers=_headers(key.allowed_origins))

    return router


def _headers(origins: Sequence[str]) -> dict[str, str]:
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": content_policy(frame_ancestors=" ".join(origins)),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
