"""How workflows are told of what a request decided: once it is committed, and at once if the engine is there.

What cannot be delivered now stays in the outbox, and a schedule of the engine delivers it (workflows/outbox.py).
"""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import BackgroundTasks, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from api.context import Database, InContext
from api.relay import Relay
from db.outbox import queries
from domain.notices import Notice


class Outbox:
    """The notices of one request."""

    def __init__(self, relay: Relay, session: AsyncSession, background: BackgroundTasks) -> None:
        self._relay = relay
        self._session = session
        self._background = background

    async def add(self, organisation_id: UUID, notices: Sequence[Notice]) -> None:
        """Write notices in the request's transaction, and deliver them once the answer is sent."""
        await queries.add(self._session, organisation_id, notices)
        self.tell({notice.workflow_id for notice in notices})

    def tell(self, workflow_ids: Collection[str]) -> None:
        """Deliver, once the answer is sent, what the request's transaction wrote for these workflows."""
        if workflow_ids:
            self._background.add_task(self._relay.deliver, workflow_ids)


async def _outbox(context: InContext, session: Database, background: BackgroundTasks) -> Outbox:
    return Outbox(context.relay, session, background)


RequestOutbox = Annotated[Outbox, Depends(_outbox)]
