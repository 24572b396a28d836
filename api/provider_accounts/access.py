"""Who may do what with provider accounts, and which one is meant?"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import May
from api.problems import not_found
from channels.errors import InvalidCredentials
from db.providers import queries
from db.providers.tables import ProviderAccount
from db.secrets import UnreadableSecret
from domain.privileges import Actor, Entity, Privilege, level_of

_SETTINGS: Final = Entity.PROVIDER_SETTINGS

MayList = Annotated[Actor, Depends(May(Entity.PROVIDER, Privilege.READ))]
MayRead = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.READ))]
MayReadSettings = Annotated[
    Actor,
    Depends(May(_SETTINGS, Privilege.READ, also=((Entity.PROVIDER_ACCOUNT, Privilege.READ),))),
]
MayCreate = Annotated[
    Actor,
    Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.CREATE, also=((_SETTINGS, Privilege.CREATE),))),
]
MayWrite = Annotated[
    Actor,
    Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.WRITE, also=((_SETTINGS, Privilege.WRITE),))),
]
MayDelete = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.DELETE))]

UNUSABLE = (UnreadableSecret, InvalidCredentials)
"""Why a stored account cannot be opened; their words are for an administrator."""


async def find(session: AsyncSession, actor: Actor, account_id: UUID) -> ProviderAccount:
    """Return the account, or answer that there is none."""
    account = await queries.find_provider_account(session, actor, account_id)
    if account is None:
        raise not_found("provider account")
    return account


def shows_settings(actor: Actor) -> bool:
    """Return whether the actor may see what accounts are set up with."""
    return level_of(actor, _SETTINGS, Privilege.READ) is not None
