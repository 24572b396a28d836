"""Which provider accounts an organisation has, and which numbers it sends from."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.pages import PageOf, PageRequest, read_page
from db.providers.tables import PhoneNumber, ProviderAccount
from db.visibility import visible_to
from domain.privileges import Actor


class AccountRow(NamedTuple):
    """What is needed to open a provider account."""

    id: UUID
    organisation_id: UUID
    provider: str
    credentials: bytes
    api_base_url: str | None
    is_enabled: bool


async def find_account(session: AsyncSession, account_id: UUID) -> AccountRow | None:
    """Return the account of this id, of whichever organisation."""
    found = await session.execute(
        select(
            ProviderAccount.id,
            ProviderAccount.organisation_id,
            ProviderAccount.provider,
            ProviderAccount.credentials,
            ProviderAccount.api_base_url,
            ProviderAccount.is_enabled,
        ).where(ProviderAccount.id == account_id)
    )
    row = found.one_or_none()
    return None if row is None else AccountRow(*row)


def row_of(account: ProviderAccount) -> AccountRow:
    """Return the part of an account that opens it."""
    return AccountRow(
        account.id,
        account.organisation_id,
        account.provider,
        account.credentials,
        account.api_base_url,
        account.is_enabled,
    )


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


async def list_phone_numbers(
    session: AsyncSession, actor: Actor, page: PageRequest
) -> PageOf[PhoneNumber]:
    """Return sending numbers, the oldest first."""
    statement = select(PhoneNumber).where(visible_to(actor, PhoneNumber))
    return await read_page(
        session, statement, lambda number: number, page=page, keys=[PhoneNumber.id]
    )


async def find_phone_number(
    session: AsyncSession, actor: Actor, number_id: UUID
) -> PhoneNumber | None:
    """Return the number if the actor may see it."""
    number: PhoneNumber | None = await session.scalar(
        select(PhoneNumber).where(PhoneNumber.id == number_id, visible_to(actor, PhoneNumber))
    )
    return number


async def numbers_in_use(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Return those of `numbers` that are sending numbers already, of whichever organisation."""
    return set(await session.scalars(select(PhoneNumber.e164).where(PhoneNumber.e164.in_(numbers))))


async def insert_phone_number(session: AsyncSession, **columns: Any) -> PhoneNumber:
    """Store a sending number. `phone_numbers_e164_key` refuses one that is there already.

    If it is the default of its owner, it takes that place from the one that had it.
    """
    if columns.get("is_default") and columns.get("owner_user_id"):
        await _clear_default(session, columns["owner_user_id"])
    number_id = (
        await session.execute(insert(PhoneNumber).values(**columns).returning(PhoneNumber.id))
    ).scalar_one()
    return await session.get_one(PhoneNumber, number_id)


async def update_phone_number(
    session: AsyncSession, number: PhoneNumber, changes: Mapping[str, Any]
) -> None:
    """Change a sending number; a new default takes the place of the old one."""
    owner_id = changes.get("owner_user_id", number.owner_user_id)
    if changes.get("is_default", number.is_default) and owner_id is not None:
        await _clear_default(session, owner_id, keep=number.id)
    for name, value in changes.items():
        setattr(number, name, value)
    await session.flush()


async def delete_phone_number(session: AsyncSession, number_id: UUID) -> None:
    """Delete a sending number. Foreign keys refuse it while conversations refer to it."""
    await session.execute(delete(PhoneNumber).where(PhoneNumber.id == number_id))


async def _clear_default(
    session: AsyncSession, owner_user_id: UUID, keep: UUID | None = None
) -> None:
    statement = update(PhoneNumber).where(
        PhoneNumber.owner_user_id == owner_user_id, PhoneNumber.is_default
    )
    if keep is not None:
        statement = statement.where(PhoneNumber.id != keep)
    await session.execute(statement.values(is_default=False))
