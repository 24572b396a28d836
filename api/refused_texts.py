"""A seller's text to somebody who wants none: refused, and kept for whoever asks what a withdrawal kept here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends
from starlette.requests import Request

from api.context import Context, InContext, Now
from api.problems import Problem
from db.messages import kept_here


class Refusals:
    """Keeps refused texts in a transaction of its own, as that of the request is rolled back."""

    def __init__(self, context: Context, key: str, now: datetime) -> None:
        self._context = context
        self._key = key
        self._now = now

    @asynccontextmanager
    async def kept(self, conversation_id: UUID, author_id: UUID, body: str) -> AsyncIterator[None]:
        """Keep the text if what is done meanwhile refuses it because consent was withdrawn."""
        try:
            yield
        except Problem as problem:
            if problem.slug == "opted-out":
                async with self._context.sessions.begin() as session:
                    await kept_here.keep(
                        session, conversation_id, author_id, body, self._now, key=self._key
                    )
            raise


async def _refusals(request: Request, context: InContext, now: Now) -> Refusals:
    # the same request again is the same text
    return Refusals(context, request.headers.get("idempotency-key") or str(uuid4()), now)


RefusedTexts = Annotated[Refusals, Depends(_refusals)]
