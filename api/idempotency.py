"""How a request that is sent twice is done once: the `Idempotency-Key` header.

The key is claimed, and the answer kept, in the transaction that does the work: either all of it happened or
nothing did, so a retry after an error or a crash runs anew and a retry after success gets the first answer.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.auth import AnySignIn
from api.context import Database
from api.problems import Problem
from db.idempotency import Answered, claim, keep_answer


@dataclass(frozen=True)
class _Claim:
    session: AsyncSession
    user_id: UUID
    key: str


class _AnsweredBefore(Exception):
    def __init__(self, answered: Answered) -> None:
        super().__init__("answered before")
        self.answered = answered


async def _claim_key(
    request: Request,
    sign_in: AnySignIn,
    session: Database,
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=200,
            description="Sent again with the same key, the request is not done again: the first answer "
            "comes back, with the header `Idempotency-Replayed: true`.",
        ),
    ] = None,
) -> None:
    if idempotency_key is None:
        return
    actor = sign_in.actor
    # a token for one record is never given the answer of a request that was made without it
    narrowed = "" if actor.only_record_id is None else f" {actor.only_record_id}"
    text = f"{request.method} {request.url.path}?{request.url.query}{narrowed}\n".encode()
    request_hash = hashlib.sha256(text + await request.body()).hexdigest()
    earlier = await claim(
        session, actor.organisation_id, actor.user_id, idempotency_key, request_hash=request_hash
    )
    if earlier is None:
        request.state.claim = _Claim(session, actor.user_id, idempotency_key)
    elif earlier.request_hash == request_hash:
        raise _AnsweredBefore(earlier)
    else:
        raise Problem(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key was used for a different request: use a new one.",
        )


Idempotent = Depends(_claim_key)
"""Put it into the `dependencies` of a POST route of a router whose `route_class` is `IdempotentRoute`."""


class IdempotentRoute(APIRoute):
    """A route that keeps its answer under the key the request claimed, if it did."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            try:
                response = await handle(request)
            except _AnsweredBefore as before:
                return JSONResponse(
                    before.answered.body,
                    status_code=before.answered.status_code,
                    headers={"Idempotency-Replayed": "true"},
                )
            # still inside the request's transaction: it ends with the route's dependencies
            claimed: _Claim | None = getattr(request.state, "claim", None)
            if claimed is not None:
                await keep_answer(
                    claimed.session,
                    claimed.user_id,
                    claimed.key,
                    status_code=response.status_code,
                    body=json.loads(bytes(response.body)),
                )
            return response

        return handle_once
