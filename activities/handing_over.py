"""Hands a text over to its provider, once, and writes down what the provider says to that."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccount
from activities.journal import step_entries
from activities.orders import (
    PROVIDER_PAUSE,
    Order,
    Ready,
    SendingSettings,
    adopt,
    again,
    still_unknown,
)
from activities.rounds import Rounds
from channels.interface import Accepted, NotTaken, OutboundText, Outcome, Rejected, Unknown
from db.autocommit import Committing
from db.engine import create_sessions
from db.enrollments.progress import Entry
from db.messages import held, sending
from db.messages.accepting import Taken, accept
from db.messages.drafts import Draft
from db.messages.statuses import Report
from db.messages.tables import Message
from db.providers import pausing
from db.providers.health import AccountMeter
from domain import consent
from domain.consent import Withdrawal
from domain.enrollments import EndReason, TimelineKind
from domain.failures import FailureKind
from domain.interpreter import NotSent, Submitted, TextOutcome
from domain.messages import HoldKind, MessageStatus
from domain.sending import LATE, LOOK_AGAIN, Hold, ending_after, hours_forbid, valid_until

_LOOKS_AGAIN: Final = 0.005
"""Seconds of waiting for its turn after which a text is looked at once more: a withdrawal may have come between."""


class HandOver:
    """Its caller has committed the text's row as SUBMITTING."""

    def __init__(
        self,
        database: AsyncEngine,
        committing: Committing,
        settings: SendingSettings,
        meter: AccountMeter,
        clock: Callable[[], datetime],
    ) -> None:
        self._committing = committing
        self._sessions = create_sessions(database)
        self._settings = settings
        self._meter = meter
        self._clock = clock
        self._looking_again = Rounds(self._look_again)
        self._accepting = Rounds(self._write_accepted)

    async def __call__(self, ready: Ready, order: Order) -> TextOutcome:
        draft, sender, account = ready.draft, ready.sender, ready.account
        pause = ready.turn_at - time.monotonic()
        await asyncio.sleep(pause)
        looks_again = (
            pause > _LOOKS_AGAIN or time.monotonic() - ready.turn_at > LATE.total_seconds()
        )
        if looks_again and (withdrawal := await self._withdrawal(ready)) is not None:
            return await self._keep_here(ready, withdrawal, order)
        submitted_at = self._clock()
        if (outside := hours_forbid(draft.facts, submitted_at)) is not None:
            raise await self._wait_here(ready, outside, submitted_at)
        ends = valid_until(draft.facts, submitted_at)
        began = time.perf_counter()
        outcome = await account.channel.send(
            OutboundText(
                message_id=draft.message_id,
                from_number=sender.number,
                to_number=draft.to_number,
                body=ready.body,
                status_callback_url=self._status_callback(draft, account),
                media_urls=ready.media_urls,
                valid_for=None if ends is None else ends - submitted_at,
                refusals=draft.refusals,
            )
        )
        milliseconds = round((time.perf_counter() - began) * 1000)
        self._meter.sent(sender.account_id, _counted(outcome), milliseconds, submitted_at)
        match outcome:
            case Accepted(provider_message_id, status):
                if not await self._accept(ready, outcome, order, submitted_at):
                    report = Report(provider_message_id, status)
                    await self._adopt(ready, report, order, submitted_at)
                if ready.trial_of is not None:
                    async with self._sessions.begin() as session:
                        await pausing.resume(
                            session, sender.account_id, self._clock(), trial_of=ready.trial_of
                        )
                return Submitted(submitted_at, sender.lane if sender.lane != order.lane else None)
            case Rejected(failure=FailureKind.ACCOUNT):
                raise await self._keep(ready, outcome)
            case Rejected(code, failure, reason):
                report = Report(None, MessageStatus.FAILED, code, failure, reason)
                await self._adopt(ready, report, order, submitted_at)
                return NotSent(ending_after(failure))
            case NotTaken():
                raise await self._take_back(ready, outcome)
            case Unknown(reason):
                raise still_unknown(reason)
            case _:
                assert_never(outcome)

    async def _withdrawal(self, ready: Ready) -> Withdrawal | None:
        """Return what forbids the text since it was made ready."""
        withdrawals = await self._looking_again.join(ready.draft.message_id)
        return consent.blocking(withdrawals, ready.sender.ours, ready.draft.facts.purpose)

    async def _look_again(self, message_ids: Sequence[UUID]) -> Sequence[list[Withdrawal]]:
        async with self._committing.connection() as connection:
            return await sending.withdrawals_now(connection, message_ids)

    async def _keep_here(self, ready: Ready, withdrawal: Withdrawal, order: Order) -> TextOutcome:
        """Keep a text that waited for its turn while the customer withdrew consent; nobody else would have sent it."""
        now = self._clock()
        why = consent.why(withdrawal)
        message_id = ready.draft.message_id
        async with self._sessions.begin() as session:
            hold = Hold(now + LOOK_AGAIN, why, HoldKind.CONSENT)
            await sending.take_back(session, ready.draft, ready.sender, hold, None, now)
            if not withdrawal.is_unclear:
                await held.refuse(
                    session,
                    Message.id == message_id,
                    why,
                    now,
                    rule="opt_out",
                    failure=FailureKind.OPT_OUT,
                    withdrawal=withdrawal.entry_id,
                )
                refused = Entry(TimelineKind.TEXT_REFUSED, now, detail=why, message_id=message_id)
                await order.journal(session, refused)
        if withdrawal.is_unclear:
            # at once: that try, under the number's lock, is told of the answer if it waits for it still
            raise again(why, "Withdrawn", timedelta(0))
        return NotSent(EndReason.OPTED_OUT)

    async def _wait_here(self, ready: Ready, hold: Hold, now: datetime) -> ApplicationError:
        """Write that a text waits whose hours ended since it was made ready; return what has it tried again."""
        async with self._sessions.begin() as session:
            await sending.take_back(session, ready.draft, ready.sender, hold, None, now)
        # at once: that try has its workflow wait
        return again(hold.why, "Waiting", timedelta(0))

    async def _accept(
        self, ready: Ready, outcome: Accepted, order: Order, submitted_at: datetime
    ) -> bool:
        """Write that the provider has the text, if nothing came between; return whether that is done."""
        if order.step is None:
            return False
        visit = order.step.visit
        submitted = Entry(TimelineKind.TEXT_SUBMITTED, submitted_at)
        taken = Taken(
            message_id=ready.draft.message_id,
            account_id=ready.sender.account_id,
            provider_message_id=outcome.provider_message_id,
            status=outcome.status,
            enrollment_id=visit.enrollment_id,
            entries=step_entries(visit, order.step.step_id, submitted),
            position=visit.position,
        )
        return await self._accepting.join(taken)

    async def _write_accepted(self, texts: Sequence[Taken]) -> Sequence[bool]:
        async with self._committing.connection() as connection:
            return await accept(connection, texts, self._clock())

    async def _adopt(
        self, ready: Ready, report: Report, order: Order, submitted_at: datetime
    ) -> None:
        async with self._sessions.begin() as session:
            await adopt(
                session,
                ready.draft,
                ready.sender.account_id,
                report,
                order.journal,
                submitted_at=submitted_at,
                now=self._clock(),
            )

    async def _take_back(self, ready: Ready, outcome: NotTaken) -> ApplicationError:
        """Write that the text was not taken and waits; return what has it tried again."""
        now = self._clock()
        # apart from each other, or all that were refused together would come back together
        pause = (outcome.retry_after or PROVIDER_PAUSE) * random.uniform(1, 1.5)  # noqa: S311
        hold = Hold(now + pause, outcome.reason, HoldKind.PROVIDER)
        async with self._sessions.begin() as session:
            await sending.take_back(session, ready.draft, ready.sender, hold, outcome.code, now)
            if outcome.is_throttled:
                await pausing.slow_down(session, ready.sender.account_id, now)
        return again(f"The provider did not take the text: {outcome.reason}", "NotTaken", pause)

    async def _keep(self, ready: Ready, refusal: Rejected) -> ApplicationError:
        """Pause an account that refused a text as a whole; the text waits, since nothing is wrong with it."""
        now = self._clock()
        code, reason = refusal.code, refusal.reason
        hold = Hold(now + PROVIDER_PAUSE, reason, HoldKind.ACCOUNT)
        async with self._sessions.begin() as session:
            await sending.take_back(
                session,
                ready.draft,
                ready.sender,
                hold,
                code,
                now,
                used_up_id=refusal.used_up_id,
            )
            await pausing.pause(
                session,
                ready.sender.account_id,
                code=code,
                reason=reason,
                now=now,
                trial_of=ready.trial_of,
            )
        return again(f"The account is paused: {reason}", "AccountPaused", PROVIDER_PAUSE)

    def _status_callback(self, draft: Draft, account: OpenAccount) -> str:
        return account.channel.webhook_url(
            f"{self._settings.callback_url}/api/v1/webhooks/{account.row.provider}/{account.row.id}"
            f"/status?message={draft.message_id}"
        )


def _counted(outcome: Outcome) -> str:
    """Return under which name the account's health counts an outcome."""
    match outcome:
        case Accepted():
            return "accepted"
        case Rejected(failure=failure):
            return failure.value
        case NotTaken(is_throttled=is_throttled):
            return "throttled" if is_throttled else "not_taken"
        case Unknown():
            return "unknown"
        case _:
            assert_never(outcome)
