"""Compares our texts with a provider's own list, and adopts what never reached us: replies, statuses, prices.

Everything is adopted in a transaction of its own and by the code that takes it from a webhook, so that a comparison
may stop anywhere and be made again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from channels.errors import InvalidCredentials, ProviderUnavailable
from channels.interface import Channel, Price, ProviderMessage, StatusReport
from db.alerts.queries import raise_alert
from db.engine import Sessions
from db.messages import inbound, statuses
from db.messages.inbound import InboundText, UnknownNumber
from db.messages.statuses import Report
from db.outbox.queries import relay
from db.providers import probes
from db.providers.queries import row_of
from db.providers.tables import ProviderAccount
from db.reconciliation import queries
from db.reconciliation.queries import Charge, Known
from db.reconciliation.tables import Reconciliation
from db.secrets import UnreadableSecret
from domain.alerts import AlertKind
from domain.messages import REPORTABLE, Direction, MessageStatus, may_become
from domain.notices import Delivery, Notice
from domain.reconciliation import (
    Finding,
    FindingKind,
    Unanswered,
    counts_as_unknown_before,
    owners,
    replies_missed,
    texts_unknown,
    written_at,
)
from workflows.activities import BeginReconciliations, Reconciled

_BATCH: Final = 500
"""Texts of a provider's list that are compared at once."""

_OVERDUE: Final = timedelta(minutes=10)
"""How long a text's end may be awaited before the provider is asked for it, where it keeps no list."""

_LOOK_UPS: Final = 500
"""Texts that one comparison asks for one by one."""


_OWN_ERROR: Final = (
    "Touchline could not go on by an error of its own, which its worker's log shows."
)


@dataclass
class _Comparison:
    """One comparison under way, and what it found that could not be adopted yet, or at all."""

    row: Reconciliation
    channel: Channel
    compared_until: datetime | None
    """Up to when the account was compared before: what is older was told already."""
    numbers_since: Mapping[str, datetime]
    """Since when each of the account's numbers is ours."""
    seen: int = 0
    replies: list[ProviderMessage] = field(default_factory=list)
    """Customers' texts that we do not have."""
    nameless: list[ProviderMessage] = field(default_factory=list)
    """Texts that name no owner, to customers of whom a text of ours is without answer."""
    unanswered: dict[UUID, Unanswered] = field(default_factory=dict)
    unknown: int = 0
    new_unknown: int = 0
    left_alone: list[Finding] = field(default_factory=list)

    def ours_since(self, text: ProviderMessage, at: datetime) -> datetime:
        """Return since when a text's number is ours, or else the service that number belongs to; `at` if neither."""
        if text.to_number in self.numbers_since or text.service is None:
            return self.numbers_since.get(text.to_number, at)
        return self.numbers_since.get(text.service, at)

    def take_for_unknown(self, text: ProviderMessage) -> None:
        """Take a text for none of ours, if it is old enough to be sure."""
        if text.created_at >= counts_as_unknown_before(self.row.until):
            return
        self.unknown += 1
        self.left_alone.append(Finding(FindingKind.UNKNOWN_TEXT, text.provider_message_id))
        before = self.compared_until
        if before is None or text.created_at >= counts_as_unknown_before(before):
            self.new_unknown += 1


