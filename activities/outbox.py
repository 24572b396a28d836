"""The activity that lets leave and delivers what the process that began it could not."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from temporalio import activity

from db.engine import Sessions
from db.outbox import queries
from db.work_items.deciding import release_due
from domain.notices import Delivery, Notice

_PATIENCE = timedelta(seconds=5)
"""How long the process that wrote a notice is given to deliver it itself."""


class OutboxActivities:
    def __init__(
        self, sessions: Sessions, deliver: Callable[[Notice], Awaitable[Delivery]]
    ) -> None:
        self._sessions = sessions
        self._deliver = deliver

    @activity.defn
    async def relay_outbox(self) -> int:
        released = await release_due(self._sessions, datetime.now(UTC))
        told = await queries.relay(self._sessions, self._deliver, released)
        return told + await queries.relay_waiting(
            self._sessions, self._deliver, older_than=_PATIENCE
        )
