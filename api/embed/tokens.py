"""Whose token is this, that the server of another system's form has signed, and which record is it good for?

It is a JWT (RFC 7519), HS256, with the id of one of our embed keys as `kid`. The token is the bearer: nothing is stored
of it. The key is read at each request, so that deactivating it stops everything at once; five minutes bound what a
stolen token does.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import Problem
from db.embed.queries import find_active_key, find_named_record, find_seller
from db.embed.tables import EmbedKey
from db.secrets import SecretBox, UnreadableSecret
from db.users.sign_in import SignIn
from domain.embedding import RefusedToken, read_claims

_LONGEST: Final = 4096
_NOT_SIGNED: Final = (
    "This token was not signed with an active key of Touchline: "
    "see the page Embedding in Touchline's settings."
)
# what the claims say is decided in one place, domain/embedding.py
_SIGNATURE_ONLY: Final[Any] = {
    "verify_signature": True,
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_nbf": False,
    "verify_sub": False,
}


def is_embed_token(token: str) -> bool:
    """Return whether it is a JWT by its form; a session's token holds no dot."""
    return token.count(".") == 2


async def embed_sign_in(
    token: str, session: AsyncSession, secrets: SecretBox, now: datetime
) -> SignIn:
    """Return the person whom a token names, narrowed to the record it names. Raises Problem (401)."""
    key = await _key_of(token, session)
    try:
        claims = read_claims(_payload(token, key, secrets), now=now)
    except RefusedToken as refused:
        raise _refused(str(refused), refused.slug) from refused
    found = await find_seller(session, key.organisation_id, claims.seller, claims.expires_at)
    if found is None:
        raise _refused('The "sub" of this token names no active user of this organisation.')
    record_id = await find_named_record(session, found.actor, claims.record)
    if record_id is None:
        raise _refused('The "record" of this token names no record that this user may see.')
    return found._replace(actor=replace(found.actor, only_record_id=record_id))


async def _key_of(token: str, session: AsyncSession) -> EmbedKey:
    """Return the key that a token says it is signed with."""
    if len(token) > _LONGEST:
        raise _refused(_NOT_SIGNED)
    try:
        key_id = UUID(str(jwt.get_unverified_header(token).get("kid")))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise _refused(_NOT_SIGNED) from error
    key = await find_active_key(session, key_id)
    if key is None:
        raise _refused(_NOT_SIGNED)
    return key


def _payload(token: str, key: EmbedKey, secrets: SecretBox) -> Mapping[str, object]:
    """Return what a token says, once its signature is proved."""
    try:
        secret = secrets.open(key.secret, row_id=key.id)["secret"]
        payload: Mapping[str, object] = jwt.decode(
            token, secret, algorithms=["HS256"], options=_SIGNATURE_ONLY
        )
    except (jwt.InvalidTokenError, UnreadableSecret) as error:
        raise _refused(_NOT_SIGNED) from error
    return payload


def _refused(
    detail: str,
    slug: Literal["embed-token-expired", "embed-token-invalid"] = "embed-token-invalid",
) -> Problem:
    return Problem(401, slug, detail, headers={"WWW-Authenticate": "Bearer"})
