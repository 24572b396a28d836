"""The activity that delivers what could not be delivered at once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import activity

from db.engine import Sessions
from db.outbox import queries
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
        return await queries.relay_waiting(self._sessions, self._deliver, older_than=_PATIENCE)
