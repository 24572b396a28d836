"""Brings in a list of numbers that must not be texted: some hundred at once, by few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ScalarSelect, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import locking
from db.consent import queries as consent
from db.consent.releasing import release
from db.consent.tables import ConsentEntry, OptOut
from db.messages.tables import Message
from domain.consent import BY_START, ConsentKind, Purpose, Scope, Source
from domain.do_not_contact import ListedNumber

AT_ONCE: Final = 500
"""Numbers of one transaction: each takes a lock, and the server has room for so many."""


@dataclass(frozen=True)
class Imported:
    added: int
    unchanged: int
    workflow_ids: Sequence[str] = ()


async def import_numbers(
    session: AsyncSession,
    organisation_id: UUID,
    rows: Sequence[ListedNumber],
    *,
    source: Source,
    file: str,
    actor_id: UUID,
    now: datetime,
) -> Imported:
    """Withdraw consent for at most AT_ONCE numbers, but for those that are in force already by such a list or a person.

    What a list dates later than what is in force is said again. The same list again changes nothing. What follows is
    that of any withdrawal.
    """
    numbers = {row.number for row in rows}
    await locking.exclusive(session, organisation_id, numbers)
    known = await session.execute(
        select(OptOut.customer_number, OptOut.purpose, OptOut.created_at).where(
            OptOut.organisation_id == organisation_id,
            OptOut.customer_number.in_(numbers),
            OptOut.ended_at.is_(None),
            OptOut.is_unclear.is_(False),
            OptOut.scope == Scope.ORGANISATION,
            OptOut.source.not_in(BY_START),
        )
    )
    in_force = {(number, purpose): at for number, purpose, at in known}
    new = [row for row in rows if not _is_known(row, in_force, now)]
    if not new:
        return Imported(0, len(rows))
    leaving = await consent.under_way(session, organisation_id, numbers)
    facts = [
        {
            "organisation_id": organisation_id,
            "customer_number": row.number,
            "scope": Scope.ORGANISATION,
            "purpose": row.purpose,
            "source": source,
        }
        for row in new
    ]
    stored = await session.scalars(
        insert(ConsentEntry).returning(ConsentEntry.id, sort_by_parameter_order=True),
        [
            {
                **fact,
                "kind": ConsentKind.WITHDRAWN,
                "at": min(row.since or now, now),
                "actor_id": actor_id,
                "reference": f"{row.reference or file[:200]}, line {row.line}",
                "under_way": leaving.get(row.number, []),
            }
            for fact, row in zip(facts, new, strict=True)
        ],
    )
    entries = list(stored)
    await session.execute(
        consent.PUT_INTO_FORCE,
        [
            {
                **fact,
                "entry_id": entry_id,
                "created_at": min(row.since or now, now),
                "phone_number_id": None,
                "brand": None,
                "message_id": None,
                "is_unclear": False,
            }
            for fact, entry_id, row in zip(facts, entries, new, strict=True)
        ],
    )
    of_all = {row.number for row in new if row.purpose is not Purpose.MARKETING}
    await consent.settle_questions(
        session, organisation_id, {row.number for row in new if row.purpose is None}, now
    )
    workflows = await consent.take_back(session, organisation_id, of_all, _forbidding(), now)
    workflows += await release(session, organisation_id, numbers - of_all, now)
    return Imported(len(new), len(rows) - len(new), workflows)


def _is_known(
    row: ListedNumber, in_force: Mapping[tuple[str, Purpose | None], datetime], now: datetime
) -> bool:
    """Return whether what a row says is in force, and was said then or later; undated it is not said again."""
    since = min(row.since, now) if row.since is not None else datetime.min.replace(tzinfo=UTC)
    return any(
        in_force[key] >= since
        for key in ((row.number, row.purpose), (row.number, None))
        if key in in_force
    )


def _forbidding() -> ScalarSelect[UUID]:
    """Return the entry that forbids a text, for the statement that refuses texts of many numbers at once."""
    return (
        select(OptOut.entry_id)
        .where(
            OptOut.organisation_id == Message.organisation_id,
            OptOut.customer_number == Message.to_number,
            OptOut.ended_at.is_(None),
            OptOut.is_unclear.is_(False),
        )
        .order_by(OptOut.created_at)
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
    )
