"""Sends texts: never twice, never lost.

Providers have no key that makes a repeated request harmless (reference on SMS, sections 1.2 and 8), so the row carries
the burden. It becomes SUBMITTING, committed, before the provider is called; a try that finds it so does not send but
asks what became of it. Only what provably did not happen is tried again; what stays unknown becomes UNCERTAIN and a
work item, never a second text.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.handing_over import HandOver
from activities.journal import Journal, no_journal, step_journal
from activities.lost_answers import LostAnswers
from activities.making_ready import MakingReady, decide, size_of
from activities.orders import (
    PROVIDER_PAUSE,
    Order,
    Ready,
    SendingSettings,
    account_of,
    again,
)
from channels.errors import InvalidCredentials
from db.autocommit import Committing
from db.engine import create_sessions
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.media import queries as media
from db.messages import drafts, held, sending
from db.messages.drafts import Draft, NoSuchRow
from db.messages.sending import Leaving
from db.messages.tables import Message
from db.providers import pausing
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.providers.senders import Sender
from db.secrets import UnreadableSecret
from db.work_items import opening
from domain import pacing
from domain.enrollments import TimelineKind
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Submitted, TextOutcome
from domain.messages import HoldKind, MessageStatus, Urgency
from domain.quiet_hours import Send
from domain.senders import NoSender
from domain.sending import READY_AHEAD, Hold, Refuse, ending_after
from domain.work_items import WorkItemKind
from workflows.activities import SendStepText

_IN_THE_WORKFLOW = frozenset({HoldKind.HOURS, HoldKind.NO_HOUR, HoldKind.PAUSE, HoldKind.CONSENT})
"""What a text waits for in its workflow, by a timer that a pause, an end or an answer interrupts. For all else the
activity is tried again by the engine, which costs no history."""


_AT_AN_INSTANT = frozenset({HoldKind.RETRY, HoldKind.SCHEDULE})
"""What nothing but the clock ends, so that nothing is looked at before."""

_LONGEST_WAIT = timedelta(seconds=10)
"""For a turn, in place: what PROVIDER_LIMIT leaves beside the provider's answer."""


@dataclass(frozen=True)
class _Turn:
    """The text has its turn on this number, at an instant of `time.monotonic`, and waits for it in place."""

    number_id: UUID
    at: float


