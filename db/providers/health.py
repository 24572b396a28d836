"""How is a provider account doing? Counted in memory by whoever sends and listens, and added up in the database.

A process that is killed loses the seconds it had not written yet: these are figures to look at, and nothing is decided
by them.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions
from db.messages.tables import Message
from db.providers.tables import AccountMinute, ProviderAccount

_log = logging.getLogger(__name__)

_ACCEPTED: Final = "accepted"
_FLUSH_SECONDS: Final = 5.0
_KEPT: Final = timedelta(days=8)
"""Minutes are kept for the last week, and the day that begins it."""


@dataclass
class _Requests:
    """Requests of one account and minute with one outcome; milliseconds."""

    requests: int = 0
    milliseconds: int = 0
    slowest: int = 0

    def add(self, other: "_Requests") -> None:
        self.requests += other.requests
        self.milliseconds += other.milliseconds
        self.slowest = max(self.slowest, other.slowest)


@dataclass
class _Counted:
    """What was counted since the last flush."""

    minutes: dict[tuple[UUID, datetime, str], _Requests] = field(default_factory=dict)
    inbound: dict[UUID, datetime] = field(default_factory=dict)
    status: dict[UUID, datetime] = field(default_factory=dict)

    def add(self, other: "_Counted") -> None:
        for key, requests in other.minutes.items():
            self.minutes.setdefault(key, _Requests()).add(requests)
        for mine, theirs in ((self.inbound, other.inbound), (self.status, other.status)):
            for account_id, at in theirs.items():
                mine[account_id] = max(at, mine.get(account_id, at))


class AccountMeter:
    """Counts what one process does over its accounts. For one event loop; counting never waits."""

    def __init__(self) -> None:
        self._counted = _Counted()
        self._forgot_on: datetime | None = None

    def sent(self, account_id: UUID, outcome: str, milliseconds: int, now: datetime) -> None:
        """Count a request to the provider that ended so: an outcome as `AccountMinute` has it."""
        minute = now.replace(second=0, microsecond=0)
        requests = self._counted.minutes.setdefault((account_id, minute, outcome), _Requests())
        requests.add(_Requests(1, milliseconds, milliseconds))

    def inbound(self, account_id: UUID, now: datetime) -> None:
        """Note that a customer's text came."""
        self._counted.inbound[account_id] = now

    def status(self, account_id: UUID, now: datetime) -> None:
        """Note that a status callback came."""
        self._counted.status[account_id] = now

    async def flush(self, sessions: Sessions) -> None:
        """Add what was counted to the database; if that fails, it is kept for the next time, and the error raised."""
        counted, self._counted = self._counted, _Counted()
        try:
            async with sessions.begin() as session:
                await self._write(session, counted)
        except BaseException:
            counted.add(self._counted)
            self._counted = counted
            raise

    async def run(self, sessions: Sessions) -> None:
        """Flush every few seconds until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(_FLUSH_SECONDS)
                await self._try_to_flush(sessions)
        finally:
            await self._try_to_flush(sessions)

    async def _try_to_flush(self, sessions: Sessions) -> None:
        try:
            await self.flush(sessions)
        except Exception:
            _log.warning("the health of the accounts could not be written yet", exc_info=True)

    async def _write(self, session: AsyncSession, counted: _Counted) -> None:
        accounts = (
            {key[0] for key in counted.minutes} | counted.inbound.keys() | counted.status.keys()
        )
        if not accounts:
            return
        # an account that was deleted meanwhile must not hold up the others; one that is there stays until the commit
        there = set(
            await session.scalars(
                select(ProviderAccount.id)
                .where(ProviderAccount.id.in_(accounts))
                .order_by(ProviderAccount.id)
                .with_for_update(key_share=True, read=True)
            )
        )
        await _add_minutes(session, {k: v for k, v in counted.minutes.items() if k[0] in there})
        # always in the same order, so that two processes never wait for each other
        for account_id in sorted(there & (counted.inbound.keys() | counted.status.keys())):
            await session.execute(
                update(ProviderAccount)
                .where(ProviderAccount.id == account_id)
                .values(
                    last_inbound_at=func.greatest(
                        ProviderAccount.last_inbound_at, counted.inbound.get(account_id)
                    ),
                    last_status_at=func.greatest(
                        ProviderAccount.last_status_at, counted.status.get(account_id)
                    ),
                )
            )
        await self._forget_old(session, counted)

    async def _forget_old(self, session: AsyncSession, counted: _Counted) -> None:
        """Delete the minutes that nobody looks at any more, once an hour of the counted time."""
        if not counted.minutes:
            return
        newest = max(minute for _, minute, _ in counted.minutes)
        hour = newest.replace(minute=0)
        if hour != self._forgot_on:
            await session.execute(
                delete(AccountMinute).where(AccountMinute.minute < newest - _KEPT)
            )
            self._forgot_on = hour


@dataclass
class Outcomes:
    """What became of the requests to an account in a while, by outcome; milliseconds until the answer."""

    by_outcome: dict[str, int] = field(default_factory=dict)
    milliseconds: int = 0
    """Of all requests together."""
    slowest: int = 0

    @property
    def requests(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def failed(self) -> float:
        """The part of the requests that the provider did not accept."""
        return 1 - self.by_outcome.get(_ACCEPTED, 0) / self.requests if self.requests else 0.0


class CodeCount(NamedTuple):
    """A provider's code, how many texts failed with it, and when the last of them was written."""

    code: str
    texts: int
    last_at: datetime


