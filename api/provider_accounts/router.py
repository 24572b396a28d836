"""The organisation's accounts with SMS providers."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.context import Context, Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems, refuse_in_use, refuse_taken
from api.provider_accounts.schemas import (
    DiscoveredNumberOut,
    DiscoveredNumbers,
    NewProviderAccount,
    ProviderAccountChanges,
    ProviderAccountOut,
    VerdictOut,
)
from channels.errors import InvalidCredentials, ProviderUnavailable
from channels.interface import Verdict
from channels.registry import providers
from db.providers import queries
from db.providers.tables import ProviderAccount
from db.secrets import UnreadableSecret
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(
    prefix="/provider-accounts", tags=["provider accounts"], route_class=IdempotentRoute
)

_MayRead = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.PROVIDER_ACCOUNT, Privilege.DELETE))]

_UNUSABLE = (UnreadableSecret, InvalidCredentials)
_NAME_TAKEN = "There is a provider account of this name already."
_NAME_KEY = "provider_accounts_organisation_id_name_key"


@router.get("", operation_id="listProviderAccounts", responses=problems(401, 403, 422))
async def list_provider_accounts(
    actor: _MayRead, context: InContext, session: Database, page: AskedPage
) -> Page[ProviderAccountOut]:
    """List the accounts, without their credentials."""
    found = await queries.list_provider_accounts(session, actor, page)
    return page_of(found, lambda account: _shown(context, account))


@router.post(
    "",
    operation_id="createProviderAccount",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_provider_account(
    actor: _MayCreate, context: InContext, session: Database, body: NewProviderAccount
) -> ProviderAccountOut:
    """Connect an account. Nothing is asked of the provider: see `/verify`."""
    await _check(context, body.provider, body.credentials, body.api_base_url)
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        account = await queries.insert_provider_account(
            session,
            organisation_id=actor.organisation_id,
            seal=lambda account_id: context.secrets.seal(body.credentials, account_id=account_id),
            **body.model_dump(exclude={"credentials"}),
        )
    return _shown(context, account)


@router.get("/{account_id}", operation_id="getProviderAccount", responses=problems(401, 403, 404))
async def get_provider_account(
    account_id: UUID, actor: _MayRead, context: InContext, session: Database
) -> ProviderAccountOut:
    """Show one account."""
    return _shown(context, await _find(session, actor, account_id))


@router.patch(
    "/{account_id}",
    operation_id="changeProviderAccount",
    responses=problems(401, 403, 404, 409, 422),
)
async def change_provider_account(
    account_id: UUID,
    actor: _MayWrite,
    context: InContext,
    session: Database,
    body: ProviderAccountChanges,
) -> ProviderAccountOut:
    """Change an account; new credentials or another address take back its verification."""
    account = await _find(session, actor, account_id)
    changes = body.model_dump(exclude_unset=True, exclude={"credentials"})
    if body.credentials is not None or "api_base_url" in changes:
        credentials = _merged(context, account, body.credentials or {})
        base_url = changes.get("api_base_url", account.api_base_url)
        await _check(context, account.provider, credentials, base_url)
        changes["credentials"] = context.secrets.seal(credentials, account_id=account.id)
        changes["verified_at"] = None
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        await queries.update_provider_account(session, account, changes)
    return _shown(context, account)


@router.delete(
    "/{account_id}",
    operation_id="deleteProviderAccount",
    status_code=204,
    responses=problems(401, 403, 404, 409),
)
async def delete_provider_account(account_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Delete an account that no number and no text refers to; disable one that is in use."""
    account = await _find(session, actor, account_id)
    with refuse_in_use("provider account"):
        await queries.delete_provider_account(session, account.id)


@router.post(
    "/{account_id}/verify",
    operation_id="verifyProviderAccount",
    responses=problems(401, 403, 404),
)
async def verify_provider_account(
    account_id: UUID, actor: _MayWrite, context: InContext, session: Database, now: Now
) -> VerdictOut:
    """Ask the provider whether the account can be used as it is configured. Sends no text."""
    account = await _find(session, actor, account_id)
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            verdict = await channel.verify()
    except _UNUSABLE as error:
        verdict = Verdict(ok=False, text=str(error))
    await queries.update_provider_account(
        session, account, {"verified_at": now if verdict.ok else None}
    )
    return VerdictOut(ok=verdict.ok, verdict=verdict.text)


@router.post(
    "/{account_id}/discover-numbers",
    operation_id="discoverNumbers",
    responses=problems(401, 403, 404, 502),
)
async def discover_numbers(
    account_id: UUID, actor: _MayWrite, context: InContext, session: Database
) -> DiscoveredNumbers:
    """Ask the provider which numbers the account can send from."""
    account = await _find(session, actor, account_id)
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            found = await channel.list_numbers()
    except (*_UNUSABLE, ProviderUnavailable) as error:
        raise Problem(502, "provider-unavailable", str(error)) from error
    in_use = await queries.numbers_in_use(session, [number.e164 for number in found])
    return DiscoveredNumbers(
        items=[DiscoveredNumberOut.of(number, in_use=in_use) for number in found]
    )


async def _find(session: Database, actor: Actor, account_id: UUID) -> ProviderAccount:
    account = await queries.find_provider_account(session, actor, account_id)
    if account is None:
        raise not_found("provider account")
    return account


def _shown(context: Context, account: ProviderAccount) -> ProviderAccountOut:
    try:
        names = sorted(_stored(context, account))
    except UnreadableSecret:
        # shown as not set: entering them again is what helps
        names = []
    return ProviderAccountOut.of(
        account, credential_names=names, callback_url=context.settings.callback_url
    )


def _stored(context: Context, account: ProviderAccount) -> dict[str, str]:
    return context.secrets.open(account.credentials, account_id=account.id)


def _merged(
    context: Context, account: ProviderAccount, changes: Mapping[str, str]
) -> dict[str, str]:
    try:
        stored = _stored(context, account)
    except UnreadableSecret:
        stored = {}
    # an empty value takes a credential back
    return {name: value for name, value in (stored | dict(changes)).items() if value}


async def _check(
    context: Context, provider: str, credentials: Mapping[str, str], base_url: str | None
) -> None:
    """Refuse credentials the provider's module cannot work with, before they are stored."""
    if provider not in providers:
        known = ", ".join(sorted(providers))
        raise invalid("provider", f"There is no provider {provider!r}: use one of {known}.")
    try:
        channel = providers[provider].open(
            credentials, base_url, context.settings.provider_timeout_seconds
        )
    except InvalidCredentials as error:
        raise invalid("credentials", str(error)) from error
    await channel.close()
