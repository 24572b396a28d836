"""All that was written down about one text, or about one step of an enrollment: what domain/why.py explains."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, any_, cast, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.moves import MoveRow, moves_seen_by
from db.conversations.tables import Conversation, ConversationMove
from db.enrollments.tables import TimelineEntry
from db.messages.tables import Message, MessageDecision
from db.records.tables import Record
from db.sequences.tables import SequenceVersion
from db.users.tables import User
from db.work_items.tables import WorkItem
from domain.enrollments import TimelineKind
from domain.messages import MessageStatus
from domain.privileges import Actor
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

_HIDDEN = "a record that you may not see"

_SAID = {WorkItemStatus.APPROVED: "approved", WorkItemStatus.SKIPPED: "skipped"}


async def of_message(session: AsyncSession, actor: Actor, message: Message) -> list[Happened]:
    """Return what happened to a text, and to the step it is of, in no order.

    Of a record that the actor may not see, and the text was moved to or from, neither the name nor the reason is told.
    """
    happened: list[Happened] = [
        *await _decisions(session, MessageDecision.message_id == message.id),
        *await _moves(session, actor, message.id),
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
        # an approval gives no reason: what stands there is why the text was on the list
        Word(
            item.decided_at,
            _SAID[item.status],
            f"{first} {last}",
            item.reason if item.status is WorkItemStatus.SKIPPED else None,
        )
        for item, first, last in found
        if item.decided_at is not None
    ]


async def _written(session: AsyncSession, message: Message) -> list[Word]:
    author = await session.get(User, message.author_id) if message.author_id else None
    if author is None:
        return []
    return [Word(message.created_at, "wrote", f"{author.first_name} {author.last_name}")]


async def _moves(session: AsyncSession, actor: Actor, message_id: UUID) -> list[Move]:
    found = await session.execute(
        moves_seen_by(actor).where(
            ConversationMove.from_conversation_id.in_(_with_the_customer_of(message_id)),
            literal(message_id) == any_(ConversationMove.message_ids),
        )
    )
    return [_told(MoveRow(*row)) for row in found]


def _told(row: MoveRow) -> Move:
    source = None if row.source is None else _title(row.source)
    is_hidden = row.hides_source or row.hides_target
    return Move(
        at=row.move.moved_at,
        actor=f"{row.moved_by.first_name} {row.moved_by.last_name}",
        from_name=_HIDDEN if row.hides_source else source,
        to_name=_HIDDEN if row.target is None else _title(row.target),
        reason=None if is_hidden else row.move.reason,
    )


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
