"""The activity that lets go what is older than its organisation keeps it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from db.engine import Sessions
from db.retention import applying, reporting
from domain.retention import Kind, cutoff

BATCH: Final = 1000
"""Rows, or numbers with their consent, that one transaction takes."""


class Retainer:
    """Each batch is a transaction of its own, so that a run may stop anywhere and the next goes on.

    What went is reported in the same transaction, so that the report of a run that was cut short is true as well.
    """

    def __init__(
        self, sessions: Sessions, clock: Callable[[], datetime], *, batch: int = BATCH
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._batch = batch

    @activity.defn
    async def apply_retention(self) -> dict[str, int]:
        now = self._clock()
        # the same at each try of a run
        started_at = activity.info().scheduled_time
        gone: Counter[str] = Counter()
        async with self._sessions() as session:
            organisations = await applying.periods(session)
        for organisation_id, periods in organisations.items():
            async with self._sessions.begin() as session:
                await reporting.begin(session, organisation_id, started_at)
            for kind, days in periods.items():
                before = cutoff(days, now)
                if before is not None:
                    step = partial(
                        self._let_go,
                        organisation_id=organisation_id,
                        kind=kind,
                        before=before,
                        now=now,
                    )
                    gone[kind.value] += await self._to_the_end(step)
            async with self._sessions.begin() as session:
                await reporting.finish(session, organisation_id, self._clock())
        gone["expired"] = await self._to_the_end(
            partial(applying.drop_expired, now=now, limit=self._batch)
        )
        return dict(gone)

    async def _let_go(
        self,
        session: AsyncSession,
        *,
        organisation_id: UUID,
        kind: Kind,
        before: datetime,
        now: datetime,
    ) -> int:
        went = await applying.apply(
            session, organisation_id, kind, before, now=now, limit=self._batch
        )
        await reporting.add(session, organisation_id, kind, went)
        return went

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
