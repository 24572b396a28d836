"""Sends texts: never twice, never lost.

Providers have no key that makes a repeated request harmless (reference on SMS, sections 1.2 and 8), so the row carries
the burden. It becomes SUBMITTING, committed, before the provider is called; a try that finds it so does not send but
asks what became of it. Only what provably did not happen is tried again; what stays unknown becomes UNCERTAIN and a
work item, never a second text.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.accounts import OpenAccount, OpenAccounts
from activities.journal import Journal, no_journal, step_entries, step_journal
from channels.errors import ProviderUnavailable
from channels.interface import (
    Accepted,
    Channel,
    NotTaken,
    OutboundText,
    Outcome,
    ProviderMessage,
    Rejected,
    SentText,
    Unknown,
)
from db.autocommit import committing
from db.engine import create_sessions
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.media import queries as media
from db.messages import drafts, sending, statuses
from db.messages.accepting import accept
from db.messages.drafts import Draft, NoSuchRow
from db.messages.statuses import Report
from db.providers import pausing
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.providers.senders import Sender
from db.work_items import opening
from domain import pacing, segments
from domain.enrollments import TimelineKind
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Position, Submitted, TextOutcome
from domain.media import MediaLinks
from domain.messages import HoldKind, MessageStatus, Urgency
from domain.pacing import Lane
from domain.placeholders import UnfilledPlaceholder, render
from domain.quiet_hours import Send
from domain.senders import NoSender
from domain.sending import Hold, Refuse, ending_after, valid_until, verdict
from domain.work_items import WorkItemKind
from workflows.activities import SendStepText

_CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the provider's clock may be behind ours when its list is asked for what came since a moment."""

_LOOK_AGAIN = timedelta(seconds=2)
"""Between two looks for a text whose answer was lost."""

_PROVIDER_PAUSE = timedelta(seconds=5)
"""Before a text that the provider did not take is tried again, where it names no time."""

_IN_THE_WORKFLOW = frozenset({HoldKind.HOURS, HoldKind.PAUSE})
"""What a text waits for in its workflow, by a timer that a pause or an end interrupts. For all else the activity is
tried again by the engine, which costs no history."""


@dataclass(frozen=True)
class SendingSettings:
    """`trust_list_after`: how long after a lost answer the provider's list shows every text it has."""

    callback_url: str
    trust_list_after: timedelta
    media_links: MediaLinks


@dataclass(frozen=True)
class _Ready:
    """A text whose row is committed as SUBMITTING: it must be handed over now, once."""

    draft: Draft
    sender: Sender
    body: str
    media_urls: tuple[str, ...]
    was_trial: bool
    """Whether it is the one text that tries a paused account."""


@dataclass(frozen=True)
class _Wait:
    """The text has its turn on this number, and waits for it in place."""

    number_id: UUID
    length: timedelta


Load = Callable[[AsyncSession, datetime], Awaitable[Draft]]


@dataclass(frozen=True)
class _Order:
    """What an activity was asked to send."""

    load: Load
    journal: Journal
    urgency: Urgency
    step: SendStepText | None = None
    """The step whose text it is, if it is of one."""

    @property
    def lane(self) -> Lane | None:
        return self.step.lane if self.step else None


