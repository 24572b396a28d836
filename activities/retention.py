"""The activity that lets go what is older than its organisation keeps it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from db.engine import Sessions
from db.retention import applying
from domain.retention import cutoff

BATCH: Final = 1000
"""Rows, or numbers with their consent, that one transaction takes."""


class Retainer:
    """Each batch is a transaction of its own, so that a run may stop anywhere and the next goes on."""

    def __init__(
        self, sessions: Sessions, clock: Callable[[], datetime], *, batch: int = BATCH
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._batch = batch

    @activity.defn
    async def apply_retention(self) -> dict[str, int]:
        now = self._clock()
        gone: Counter[str] = Counter()
        async with self._sessions() as session:
            organisations = await applying.periods(session)
        for organisation_id, periods in organisations.items():
            for kind, days in periods.items():
                before = cutoff(days, now)
                if before is not None:
                    step = partial(
                        applying.apply,
                        organisation_id=organisation_id,
                        kind=kind,
                        before=before,
                        now=now,
                        limit=self._batch,
                    )
                    gone[kind.value] += await self._to_the_end(step)
        gone["expired"] = await self._to_the_end(
            partial(applying.drop_expired, now=now, limit=self._batch)
        )
        return dict(gone)

    async def _to_the_end(self, step: Callable[[AsyncSession], Awaitable[int]]) -> int:
        """Take one batch after the other, until one is not full; return how much went."""
        total = 0
        while True:
            async with self._sessions.begin() as session:
                went = await step(session)
            activity.heartbeat()
            total += went
            if went < self._batch:
                return total
