"""Who hears of a change: one listening connection per process, fanned out to the people signed in to it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from db.live import Change, listen
from domain.privileges import Actor, Entity, Level, Privilege, level_of

_log = logging.getLogger(__name__)

_BEHIND: Final = 200
_RETRY_SECONDS: Final = 1.0


@dataclass(eq=False)
class Subscription:
    """The changes one open page is still to be told; None says that the stream ends."""

    actor: Actor
    queue: "asyncio.Queue[Change | None]" = field(default_factory=asyncio.Queue)

    def concerns(self, change: Change) -> bool:
        """Return whether the person may see what the change is about."""
        if change.organisation_id != self.actor.organisation_id:
            return False
        level = level_of(self.actor, Entity.CONVERSATION, Privilege.READ)
        if level is not None and level > Level.USER:
            return True
        return not change.audience.isdisjoint({self.actor.user_id, *self.actor.team_ids})

    async def __aiter__(self) -> AsyncIterator[Change]:
        while (change := await self.queue.get()) is not None:
            yield change


class Hub:
    """Hands changes to the subscriptions they concern.

    A page that may have missed something, because the database was away or it reads too slowly, has its
    stream ended: it connects again by itself and asks for everything anew.
    """

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self._subscriptions: set[Subscription] = set()

    async def run(self) -> None:
        """Listen until cancelled, again and again if the database goes away."""
        while True:
            try:
                async for change in listen(self.database_url):
                    self._hand_out(change)
            except Exception as error:
                _log.warning("listening for changes failed, trying again: %s", type(error).__name__)
            self.end_all()
            await asyncio.sleep(_RETRY_SECONDS)

    @contextmanager
    def subscribed(self, actor: Actor) -> Iterator[Subscription]:
        """Return a subscription for as long as the block runs."""
        subscription = Subscription(actor)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def end_all(self) -> None:
        """End every open stream."""
        for subscription in list(self._subscriptions):
            self._end(subscription)

    def _hand_out(self, change: Change) -> None:
        for subscription in list(self._subscriptions):
            if not subscription.concerns(change):
                continue
            if subscription.queue.qsize() >= _BEHIND:
                self._end(subscription)
            else:
                subscription.queue.put_nowait(change)

    def _end(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        subscription.queue.put_nowait(None)
