"""Sends a test text to an administrator's phone, once, and finds out how far it got."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Context
from api.problems import invalid, not_found
from api.provider_accounts.access import UNUSABLE
from api.provider_accounts.legs import is_over
from api.provider_accounts.schemas import webhook_url
from api.provider_accounts.setting_up_schemas import NewTestText
from channels.errors import ProviderUnavailable
from channels.interface import (
    Accepted,
    Channel,
    NotTaken,
    OutboundText,
    Outcome,
    Rejected,
    StatusReport,
    Unknown,
)
from db.consent.queries import in_force
from db.messages.statuses import Report
from db.providers import numbers, probes, queries
from db.providers.tables import PhoneNumber, ProbeText, ProviderAccount
from domain import consent, phone
from domain.consent import OurNumber, Purpose
from domain.messages import FINAL, MessageStatus
from domain.privileges import Actor

_log = logging.getLogger(__name__)

_BODY: Final = "A test from Touchline: this number can text you. There is nothing to do."
_VALID_FOR: Final = timedelta(hours=1)
_ASK_AFTER: Final = timedelta(seconds=10)
"""How long after its answer the provider is asked what became of a text that no callback has come for."""
_ASK_EVERY_SECONDS: Final = 2.0
_POLL_SECONDS: Final = 0.3


async def checked(
    session: AsyncSession, actor: Actor, account: ProviderAccount, test: NewTestText
) -> tuple[PhoneNumber, str]:
    """Return the number a test text may leave from, and the one it may go to; refuse any other."""
    number = await numbers.find_phone_number(session, actor, test.phone_number_id)
    if (
        number is None
        or number.provider_account_id != account.id
        or number.removed_at is not None
        or not number.can_sms
    ):
        raise invalid("phone_number_id", "The account has no such number that can text.")
    try:
        to_number = phone.parse(test.to)
    except phone.InvalidNumber as error:
        raise invalid("to", str(error)) from error
    withdrawals = await in_force(session, account.organisation_id, to_number)
    ours = OurNumber(number.id, number.brand)
    withdrawal = consent.blocking(withdrawals, ours, Purpose.SERVICE)
    if withdrawal is not None and withdrawal.is_unclear:
        raise invalid("to", consent.why(withdrawal))
    if withdrawal is not None:
        raise invalid("to", "This number has opted out of texts: it must say START first.")
    return number, to_number


async def send(
    context: Context,
    channel: Channel,
    number: PhoneNumber,
    account: ProviderAccount,
    to_number: str,
    *,
    probe_id: UUID | None,
) -> UUID:
    """Send a test text and return its id. One of `probe_id` that was begun before is not sent again."""
    async with context.sessions.begin() as session:
        begun = await probes.submit(
            session,
            probe_id=probe_id,
            organisation_id=account.organisation_id,
            account_id=account.id,
            phone_number_id=number.id,
            to_number=to_number,
            now=datetime.now(UTC),
        )
    if begun is None:
        if probe_id is None:
            raise RuntimeError("the database drew an id that is taken")
        return probe_id
    status_url = webhook_url(account, context.settings.callback_url, "status")
    outcome = await channel.send(
        OutboundText(
            message_id=begun,
            from_number=number.e164,
            to_number=to_number,
            body=_BODY,
            status_callback_url=channel.webhook_url(f"{status_url}?message={begun}"),
            valid_for=_VALID_FOR,
        )
    )
    async with context.sessions.begin() as session:
        await _keep(session, account.id, begun, outcome)
    return begun


async def follow(
    context: Context, account: ProviderAccount, probe_id: UUID, *, seconds: float
) -> ProbeText:
    """Return a test text once nothing more is expected of it, or as it is after so many seconds.

    If no callback comes, the provider is asked: the text may have arrived, and only its report be lost.
    """
    until = time.monotonic() + seconds
    ask_at = time.monotonic()
    while True:
        async with context.sessions() as session:
            probe = await probes.find_probe(session, account.id, probe_id)
        if probe is None:
            raise not_found("test text")
        now = datetime.now(UTC)
        if is_over(probe, now=now):
            return probe
        if _is_silent(probe, now) and time.monotonic() >= ask_at:
            await _ask(context, account, probe, now)
            ask_at = time.monotonic() + _ASK_EVERY_SECONDS
        elif time.monotonic() >= until:
            return probe
        else:
            await asyncio.sleep(_POLL_SECONDS)


def _is_silent(probe: ProbeText, now: datetime) -> bool:
    return (
        probe.status not in FINAL
        and probe.reported_at is None
        and probe.answered_at is not None
        and now - probe.answered_at >= _ASK_AFTER
    )


async def _ask(context: Context, account: ProviderAccount, probe: ProbeText, now: datetime) -> None:
    if probe.provider_message_id is None:
        return
    try:
        async with context.accounts.opened(queries.row_of(account)) as channel:
            found = await channel.look_up(probe.provider_message_id)
    except (*UNUSABLE, ProviderUnavailable) as error:
        _log.warning("account %s could not be asked about a test text: %s", account.id, error)
        return
    report = None if found is None else _report_of(found)
    if report is not None:
        async with context.sessions.begin() as session:
            await probes.adopt(session, account.id, probe.id, report, now)


def _report_of(found: StatusReport) -> Report | None:
    if found.status is None:
        return None
    return Report(found.provider_message_id, found.status, found.code, found.failure, found.reason)


async def _keep(session: AsyncSession, account_id: UUID, probe_id: UUID, outcome: Outcome) -> None:
    match outcome:
        case Accepted(provider_message_id, status):
            report = Report(provider_message_id, status)
        case Rejected(code, failure, reason):
            report = Report(None, MessageStatus.FAILED, code, failure, reason)
        case NotTaken(code=code, reason=reason):
            report = Report(None, MessageStatus.FAILED, code, None, reason)
        case Unknown(reason):
            await probes.unanswered(session, probe_id, reason)
            return
        case _:
            assert_never(outcome)
    await probes.answered(session, account_id, probe_id, report, datetime.now(UTC))
