"""Makes the usual texts of sequences ready to be handed over: those that come at the same moment, in one transaction.

Usual is a text at its first try that nothing speaks against, over an account that works, and whose turn is now. Of any
other nothing is written here: activities/sending.py makes it ready by itself, or says why it waits.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.accounts import OpenAccount, OpenAccounts
from activities.orders import Ready
from activities.rounds import Rounds
from channels.errors import InvalidCredentials
from db.engine import Sessions
from db.messages import drafts, sending
from db.messages.drafts import Draft, StepText
from db.messages.sending import Leaving
from db.providers.pace import Turns
from db.providers.senders import Sender
from db.secrets import UnreadableSecret
from domain import pacing, segments
from domain.failures import FailureKind
from domain.placeholders import UnfilledPlaceholder, render
from domain.quiet_hours import Send
from domain.senders import NoSender
from domain.sending import READY_AHEAD, Refuse, Verdict, verdict
from workflows.activities import SendStepText


def decide(draft: Draft, sender: Sender, now: datetime) -> tuple[str, Verdict]:
    """Return what a text says, and whether it may go."""
    try:
        filled = draft.body if draft.is_filled else render(draft.body, draft.values)
        body = segments.normalise(filled)
        return body, verdict(draft.facts, sender.account, sender.ours, now)
    except UnfilledPlaceholder as problem:
        refusal = Refuse(str(problem), FailureKind.NEVER, None, rule="placeholder")
        return draft.body, refusal


def size_of(body: str) -> int:
    """Return for how many segments a text keeps its number busy: a picture without words takes a place of its own."""
    return max(segments.count(body).segments, 1)


@dataclass(frozen=True)
class _Usual:
    text: StepText
    leaving: Leaving
    account: OpenAccount
    segments: int

    @property
    def busy(self) -> timedelta:
        """How long it keeps its number busy."""
        sender = self.leaving.sender
        return pacing.interval(self.segments, sender.per_second, sender.throttle)


class MakingReady:
    """Makes those texts ready together that are asked for at the same moment."""

    def __init__(
        self,
        sessions: Sessions,
        turns: Turns,
        accounts: OpenAccounts,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._turns = turns
        self._accounts = accounts
        self._clock = clock
        self._rounds = Rounds(self._make_ready)

    async def __call__(self, order: SendStepText) -> Ready | None:
        """Return the text, its row committed as SUBMITTING; or None, and nothing is written of it."""
        return await self._rounds.join(order)

    async def _make_ready(self, orders: Sequence[SendStepText]) -> Sequence[Ready | None]:
        lanes = {_named(order): order.lane for order in orders}
        async with self._sessions.begin() as session:
            now = self._clock()
            usual = []
            for text, draft in (await drafts.free_step_drafts(session, list(lanes), now)).items():
                found = await self._usual(session, text, draft, now)
                if found is not None and found.leaving.sender.lane == lanes[text]:
                    usual.append(found)
            turns = await self._take_turns(usual)
            leaving = [each for each in usual if each.text in turns]
            if leaving:
                await sending.submit(session, [each.leaving for each in leaving], now)
        ready = {
            each.text: Ready(
                each.leaving.draft,
                each.leaving.sender,
                each.account,
                each.leaving.body,
                media_urls=(),
                trial_of=None,
                turn_at=turns[each.text],
            )
            for each in leaving
        }
        # one that is asked for twice is made ready once
        return [ready.pop(_named(order), None) for order in orders]

    async def _usual(
        self, session: AsyncSession, text: StepText, draft: Draft, now: datetime
    ) -> _Usual | None:
        if draft.status is not None:
            return None
        try:
            sender = draft.sender()
            account = await self._accounts.find(session, sender.account_id)
        except (NoSender, UnreadableSecret, InvalidCredentials):
            return None
        body, decision = decide(draft, sender, now)
        if account is None or sender.is_paused or not isinstance(decision, Send):
            return None
        return _Usual(text, Leaving(draft, sender, body), account, size_of(body))

    async def _take_turns(self, usual: Sequence[_Usual]) -> Mapping[StepText, float]:
        """Take the turns of those texts that may leave now; return at what instant of `time.monotonic` each is."""
        of_numbers: dict[UUID, list[_Usual]] = defaultdict(list)
        for each in usual:
            of_numbers[each.leaving.sender.number_id].append(each)
        turns: dict[StepText, float] = {}
        for number_id, texts in of_numbers.items():
            offsets = list(accumulate((each.busy for each in texts), initial=timedelta()))
            count = sum(offset <= READY_AHEAD for offset in offsets[:-1])
            taken = await self._turns.take(
                number_id,
                segments=sum(each.segments for each in texts[:count]),
                interval=offsets[count],
                daily_cap=texts[0].leaving.sender.daily_cap,
                patience=READY_AHEAD - offsets[count - 1],
                is_one_text=count == 1,
            )
            if taken.is_taken:
                first = time.monotonic() + taken.wait.total_seconds()
                turns |= {
                    each.text: first + offset.total_seconds()
                    for each, offset in zip(texts, offsets[:count], strict=False)
                }
        return turns


def _named(order: SendStepText) -> StepText:
    return StepText(order.visit.enrollment_id, order.step_id, order.work_item_id)
