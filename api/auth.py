"""Who is asking, and whether they may: sessions by token, privileges in a route's signature."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from sqlalchemy import ColumnElement
from starlette.requests import Request

from api.context import Database, InContext, Now
from api.embed.tokens import embed_sign_in, is_embed_token
from api.problems import Problem, missing_privilege
from db.base import OfOrganisation
from db.users.sign_in import SignIn, find_sign_in
from db.visibility import entity_of, is_within_reach
from domain.privileges import Actor, Entity, Need, Ownership, Privilege, level_of, reaches

COOKIE = "touchline_session"

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="The token of POST /session, or one that the server of an embedding form has signed.",
)
_cookie = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="cookie", description="Set by POST /session."
)


def new_token() -> str:
    """Return a session token: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what is stored and looked up of a token; a fast hash will do, as a token cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


async def _token(
    request: Request,
    _bearer: Annotated[object, Security(_bearer)],
    _cookie: Annotated[object, Security(_cookie)],
) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
    if not token:
        raise Problem(
            401, "not-signed-in", "Sign in first.", headers={"WWW-Authenticate": "Bearer"}
        )
    return token.strip()


_Token = Annotated[str, Depends(_token)]


async def _token_hash(token: _Token) -> bytes:
    if is_embed_token(token):
        raise _embed_token_only()
    return hash_of(token)


TokenHash = Annotated[bytes, Depends(_token_hash)]
"""The hash of a session's token."""


async def _any_sign_in(token: _Token, context: InContext, session: Database, now: Now) -> SignIn:
    if is_embed_token(token):
        return await embed_sign_in(token, session, context.secrets, now)
    found = await find_sign_in(session, hash_of(token), now=now)
    if found is None:
        raise Problem(
            401, "not-signed-in", "Sign in first.", headers={"WWW-Authenticate": "Bearer"}
        )
    if found.expires_at <= now:
        raise Problem(
            401,
            "session-expired",
            "Your session has expired: sign in again.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return found


AnySignIn = Annotated[SignIn, Depends(_any_sign_in)]
"""Whoever asks, also with a token of a host's form: its actor is narrowed to one record then."""


async def _still_signed_in(token: _Token, context: InContext) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        if not is_embed_token(token):
            return True
        try:
            async with context.sessions() as session:
                await embed_sign_in(token, session, context.secrets, datetime.now(UTC))
        except Problem:
            return False
        return True

    return ask


StillSignedIn = Annotated[Callable[[], Awaitable[bool]], Depends(_still_signed_in)]
"""Asks whether the token of a host's form is still good; a session's lasts as long as it says."""


async def _sign_in(sign_in: AnySignIn) -> SignIn:
    if sign_in.actor.only_record_id is not None:
        raise _embed_token_only()
    return sign_in


CurrentSignIn = Annotated[SignIn, Depends(_sign_in)]


def _embed_token_only() -> Problem:
    return Problem(
        403, "embed-token-only", "This token opens one record's conversation and nothing else."
    )


@dataclass(frozen=True)
class May:
    """A dependency that lets through only who has a privilege, and all of `also`, on whatever rows.

    It is also what an operation declares to need (api/description.py). `embedded`: whether a token of a host's form,
    which is good for one record, may be used for it.
    """

    entity: Entity
    privilege: Privilege
    also: tuple[Need, ...] = ()
    embedded: bool = False

    @property
    def needs(self) -> tuple[Need, ...]:
        return ((self.entity, self.privilege), *self.also)

    async def __call__(self, sign_in: AnySignIn) -> Actor:
        actor = sign_in.actor
        if actor.only_record_id is not None and not self.embedded:
            raise _embed_token_only()
        for need in self.needs:
            if level_of(actor, *need) is None:
                raise missing_privilege(*need)
        return actor


def require(actor: Actor, entity: Entity, privilege: Privilege, owned: Ownership) -> None:
    """Refuse, unless the actor has `privilege` on the row of `entity` that is owned so.

    For rows the actor sees but may not change; what must not be seen is not found.
    """
    if not reaches(actor, entity, privilege, owned):
        raise missing_privilege(entity, privilege)


async def require_on(
    session: Database,
    actor: Actor,
    table: type[OfOrganisation],
    row: ColumnElement[bool],
    privilege: Privilege,
) -> None:
    """Refuse as `require` does, where whose a row is stands in more rows than itself: a conversation's, for one."""
    if not await is_within_reach(session, actor, table, row, privilege):
        raise missing_privilege(entity_of(table), privilege)
