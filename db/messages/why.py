"""All that was written down about one text, or about one step of an enrollment: what domain/why.py explains."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, cast, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.tables import Conversation, ConversationMove
from db.enrollments.tables import TimelineEntry
from db.messages.tables import Message, MessageDecision
from db.records.tables import Record
from db.sequences.tables import SequenceVersion
from db.users.tables import User
from db.work_items.tables import WorkItem
from domain.enrollments import TimelineKind
from domain.messages import MessageStatus
from domain.why import Decision, Event, Move, Word
from domain.work_items import WorkItemStatus

Happened = Decision | Event | Word | Move

_WHOLE = (
    TimelineKind.ENROLLED,
    TimelineKind.PAUSED,
    TimelineKind.RESUMED,
    TimelineKind.ENDED,
)
"""Entries that concern every step."""

_SAID = {WorkItemStatus.APPROVED: "approved", WorkItemStatus.SKIPPED: "skipped"}


async def of_message(session: AsyncSession, message: Message) -> list[Happened]:
    """Return what happened to a text, and to the step it is of, in no order."""
    happened: list[Happened] = [
        *await _decisions(session, MessageDecision.message_id == message.id),
        *await _moves(session, message.id),
    ]
    if message.enrollment_id is not None and message.step_id is not None:
        happened += await of_step(session, message.enrollment_id, message.step_id)
        return happened
    happened += await _written(session, message)
    if message.finished_at is not None and message.status in (
        MessageStatus.FAILED,
        MessageStatus.UNDELIVERED,
    ):
        happened.append(Event(message.finished_at, TimelineKind.TEXT_FAILED, None, message.error))
    return happened


async def of_step(session: AsyncSession, enrollment_id: UUID, step_id: str) -> list[Happened]:
    """Return what happened about one step of an enrollment, whether or not it came to a text."""
    return [
        *await _events(session, enrollment_id, step_id),
        *await _words(session, enrollment_id, step_id),
    ]


async def _decisions(session: AsyncSession, which: ColumnElement[bool]) -> list[Decision]:
    version_id = MessageDecision.facts["version_id"].astext
    found = await session.execute(
        select(MessageDecision, User.first_name, User.last_name, SequenceVersion.number)
        .outerjoin(User, User.id == MessageDecision.actor_id)
        .outerjoin(SequenceVersion, SequenceVersion.id == cast(version_id, Uuid))
        .where(which)
        .order_by(MessageDecision.at, MessageDecision.id)
    )
    return [
        Decision(
            at=decision.at,
            verdict=decision.verdict,
            rule=decision.rule,
            why=decision.why,
            until=decision.until,
            actor=_name(first, last),
            version=number,
            facts=decision.facts,
        )
        for decision, first, last, number in found
    ]


async def _events(session: AsyncSession, enrollment_id: UUID, step_id: str) -> list[Event]:
    found = await session.execute(
        select(TimelineEntry, User.first_name, User.last_name)
        .outerjoin(User, User.id == TimelineEntry.actor_id)
        .where(
            TimelineEntry.enrollment_id == enrollment_id,
            or_(TimelineEntry.step_id == step_id, TimelineEntry.kind.in_(_WHOLE)),
            # the decision and the word of who made it say as much
            TimelineEntry.kind.not_in([TimelineKind.TEXT_HELD, TimelineKind.WORK_ITEM_DECIDED]),
        )
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return [
        Event(entry.at, entry.kind, entry.step_id, entry.detail, entry.until, _name(first, last))
        for entry, first, last in found
    ]


async def _words(session: AsyncSession, enrollment_id: UUID, step_id: str) -> list[Word]:
    found = await session.execute(
        select(WorkItem, User.first_name, User.last_name)
        .join(User, User.id == WorkItem.decided_by)
        .where(
            WorkItem.enrollment_id == enrollment_id,
            WorkItem.step_id == step_id,
            WorkItem.status.in_(list(_SAID)),
        )
    )
    return [
        Word(item.decided_at, _SAID[item.status], f"{first} {last}", item.reason)
        for item, first, last in found
        if item.decided_at is not None
    ]


async def _written(session: AsyncSession, message: Message) -> list[Word]:
    author = await session.get(User, message.author_id) if message.author_id else None
    if author is None:
        return []
    return [Word(message.created_at, "wrote", f"{author.first_name} {author.last_name}")]


async def _moves(session: AsyncSession, message_id: UUID) -> list[Move]:
    came, went = aliased(Record), aliased(Record)
    found = await session.execute(
        select(ConversationMove, came, went, User)
        .outerjoin(came, came.id == ConversationMove.from_record_id)
        .join(went, went.id == ConversationMove.to_record_id)
        .join(User, User.id == ConversationMove.moved_by)
        .where(
            ConversationMove.from_conversation_id.in_(_with_the_customer_of(message_id)),
            literal(message_id) == any_(ConversationMove.message_ids),
        )
    )
    return [
        Move(
            at=move.moved_at,
            actor=f"{user.first_name} {user.last_name}",
            from_name=None if source is None else _title(source),
            to_name=_title(target),
            reason=move.reason,
        )
        for move, source, target, user in found
    ]


def _with_the_customer_of(message_id: UUID) -> Select[UUID]:
    """Return the conversations between which a text may have been moved."""
    now, any_of = aliased(Conversation), aliased(Conversation)
    return (
        select(any_of.id)
        .join(
            now,
            (now.organisation_id == any_of.organisation_id)
            & (now.customer_number == any_of.customer_number),
        )
        .join(Message, Message.conversation_id == now.id)
        .where(Message.id == message_id)
    )


def _name(first: str | None, last: str | None) -> str | None:
    return None if first is None else f"{first} {last}"


def _title(record: Record) -> str:
    return f"{record.first_name} {record.last_name}".strip() or record.kind.value
