"""Which numbers does an organisation send from, what waits for each, and what becomes of that when one is removed?"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.messages import releasing
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.providers.senders import usable
from db.providers.tables import PhoneNumber
from db.visibility import visible_to
from db.work_items import replies
from domain.messages import HoldKind, MessageStatus
from domain.pacing import CAPPED
from domain.privileges import Actor

_OPEN_FOR: Final = timedelta(days=30)
"""How long after its last text a conversation counts as open."""

_QUEUED: Final = (HoldKind.PACE, HoldKind.ORDER, HoldKind.START)
"""What a text waits for that waits for nothing but its turn."""

_OWNERS: Final = frozenset({"owner_user_id", "owner_team_id"})


class Dependents(NamedTuple):
    """What still goes over a number."""

    enrollments: int
    """Running ones whose next text leaves from it."""
    conversations: int
    """Those with a text within the last 30 days."""


async def list_phone_numbers(
    session: AsyncSession, actor: Actor, page: PageRequest
) -> PageOf[PhoneNumber]:
    """Return sending numbers, the oldest first, without those that were removed."""
    statement = select(PhoneNumber).where(
        visible_to(actor, PhoneNumber), PhoneNumber.removed_at.is_(None)
    )
    return await read_page(
        session, statement, lambda number: number, page=page, keys=[PhoneNumber.id]
    )


async def find_phone_number(
    session: AsyncSession, actor: Actor, number_id: UUID
) -> PhoneNumber | None:
    """Return the number, removed or not, if the actor may see it."""
    number: PhoneNumber | None = await session.scalar(
        select(PhoneNumber).where(PhoneNumber.id == number_id, visible_to(actor, PhoneNumber))
    )
    return number


async def numbers_of_account(session: AsyncSession, account_id: UUID) -> list[PhoneNumber]:
    """Return the account's sending numbers, the oldest first, without those that were removed."""
    found = await session.scalars(
        select(PhoneNumber)
        .where(PhoneNumber.provider_account_id == account_id, PhoneNumber.removed_at.is_(None))
        .order_by(PhoneNumber.id)
    )
    return list(found)


