"""What the server of another system's form does: it signs tokens with a key of ours."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import jwt
from fastapi import FastAPI

from db.engine import Sessions
from db.tables import EmbedKey, Record, User
from tests.api.conftest import client_of
from tests.makers import EMBED_SECRET, make_embed_key


async def make_key(sessions: Sessions, author: User, **values: Any) -> EmbedKey:
    async with sessions.begin() as session:
        return await make_embed_key(session, author, **values)


def claims_of(seller: User, record: "Record | UUID | str", **claims: Any) -> dict[str, Any]:
    """Return what a token says that is good for a minute, unless told otherwise."""
    now = int(datetime.now(UTC).timestamp())
    named = str(record.id if isinstance(record, Record) else record)
    return {
        "aud": "touchline-embed",
        "sub": seller.email,
        "record": named,
        "iat": now,
        "exp": now + 60,
    } | claims


def sign(key_id: object, claims: dict[str, Any], **how: Any) -> str:
    """Return a token signed as a host does, unless told otherwise."""
    how = {"key": EMBED_SECRET, "algorithm": "HS256", "headers": {"kid": str(key_id)}} | how
    return jwt.encode(claims, **how)


def embedded(
    app: FastAPI, key: EmbedKey, seller: User, record: "Record | UUID | str"
) -> httpx.AsyncClient:
    """Return the frame's side: it asks with a good token."""
    return client_of(app, sign(key.id, claims_of(seller, record)))
