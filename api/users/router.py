"""Who works here."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Database
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.passwords import hash_password
from api.problems import problems, refuse_taken
from api.session.schemas import UserOut
from api.users.schemas import NewUser
from db.users import queries
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/users", tags=["users"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.USER, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.USER, Privilege.CREATE))]


@router.get("", operation_id="listUsers", responses=problems(401, 403, 422))
async def list_users(actor: _MayRead, session: Database, page: AskedPage) -> Page[UserOut]:
    """List everybody of the organisation."""
    return page_of(await queries.list_users(session, actor, page), UserOut.model_validate)


@router.post(
    "",
    operation_id="createUser",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_user(actor: _MayCreate, session: Database, body: NewUser) -> UserOut:
    """Add somebody to the organisation."""
    password_hash = await asyncio.to_thread(hash_password, body.password)
    with refuse_taken("users_email_key", "email", "Somebody has this e-mail address already."):
        user = await queries.create_user(
            session,
            actor.organisation_id,
            **body.model_dump(exclude={"password"}),
            password_hash=password_hash,
        )
    return UserOut.model_validate(user)
