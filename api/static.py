"""How the web application is served: its files, and its start page wherever it routes by itself."""

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_NOT_PAGES: Final = ("api/", "assets/", "embed/", "health/")
_FOR_OTHER_PAGES: Final = "embed.js"
"""The element that pages of other systems load: public code, unlike everything else here."""


def content_policy(*, frame_ancestors: str = "'none'") -> str:
    """Return the `Content-Security-Policy` of a page of ours, which pages of `frame_ancestors` may show in a frame."""
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {frame_ancestors}"
    )


class WebApplication(StaticFiles):
    """The built web application, mounted last at the root."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _is_page(path, scope["method"]):
                raise
            response = await super().get_response("index.html", scope)
        # files under assets/ have their content's hash in their name
        is_asset = path.startswith("assets/") and response.status_code == 200
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_asset else "no-cache"
        )
        response.headers["Content-Security-Policy"] = content_policy()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if path == _FOR_OTHER_PAGES:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _is_page(path: str, method: str) -> bool:
    """Return whether the application's own router may know `path`."""
    return (
        method in ("GET", "HEAD")
        and not path.startswith(_NOT_PAGES)
        and "." not in path.rsplit("/", 1)[-1]
    )
