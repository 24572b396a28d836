"""The organisation's accounts with SMS providers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from api.context import Context, Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page, page_of
from api.problems import invalid, problems, refuse_in_use, refuse_taken
from api.provider_accounts import setting_up
from api.provider_accounts.access import (
    MayCreate,
    MayDelete,
    MayList,
    MayRead,
    MayReadSettings,
    MayWrite,
    find,
    shows_settings,
)
from api.provider_accounts.schemas import (
    AccountHealthOut,
    CheckedProviderAccountOut,
    NewProviderAccount,
    OutcomesOut,
    PauseOut,
    ProviderAccountChanges,
    ProviderAccountOut,
    ProviderOut,
    Providers,
    UnknownCodeOut,
    VerdictOut,
    state_of,
)
from api.schemas import Reason
from channels.credentials import completed
from channels.errors import InvalidCredentials
from channels.interface import Problem as AccountProblem
from channels.interface import Verdict
from channels.registry import providers
from db.providers import health, pausing, queries
from db.providers.credentials import keep_key
from db.providers.tables import ProviderAccount
from db.secrets import UnreadableSecret
from domain.privileges import Actor

router = APIRouter(
    prefix="/provider-accounts", tags=["provider accounts"], route_class=IdempotentRoute
)

_NAME_TAKEN: Final = "There is a provider account of this name already."
_NAME_KEY: Final = "provider_accounts_organisation_id_name_key"
_BY_HAND: Final = "Paused by hand."
_PROVE_FOR: Final = timedelta(days=1)
"""How long former credentials prove a provider's calls."""


@router.get("", operation_id="listProviderAccounts", responses=problems(401, 403, 422))
async def list_provider_accounts(
    actor: MayRead, context: InContext, session: Database, page: AskedPage
) -> Page[ProviderAccountOut]:
    """List the accounts, without their credentials; how they are set up only for who may see that."""
    found = await queries.list_provider_accounts(session, actor, page)
    waiting = await queries.waiting_texts(session, [account.id for account in found.rows])
    return page_of(
        found,
        lambda account: _shown_to(actor, _shown(context, account, waiting.get(account.id, 0))),
    )


@router.get("/providers", operation_id="listProviders", responses=problems(401, 403))
async def list_providers(_: MayList) -> Providers:
    """List the providers whose accounts can be connected, with what each asks for."""
    return Providers(items=[ProviderOut.of(provider) for provider in providers.values()])


