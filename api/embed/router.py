"""The keys with which other systems' forms sign tokens (C10): what an administrator sets up."""

import secrets
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database, InContext
from api.embed.schemas import CreatedEmbedKeyOut, EmbedKeyChanges, EmbedKeyOut, NewEmbedKey
from api.pages import AskedPage, Page, page_of
from api.problems import not_found, problems, refuse_taken
from db.embed import queries
from db.embed.queries import EmbedKeyRow
from db.providers.credentials import keep_key
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/embed-keys", tags=["embed-keys"])

_MayRead = Annotated[Actor, Depends(May(Entity.EMBED_KEY, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.EMBED_KEY, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.EMBED_KEY, Privilege.WRITE))]

_NAME_KEY = "embed_keys_organisation_id_name_key"
_NAME_TAKEN = "A key of this name is there already."


@router.get("", operation_id="listEmbedKeys", responses=problems(401, 403, 422))
async def list_embed_keys(actor: _MayRead, session: Database, page: AskedPage) -> Page[EmbedKeyOut]:
    """List the keys, active or not."""
    return page_of(await queries.list_keys(session, actor, page), EmbedKeyOut.of)


# not idempotent: the stored answer would hold the secret in the clear. The name refuses a second click.
@router.post(
    "",
    operation_id="createEmbedKey",
    status_code=201,
    responses=problems(401, 403, 409, 422),
)
async def create_embed_key(
    actor: _MayCreate, context: InContext, session: Database, body: NewEmbedKey
) -> CreatedEmbedKeyOut:
    """Make a key. Its secret is shown this once: give it to the server of the form, never to a page."""
    secret = f"tle_{secrets.token_urlsafe(32)}"
    await keep_key(session)
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        key_id = await queries.create_key(
            session,
            actor,
            name=body.name,
            allowed_origins=body.allowed_origins,
            seal=lambda key_id: context.secrets.seal({"secret": secret}, row_id=key_id),
        )
    made = EmbedKeyOut.of(await _row(session, actor, key_id))
    return CreatedEmbedKeyOut(**made.model_dump(), secret=secret)


@router.patch(
    "/{key_id}", operation_id="changeEmbedKey", responses=problems(401, 403, 404, 409, 422)
)
async def change_embed_key(
    key_id: UUID, actor: _MayWrite, session: Database, body: EmbedKeyChanges
) -> EmbedKeyOut:
    """Change a key's name or its origins, or deactivate it: whatever was signed with it stops at once."""
    row = await _row(session, actor, key_id)
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        await queries.change_key(session, row.key, body.model_dump(exclude_none=True))
    return EmbedKeyOut.of(row)


async def _row(session: Database, actor: Actor, key_id: UUID) -> EmbedKeyRow:
    row = await queries.find_key(session, actor, key_id)
    if row is None:
        raise not_found("embed key")
    return row
