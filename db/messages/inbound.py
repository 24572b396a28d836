"""Stores a customer's text, with all that follows from it, in one transaction.

Which record it belongs to: the conversation last held with that number, over the number it came to before others; else
a record with that number by the order of capabilities C09; else a new lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, and_, bindparam, case, func, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.consent import queries as consent
from db.conversations.tables import Conversation
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.providers.tables import PhoneNumber
from db.records.tables import Record
from db.users.tables import TeamMember, User
from domain import opt_out, segments
from domain.enrollments import TimelineKind
from domain.messages import Direction, MessageStatus
from domain.notices import ReplyReceived
from domain.opt_out import Keyword
from domain.records import RecordKind, RecordStatus
from domain.users import Role


class UnknownNumber(LookupError):
    """The provider account has no such number of ours: nobody to deliver the text to."""


@dataclass(frozen=True)
class InboundText:
    """A customer's text as a provider brought it; `keyword` is what the provider itself made of it."""

    account_id: UUID
    provider_message_id: str
    from_number: str
    to_number: str
    body: str
    keyword: Keyword | None = None


@dataclass(frozen=True)
class Stored:
    """`message_id` is None if the text was stored before; `workflow_ids` must be told what waits for them."""

    message_id: UUID | None
    workflow_ids: Sequence[str] = ()


async def store(session: AsyncSession, text: InboundText, now: datetime) -> Stored:
    """Store a customer's text, once however often it is brought. Raises UnknownNumber."""
    stored = await _store(session, text, now)
    if stored and stored[0].conversation_id is None:
        await _begin_conversation(session, stored[0], text, now)
        stored = await _store(session, text, now)
    if not stored:
        raise UnknownNumber(f"no number of this account is {text.to_number}")
    organisation_id: UUID = stored[0].organisation_id
    message_id: UUID | None = stored[0].message_id
    if message_id is None:
        return Stored(None)
    match text.keyword or opt_out.read(text.body):
        case Keyword.STOP:
            workflow_ids = await consent.withdraw(
                session,
                organisation_id,
                text.from_number,
                message_id=message_id,
                source="reply",
                now=now,
            )
            return Stored(message_id, workflow_ids)
        case Keyword.START:
            await consent.restore(session, organisation_id, text.from_number, now=now)
        case _:
            pass
    running = [row for row in stored if row.enrollment_id is not None]
    return Stored(message_id, await _tell(session, organisation_id, running, message_id, now))


async def _begin_conversation(
    session: AsyncSession, place: Row[Any], text: InboundText, now: datetime
) -> None:
    """Begin the conversation of a number that never wrote, with the record it belongs to."""
    # one after the other, or each text of an unknown sender would become a lead
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(text.from_number, 0)))
    )
    record_id = await session.scalar(_record_of(place, text))
    await session.execute(
        postgresql.insert(Conversation)
        .values(
            organisation_id=place.organisation_id,
            customer_number=text.from_number,
            record_id=record_id or await _new_lead(session, place, text),
            phone_number_id=place.phone_number_id,
            last_message_at=now,
        )
        .on_conflict_do_nothing()
    )


def _record_of(place: Row[Any], text: InboundText) -> Select[UUID]:
    """Return the query for the record a number belongs to, by the order of capabilities C09."""
    team = select(TeamMember.user_id).where(TeamMember.team_id == place.owner_team_id)
    return (
        select(Record.id)
        .where(Record.organisation_id == place.organisation_id, Record.phone == text.from_number)
        .order_by(
            func.coalesce(Record.owner_user_id == place.owner_user_id, False).desc(),
            Record.owner_user_id.in_(team).desc(),
            case(
                {
                    RecordKind.CONTACT: 0,
                    RecordKind.ACCOUNT: 1,
                    RecordKind.OPPORTUNITY: 2,
                    RecordKind.LEAD: 3,
                },
                value=Record.kind,
            ),
            (Record.status == RecordStatus.ACTIVE).desc(),
            Record.updated_at.desc(),
        )
        .limit(1)
    )


async def _new_lead(session: AsyncSession, place: Row[Any], text: InboundText) -> UUID:
    """Begin a lead for an unknown sender (capabilities C09), owned by whoever owns the number it came to."""
    team = select(TeamMember.user_id).where(TeamMember.team_id == place.owner_team_id)
    owner = (
        select(User.id)
        .where(User.organisation_id == place.organisation_id, User.is_active)
        .where(
            or_(User.id == place.owner_user_id, User.id.in_(team), User.role == Role.ADMINISTRATOR)
        )
        .order_by(
            func.coalesce(User.id == place.owner_user_id, False).desc(),
            User.id.in_(team).desc(),
            User.id,
        )
        .limit(1)
        .scalar_subquery()
    )
    stored = await session.execute(
        postgresql.insert(Record)
        .values(
            organisation_id=place.organisation_id,
            kind=RecordKind.LEAD,
            phone=text.from_number,
            owner_user_id=owner,
        )
        .returning(Record.id)
    )
    return stored.scalar_one()


