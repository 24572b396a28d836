"""From credentials to a text that arrives: numbers are found, webhooks registered, and a test text is followed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request

from api.context import Context, Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.problems import Problem, invalid, problems
from api.provider_accounts import probing
from api.provider_accounts.access import UNUSABLE, MayWrite, find
from api.provider_accounts.legs import Leg, legs_of
from api.provider_accounts.schemas import webhook_url
from api.provider_accounts.setting_up_schemas import (
    DiscoveredNumberOut,
    DiscoveredNumbers,
    LegOut,
    NewTestText,
    RegistrationOut,
    RegistrationsOut,
    SetupOut,
    SetupStepOut,
    TestTextOut,
    VerificationOut,
    WebhooksToRegister,
)
from api.provider_accounts.setup import is_reachable, steps_of
from channels.errors import ProviderUnavailable
from channels.interface import Channel, Verdict
from channels.interface import Problem as AccountProblem
from db.providers import numbers, probes, queries
from db.providers.tables import ProbeText, ProviderAccount
from domain.identifiers import derived_id

router = APIRouter(route_class=IdempotentRoute)

_LONGEST_WAIT: Final = 25
"""Seconds that a request may wait for a test text; shorter than what proxies allow."""


@router.get("/{account_id}/setup", operation_id="getSetup", responses=problems(401, 403, 404))
async def get_setup(
    account_id: UUID, actor: MayWrite, context: InContext, session: Database
) -> SetupOut:
    """Show what is left to do until texts go out and replies come in, with the exact addresses to give the provider."""
    account = await find(session, actor, account_id)
    inbound_url = status_url = None
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            inbound_url, status_url = _addresses(context, account, channel)
    except UNUSABLE:
        pass  # the first step says so
    steps = steps_of(
        account,
        numbers=len(await numbers.numbers_of_account(session, account.id)),
        probe=await probes.latest_probe(session, account.id),
        inbound_url=inbound_url,
        status_url=status_url,
        is_reachable=is_reachable(context.settings.callback_url, account.api_base_url),
    )
    return SetupOut(
        steps=[SetupStepOut.model_validate(step) for step in steps],
        inbound_url=inbound_url,
        status_url=status_url,
    )


@router.post(
    "/{account_id}/discover-numbers",
    operation_id="discoverNumbers",
    responses=problems(401, 403, 404, 502),
)
async def discover_numbers(
    account_id: UUID, actor: MayWrite, context: InContext, session: Database
) -> DiscoveredNumbers:
    """Ask the provider which numbers the account can send from, if it can say."""
    account = await find(session, actor, account_id)
    async with _asking(context, account) as channel:
        found = await channel.list_numbers()
    in_use = await numbers.numbers_in_use(session, [number.e164 for number in found or ()])
    return DiscoveredNumbers(
        can_list=found is not None,
        items=[DiscoveredNumberOut.of(number, in_use=in_use) for number in found or ()],
    )


@router.post(
    "/{account_id}/register-webhooks",
    operation_id="registerWebhooks",
    responses=problems(401, 403, 404, 422, 502),
)
async def register_webhooks(
    account_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    body: WebhooksToRegister | None = None,
) -> RegistrationsOut:
    """Have the provider bring the texts to each number to us; where it cannot be told, say what to do by hand."""
    account = await find(session, actor, account_id)
    chosen = await numbers.numbers_of_account(session, account.id)
    if body is not None and body.phone_number_ids is not None:
        wanted = set(body.phone_number_ids)
        chosen = [number for number in chosen if number.id in wanted]
        if len(chosen) < len(wanted):
            raise invalid("phone_number_ids", "Not all of these are numbers of the account.")
    items = []
    async with _asking(context, account) as channel:
        inbound_url, status_url = _addresses(context, account, channel)
        for number in chosen:
            try:
                registration = await channel.register_webhooks(
                    number.e164, inbound_url=inbound_url, status_url=status_url
                )
            except ProviderUnavailable as error:
                items.append(RegistrationOut.failed(number, str(error)))
            else:
                items.append(RegistrationOut.of(number, registration))
    return RegistrationsOut(inbound_url=inbound_url, status_url=status_url, items=items)


@router.post(
    "/{account_id}/verify",
    operation_id="verifyProviderAccount",
    responses=problems(401, 403, 404, 422),
    dependencies=[Idempotent],
)
async def verify_provider_account(
    account_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    request: Request,
    now: Now,
    body: NewTestText | None = None,
) -> VerificationOut:
    """Ask the provider whether the account can be used as it is configured; with a body, send a test text, too.

    The test text goes at once, also over an account that is disabled or paused, to a phone of your own.
    """
    account = await find(session, actor, account_id)
    test = None if body is None else await probing.checked(session, actor, account, body)
    probe: ProbeText | None = None
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            verdict = await channel.verify()
            if verdict.ok and test is not None:
                number, to_number = test
                # the same request again, after whatever became of it, finds the text it has sent
                key = request.headers.get("Idempotency-Key")
                test_id = await probing.send(
                    context,
                    channel,
                    number,
                    account,
                    to_number,
                    probe_id=None if key is None else derived_id(actor.user_id, "probe", key),
                )
                probe = await probes.find_probe(session, account.id, test_id)
    except UNUSABLE as error:
        verdict = Verdict(AccountProblem.CREDENTIALS, str(error))
    await queries.update_provider_account(
        session, account, {"verified_at": now if verdict.ok else None}
    )
    legs = (
        [Leg("credentials", "ok" if verdict.ok else "failed", verdict.text)]
        if probe is None
        else _legs(context, account, probe)
    )
    return VerificationOut(
        ok=verdict.ok,
        verdict=verdict.text,
        test_id=None if probe is None else probe.id,
        legs=[LegOut.model_validate(leg) for leg in legs],
    )


@router.get(
    "/{account_id}/tests/{test_id}",
    operation_id="getTestText",
    responses=problems(401, 403, 404, 422),
)
async def get_test_text(
    account_id: UUID,
    test_id: UUID,
    actor: MayWrite,
    context: InContext,
    session: Database,
    wait: Annotated[
        int, Query(ge=0, le=_LONGEST_WAIT, description="Seconds to wait until it is over.")
    ] = 0,
) -> TestTextOut:
    """Show how far a test text got."""
    account = await find(session, actor, account_id)
    # others may have the connection while we wait
    await session.commit()
    probe = await probing.follow(context, account, test_id, seconds=wait)
    return TestTextOut.of(probe, _legs(context, account, probe), datetime.now(UTC))


@asynccontextmanager
async def _asking(context: Context, account: ProviderAccount) -> AsyncIterator[Channel]:
    """Open an account to ask its provider something; answer 502 if that fails."""
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            yield channel
    except (*UNUSABLE, ProviderUnavailable) as error:
        raise Problem(502, "provider-unavailable", str(error)) from error


def _addresses(context: Context, account: ProviderAccount, channel: Channel) -> tuple[str, str]:
    """Return what to give to the provider for texts and for reports."""
    base = context.settings.callback_url
    return (
        channel.webhook_url(webhook_url(account, base, "inbound")),
        channel.webhook_url(webhook_url(account, base, "status")),
    )


def _legs(context: Context, account: ProviderAccount, probe: ProbeText) -> list[Leg]:
    status_url = webhook_url(account, context.settings.callback_url, "status")
    return legs_of(probe, status_url=status_url, now=datetime.now(UTC))
