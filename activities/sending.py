"""Sends texts: never twice, never lost.

Providers have no key that makes a repeated request harmless (reference on SMS, sections 1.2 and 8), so the row carries
the burden. It becomes SUBMITTING, committed, before the provider is called; a try that finds it so does not send but
asks what became of it. Only what provably did not happen is tried again; what stays unknown becomes UNCERTAIN and a
work item, never a second text.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccount, OpenAccounts
from activities.journal import Journal, no_journal, step_journal
from channels.errors import ProviderUnavailable
from channels.interface import Accepted, Channel, NotTaken, OutboundText, Rejected, Unknown
from db.engine import Sessions
from db.enrollments.progress import Entry
from db.messages import drafts, sending, statuses
from db.messages.drafts import Draft, NoSender, NoSuchRow
from db.messages.statuses import Report
from db.work_items import opening
from domain import segments
from domain.enrollments import TimelineKind
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Submitted, TextOutcome
from domain.messages import MessageStatus
from domain.placeholders import UnfilledPlaceholder, render
from domain.quiet_hours import Hold, Send
from domain.sending import Refuse, ending_after, verdict
from domain.work_items import WorkItemKind
from workflows.activities import SendStepText

_CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the provider's clock may be behind ours when its list is asked for what came since a moment."""

_LOOK_AGAIN = timedelta(seconds=2)
"""Between two looks for a text whose answer was lost."""

_PROVIDER_PAUSE = timedelta(seconds=5)
"""Before a text that the provider did not take is tried again, where it names no time."""


@dataclass(frozen=True)
class SendingSettings:
    """`trust_list_after`: how long after a lost answer the provider's list shows every text it has."""

    callback_url: str
    trust_list_after: timedelta


Load = Callable[[AsyncSession], Awaitable[Draft]]


