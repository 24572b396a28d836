"""Stores a customer's text, with all that follows from it, in one transaction.

Which record it belongs to: the conversation last held with that number, over the number it came to before others; else a
record with that number by the order of capabilities C09; else a new lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

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
    place = (await session.execute(_place(text))).one_or_none()
    if place is None:
        raise UnknownNumber(f"no number of this account is {text.to_number}")
    conversation_id, record_id = place.conversation_id, place.conversation_record_id
    if conversation_id is None:
        record_id = place.record_id or await _new_lead(session, place, text)
        conversation_id = await _new_conversation(session, place, record_id, text, now)
    message_id = await _insert(session, place.organisation_id, conversation_id, text, now)
    if message_id is None:
        return Stored(None)
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            last_message_at=func.greatest(Conversation.last_message_at, now),
            unread_count=Conversation.unread_count + 1,
            phone_number_id=place.phone_number_id,
        )
    )
    match text.keyword or opt_out.read(text.body):
        case Keyword.STOP:
            workflow_ids = await consent.withdraw(
                session,
                place.organisation_id,
                text.from_number,
                message_id=message_id,
                source="reply",
                now=now,
            )
            return Stored(message_id, workflow_ids)
        case Keyword.START:
            await consent.restore(session, place.organisation_id, text.from_number, now=now)
        case _:
            pass
    return Stored(message_id, await _tell(session, record_id, message_id, now))


def _place(text: InboundText) -> Select[Any]:
    """Return the query for where a text belongs: our number, its conversation, the record to begin one with."""
    number = (
        select(PhoneNumber)
        .where(
            PhoneNumber.provider_account_id == text.account_id, PhoneNumber.e164 == text.to_number
        )
        .cte("number")
    )
    conversation = (
        select(Conversation.id, Conversation.record_id)
        .where(
            Conversation.organisation_id == number.c.organisation_id,
            Conversation.customer_number == text.from_number,
        )
        .order_by(
            (Conversation.phone_number_id == number.c.id).desc(),
            Conversation.last_message_at.desc(),
        )
        .limit(1)
        .lateral("conversation")
    )
    team = (
        select(TeamMember.user_id)
        .where(TeamMember.team_id == number.c.owner_team_id)
        .correlate(number)
    )
    record = (
        select(Record.id)
        .where(Record.organisation_id == number.c.organisation_id, Record.phone == text.from_number)
        .order_by(
            func.coalesce(Record.owner_user_id == number.c.owner_user_id, False).desc(),
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
        .lateral("record")
    )
    true = and_(True)
    return (
        select(
            number.c.id.label("phone_number_id"),
            number.c.organisation_id,
            number.c.owner_user_id,
            number.c.owner_team_id,
            conversation.c.id.label("conversation_id"),
            conversation.c.record_id.label("conversation_record_id"),
            record.c.id.label("record_id"),
        )
        .select_from(number)
        .outerjoin(conversation, true)
        .outerjoin(record, true)
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


async def _new_conversation(
    session: AsyncSession, place: Row[Any], record_id: UUID, text: InboundText, now: datetime
) -> UUID:
    stored = await session.execute(
        postgresql.insert(Conversation)
        .values(
            organisation_id=place.organisation_id,
            customer_number=text.from_number,
            record_id=record_id,
            phone_number_id=place.phone_number_id,
            last_message_at=now,
        )
        .on_conflict_do_update(
            index_elements=["organisation_id", "customer_number", "record_id"],
            set_={"phone_number_id": place.phone_number_id},
        )
        .returning(Conversation.id)
    )
    return stored.scalar_one()


async def _insert(
    session: AsyncSession,
    organisation_id: UUID,
    conversation_id: UUID,
    text: InboundText,
    now: datetime,
) -> UUID | None:
    counted = segments.count(text.body)
    return await session.scalar(
        postgresql.insert(Message)
        .values(
            organisation_id=organisation_id,
            conversation_id=conversation_id,
            direction=Direction.INBOUND,
            status=MessageStatus.RECEIVED,
            body=text.body,
            from_number=text.from_number,
            to_number=text.to_number,
            segments=counted.segments,
            encoding=counted.encoding,
            provider_account_id=text.account_id,
            provider_message_id=text.provider_message_id,
            created_at=now,
            finished_at=now,
        )
        .on_conflict_do_nothing(index_elements=["provider_account_id", "provider_message_id"])
        .returning(Message.id)
    )


async def _tell(
    session: AsyncSession, record_id: UUID, message_id: UUID, now: datetime
) -> list[str]:
    """Note the reply on every running enrollment of the record, and have their workflows told."""
    running = (
        await session.execute(
            select(Enrollment.id, Enrollment.organisation_id, Enrollment.workflow_id).where(
                Enrollment.record_id == record_id, Enrollment.ended_at.is_(None)
            )
        )
    ).all()
    if not running:
        return []
    entry = Entry(
        kind=TimelineKind.REPLY_RECEIVED, at=now, message_id=message_id, key=str(message_id)
    )
    await progress.write_entries(session, [(row.id, entry) for row in running])
    notices = [
        ReplyReceived(
            workflow_id=row.workflow_id,
            enrollment_id=row.id,
            message_id=message_id,
            received_at=now,
        )
        for row in running
    ]
    await outbox.add(session, running[0].organisation_id, notices)
    return [row.workflow_id for row in running]