class Reconciler:
    """The activities that compare."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: OpenAccounts,
        deliver: Callable[[Notice], Awaitable[Delivery]],
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._deliver = deliver
        self._clock = clock

    @activity.defn
    async def begin_reconciliations(self, order: BeginReconciliations) -> list[UUID]:
        async with self._sessions.begin() as session:
            return await queries.begin_all(
                session, order.run_id, days=order.days, now=self._clock()
            )

    @activity.defn
    async def reconcile_account(self, reconciliation_id: UUID) -> Reconciled:
        async with self._sessions.begin() as session:
            row = await queries.take_up(session, reconciliation_id)
            if row is None:
                raise ApplicationError(
                    f"there is no reconciliation {reconciliation_id}",
                    type="NoSuchRow",
                    non_retryable=True,
                )
            account = row_of(await session.get_one(ProviderAccount, row.provider_account_id))
            compared_until = await queries.compared_until(session, row)
            numbers_since = await queries.numbers_since(session, row.provider_account_id)
        try:
            # a channel of its own: the shared one is closed soon after the account's row changes
            async with self._accounts.opened(account) as channel:
                comparison = _Comparison(row, channel, compared_until, numbers_since)
                await self._compare(comparison)
        except (ProviderUnavailable, InvalidCredentials, UnreadableSecret) as problem:
            await self._fail(row.id, str(problem))
            raise ApplicationError(str(problem), type=type(problem).__name__) from problem
        except Exception:
            # who waits for the comparison looks at its row alone
            await self._fail(row.id, _OWN_ERROR)
            raise
        return await self._finish(comparison)

    async def _compare(self, comparison: _Comparison) -> None:
        row = comparison.row
        listing = comparison.channel.list_messages(since=row.since, until=row.until)
        if listing is None:
            await self._look_up(comparison)
            return
        async for batch in _batches(listing):
            comparison.seen += len(batch)
            await self._compare_batch(comparison, batch)
            activity.heartbeat()
        await self._settle(comparison)
        # in the order they were written, as a START takes back the STOP before it and not the one after it
        comparison.replies.reverse()  # lists have the latest first, also of those of one second
        for text in sorted(comparison.replies, key=lambda text: text.created_at):
            await self._adopt_reply(comparison, text)
            activity.heartbeat()

    async def _compare_batch(
        self, comparison: _Comparison, batch: Sequence[ProviderMessage]
    ) -> None:
        """Adopt what is new of the texts we know, and put the others aside."""
        account_id = comparison.row.provider_account_id
        ids = [text.provider_message_id for text in batch]
        named = [text.message_id for text in batch if text.message_id is not None]
        async with self._sessions() as session:
            known = await queries.known_texts(session, account_id, ids)
            tests = await queries.known_tests(session, account_id, ids, named)
            without_id = await queries.without_id(session, account_id, named)
        charges: list[Charge] = []
        nameless: list[ProviderMessage] = []
        for text in batch:
            ours = known.get(text.provider_message_id)
            test_id = tests.get(text.provider_message_id) or (
                text.message_id and tests.get(text.message_id)
            )
            if ours is not None:
                if _is_news(text.status, ours.status):
                    await self._adopt(comparison, text, ours=ours)
                elif (charge := _charge(text.price, ours)) is not None:
                    charges.append(charge)
            elif test_id is not None:
                await self._adopt_test(comparison, test_id, text)
            elif text.direction is Direction.INBOUND:
                if text.status is MessageStatus.RECEIVED:
                    comparison.replies.append(text)
            elif text.message_id is None:
                nameless.append(text)
            elif text.message_id in without_id:
                await self._adopt(comparison, text, message_id=text.message_id)
            else:
                comparison.take_for_unknown(text)
        await self._adopt_charges(comparison, charges)
        if nameless:
            await self._put_aside(comparison, nameless)

    async def _put_aside(
        self, comparison: _Comparison, nameless: Sequence[ProviderMessage]
    ) -> None:
        """Keep what may be an unanswered text of ours until the whole list is seen; all else is none of ours."""
        row = comparison.row
        async with self._sessions() as session:
            unanswered = await queries.unanswered_texts(
                session,
                row.organisation_id,
                row.provider_account_id,
                {text.to_number for text in nameless},
            )
        comparison.unanswered |= {text.message_id: text for text in unanswered}
        awaited = {text.to_number for text in unanswered}
        for text in nameless:
            if text.to_number in awaited:
                comparison.nameless.append(text)
            else:
                comparison.take_for_unknown(text)

    async def _settle(self, comparison: _Comparison) -> None:
        """Give the texts put aside to the ones of ours that they must be; what may be either's stays nobody's."""
        found = owners(comparison.nameless, list(comparison.unanswered.values()))
        for text in comparison.nameless:
            owner = found.get(text.provider_message_id)
            if owner is not None:
                await self._adopt(comparison, text, message_id=owner)
                activity.heartbeat()
            elif text.provider_message_id not in found:
                comparison.take_for_unknown(text)

    async def _look_up(self, comparison: _Comparison) -> None:
        """Ask for our open texts one by one, since the provider keeps no list."""
        row = comparison.row
        async with self._sessions() as session:
            texts = await queries.open_texts(
                session,
                row.provider_account_id,
                row.since,
                self._clock() - _OVERDUE,
                limit=_LOOK_UPS,
            )
        for ours in texts:
            found = await comparison.channel.look_up(ours.provider_message_id)
            activity.heartbeat()
            if found is None:
                continue
            comparison.seen += 1
            if _is_news(found.status, ours.status):
                await self._adopt(comparison, found, ours=ours)
            elif (charge := _charge(found.price, ours)) is not None:
                await self._adopt_charges(comparison, [charge])

    async def _adopt(
        self,
        comparison: _Comparison,
        text: ProviderMessage | StatusReport,
        *,
        ours: Known | None = None,
        message_id: UUID | None = None,
    ) -> None:
        """Adopt what the provider says of a text of ours: of one with its id, or of one that had none until now."""
        row = comparison.row
        is_charged = (
            text.price is not None if ours is None else _charge(text.price, ours) is not None
        )
        kind = FindingKind.TEXT_SETTLED if ours is None else FindingKind.STATUS_MISSED
        async with self._sessions.begin() as session:
            recorded = await statuses.record(
                session, row.provider_account_id, message_id, _report(text), self._clock()
            )
            if recorded.moved:
                await queries.count(
                    session,
                    row.id,
                    statuses=1,
                    prices=int(is_charged),
                    findings=[Finding(kind, text.provider_message_id)],
                )
        await relay(self._sessions, self._deliver, recorded.workflow_ids)

    async def _adopt_charges(self, comparison: _Comparison, charges: Sequence[Charge]) -> None:
        if charges:
            async with self._sessions.begin() as session:
                await queries.adopt_prices(session, charges)
                await queries.count(session, comparison.row.id, prices=len(charges))

    async def _adopt_test(
        self, comparison: _Comparison, test_id: UUID, text: ProviderMessage
    ) -> None:
        """Adopt what the provider says of a text that an administrator sent to try the account out."""
        async with self._sessions.begin() as session:
            await probes.adopt(
                session,
                comparison.row.provider_account_id,
                test_id,
                _report(text),
                self._clock(),
            )

    async def _adopt_reply(self, comparison: _Comparison, text: ProviderMessage) -> None:
        """Store a customer's text that never reached us, as of when it was written, and tell whom it concerns."""
        row, at = comparison.row, written_at(text.created_at)
        strange = Finding(FindingKind.UNKNOWN_NUMBER, text.provider_message_id)
        if at < comparison.ours_since(text, at):
            comparison.left_alone.append(strange)
            return
        links = []
        if text.media_count:
            links = await comparison.channel.media_of(text.provider_message_id)
        arrived = InboundText(
            account_id=row.provider_account_id,
            provider_message_id=text.provider_message_id,
            from_number=text.from_number,
            to_number=text.to_number,
            body=text.body,
            service=text.service,
            media=links,
        )
        try:
            async with self._sessions.begin() as session:
                stored = await inbound.store(session, arrived, at)
                if stored.message_id is not None:
                    missed = Finding(FindingKind.REPLY_MISSED, text.provider_message_id)
                    charges = []
                    if text.price is not None:
                        charges = [
                            Charge(stored.message_id, text.price.micros, text.price.currency)
                        ]
                    await queries.adopt_prices(session, charges)
                    await queries.count(
                        session, row.id, replies=1, prices=len(charges), findings=[missed]
                    )
        except UnknownNumber:
            comparison.left_alone.append(strange)
        else:
            await relay(self._sessions, self._deliver, stored.workflow_ids)

    async def _finish(self, comparison: _Comparison) -> Reconciled:
        now = self._clock()
        async with self._sessions.begin() as session:
            row = await queries.finish(
                session,
                comparison.row.id,
                seen=comparison.seen,
                unknown_texts=comparison.unknown,
                left_alone=comparison.left_alone,
                now=now,
            )
            await _tell_of_replies(session, row, now)
            if comparison.new_unknown:
                await raise_alert(
                    session,
                    row.organisation_id,
                    AlertKind.TEXTS_UNKNOWN,
                    texts_unknown(comparison.new_unknown),
                    account_id=row.provider_account_id,
                    now=now,
                )
        return Reconciled(
            seen=row.seen,
            replies_adopted=row.replies_adopted,
            statuses_adopted=row.statuses_adopted,
            prices_adopted=row.prices_adopted,
            unknown_texts=row.unknown_texts,
        )

    async def _fail(self, reconciliation_id: UUID, error: str) -> None:
        now = self._clock()
        async with self._sessions.begin() as session:
            row = await queries.fail(session, reconciliation_id, error, now)
            await _tell_of_replies(session, row, now)