@router.post(
    "",
    operation_id="createProviderAccount",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_provider_account(
    actor: MayCreate, context: InContext, session: Database, now: Now, body: NewProviderAccount
) -> CheckedProviderAccountOut:
    """Connect an account. The provider is asked at once; the account is stored whatever it says of it."""
    if body.provider not in providers:
        known = ", ".join(sorted(providers))
        raise invalid("provider", f"There is no provider {body.provider!r}: use one of {known}.")
    credentials = completed(providers[body.provider].credential_fields, body.credentials)
    verdict = await _verdict(context, body.provider, credentials, body.api_base_url)
    await keep_key(session)
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        account = await queries.insert_provider_account(
            session,
            organisation_id=actor.organisation_id,
            seal=lambda account_id: context.secrets.seal(credentials, row_id=account_id),
            verified_at=now if verdict.ok else None,
            **body.model_dump(exclude={"credentials"}),
        )
    return _checked(_shown(context, account, 0), verdict)


@router.get("/{account_id}", operation_id="getProviderAccount", responses=problems(401, 403, 404))
async def get_provider_account(
    account_id: UUID, actor: MayRead, context: InContext, session: Database
) -> ProviderAccountOut:
    """Show one account."""
    account = await find(session, actor, account_id)
    return _shown_to(actor, _shown(context, account, await _waiting_texts(session, account)))


@router.patch(
    "/{account_id}",
    operation_id="changeProviderAccount",
    responses=problems(401, 403, 404, 409, 422),
)
async def change_provider_account(
    account_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    now: Now,
    body: ProviderAccountChanges,
) -> CheckedProviderAccountOut:
    """Change an account. New credentials or another address are tried at once.

    Credentials that the provider does not take never replace those of an account that works.
    """
    account = await find(session, actor, account_id)
    changes = _changes(body)
    verdict = None
    if body.credentials is not None or "api_base_url" in changes:
        base_url = changes.get("api_base_url", account.api_base_url)
        credentials = _merged(context, account, body.credentials)
        verdict = await _verdict(context, account.provider, credentials, base_url)
        if body.credentials is not None and _would_break(account, verdict):
            raise invalid(
                "credentials", f"{verdict.text} Nothing was changed: the account works as it is."
            )
        changes["verified_at"] = now if verdict.ok else None
        await keep_key(session)
        # as it is now, after whoever changed it while the provider was asked
        await session.refresh(account, with_for_update=True)
        credentials = _merged(context, account, body.credentials)
        if body.credentials is not None:
            changes |= _former(account, now, have_leaked=body.have_leaked)
        changes["credentials"] = context.secrets.seal(credentials, row_id=account.id)
    with refuse_taken(_NAME_KEY, "name", _NAME_TAKEN):
        await queries.update_provider_account(session, account, changes)
    shown = _shown(context, account, await _waiting_texts(session, account))
    return _checked(shown, verdict)


@router.delete(
    "/{account_id}",
    operation_id="deleteProviderAccount",
    status_code=204,
    responses=problems(401, 403, 404, 409),
)
async def delete_provider_account(account_id: UUID, actor: MayDelete, session: Database) -> None:
    """Delete an account that no number and no text refers to; disable one that is in use."""
    account = await find(session, actor, account_id)
    with refuse_in_use("provider account"):
        await queries.delete_provider_account(session, account.id)


@router.post(
    "/{account_id}/pause",
    operation_id="pauseProviderAccount",
    responses=problems(401, 403, 404, 422),
)
async def pause_provider_account(
    account_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    now: Now,
    body: Reason | None = None,
) -> ProviderAccountOut:
    """Send nothing over an account until somebody resumes it. Its texts wait; replies still come in."""
    account = await find(session, actor, account_id)
    reason = (body and body.reason) or _BY_HAND
    await pausing.pause_by_hand(session, account.id, reason, now)
    return await _shown_anew(context, session, account)


@router.post(
    "/{account_id}/resume",
    operation_id="resumeProviderAccount",
    responses=problems(401, 403, 404),
)
async def resume_provider_account(
    account_id: UUID, actor: MayWrite, context: InContext, session: Database, now: Now
) -> ProviderAccountOut:
    """Let a paused account send again."""
    account = await find(session, actor, account_id)
    await pausing.resume(session, account.id, now)
    return await _shown_anew(context, session, account)


@router.get(
    "/{account_id}/health",
    operation_id="getProviderAccountHealth",
    responses=problems(401, 403, 404),
)
async def get_health(
    account_id: UUID, actor: MayReadSettings, session: Database, now: Now
) -> AccountHealthOut:
    """Show how an account is doing: what became of its requests, how fast they are answered, and what last came in."""
    account = await find(session, actor, account_id)
    hour, day, week = (now - timedelta(**ago) for ago in ({"hours": 1}, {"days": 1}, {"days": 7}))
    knows_code = providers[account.provider].knows_code
    codes = await health.codes_since(session, account.id, week)
    return AccountHealthOut(
        state=state_of(account),
        pause=PauseOut.of(account),
        waiting_texts=await _waiting_texts(session, account),
        last_hour=OutcomesOut.of(await health.outcomes_since(session, account.id, hour)),
        last_day=OutcomesOut.of(await health.outcomes_since(session, account.id, day)),
        last_inbound_at=account.last_inbound_at,
        last_status_at=account.last_status_at,
        unknown_codes=[
            UnknownCodeOut.model_validate(each) for each in codes if not knows_code(each.code)
        ],
    )


router.include_router(setting_up.router)


async def _waiting_texts(session: Database, account: ProviderAccount) -> int:
    return (await queries.waiting_texts(session, [account.id])).get(account.id, 0)


async def _shown_anew(
    context: Context, session: Database, account: ProviderAccount
) -> ProviderAccountOut:
    await session.refresh(account)
    return _shown(context, account, await _waiting_texts(session, account))


def _shown(context: Context, account: ProviderAccount, waiting_texts: int) -> ProviderAccountOut:
    try:
        names = sorted(_stored(context, account))
    except UnreadableSecret:
        # shown as not set: entering them again is what helps
        names = []
    return ProviderAccountOut.of(
        account,
        credential_names=names,
        callback_url=context.settings.callback_url,
        waiting_texts=waiting_texts,
    )


def _shown_to(actor: Actor, shown: ProviderAccountOut) -> ProviderAccountOut:
    """Return of an account what the actor may see of it."""
    if shows_settings(actor):
        return shown
    return shown.model_copy(update={"credentials": {}, "api_base_url": None, "trusted_proxies": []})


def _checked(shown: ProviderAccountOut, verdict: Verdict | None) -> CheckedProviderAccountOut:
    check = None if verdict is None else VerdictOut.of(verdict)
    return CheckedProviderAccountOut(**shown.model_dump(), check=check)


def _stored(context: Context, account: ProviderAccount) -> dict[str, str]:
    return context.secrets.open(account.credentials, row_id=account.id)


def _changes(body: ProviderAccountChanges) -> dict[str, Any]:
    """Return the columns to change; only the address can be taken back, by null."""
    sent = body.model_dump(exclude_unset=True, exclude={"credentials", "have_leaked"})
    return {
        name: value for name, value in sent.items() if value is not None or name == "api_base_url"
    }


def _former(account: ProviderAccount, now: datetime, *, have_leaked: bool) -> dict[str, Any]:
    """Return how the credentials that are replaced are kept; sealed as they are, they may be unreadable."""
    if have_leaked:
        return {"former_credentials": None, "former_until": None}
    return {"former_credentials": account.credentials, "former_until": now + _PROVE_FOR}


def _merged(
    context: Context, account: ProviderAccount, changes: Mapping[str, str] | None
) -> dict[str, str]:
    try:
        stored = _stored(context, account)
    except UnreadableSecret:
        stored = {}
    # an empty value takes a credential back, and has one that is ours to draw drawn anew
    merged = {name: value for name, value in (stored | dict(changes or {})).items() if value}
    return completed(providers[account.provider].credential_fields, merged)


def _would_break(account: ProviderAccount, verdict: Verdict) -> bool:
    return account.verified_at is not None and verdict.problem is AccountProblem.CREDENTIALS


async def _verdict(
    context: Context, provider: str, credentials: Mapping[str, str], base_url: str | None
) -> Verdict:
    """Ask the provider about an account; refuse one that its module cannot work with."""
    if base_url is None and providers[provider].needs_base_url:
        raise invalid("api_base_url", f"{providers[provider].label} needs the account's base URL.")
    try:
        channel = providers[provider].open(
            credentials, base_url, context.settings.provider_timeout_seconds
        )
    except InvalidCredentials as error:
        raise invalid("credentials", str(error)) from error
    try:
        return await channel.verify()
    finally:
        await channel.close()
