"""Finds out what became of a text whose answer was lost: it may exist at the provider, and is never sent again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from activities.accounts import OpenAccounts
from activities.journal import Journal
from activities.orders import account_of, adopt, still_unknown
from channels.errors import ProviderUnavailable
from channels.interface import Channel, ProviderMessage, SentText
from db.engine import Sessions
from db.enrollments.progress import Entry
from db.messages import sending
from db.messages.drafts import Draft
from db.messages.statuses import Report
from domain.enrollments import TimelineKind
from domain.interpreter import NotSent, Submitted, TextOutcome
from domain.messages import MessageStatus
from domain.sending import ending_after

_CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the provider's clock may be behind ours when its list is asked for what came since a moment."""


class LostAnswers:
    """Asks the provider's list, until it can be trusted to show every text that the provider has."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: OpenAccounts,
        trust_list_after: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._trust_list_after = trust_list_after
        self._clock = clock

    async def __call__(self, draft: Draft, journal: Journal) -> TextOutcome:
        """Find out what became of a text that an earlier try handed over, or was about to."""
        if draft.submitted_at is None or draft.account_id is None or draft.from_number is None:
            raise AssertionError(
                "a submitting text has its instant (messages_submitted_has_instant_check)"
            )
        async with self._sessions() as session:
            account = await account_of(self._accounts, session, draft.account_id)
        text = SentText(
            message_id=draft.message_id,
            from_number=draft.from_number,
            to_number=draft.to_number,
            since=draft.submitted_at - _CLOCKS_DIFFER,
            refusals=draft.refusals,
        )
        found = await self._find(text, draft.account_id, account.channel)
        if found is not None:
            async with self._sessions.begin() as session:
                await adopt(
                    session,
                    draft,
                    draft.account_id,
                    found,
                    journal,
                    submitted_at=draft.submitted_at,
                    now=self._clock(),
                )
            if found.status is MessageStatus.FAILED:
                return NotSent(ending_after(found.failure))
            return Submitted(draft.submitted_at)
        now = self._clock()
        async with self._sessions.begin() as session:
            status, _ = await sending.submitted_text(session, draft.message_id)
            kind = TimelineKind.TEXT_SUBMITTED  # unless a status callback named it meanwhile
            if status is MessageStatus.SUBMITTING:
                if now < draft.submitted_at + self._trust_list_after:
                    raise still_unknown("not in the provider's list yet")
                if await sending.give_up(session, draft.message_id, now):
                    kind = TimelineKind.TEXT_UNCERTAIN
            await journal(session, Entry(kind, draft.submitted_at, message_id=draft.message_id))
        return Submitted(draft.submitted_at)

    async def _find(self, text: SentText, account_id: UUID, channel: Channel) -> Report | None:
        """Return what the provider's list says of the text; None if it has no list or does not show it."""
        try:
            listed = await channel.find_sent(text)
        except ProviderUnavailable as problem:
            # without its cause, which the engine would keep as it stands
            raise still_unknown(str(problem)) from None
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


def _may_be(message: ProviderMessage, message_id: UUID, body: str) -> bool:
    """Return whether a text in the provider's list may be ours: by our id where it keeps it, else by its words."""
    if message.message_id is not None:
        return message.message_id == message_id
    return message.body == body