async def _tell_of_replies(session: AsyncSession, row: Reconciliation, now: datetime) -> None:
    if row.replies_adopted:
        await raise_alert(
            session,
            row.organisation_id,
            AlertKind.REPLIES_MISSED,
            replies_missed(row.replies_adopted),
            account_id=row.provider_account_id,
            now=now,
        )


async def _batches(
    listing: AsyncIterator[ProviderMessage],
) -> AsyncIterator[list[ProviderMessage]]:
    batch: list[ProviderMessage] = []
    async for text in listing:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _is_news(theirs: MessageStatus | None, ours: MessageStatus) -> bool:
    """Return whether the provider's word moves a text of ours."""
    return theirs is not None and theirs in REPORTABLE and ours in may_become(theirs)


def _charge(price: Price | None, ours: Known) -> Charge | None:
    """Return what the provider charges for a text of ours, if we did not know it."""
    if price is None or (price.micros, price.currency) == (ours.price_micros, ours.price_currency):
        return None
    return Charge(ours.message_id, price.micros, price.currency)


def _report(text: ProviderMessage | StatusReport) -> Report:
    return Report(
        provider_message_id=text.provider_message_id,
        # the provider has it, in a state that is none of ours
        status=text.status or MessageStatus.QUEUED,
        code=text.code,
        failure=text.failure,
        reason=text.reason,
        price=text.price,
    )
