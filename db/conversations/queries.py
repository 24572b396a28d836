"""What was said: conversations as lists show them, and their texts."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.consent.tables import OptOut
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.providers.tables import PhoneNumber
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor


class ConversationRow(NamedTuple):
    """A conversation with whom it is held, over which number of ours, and its newest text."""

    conversation: Conversation
    record: Record
    our_number: str
    is_opted_out: bool
    last_message: Message | None


class MessageRow(NamedTuple):
    """A text with who wrote or approved it, and the sequence it is a step of."""

    message: Message
    author: User | None
    sequence: Sequence | None


async def list_conversations(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    unread: bool = False,
    record_id: UUID | None = None,
) -> PageOf[ConversationRow]:
    """Return conversations, the one with the newest text first; with `unread` those with unread texts only."""
    statement = _conversations(actor)
    if unread:
        statement = statement.where(Conversation.unread_count > 0)
    if record_id is not None:
        statement = statement.where(Conversation.record_id == record_id)
    return await read_page(
        session,
        statement,
        ConversationRow,
        page=page,
        keys=[Conversation.last_message_at, Conversation.id],
        descending=True,
    )


async def find_conversation(
    session: AsyncSession, actor: Actor, conversation_id: UUID
) -> ConversationRow | None:
    """Return the conversation if the actor may see it."""
    found = await session.execute(_conversations(actor).where(Conversation.id == conversation_id))
    row = found.one_or_none()
    return None if row is None else ConversationRow(*row)


async def list_messages(
    session: AsyncSession, conversation_id: UUID, page: PageRequest
) -> PageOf[MessageRow]:
    """Return the texts of a conversation, the newest first."""
    return await read_page(
        session,
        _messages().where(Message.conversation_id == conversation_id),
        MessageRow,
        page=page,
        keys=[Message.created_at, Message.id],
        descending=True,
    )


async def list_all_messages(session: AsyncSession, conversation_id: UUID) -> list[MessageRow]:
    """Return every text of a conversation, the oldest first."""
    found = await session.execute(
        _messages()
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.created_at, Message.id)
    )
    return [MessageRow(*row) for row in found]


async def get_message(session: AsyncSession, message_id: UUID) -> MessageRow:
    """Return one text. Raises NoResultFound."""
    found = await session.execute(_messages().where(Message.id == message_id))
    return MessageRow(*found.one())


async def mark_read(session: AsyncSession, conversation_id: UUID, now: datetime) -> None:
    """Note that somebody of ours has opened the conversation."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.unread_count > 0)
        .values(unread_count=0, read_at=now)
    )


def _conversations(actor: Actor) -> Select[Conversation, Record, str, bool, Message]:
    opted_out = exists().where(
        OptOut.organisation_id == Conversation.organisation_id,
        OptOut.customer_number == Conversation.customer_number,
        OptOut.ended_at.is_(None),
    )
    newest = (
        select(Message)
        .where(Message.conversation_id == Conversation.id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(1)
        .lateral()
    )
    last_message = aliased(Message, newest)
    return (
        select(Conversation, Record, PhoneNumber.e164, opted_out, last_message)
        .join(Record, Record.id == Conversation.record_id)
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
        .outerjoin(last_message, true())
        .where(visible_to(actor, Conversation))
    )


def _messages() -> Select[Message, User | None, Sequence | None]:
    return (
        select(Message, User, Sequence)
        .outerjoin(User, User.id == Message.author_id)
        .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
        .outerjoin(Sequence, Sequence.id == Enrollment.sequence_id)
    )
