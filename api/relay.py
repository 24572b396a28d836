"""How this process delivers outbox items without starving its requests of database connections."""

import asyncio
from collections.abc import Collection
from typing import Final

from db.engine import Sessions
from db.outbox.queries import relay
from workflows.client import Engine

_AT_ONCE: Final = 4
"""A delivery holds a connection while it waits for the engine; requests need some too."""

_BACKLOG: Final = 200
"""Deliveries that may wait their turn; when the engine is slow, its own schedule catches up later."""


class Relay:
    """Delivers what committed requests left in the outbox, a few workflows at a time."""

    def __init__(self, sessions: Sessions, engine: Engine) -> None:
        self._sessions = sessions
        self._engine = engine
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def deliver(self, workflow_ids: Collection[str]) -> None:
        """Deliver all that waits for these workflows; what cannot be delivered stays in the outbox."""
        await asyncio.gather(*(self._deliver_one(workflow_id) for workflow_id in workflow_ids))

    async def _deliver_one(self, workflow_id: str) -> None:
        if self._waiting >= _BACKLOG:
            return
        self._waiting += 1
        try:
            async with self._turn:
                await relay(self._sessions, self._engine.deliver, [workflow_id])
        finally:
            self._waiting -= 1
