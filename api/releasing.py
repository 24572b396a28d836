"""When approvals that could be undone leave: at their instant, by the process that took them.

What a process that died left behind, the worker's schedule lets leave (activities/outbox.py).
"""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Final

from api.relay import Relay
from db.engine import Sessions
from db.work_items.deciding import release_due

_log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS: Final = 1.0
"""After a failure: the database may be back."""


class Releases:
    """The next instants at which something leaves, in one process."""

    def __init__(self, sessions: Sessions, relay: Relay) -> None:
        self._sessions = sessions
        self._relay = relay
        self._instants: set[datetime] = set()
        self._woken = asyncio.Event()

    def wake(self, at: datetime) -> None:
        """Look at `at`, aware, for what leaves then."""
        self._instants.add(at)
        self._woken.set()

    async def run(self) -> None:
        """Let things leave at their instants, until cancelled."""
        while True:
            await self._sleep()
            now = datetime.now(UTC)
            due = {instant for instant in self._instants if instant <= now}
            if not due:
                continue
            try:
                workflow_ids = await release_due(self._sessions, now)
            except Exception as error:
                _log.warning(
                    "letting approvals leave failed, trying again: %s", type(error).__name__
                )
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                continue
            self._instants -= due
            await self._relay.deliver(workflow_ids)

    async def _sleep(self) -> None:
        """Wait until the next instant, or until an earlier one is named."""
        self._woken.clear()
        if not self._instants:
            await self._woken.wait()
            return
        seconds = (min(self._instants) - datetime.now(UTC)).total_seconds()
        try:
            await asyncio.wait_for(self._woken.wait(), max(0.0, seconds))
        except TimeoutError:
            return