class TextSender:
    """The activities that send."""

    def __init__(
        self,
        database: AsyncEngine,
        committing: Committing,
        turns: Turns,
        accounts: OpenAccounts,
        settings: SendingSettings,
        meter: AccountMeter,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = create_sessions(database)
        self._turns = turns
        self._accounts = accounts
        self._settings = settings
        self._clock = clock
        self._make_ready = MakingReady(self._sessions, turns, accounts, clock)
        self._hand_over = HandOver(database, committing, settings, meter, clock)
        self._find_out = LostAnswers(self._sessions, accounts, settings.trust_list_after, clock)

    @activity.defn
    async def send_step_text(self, order: SendStepText) -> TextOutcome:
        enrollment_id = order.visit.enrollment_id

        async def load(session: AsyncSession, now: datetime) -> Draft:
            return await drafts.step_draft(
                session, enrollment_id, order.step_id, order.work_item_id, now
            )

        journal = step_journal(order.visit, order.step_id)
        urgency = Urgency.AUTOMATED if order.work_item_id is None else Urgency.MANUAL
        asked = Order(load, journal, urgency, order)
        try:
            if (ready := await self._make_ready(order)) is not None:
                return await self._hand_over(ready, asked)
            return await self._send(asked)
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
            return await self._send(Order(load, no_journal, urgency))
        except NoSender as problem:
            now = self._clock()
            async with self._sessions.begin() as session:
                await held.refuse(
                    session,
                    Message.id == message_id,
                    str(problem),
                    now,
                    failure=FailureKind.NEVER,
                    rule="no_number",
                )
                await opening.about_text(
                    session, message_id, WorkItemKind.FAILED_TEXT, str(problem), now
                )
            return NotSent()

    async def _send(self, order: Order) -> TextOutcome:
        turn: _Turn | None = None
        while True:
            async with self._sessions.begin() as session:
                step = await self._next(session, order, turn)
            match step:
                case _Turn():
                    turn = step
                    await asyncio.sleep(turn.at - READY_AHEAD.total_seconds() - time.monotonic())
                case Ready():
                    return await self._hand_over(step, order)
                case Draft():
                    return await self._find_out(step, order.journal)
                case Hold():
                    raise again(step.why, "Waiting", step.until - self._clock())
                case _:
                    return step

    async def _next(
        self, session: AsyncSession, order: Order, turn: _Turn | None
    ) -> Ready | _Turn | Hold | Draft | TextOutcome:
        """Decide on a text in one transaction, which the caller commits. A draft is one to be reconciled."""
        now = self._clock()
        try:
            draft = await order.load(session, now)
        except NoSuchRow as problem:
            raise ApplicationError(str(problem), type="NoSuchRow", non_retryable=True) from problem
        if (
            draft.held_for in _AT_AN_INSTANT
            and draft.held_until is not None
            and draft.held_until > now
        ):
            return Held(draft.held_until)
        match draft.status:
            case None | MessageStatus.HELD:
                return await self._prepare(session, draft, order, turn, now)
            case MessageStatus.SUBMITTING:
                return draft
            case _:
                return await _known(session, draft, order.journal, now)

    async def _prepare(
        self,
        session: AsyncSession,
        draft: Draft,
        order: Order,
        turn: _Turn | None,
        now: datetime,
    ) -> Ready | _Turn | Hold | TextOutcome:
        """Make a text ready to be handed over, its row SUBMITTING; or say why it does not go, or not yet."""
        sender = draft.sender()
        body, decision = decide(draft, sender, now)
        match decision:
            case Send():
                return await self._submit(session, draft, sender, body, order, turn, now)
            case Hold():
                return await _held(session, draft, sender, body, decision, order, now)
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
        order: Order,
        turn: _Turn | None,
        now: datetime,
    ) -> Ready | _Turn | Hold | TextOutcome:
        """Take the text's turn on its number, and write that it is about to be handed over."""
        try:
            # before the row says that the text may have left
            account = await account_of(self._accounts, session, sender.account_id)
        except (UnreadableSecret, InvalidCredentials) as problem:
            why = str(problem)
            await pausing.pause(session, sender.account_id, code="unusable", reason=why, now=now)
            hold = Hold(now + PROVIDER_PAUSE, why, HoldKind.ACCOUNT)
            return await _held(session, draft, sender, body, hold, order, now)
        if turn is None or turn.number_id != sender.number_id:
            count = size_of(body)
            busy = pacing.interval(count, sender.per_second, sender.throttle)
            taken = await self._turns.take(
                sender.number_id,
                segments=count,
                interval=busy,
                daily_cap=sender.daily_cap,
                patience=min(pacing.patience(order.urgency, busy), _LONGEST_WAIT),
                is_one_text=True,
            )
            if taken.is_capped:
                hold = Hold(pacing.cap_ends(now), pacing.CAPPED, HoldKind.HOURS)
                return await _held(session, draft, sender, body, hold, order, now)
            if not taken.is_taken:
                hold = Hold(now + taken.wait, _BEHIND, HoldKind.PACE)
                return await _held(session, draft, sender, body, hold, order, now)
            turn = _Turn(sender.number_id, time.monotonic() + taken.wait.total_seconds())
            if taken.wait > READY_AHEAD:
                return turn
        trial_of = None
        if sender.is_paused:
            trial_of = await pausing.try_again(session, sender.account_id, now)
            if trial_of is None:
                hold = Hold(now + PROVIDER_PAUSE, _TRIED, HoldKind.ACCOUNT)
                return await _held(session, draft, sender, body, hold, order, now)
        urls: tuple[str, ...] = ()
        if draft.wanted.needs_mms:
            found = await media.of_messages(session, [draft.message_id])
            links = self._settings.media_links
            urls = tuple(
                links.url(draft.organisation_id, each.sha256, now)
                for each in found[draft.message_id]
                if each.sha256 is not None
            )
        await sending.submit(session, [Leaving(draft, sender, body)], now)
        if draft.enrollment_id is not None and sender.lane != order.lane:
            await progress.queue_on(session, draft.enrollment_id, sender.number_id)
        return Ready(draft, sender, account, body, urls, trial_of, turn.at)


_BEHIND = "Other texts leave from this number first: it may send only so many a second."
_TRIED = "The provider account of this number is paused, and just being tried."


async def _held(
    session: AsyncSession,
    draft: Draft,
    sender: Sender,
    body: str,
    hold: Hold,
    order: Order,
    now: datetime,
) -> Held | Hold:
    """Write that a text waits, once for each thing it waits for; return who waits: the workflow or the activity."""
    in_workflow = hold.kind in _IN_THE_WORKFLOW
    if hold.kind is HoldKind.PAUSE and order.step is None:
        # of a resumed enrollment nobody tells the workflow of a text alone, whose history a long pause would fill
        in_workflow = False
    if hold.known_end is not None or draft.held_for is not hold.kind:
        await sending.hold(session, draft, sender, body, hold, now)
    if not in_workflow:
        return hold
    entry = Entry(
        TimelineKind.TEXT_HELD,
        now,
        detail=hold.why,
        until=hold.known_end,
        message_id=draft.message_id,
        key=hold.kind.value,
    )
    await order.journal(session, entry)
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