class TextSender:
    """The activities that send."""

    def __init__(
        self,
        database: AsyncEngine,
        turns: Turns,
        accounts: OpenAccounts,
        settings: SendingSettings,
        meter: AccountMeter,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._sessions = create_sessions(database)
        self._turns = turns
        self._accounts = accounts
        self._settings = settings
        self._meter = meter
        self._clock = clock

    @activity.defn
    async def send_step_text(self, order: SendStepText) -> TextOutcome:
        enrollment_id = order.visit.enrollment_id

        async def load(session: AsyncSession, now: datetime) -> Draft:
            return await drafts.step_draft(
                session, enrollment_id, order.step_id, order.work_item_id, now
            )

        journal = step_journal(order.visit, order.step_id)
        urgency = Urgency.AUTOMATED if order.work_item_id is None else Urgency.MANUAL
        try:
            return await self._send(_Order(load, journal, urgency, order))
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
    async def send_text(self, message_id: UUID, urgency: Urgency = Urgency.REPLY) -> TextOutcome:
        async def load(session: AsyncSession, now: datetime) -> Draft:
            return await drafts.row_draft(session, message_id, now)

        try:
            return await self._send(_Order(load, no_journal, urgency))
        except NoSender as problem:
            now = self._clock()
            async with self._sessions.begin() as session:
                await sending.refuse_unsent(session, message_id, str(problem), now)
                await opening.about_text(
                    session, message_id, WorkItemKind.FAILED_TEXT, str(problem), now
                )
            return NotSent()

    async def _send(self, order: _Order) -> TextOutcome:
        turn_on: UUID | None = None
        while True:
            async with self._sessions.begin() as session:
                step = await self._next(session, order, turn_on)
            match step:
                case _Wait(number_id, length):
                    await asyncio.sleep(length.total_seconds())
                    turn_on = number_id
                case _Ready():
                    return await self._hand_over(step, order)
                case Draft():
                    return await self._reconcile(step, order.journal)
                case Hold():
                    raise _again(step.why, "Waiting", step.until - self._clock())
                case _:
                    return step

    async def _next(
        self, session: AsyncSession, order: _Order, turn_on: UUID | None
    ) -> _Ready | _Wait | Hold | Draft | TextOutcome:
        """Decide on a text in one transaction, which the caller commits. A draft is one to be reconciled."""
        now = self._clock()
        try:
            draft = await order.load(session, now)
        except NoSuchRow as problem:
            raise ApplicationError(str(problem), type="NoSuchRow", non_retryable=True) from problem
        if (
            draft.held_for is HoldKind.RETRY
            and draft.held_until is not None
            and draft.held_until > now
        ):
            return Held(draft.held_until)
        match draft.status:
            case None | MessageStatus.HELD:
                return await self._prepare(session, draft, order, turn_on, now)
            case MessageStatus.SUBMITTING:
                return draft
            case _:
                return await _known(session, draft, order.journal, now)

    async def _prepare(
        self,
        session: AsyncSession,
        draft: Draft,
        order: _Order,
        turn_on: UUID | None,
        now: datetime,
    ) -> _Ready | _Wait | Hold | TextOutcome:
        """Make a text ready to be handed over, its row SUBMITTING; or say why it does not go, or not yet."""
        sender = draft.sender()
        try:
            filled = draft.body if draft.is_filled else render(draft.body, draft.values)
            body = segments.normalise(filled)
            decision = verdict(draft.facts, sender.account, now)
        except UnfilledPlaceholder as problem:
            body = draft.body
            decision = Refuse(str(problem), FailureKind.NEVER, None)
        match decision:
            case Send():
                return await self._submit(session, draft, sender, body, order, turn_on, now)
            case Hold():
                return await _held(session, draft, sender, body, decision, order.journal, now)
            case Refuse(why, _, ends):
                await sending.refuse(session, draft, sender, body, decision, now)
                if ends is None:
                    await opening.about_text(
                        session, draft.message_id, WorkItemKind.FAILED_TEXT, why, now
                    )
                refused = Entry(
                    TimelineKind.TEXT_REFUSED, now, detail=why, message_id=draft.message_id
                )
                await order.journal(session, refused)
                return NotSent(ends)
            case _:
                assert_never(decision)

    async def _submit(
        self,
        session: AsyncSession,
        draft: Draft,
        sender: Sender,
        body: str,
        order: _Order,
        turn_on: UUID | None,
        now: datetime,
    ) -> _Ready | _Wait | Hold | TextOutcome:
        """Take the text's turn on its number, and write that it is about to be handed over."""
        if turn_on != sender.number_id:
            # a picture without words takes a place of its own
            count = max(segments.count(body).segments, 1)
            turn = await self._turns.take(
                sender.number_id,
                segments=count,
                interval=pacing.interval(count, sender.per_second, sender.throttle),
                daily_cap=sender.daily_cap,
                patience=pacing.patience(order.urgency),
            )
            if turn.is_capped:
                hold = Hold(pacing.cap_ends(now), _CAPPED, HoldKind.HOURS)
                return await _held(session, draft, sender, body, hold, order.journal, now)
            if not turn.is_taken:
                hold = Hold(now + turn.wait, _BEHIND, HoldKind.PACE)
                return await _held(session, draft, sender, body, hold, order.journal, now)
            if turn.wait > timedelta(0):
                return _Wait(sender.number_id, turn.wait)
        was_trial = sender.is_paused
        if was_trial and not await pausing.try_again(session, sender.account_id, now):
            hold = Hold(now + _PROVIDER_PAUSE, _TRIED, HoldKind.ACCOUNT)
            return await _held(session, draft, sender, body, hold, order.journal, now)
        urls: tuple[str, ...] = ()
        if draft.wanted.needs_mms:
            found = await media.of_messages(session, [draft.message_id])
            links = self._settings.media_links
            urls = tuple(
                links.url(draft.organisation_id, each.sha256, now)
                for each in found[draft.message_id]
                if each.sha256 is not None
            )
        await sending.submit(session, draft, sender, body, now)
        if draft.enrollment_id is not None and sender.lane != order.lane:
            await progress.queue_on(session, draft.enrollment_id, sender.number_id)
        return _Ready(draft, sender, body, urls, was_trial)

    async def _hand_over(self, ready: _Ready, order: _Order) -> TextOutcome:
        draft, sender = ready.draft, ready.sender
        async with self._sessions() as session:
            account = await self._account(session, sender.account_id)
        submitted_at = self._clock()
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
            )
        )
        milliseconds = round((time.perf_counter() - began) * 1000)
        self._meter.sent(sender.account_id, _counted(outcome), milliseconds, submitted_at)
        match outcome:
            case Accepted(provider_message_id, status):
                if not await self._accept(ready, outcome, order, submitted_at):
                    report = Report(provider_message_id, status)
                    await self._adopt(draft, sender.account_id, report, order.journal, submitted_at)
                if ready.was_trial:
                    async with self._sessions.begin() as session:
                        await pausing.resume(session, sender.account_id, self._clock())
                return Submitted(submitted_at, sender.lane if sender.lane != order.lane else None)
            case Rejected(code, FailureKind.ACCOUNT, reason):
                raise await self._keep(ready, code, reason)
            case Rejected(code, failure, reason):
                report = Report(None, MessageStatus.FAILED, code, failure, reason)
                await self._adopt(draft, sender.account_id, report, order.journal, submitted_at)
                return NotSent(ending_after(failure))
            case NotTaken():
                raise await self._take_back(ready, outcome)
            case Unknown(reason):
                raise _still_unknown(reason)
            case _:
                assert_never(outcome)

    async def _accept(
        self, ready: _Ready, outcome: Accepted, order: _Order, submitted_at: datetime
    ) -> bool:
        """Write that the provider has the text, if nothing came between; return whether that was so."""
        entries: Sequence[Entry] = ()
        position = Position(None)
        if order.step is not None:
            visit = order.step.visit
            position = visit.position
            submitted = Entry(TimelineKind.TEXT_SUBMITTED, submitted_at)
            entries = step_entries(visit, order.step.step_id, submitted)
        async with committing(self._database) as connection:
            return await accept(
                connection,
                ready.draft.message_id,
                account_id=ready.sender.account_id,
                provider_message_id=outcome.provider_message_id,
                status=outcome.status,
                enrollment_id=order.step.visit.enrollment_id if order.step else None,
                entries=entries,
                position=position,
                now=self._clock(),
            )

    async def _take_back(self, ready: _Ready, outcome: NotTaken) -> ApplicationError:
        """Write that the text was not taken and waits; return what has it tried again."""
        now = self._clock()
        # apart from each other, or all that were refused together would come back together
        pause = (outcome.retry_after or _PROVIDER_PAUSE) * random.uniform(1, 1.5)  # noqa: S311
        hold = Hold(now + pause, outcome.reason, HoldKind.PROVIDER)
        async with self._sessions.begin() as session:
            await sending.take_back(session, ready.draft.message_id, hold, outcome.code)
            if outcome.is_throttled:
                await pausing.slow_down(session, ready.sender.account_id, now)
        return _again(f"The provider did not take the text: {outcome.reason}", "NotTaken", pause)

    async def _keep(self, ready: _Ready, code: str, reason: str) -> ApplicationError:
        """Pause an account that refused a text as a whole; the text waits, since nothing is wrong with it."""
        now = self._clock()
        hold = Hold(now + _PROVIDER_PAUSE, reason, HoldKind.ACCOUNT)
        async with self._sessions.begin() as session:
            await sending.take_back(session, ready.draft.message_id, hold, code)
            await pausing.pause(
                session,
                ready.sender.account_id,
                code=code,
                reason=reason,
                now=now,
                was_trial=ready.was_trial,
            )
        return _again(f"The account is paused: {reason}", "AccountPaused", _PROVIDER_PAUSE)

    async def _account(self, session: AsyncSession, account_id: UUID) -> OpenAccount:
        account = await self._accounts.find(session, account_id)
        if account is None:
            raise ApplicationError(
                f"there is no provider account {account_id}", type="NoSuchRow", non_retryable=True
            )
        return account

    async def _adopt(
        self,
        draft: Draft,
        account_id: UUID,
        report: Report,
        journal: Journal,
        submitted_at: datetime,
    ) -> None:
        now = self._clock()
        async with self._sessions.begin() as session:
            await statuses.record(session, account_id, draft.message_id, report, now)
            if report.status is MessageStatus.FAILED:
                kind, at = TimelineKind.TEXT_FAILED, now
            else:
                kind, at = TimelineKind.TEXT_SUBMITTED, submitted_at
            entry = Entry(kind, at, detail=report.reason, message_id=draft.message_id)
            await journal(session, entry)

    async def _reconcile(self, draft: Draft, journal: Journal) -> TextOutcome:
        """Find out what became of a text that an earlier try handed over, or was about to."""
        if draft.submitted_at is None or draft.account_id is None or draft.from_number is None:
            raise AssertionError(
                "a submitting text has its instant (messages_submitted_has_instant_check)"
            )
        async with self._sessions() as session:
            account = await self._account(session, draft.account_id)
        text = SentText(
            message_id=draft.message_id,
            from_number=draft.from_number,
            to_number=draft.to_number,
            since=draft.submitted_at - _CLOCKS_DIFFER,
        )
        found = await self._find(text, draft.account_id, account.channel)
        if found is not None:
            await self._adopt(draft, draft.account_id, found, journal, draft.submitted_at)
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

    async def _find(self, text: SentText, account_id: UUID, channel: Channel) -> Report | None:
        """Return what the provider's list says of the text; None if it has no list or does not show it."""
        try:
            listed = await channel.find_sent(text)
        except ProviderUnavailable as problem:
            raise _still_unknown(str(problem)) from problem
        if not listed:
            return None
        async with self._sessions() as session:
            _, body = await sending.submitted_text(session, text.message_id)
            same = [each for each in listed if _may_be(each, text.message_id, body)]
            owned = await sending.owned_ids(
                session, account_id, [message.provider_message_id for message in same]
            )
        for message in sorted(same, key=lambda message: message.created_at):
            if message.provider_message_id not in owned:
                return Report(
                    message.provider_message_id,
                    message.status or MessageStatus.QUEUED,
                    message.code,
                    message.failure,
                    message.reason,
                )
        return None

    def _status_callback(self, draft: Draft, account: OpenAccount) -> str:
        return account.channel.webhook_url(
            f"{self._settings.callback_url}/api/v1/webhooks/{account.row.provider}/{account.row.id}"
            f"/status?message={draft.message_id}"
        )


