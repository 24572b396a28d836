"""How large a request's body may be: enforced while it is read, so that nobody fills the memory.

Starlette has such a limit too, but answers in plain text where every error of ours is a problem.
"""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem, answer


class BodyLimit:
    """Middleware that answers 413 to a body longer than its path allows.

    `by_path` has limits in bytes by the beginning of a path; `limit` holds for all others.
    """

    def __init__(self, app: ASGIApp, *, limit: int, by_path: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._by_path = dict(by_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        limit = next(
            (limit for start, limit in self._by_path.items() if path.startswith(start)),
            self._limit,
        )
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await answer(_too_large(limit))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                # of this kind, since FastAPI takes any other for a malformed body
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"This address takes at most {limit} bytes.")
