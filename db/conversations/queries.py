"""What was said: conversations as lists show them, and their texts."""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, exists, false, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.consent.in_force import withdrawn
from db.conversations import reads
from db.conversations.moves import HAS_MOVES
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.media.tables import MessageMedia
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, encode_cursor, read_page
from db.providers.tables import PhoneNumber
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to, within_reach
from domain.privileges import Actor, Privilege

COUNTED: Final = 100
"""Unread conversations are counted up to here: so many, or more."""

_NEWER: Final = 10
"""Texts shown that are newer than the one a page is opened at."""


class ConversationRow(NamedTuple):
    """A conversation with whom it is held, over which number of ours, and its newest text.

    `record` is None in the inbox. `unread_count`, up to `reads.MANY`, and `may_append_to` are the reader's own.
    """

    conversation: Conversation
    record: Record | None
    our_number: str
    is_opted_out: bool
    unread_count: int
    may_append_to: bool
    last_message: Message | None


class MessageRow(NamedTuple):
    """A text with who wrote or approved it, and the sequence it is a step of."""

    message: Message
    author: User | None
    sequence: Sequence | None
    has_media: bool


class VisibleConversation(NamedTuple):
    """A conversation that its reader may see, and whether texts were ever moved out of it or into it."""

    has_moves: bool


class Around(NamedTuple):
    """The cursor of a page around a text; None: the first page has it."""

    after: str | None


async def list_conversations(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    unread: bool = False,
    unassigned: bool = False,
    record_id: UUID | None = None,
    digits: Collection[str] = (),
) -> PageOf[ConversationRow]:
    """Return conversations in which something was said, the one with the newest text first.

    With `unread` those that the reader has not read to the end, with `unassigned` those that belong to no record,
    with `digits` those with a customer's number that holds any of these.
    """
    said = exists().where(Message.conversation_id == Conversation.id)
    statement = select(Conversation.id).where(visible_to(actor, Conversation), said)
    if unread:
        statement = statement.where(reads.is_unread(actor.user_id))
    if unassigned:
        statement = statement.where(Conversation.record_id.is_(None))
    if record_id is not None:
        statement = statement.where(Conversation.record_id == record_id)
    if digits:
        held = (Conversation.customer_number.contains(each, autoescape=True) for each in digits)
        statement = statement.where(or_(*held))
    # which ones first, and then what is shown of them: else that would be read of all from which the page is chosen
    ids = await read_page(
        session,
        statement,
        lambda id_: id_,
        page=page,
        keys=[Conversation.last_message_at, Conversation.id],
        descending=True,
    )
    found = await session.execute(_conversations(actor).where(Conversation.id.in_(ids.rows)))
    rows = {row[0].id: ConversationRow(*row) for row in found}
    return PageOf(rows=[rows[id_] for id_ in ids.rows if id_ in rows], next=ids.next)


async def count_unread(session: AsyncSession, actor: Actor) -> int:
    """Return how many conversations the actor has not read to the end, up to `COUNTED`."""
    unread = (
        select(Conversation.id)
        .where(visible_to(actor, Conversation), reads.is_unread(actor.user_id))
        .limit(COUNTED)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(unread)) or 0


async def find_conversation(
    session: AsyncSession, actor: Actor, conversation_id: UUID
) -> ConversationRow | None:
    """Return the conversation if the actor may see it."""
    found = await session.execute(
        _conversations(actor).where(
            Conversation.id == conversation_id, visible_to(actor, Conversation)
        )
    )
    row = found.one_or_none()
    return None if row is None else ConversationRow(*row)


async def find_visible(
    session: AsyncSession, actor: Actor, conversation_id: UUID
) -> VisibleConversation | None:
    """Return what the page of a conversation's texts needs to know of it, if the actor may see it."""
    found = await session.scalar(
        select(HAS_MOVES).where(Conversation.id == conversation_id, visible_to(actor, Conversation))
    )
    return None if found is None else VisibleConversation(has_moves=found)


async def list_messages(
    session: AsyncSession, conversation_id: UUID, page: PageRequest
) -> PageOf[MessageRow]:
    """Return the texts of a conversation, the newest first."""
    return await read_page(
        session,
        _MESSAGES.where(Message.conversation_id == conversation_id),
        MessageRow,
        page=page,
        keys=[Message.created_at, Message.id],
        descending=True,
    )


async def start_around(
    session: AsyncSession, conversation_id: UUID, message_id: UUID
) -> Around | None:
    """Return where a page begins that shows a text after a few newer ones; None if the text is not in there."""
    pivot = (
        select(Message.created_at, Message.id)
        .where(Message.id == message_id, Message.conversation_id == conversation_id)
        .subquery()
    )
    found = await session.execute(
        select(pivot.c.id, Message.created_at, Message.id)
        .outerjoin(
            Message,
            and_(
                Message.conversation_id == conversation_id,
                tuple_(Message.created_at, Message.id) > tuple_(pivot.c.created_at, pivot.c.id),
            ),
        )
        .order_by(Message.created_at, Message.id)
        .limit(_NEWER + 1)
    )
    rows = [tuple(row) for row in found]
    if not rows:
        return None
    is_far = len(rows) > _NEWER
    return Around(encode_cursor(rows[-1][1:]) if is_far else None)


async def find_message(session: AsyncSession, actor: Actor, message_id: UUID) -> MessageRow | None:
    """Return one text, as it stands now, if the actor may see its conversation."""
    found = await session.execute(
        _MESSAGES.join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, visible_to(actor, Conversation))
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return None if row is None else MessageRow(*row)


async def get_messages(session: AsyncSession, message_ids: Collection[UUID]) -> list[MessageRow]:
    """Return these texts, in no order."""
    found = await session.execute(_MESSAGES.where(Message.id.in_(message_ids)))
    return [MessageRow(*row) for row in found]


async def get_message(session: AsyncSession, message_id: UUID) -> MessageRow:
    """Return one text. Raises NoResultFound."""
    found = await session.execute(_MESSAGES.where(Message.id == message_id))
    return MessageRow(*found.one())


# made once, as what follows: it is costlier than to ask for one conversation's texts
_MESSAGES: Final[Select[Message, User | None, Sequence | None, bool]] = (
    select(Message, User, Sequence, exists().where(MessageMedia.message_id == Message.id))
    .outerjoin(User, User.id == Message.author_id)
    .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
    .outerjoin(Sequence, Sequence.id == Enrollment.sequence_id)
)

# an alias is costlier than all that a request asks of it
_LAST_MESSAGE: Final = aliased(
    Message,
    select(Message)
    .where(Message.conversation_id == Conversation.id)
    .order_by(Message.created_at.desc(), Message.id.desc())
    .limit(1)
    .lateral(),
)


def _conversations(
    reader: Actor,
) -> Select[Conversation, Record | None, str, bool, int, bool, Message | None]:
    """Return the query of what is shown of conversations; which ones the reader may see, its caller says."""
    opted_out = withdrawn(
        Conversation.organisation_id,
        Conversation.customer_number,
        our_number_id=Conversation.phone_number_id,
    )
    return (
        select(
            Conversation,
            Record,
            PhoneNumber.e164,
            opted_out,
            reads.unread_count(reader.user_id),
            func.coalesce(within_reach(reader, Conversation, Privilege.APPEND_TO), false()),
            _LAST_MESSAGE,
        )
        .outerjoin(Record, Record.id == Conversation.record_id)
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
        .outerjoin(_LAST_MESSAGE, true())
    )