_GIVEN: Final = (
    "body",
    "from_number",
    "to_number",
    "segments",
    "encoding",
    "provider_account_id",
    "provider_message_id",
    "created_at",
    "finished_at",
)
"""What `_STORING` takes for the message's row: parameters "new_…", as SQLAlchemy claims the columns' own names."""


def _storing() -> Select[Any]:
    """Return the statement that finds a text's place, stores it once and counts it on its conversation.

    It yields nothing if the number is not ours; a row without a conversation if there is none yet; one without a
    message if the text was stored before; else a row for each running enrollment of the record, or one without.
    """
    # tables and not classes: what is not to become objects need not go through the mapper
    messages, conversations, numbers, enrollments = (
        Base.metadata.tables[kind.__tablename__]
        for kind in (Message, Conversation, PhoneNumber, Enrollment)
    )
    number = (
        select(numbers)
        .where(
            numbers.c.provider_account_id == bindparam("new_provider_account_id"),
            numbers.c.e164 == bindparam("new_to_number"),
        )
        .cte("number")
    )
    conversation = (
        select(conversations.c.id, conversations.c.record_id)
        .where(
            conversations.c.organisation_id == number.c.organisation_id,
            conversations.c.customer_number == bindparam("new_from_number"),
        )
        .order_by(
            (conversations.c.phone_number_id == number.c.id).desc(),
            conversations.c.last_message_at.desc(),
        )
        .limit(1)
        .lateral("conversation")
    )
    place = (
        select(
            number.c.id.label("phone_number_id"),
            number.c.organisation_id,
            number.c.owner_user_id,
            number.c.owner_team_id,
            conversation.c.id.label("conversation_id"),
            conversation.c.record_id,
        )
        .select_from(number.outerjoin(conversation, true()))
        .cte("place")
    )
    given = [bindparam(f"new_{name}", type_=messages.c[name].type) for name in _GIVEN]
    inserted = (
        postgresql.insert(messages)
        .from_select(
            ["organisation_id", "conversation_id", "direction", "status", *_GIVEN],
            select(
                place.c.organisation_id,
                place.c.conversation_id,
                literal(Direction.INBOUND.value),
                literal(MessageStatus.RECEIVED.value),
                *given,
            ).where(place.c.conversation_id.is_not(None)),
        )
        .on_conflict_do_nothing(index_elements=["provider_account_id", "provider_message_id"])
        .returning(messages.c.id, messages.c.conversation_id, messages.c.created_at)
        .cte("inserted")
    )
    counted = (
        update(conversations)
        .where(conversations.c.id == inserted.c.conversation_id)
        .values(
            last_message_at=func.greatest(conversations.c.last_message_at, inserted.c.created_at),
            unread_count=conversations.c.unread_count + 1,
            phone_number_id=select(place.c.phone_number_id).scalar_subquery(),
        )
        .cte("counted")
    )
    running = and_(
        enrollments.c.record_id == place.c.record_id,
        enrollments.c.ended_at.is_(None),
        inserted.c.id.is_not(None),
    )
    return (
        select(
            place,
            inserted.c.id.label("message_id"),
            enrollments.c.id.label("enrollment_id"),
            enrollments.c.workflow_id,
        )
        .select_from(place.outerjoin(inserted, true()).outerjoin(enrollments, running))
        .add_cte(counted)
    )


_STORING: Final = _storing()
"""Made once: making it costs more than running it."""


async def _store(session: AsyncSession, text: InboundText, now: datetime) -> Sequence[Row[Any]]:
    counted = segments.count(text.body)
    found = await session.execute(
        _STORING,
        {
            "new_body": text.body,
            "new_from_number": text.from_number,
            "new_to_number": text.to_number,
            "new_segments": counted.segments,
            "new_encoding": counted.encoding,
            "new_provider_account_id": text.account_id,
            "new_provider_message_id": text.provider_message_id,
            "new_created_at": now,
            "new_finished_at": now,
        },
    )
    stored: Sequence[Row[Any]] = found.all()
    return stored


async def _tell(
    session: AsyncSession,
    organisation_id: UUID,
    running: Sequence[Row[Any]],
    message_id: UUID,
    now: datetime,
) -> list[str]:
    """Note the reply on every running enrollment of the record, and have their workflows told."""
    entry = Entry(
        kind=TimelineKind.REPLY_RECEIVED, at=now, message_id=message_id, key=str(message_id)
    )
    await progress.write_entries(session, [(row.enrollment_id, entry) for row in running])
    notices = [
        ReplyReceived(
            workflow_id=row.workflow_id,
            enrollment_id=row.enrollment_id,
            message_id=message_id,
            received_at=now,
        )
        for row in running
    ]
    await outbox.add(session, organisation_id, notices)
    return [row.workflow_id for row in running]
