"""The outbox: what workflows must still be told, and its delivery."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions
from db.outbox.tables import OutboxItem
from domain.notices import Delivery, Notice

_log = logging.getLogger(__name__)
_notices: TypeAdapter[Notice] = TypeAdapter(Notice)

Deliver = Callable[[Notice], Awaitable[Delivery]]

_ROUND = 500
"""Workflows that one round of the schedule looks after."""

_READ = 20
"""Notices of a workflow that are read at a time: while the engine is away, the first one says so for all."""

_AT_ONCE = 4
"""Workflows that a round tells side by side: each holds a connection while it waits for the engine."""


async def add(session: AsyncSession, organisation_id: UUID, notices: Sequence[Notice]) -> None:
    """Put notices into the outbox, in this order, as part of the caller's transaction."""
    if notices:
        rows = [
            {
                "organisation_id": organisation_id,
                "workflow_id": notice.workflow_id,
                "kind": notice.kind,
                "payload": _notices.dump_python(notice, mode="json", by_alias=True),
            }
            for notice in notices
        ]
        await session.execute(insert(OutboxItem), rows)


async def relay(sessions: Sessions, deliver: Deliver, workflow_ids: Collection[str]) -> int:
    """Deliver all that waits for these workflows, each one's in order; return how many notices went out.

    What cannot be delivered now stays, and everything behind it for the same workflow.
    """
    turn = asyncio.Semaphore(_AT_ONCE)

    async def relay_one(workflow_id: str) -> int:
        async with turn:
            return await _relay_one(sessions, deliver, workflow_id)

    return sum(await asyncio.gather(*map(relay_one, workflow_ids)))


async def relay_waiting(sessions: Sessions, deliver: Deliver, *, older_than: timedelta) -> int:
    """Deliver what has waited longer than `older_than`, so that whoever wrote it has probably given up."""
    async with sessions() as session:
        waiting = await session.scalars(
            select(OutboxItem.workflow_id)
            .where(OutboxItem.created_at < func.now() - older_than)
            .group_by(OutboxItem.workflow_id)
            .order_by(func.min(OutboxItem.created_at))
            .limit(_ROUND)
        )
    return await relay(sessions, deliver, waiting.all())


async def _relay_one(sessions: Sessions, deliver: Deliver, workflow_id: str) -> int:
    delivered = 0
    async with sessions.begin() as session:
        await session.execute(_TAKE_TURN, {"id": workflow_id})
        while True:
            waiting = await _first_of(session, workflow_id)
            for item_id, payload in waiting:
                try:
                    delivery = await deliver(_notices.validate_python(payload))
                except Exception:
                    _log.warning("outbox item %s could not be delivered", item_id, exc_info=True)
                    delivery = Delivery.LATER
                if delivery is Delivery.LATER:
                    await session.execute(
                        update(OutboxItem)
                        .where(OutboxItem.id == item_id)
                        .values(attempts=OutboxItem.attempts + 1)
                    )
                    return delivered
                await session.execute(delete(OutboxItem).where(OutboxItem.id == item_id))
                delivered += 1
            if len(waiting) < _READ:
                return delivered


async def _first_of(
    session: AsyncSession, workflow_id: str
) -> Sequence[tuple[UUID, dict[str, Any]]]:
    """Return the first notices that wait for a workflow, in order."""
    waiting = await session.execute(
        select(OutboxItem.id, OutboxItem.payload)
        .where(OutboxItem.workflow_id == workflow_id)
        .order_by(OutboxItem.id)
        .limit(_READ)
    )
    return [(item_id, payload) for item_id, payload in waiting]


_TAKE_TURN: Final = text(
    # one deliverer at a time for a workflow, or a reply could overtake the start it belongs to; and the first notices
    # are looked up in their order, where a server that has not counted them would read and sort all
    """
    SELECT pg_advisory_xact_lock(hashtextextended(:id, 0)),
        set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)
    """
)