async def outcomes_since(session: AsyncSession, account_id: UUID, since: datetime) -> Outcomes:
    """Add up what was counted in the minutes that began at `since` or later."""
    found = await session.execute(
        select(
            AccountMinute.outcome,
            func.sum(AccountMinute.requests),
            func.sum(AccountMinute.milliseconds),
            func.max(AccountMinute.slowest),
        )
        .where(AccountMinute.provider_account_id == account_id, AccountMinute.minute >= since)
        .group_by(AccountMinute.outcome)
    )
    total = Outcomes()
    for outcome, requests, milliseconds, slowest in found:
        total.by_outcome[outcome] = requests
        total.milliseconds += milliseconds
        total.slowest = max(total.slowest, slowest)
    return total


async def codes_since(session: AsyncSession, account_id: UUID, since: datetime) -> list[CodeCount]:
    """Return the codes that texts of the account failed with, the most frequent first."""
    found = await session.execute(
        select(Message.error_code, func.count().label("texts"), func.max(Message.created_at))
        .where(
            Message.provider_account_id == account_id,
            Message.created_at >= since,
            Message.error_code.is_not(None),
        )
        .group_by(Message.error_code)
        .order_by(func.count().desc(), Message.error_code)
    )
    return [CodeCount(code, texts, last_at) for code, texts, last_at in found if code is not None]


async def _add_minutes(
    session: AsyncSession, minutes: dict[tuple[UUID, datetime, str], _Requests]
) -> None:
    if not minutes:
        return
    added = insert(AccountMinute).values(
        [
            {
                "provider_account_id": account_id,
                "minute": minute,
                "outcome": outcome,
                "requests": counted.requests,
                "milliseconds": counted.milliseconds,
                "slowest": counted.slowest,
            }
            for (account_id, minute, outcome), counted in sorted(
                minutes.items(), key=lambda item: item[0]
            )
        ]
    )
    await session.execute(
        added.on_conflict_do_update(
            index_elements=[
                AccountMinute.provider_account_id,
                AccountMinute.minute,
                AccountMinute.outcome,
            ],
            set_={
                "requests": AccountMinute.requests + added.excluded.requests,
                "milliseconds": AccountMinute.milliseconds + added.excluded.milliseconds,
                "slowest": func.greatest(AccountMinute.slowest, added.excluded.slowest),
            },
        )
    )
