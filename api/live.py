"""Who hears of a change: one listening connection per process, fanned out to the people signed in to it."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from db.live import ACCESS_CHANGED, Change, listen
from domain.privileges import (
    Actor,
    Entity,
    Everything,
    Need,
    Own,
    Privilege,
    Units,
    level_of_all,
    scope_of,
)

_log = logging.getLogger(__name__)

_BEHIND: Final = 200
_OF_CONVERSATIONS: Final = frozenset(
    {"message.changed", "conversation.changed", "conversation.typing"}
)
_RETRY_SECONDS: Final = 1.0

_TEXTS: Final = ((Entity.MESSAGE, Privilege.READ), (Entity.CONVERSATION, Privilege.READ))
_NEEDS: Final[Mapping[str, tuple[Need, ...]]] = {
    "message.changed": _TEXTS,
    "conversation.changed": _TEXTS,
    "conversation.typing": _TEXTS,
    "record.changed": ((Entity.RECORD, Privilege.READ),),
    "enrollment.changed": ((Entity.ENROLLMENT, Privilege.READ),),
    "work_item.changed": ((Entity.WORK_ITEM, Privilege.READ),),
    "alert.changed": ((Entity.ALERT, Privilege.READ),),
}
"""What one must be allowed to read to hear of a change. Other changes are of the persons they name alone."""


@dataclass(eq=False)
class Subscription:
    """The changes one open page is still to be told; None says that the stream ends."""

    actor: Actor
    queue: "asyncio.Queue[Change | None]" = field(default_factory=asyncio.Queue)

    def concerns(self, change: Change) -> bool:
        """Return whether the person may see what the change is about."""
        if change.organisation_id != self.actor.organisation_id or not self._is_within(change):
            return False
        mine = self.actor.stands_for | self.actor.team_ids
        if change.event not in _NEEDS:
            return not change.audience.isdisjoint(mine)
        level = level_of_all(self.actor, _NEEDS[change.event])
        if level is None:
            return False
        match scope_of(self.actor, level):
            case Own():
                return not change.audience.isdisjoint(mine)
            case Units(ids):
                # what is nobody's is for all who see more than their own
                return not change.audience or not change.audience.isdisjoint(mine | ids)
            case Everything():
                return True

    def wide_events(self) -> Iterator[str]:
        """Yield the events of which the person hears beyond what is the person's own."""
        for event, needs in _NEEDS.items():
            level = level_of_all(self.actor, needs)
            if level is not None and not isinstance(scope_of(self.actor, level), Own):
                yield event

    def _is_within(self, change: Change) -> bool:
        """Return whether a token of a host's form, which is good for one record, may hear of it."""
        only = self.actor.only_record_id
        if only is None or change.event == ACCESS_CHANGED:
            return True
        return change.event in _OF_CONVERSATIONS and change.data.get("record_id") == str(only)

    async def __aiter__(self) -> AsyncIterator[Change]:
        while (change := await self.queue.get()) is not None:
            yield change


class Hub:
    """Hands changes to the subscriptions they concern.

    A page that may have missed something, because the database was away or it reads too slowly, has its
    stream ended, and so has one of a person whose access changed: it connects again by itself and asks for
    everything anew.
    """

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self._subscriptions: set[Subscription] = set()
        # a change is one customer's, and asks its own few of the many who listen
        self._by_id: defaultdict[UUID, set[Subscription]] = defaultdict(set)
        self._wide: defaultdict[tuple[UUID, str], set[Subscription]] = defaultdict(set)

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
        for place in self._places(subscription):
            place.add(subscription)
        try:
            yield subscription
        finally:
            self._forget(subscription)

    def end_all(self) -> None:
        """End every open stream."""
        for subscription in list(self._subscriptions):
            self._end(subscription)

    def _hand_out(self, change: Change) -> None:
        asked = set(self._wide.get((change.organisation_id, change.event), ()))
        for each in change.audience:
            asked |= self._by_id.get(each, set())
        for subscription in asked:
            if not subscription.concerns(change):
                continue
            if change.event == ACCESS_CHANGED or subscription.queue.qsize() >= _BEHIND:
                self._end(subscription)
            else:
                subscription.queue.put_nowait(change)

    def _places(self, subscription: Subscription) -> Iterator[set[Subscription]]:
        """Yield where the subscription is looked for: under the ids a change may name, and among who sees more."""
        actor = subscription.actor
        for each in actor.stands_for | actor.team_ids:
            yield self._by_id[each]
        for event in subscription.wide_events():
            yield self._wide[actor.organisation_id, event]

    def _forget(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)
        for place in self._places(subscription):
            place.discard(subscription)

    def _end(self, subscription: Subscription) -> None:
        self._forget(subscription)
        subscription.queue.put_nowait(None)
