"""Fetches what came with a customer's text: from the provider, by its first bytes, kept once."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from channels.errors import MediaRefused, ProviderUnavailable
from channels.interface import Channel
from db.engine import Sessions
from db.media import queries
from db.media.queries import Waiting
from domain.media import MAX_INBOUND_BYTES, sniff
from workflows.activities import FetchMedia

_GIVEN_UP = "the provider did not let us have it in time"
_NO_ACCOUNT = "its provider account is not there any more"
_NOT_KEPT = "it is of no kind that is kept here"


class MediaFetcher:
    """The activity that fetches. Each medium is committed by itself, so that a retry fetches what is missing."""

    def __init__(
        self, sessions: Sessions, accounts: OpenAccounts, clock: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._clock = clock

    @activity.defn
    async def fetch_media(self, order: FetchMedia) -> None:
        async with self._sessions() as session:
            waiting = await queries.waiting(session, order.message_id)
        if self._clock() >= order.give_up_at:
            for medium in waiting:
                await self._refuse(order, medium, _GIVEN_UP)
        elif waiting:
            await self._fetch(order, waiting)

    async def _fetch(self, order: FetchMedia, waiting: list[Waiting]) -> None:
        async with self._sessions() as session:
            account = await self._accounts.find(session, waiting[0].account_id)
        if account is None:
            for medium in waiting:
                await self._refuse(order, medium, _NO_ACCOUNT)
            return
        unavailable: list[int] = []
        for medium in waiting:
            try:
                await self._fetch_one(order, medium, account.channel)
            except MediaRefused as refusal:
                await self._refuse(order, medium, str(refusal))
            except ProviderUnavailable:
                unavailable.append(medium.position)
        if unavailable:
            raise ApplicationError(
                f"The provider did not let us have {len(unavailable)} of {len(waiting)} media",
                type="ProviderUnavailable",
            )

    async def _fetch_one(self, order: FetchMedia, medium: Waiting, channel: Channel) -> None:
        media = await channel.fetch_media(medium.url, max_bytes=MAX_INBOUND_BYTES)
        content_type = sniff(media.content)
        if content_type is None:
            raise MediaRefused(_NOT_KEPT)
        async with self._sessions.begin() as session:
            sha256 = await queries.keep(
                session, medium.organisation_id, media.content, content_type
            )
            await queries.stored(session, order.message_id, medium.position, sha256)

    async def _refuse(self, order: FetchMedia, medium: Waiting, reason: str) -> None:
        async with self._sessions.begin() as session:
            sentence = f"{reason[:1].upper()}{reason[1:]}."
            await queries.refused(session, order.message_id, medium.position, sentence)