async def numbers_in_use(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Return those of `numbers` that are sending numbers already, of whichever organisation."""
    found = await session.scalars(
        select(PhoneNumber.e164).where(
            PhoneNumber.e164.in_(numbers), PhoneNumber.removed_at.is_(None)
        )
    )
    return set(found)


async def sending_numbers(
    session: AsyncSession, organisation_id: UUID, numbers: Collection[str]
) -> set[str]:
    """Return which of `numbers` are the organisation's to send from."""
    found = await session.scalars(
        select(PhoneNumber.e164).where(
            PhoneNumber.organisation_id == organisation_id,
            PhoneNumber.e164.in_(numbers),
            usable(),
        )
    )
    return set(found)


async def waiting_texts(session: AsyncSession, number_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many texts wait for their turn at each of these numbers, where any do."""
    held = select(
        Message.phone_number_id.label("number_id"),
        # the text of an enrollment counts once, whether it stands in its row already or not
        func.coalesce(Message.enrollment_id, Message.id).label("text"),
    ).where(
        Message.status == MessageStatus.HELD,
        Message.held_for.in_(_QUEUED),
        Message.phone_number_id.in_(number_ids),
    )
    next_up = select(Enrollment.phone_number_id, Enrollment.id).where(
        Enrollment.ended_at.is_(None),
        Enrollment.sends_next,
        or_(Enrollment.waiting_until.is_(None), Enrollment.waiting_until <= func.now()),
        Enrollment.phone_number_id.in_(number_ids),
    )
    queued = union(held, next_up).subquery()
    counted = await session.execute(
        select(queued.c.number_id, func.count()).group_by(queued.c.number_id)
    )
    return dict(counted.all())


async def insert_phone_number(session: AsyncSession, **columns: Any) -> PhoneNumber | None:
    """Store a sending number, or take up a removed one of the organisation again; None if it is in use.

    If it is the default of its owner, it takes that place from the one that had it.
    """
    if columns.get("is_default") and columns.get("owner_user_id"):
        await _clear_default(session, columns["owner_user_id"])
    number_id = await session.scalar(
        insert(PhoneNumber)
        .values(**columns)
        .on_conflict_do_update(
            index_elements=[PhoneNumber.e164],
            set_={**columns, "removed_at": None},
            where=PhoneNumber.removed_at.is_not(None)
            & (PhoneNumber.organisation_id == columns["organisation_id"]),
        )
        .returning(PhoneNumber.id)
    )
    if number_id is None:
        return None
    # over one that was removed there may be conversations, and it may be somebody else's now
    await replies.follow_number(session, Conversation.phone_number_id == number_id, number_id)
    return await session.get_one(PhoneNumber, number_id)


async def update_phone_number(
    session: AsyncSession, number: PhoneNumber, changes: Mapping[str, Any], now: datetime
) -> None:
    """Change a sending number; a new default takes the place of the old one, and what waits for a cap looks again."""
    was_capped_at = number.daily_cap
    owner_id = changes.get("owner_user_id", number.owner_user_id)
    if changes.get("is_default", number.is_default) and owner_id is not None:
        await _clear_default(session, owner_id, keep=number.id)
    for name, value in changes.items():
        setattr(number, name, value)
    await session.flush()
    if number.daily_cap != was_capped_at:
        await releasing.release(session, number.organisation_id, _waits_for_cap(number), now)
    if _OWNERS & changes.keys():
        await replies.follow_number(session, Conversation.phone_number_id == number.id, number.id)


async def dependents_of(session: AsyncSession, number_id: UUID, now: datetime) -> Dependents:
    """Return what would have to go another way if the number were removed."""
    enrollments = select(func.count()).where(
        Enrollment.phone_number_id == number_id, Enrollment.ended_at.is_(None)
    )
    conversations = select(func.count()).where(
        Conversation.phone_number_id == number_id, Conversation.last_message_at > now - _OPEN_FOR
    )
    found = await session.execute(
        select(enrollments.scalar_subquery(), conversations.scalar_subquery())
    )
    return Dependents(*found.one())


async def move_dependents(
    session: AsyncSession, number: PhoneNumber, to: PhoneNumber, now: datetime
) -> None:
    """Have every conversation over a number, its waiting texts and what running enrollments send next go over `to`."""
    await replies.follow_number(session, Conversation.phone_number_id == number.id, to.id)
    # the order in which a text that leaves locks them, too
    for table in (Conversation, Enrollment):
        statement = update(table).where(table.phone_number_id == number.id)
        if table is Enrollment:
            statement = statement.where(Enrollment.ended_at.is_(None))
        await session.execute(
            statement.values(phone_number_id=to.id),
            execution_options={"synchronize_session": False},
        )
    await releasing.release(session, number.organisation_id, _waits_for_cap(number), now)
    await session.execute(
        update(Message)
        .where(
            Message.phone_number_id == number.id,
            Message.provider_account_id == number.provider_account_id,
            Message.status == MessageStatus.HELD,
        )
        .values(
            phone_number_id=to.id, from_number=to.e164, provider_account_id=to.provider_account_id
        ),
        execution_options={"synchronize_session": False},
    )


def _waits_for_cap(number: PhoneNumber) -> ColumnElement[bool]:
    return and_(
        Message.phone_number_id == number.id,
        # by the index of what is held
        Message.provider_account_id == number.provider_account_id,
        Message.held_for == HoldKind.HOURS,
        Message.held_reason == CAPPED,
    )


async def remove_phone_number(session: AsyncSession, number: PhoneNumber, now: datetime) -> None:
    """Delete a number that never served; one that did stays in its row, for what was said over it."""
    try:
        async with session.begin_nested():
            await session.execute(delete(PhoneNumber).where(PhoneNumber.id == number.id))
    except IntegrityError as error:
        if not isinstance(error.orig, psycopg.errors.ForeignKeyViolation):
            raise
        await session.execute(
            update(PhoneNumber)
            .where(PhoneNumber.id == number.id)
            .values(removed_at=now, is_default=False)
        )


async def _clear_default(
    session: AsyncSession, owner_user_id: UUID, keep: UUID | None = None
) -> None:
    statement = update(PhoneNumber).where(
        PhoneNumber.owner_user_id == owner_user_id, PhoneNumber.is_default
    )
    if keep is not None:
        statement = statement.where(PhoneNumber.id != keep)
    await session.execute(statement.values(is_default=False))