class TextSender:
    """The activities that send."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: OpenAccounts,
        settings: SendingSettings,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._settings = settings
        self._clock = clock

    @activity.defn
    async def send_step_text(self, order: SendStepText) -> TextOutcome:
        enrollment_id = order.visit.enrollment_id

        async def load(session: AsyncSession) -> Draft:
            return await drafts.step_draft(
                session, enrollment_id, order.step_id, order.work_item_id
            )

        journal = step_journal(order.visit, order.step_id)
        try:
            return await self._send(load, journal)
        except NoSender as problem:
            async with self._sessions.begin() as session:
                await opening.about_step(
                    session,
                    enrollment_id,
                    order.step_id,
                    WorkItemKind.FAILED_TEXT,
                    reason=str(problem),
                    now=self._clock(),
                )
                refused = Entry(TimelineKind.TEXT_REFUSED, self._clock(), detail=str(problem))
                await journal(session, refused)
            return NotSent()

    @activity.defn
    async def send_text(self, message_id: UUID) -> TextOutcome:
        async def load(session: AsyncSession) -> Draft:
            return await drafts.row_draft(session, message_id)

        return await self._send(load, no_journal)

    async def _send(self, load: Load, journal: Journal) -> TextOutcome:
        now = self._clock()
        body: str | None = None
        try:
            async with self._sessions.begin() as session:
                draft = await load(session)
                match draft.status:
                    case None | MessageStatus.HELD:
                        ready = await self._prepare(session, draft, journal, now)
                        if not isinstance(ready, str):
                            return ready
                        body = ready
                    case MessageStatus.SUBMITTING:
                        pass
                    case _:
                        return await _known(session, draft, journal, now)
                account = await self._accounts.find(session, draft.account_id)
                if account is None:
                    raise NoSuchRow(f"there is no provider account {draft.account_id}")
        except NoSuchRow as problem:
            raise ApplicationError(str(problem), type="NoSuchRow", non_retryable=True) from problem
        if body is None:
            return await self._reconcile(draft, account.channel, journal)
        return await self._hand_over(draft, body, account, journal, now)

    async def _prepare(
        self, session: AsyncSession, draft: Draft, journal: Journal, now: datetime
    ) -> str | TextOutcome:
        """Return the text to hand over, its row committed as SUBMITTING by the caller; or why it does not go."""
        try:
            filled = draft.body if draft.is_filled else render(draft.body, draft.values)
            body = segments.normalise(filled)
            decision = verdict(draft.facts, now)
        except UnfilledPlaceholder as problem:
            body = draft.body
            decision = Refuse(str(problem), FailureKind.NEVER, None)
        match decision:
            case Send():
                await sending.submit(session, draft, body, now)
                return body
            case Hold(until, why):
                await sending.hold(session, draft, body, until, why)
                held = Entry(
                    TimelineKind.TEXT_HELD,
                    now,
                    detail=why,
                    until=until,
                    message_id=draft.message_id,
                )
                await journal(session, held)
                return Held(until)
            case Refuse(why, _, ends):
                await sending.refuse(session, draft, body, decision, now)
                if ends is None:
                    await opening.about_text(
                        session, draft.message_id, WorkItemKind.FAILED_TEXT, why, now
                    )
                refused = Entry(
                    TimelineKind.TEXT_REFUSED, now, detail=why, message_id=draft.message_id
                )
                await journal(session, refused)
                return NotSent(ends)
            case _:
                assert_never(decision)

    async def _hand_over(
        self, draft: Draft, body: str, account: OpenAccount, journal: Journal, now: datetime
    ) -> TextOutcome:
        outcome = await account.channel.send(
            OutboundText(
                message_id=draft.message_id,
                from_number=draft.from_number,
                to_number=draft.to_number,
                body=body,
                status_callback_url=self._status_callback(draft, account),
            )
        )
        match outcome:
            case Accepted(provider_message_id, status):
                await self._adopt(draft, Report(provider_message_id, status), journal, now)
                return Submitted(now)
            case Rejected(code, failure, reason):
                report = Report(None, MessageStatus.FAILED, code, failure, reason)
                await self._adopt(draft, report, journal, now)
                return NotSent(ending_after(failure))
            case NotTaken(code, reason, retry_after):
                pause = retry_after or _PROVIDER_PAUSE
                async with self._sessions.begin() as session:
                    await sending.take_back(
                        session, draft.message_id, self._clock() + pause, reason, code
                    )
                raise ApplicationError(
                    f"The provider did not take the text: {reason}",
                    type="NotTaken",
                    next_retry_delay=pause,
                )
            case Unknown(reason):
                raise _still_unknown(reason)
            case _:
                assert_never(outcome)

    async def _adopt(
        self, draft: Draft, report: Report, journal: Journal, submitted_at: datetime
    ) -> None:
        now = self._clock()
        async with self._sessions.begin() as session:
            await statuses.record(session, draft.account_id, draft.message_id, report, now)
            if report.status is MessageStatus.FAILED:
                kind, at = TimelineKind.TEXT_FAILED, now
            else:
                kind, at = TimelineKind.TEXT_SUBMITTED, submitted_at
            entry = Entry(kind, at, detail=report.reason, message_id=draft.message_id)
            await journal(session, entry)

    async def _reconcile(self, draft: Draft, channel: Channel, journal: Journal) -> TextOutcome:
        """Find out what became of a text that an earlier try handed over, or was about to."""
        if draft.submitted_at is None:
            raise AssertionError(
                "a submitting text has its instant (messages_submitted_has_instant_check)"
            )
        found = await self._find(draft, draft.submitted_at, channel)
        if found is not None:
            await self._adopt(draft, found, journal, draft.submitted_at)
            if found.status is MessageStatus.FAILED:
                return NotSent(ending_after(found.failure))
            return Submitted(draft.submitted_at)
        now = self._clock()
        async with self._sessions.begin() as session:
            status, _ = await sending.submitted_text(session, draft.message_id)
            kind = TimelineKind.TEXT_SUBMITTED  # unless a status callback named it meanwhile
            if status is MessageStatus.SUBMITTING:
                if now < draft.submitted_at + self._settings.trust_list_after:
                    raise _still_unknown("not in the provider's list yet")
                if await sending.give_up(session, draft.message_id, now):
                    kind = TimelineKind.TEXT_UNCERTAIN
            await journal(session, Entry(kind, draft.submitted_at, message_id=draft.message_id))
        return Submitted(draft.submitted_at)

    async def _find(self, draft: Draft, since: datetime, channel: Channel) -> Report | None:
        """Return what the provider's list says of the text; None if it has no list or does not show it."""
        try:
            listed = await channel.list_sent(
                to_number=draft.to_number,
                from_number=draft.from_number,
                since=since - _CLOCKS_DIFFER,
            )
        except ProviderUnavailable as problem:
            raise _still_unknown(str(problem)) from problem
        async with self._sessions() as session:
            _, body = await sending.submitted_text(session, draft.message_id)
            same = [message for message in listed or () if message.body == body]
            owned = await sending.owned_ids(
                session, draft.account_id, [message.provider_message_id for message in same]
            )
        for message in sorted(same, key=lambda message: message.created_at):
            if message.provider_message_id not in owned:
                status = message.status or MessageStatus.QUEUED
                return Report(
                    message.provider_message_id,
                    status,
                    message.code,
                    message.failure,
                    message.reason,
                )
        return None

    def _status_callback(self, draft: Draft, account: OpenAccount) -> str:
        return (
            f"{self._settings.callback_url}/api/v1/webhooks/{account.row.provider}/{account.row.id}"
            f"/status?message={draft.message_id}"
        )


def _still_unknown(reason: str) -> ApplicationError:
    return ApplicationError(
        f"The provider's answer is not known: {reason}",
        type="OutcomeUnknown",
        next_retry_delay=_LOOK_AGAIN,
    )


async def _known(
    session: AsyncSession, draft: Draft, journal: Journal, now: datetime
) -> TextOutcome:
    """Return what an earlier try, a status callback, or an end of the enrollment has written down already."""
    is_refused = draft.status is MessageStatus.REFUSED
    if is_refused or draft.submitted_at is None or draft.failure is not None:
        kind = TimelineKind.TEXT_REFUSED if is_refused else TimelineKind.TEXT_FAILED
        await journal(session, Entry(kind, now, message_id=draft.message_id))
        return NotSent(ending_after(draft.failure))
    is_uncertain = draft.status is MessageStatus.UNCERTAIN
    kind = TimelineKind.TEXT_UNCERTAIN if is_uncertain else TimelineKind.TEXT_SUBMITTED
    await journal(session, Entry(kind, draft.submitted_at, message_id=draft.message_id))
    return Submitted(draft.submitted_at)
