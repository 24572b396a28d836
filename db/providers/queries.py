"""Which provider accounts an organisation has."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.providers.tables import ProviderAccount
from db.visibility import visible_to
from domain.messages import HoldKind, MessageStatus
from domain.privileges import Actor


class AccountRow(NamedTuple):
    """What is needed to open a provider account."""

    id: UUID
    organisation_id: UUID
    provider: str
    credentials: bytes
    api_base_url: str | None
    is_enabled: bool
    trusted_proxies: list[str]
    former_credentials: bytes | None
    former_until: datetime | None


_ROW: Final = (
    ProviderAccount.id,
    ProviderAccount.organisation_id,
    ProviderAccount.provider,
    ProviderAccount.credentials,
    ProviderAccount.api_base_url,
    ProviderAccount.is_enabled,
    ProviderAccount.trusted_proxies,
    ProviderAccount.former_credentials,
    ProviderAccount.former_until,
)


async def find_account(session: AsyncSession, account_id: UUID) -> AccountRow | None:
    """Return the account of this id, of whichever organisation."""
    found = await session.execute(select(*_ROW).where(ProviderAccount.id == account_id))
    row = found.one_or_none()
    return None if row is None else AccountRow(*row)


def row_of(account: ProviderAccount) -> AccountRow:
    """Return the part of an account that opens it."""
    return AccountRow(*(getattr(account, column.key) for column in _ROW))


async def list_provider_accounts(
    session: AsyncSession, actor: Actor, page: PageRequest
) -> PageOf[ProviderAccount]:
    """Return provider accounts, the oldest first."""
    statement = select(ProviderAccount).where(visible_to(actor, ProviderAccount))
    return await read_page(
        session, statement, lambda account: account, page=page, keys=[ProviderAccount.id]
    )


async def find_provider_account(
    session: AsyncSession, actor: Actor, account_id: UUID
) -> ProviderAccount | None:
    """Return the account if the actor may see it."""
    account: ProviderAccount | None = await session.scalar(
        select(ProviderAccount).where(
            ProviderAccount.id == account_id, visible_to(actor, ProviderAccount)
        )
    )
    return account


async def waiting_texts(session: AsyncSession, account_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many texts wait for each of these accounts to work again, where any do."""
    counted = await session.execute(
        select(Message.provider_account_id, func.count())
        .where(
            Message.status == MessageStatus.HELD,
            Message.held_for.in_((HoldKind.ACCOUNT, HoldKind.PROVIDER)),
            Message.provider_account_id.in_(account_ids),
        )
        .group_by(Message.provider_account_id)
    )
    return dict(counted.all())


async def insert_provider_account(
    session: AsyncSession, *, seal: Callable[[UUID], bytes], **columns: Any
) -> ProviderAccount:
    """Store an account, its credentials sealed for the id it gets.

    Its name must be free: `provider_accounts_organisation_id_name_key` refuses it otherwise.
    """
    account_id = (await session.execute(select(func.uuidv7()))).scalar_one()
    account = ProviderAccount(id=account_id, credentials=seal(account_id), **columns)
    session.add(account)
    await session.flush()
    return account


async def update_provider_account(
    session: AsyncSession, account: ProviderAccount, changes: Mapping[str, Any]
) -> None:
    """Change an account; the same constraint guards its name."""
    for name, value in changes.items():
        setattr(account, name, value)
    await session.flush()


async def delete_provider_account(session: AsyncSession, account_id: UUID) -> None:
    """Delete an account. Foreign keys refuse it while numbers or texts refer to it."""
    await session.execute(delete(ProviderAccount).where(ProviderAccount.id == account_id))