_BEHIND = "Other texts leave from this number first: it may send only so many a second."
_CAPPED = (
    "This number has sent all that it may today. The next day begins at midnight in Los Angeles."
)
_TRIED = "The provider account of this number is paused, and just being tried."


def _again(reason: str, kind: str, pause: timedelta) -> ApplicationError:
    """Return what has the engine try the activity again after `pause`."""
    return ApplicationError(
        reason,
        type=kind,
        next_retry_delay=max(pause, timedelta(0)),
        # expected, and no error of ours: it is not worth a line in the log each time
        category=ApplicationErrorCategory.BENIGN,
    )


def _still_unknown(reason: str) -> ApplicationError:
    return _again(f"The provider's answer is not known: {reason}", "OutcomeUnknown", _LOOK_AGAIN)


def _may_be(message: ProviderMessage, message_id: UUID, body: str) -> bool:
    """Return whether a text in the provider's list may be ours: by our id where it keeps it, else by its words."""
    if message.message_id is not None:
        return message.message_id == message_id
    return message.body == body


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


async def _held(
    session: AsyncSession,
    draft: Draft,
    sender: Sender,
    body: str,
    hold: Hold,
    journal: Journal,
    now: datetime,
) -> Held | Hold:
    """Write that a text waits, once for each thing it waits for; return who waits: the workflow or the activity."""
    in_workflow = hold.kind in _IN_THE_WORKFLOW
    if in_workflow or draft.held_for is not hold.kind:
        await sending.hold(session, draft, sender, body, hold)
    if not in_workflow:
        return hold
    held = Entry(
        TimelineKind.TEXT_HELD,
        now,
        detail=hold.why,
        until=hold.until,
        message_id=draft.message_id,
    )
    await journal(session, held)
    return Held(hold.until)


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
