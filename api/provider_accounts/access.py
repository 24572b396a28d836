"""Who may do what with provider accounts, and which one is meant?"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import May
from api.problems import not_found
from channels.errors import InvalidCredentials
from db.providers import queries
from db.providers.tables import ProviderAccount
from db.secrets import UnreadableSecret
from domain.privileges import Actor, Entity, Privilege

MayRead = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.READ))]
MayCreate = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.CREATE))]
MayWrite = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.WRITE))]
MayDelete = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.DELETE))]

UNUSABLE = (UnreadableSecret, InvalidCredentials)
"""Why a stored account cannot be opened; their words are for an administrator."""


async def find(session: AsyncSession, actor: Actor, account_id: UUID) -> ProviderAccount:
    """Return the account, or answer that there is none."""
    account = await queries.find_provider_account(session, actor, account_id)
    if account is None:
        raise not_found("provider account")
    return account
