"""Who is asking, and whether they may: sessions by token, privileges in a route's signature."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import Request

from api.context import Database, Now
from api.problems import Problem, missing_privilege
from db.users.queries import SignIn, find_sign_in
from domain.privileges import Actor, Entity, Privilege, level_of, reaches

COOKIE = "touchline_session"

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="The token of POST /session."
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
) -> bytes:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
    if not token:
        raise Problem(
            401, "not-signed-in", "Sign in first.", headers={"WWW-Authenticate": "Bearer"}
        )
    return hash_of(token.strip())


TokenHash = Annotated[bytes, Depends(_token)]


async def _sign_in(token_hash: TokenHash, session: Database, now: Now) -> SignIn:
    found = await find_sign_in(session, token_hash)
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


CurrentSignIn = Annotated[SignIn, Depends(_sign_in)]


@dataclass(frozen=True)
class May:
    """A dependency that lets through only who has a privilege, on whatever rows."""

    entity: Entity
    privilege: Privilege

    def __call__(self, sign_in: CurrentSignIn) -> Actor:
        if level_of(sign_in.actor, self.entity, self.privilege) is None:
            raise missing_privilege(self.entity, self.privilege)
        return sign_in.actor


def require(actor: Actor, entity: Entity, privilege: Privilege, *, owner_id: UUID) -> None:
    """Refuse, unless the actor has `privilege` on the row of `entity` that the user `owner_id` owns.

    For rows the actor sees but may not change; what must not be seen is not found.
    """
    if not reaches(actor, entity, privilege, owner_id=owner_id):
        raise missing_privilege(entity, privilege)
