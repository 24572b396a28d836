"""What was moved by hand from one conversation to another, as those are told who may see the one or the other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, defer

from db.conversations.tables import Conversation, ConversationMove
from db.records.tables import Record
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor

MOST: Final = 200
"""Moves that one page of texts tells at most; the thread of a record has all."""


@dataclass(frozen=True, slots=True)
class Span:
    """Moves from `since` on and `before`, where given."""

    since: datetime | None
    before: datetime | None


class MoveRow(NamedTuple):
    """Texts that were moved, and by whom; `source` is None for the inbox, and either if the reader may not see it."""

    move: ConversationMove
    text_count: int
    source: Record | None
    target: Record | None
    moved_by: User

    @property
    def hides_source(self) -> bool:
        return self.source is None and self.move.from_record_id is not None

    @property
    def hides_target(self) -> bool:
        return self.target is None


HAS_MOVES: Final[ColumnElement[bool]] = or_(
    exists().where(ConversationMove.from_conversation_id == Conversation.id),
    exists().where(ConversationMove.to_conversation_id == Conversation.id),
)
"""The condition that something was ever moved out of a conversation or into it."""


def moves_seen_by(
    actor: Actor,
) -> Select[ConversationMove, int, Record | None, Record | None, User]:
    """Return the query for moves, to be read as `MoveRow`: with the records that the actor may see, and no others."""
    visible = select(Record).where(visible_to(actor, Record))
    source, target = aliased(Record, visible.subquery()), aliased(Record, visible.subquery())
    return (
        select(
            ConversationMove, func.cardinality(ConversationMove.message_ids), source, target, User
        )
        .select_from(ConversationMove)
        .outerjoin(source, source.id == ConversationMove.from_record_id)
        .outerjoin(target, target.id == ConversationMove.to_record_id)
        .join(User, User.id == ConversationMove.moved_by)
        # of a whole conversation there may be thousands
        .options(defer(ConversationMove.message_ids))
    )


async def list_moves(
    session: AsyncSession, actor: Actor, conversation_id: UUID, span: Span
) -> list[MoveRow]:
    """Return the moves of a conversation within a span, the newest first, at most `MOST`."""
    found = await session.execute(moves_within(actor, conversation_id, span))
    return [MoveRow(*row) for row in found]


def moves_within(
    actor: Actor, conversation_id: UUID, span: Span
) -> Select[ConversationMove, int, Record | None, Record | None, User]:
    """Return the query of `list_moves`."""
    return (
        moves_among(actor, [conversation_id], span)
        .order_by(ConversationMove.moved_at.desc(), ConversationMove.id.desc())
        .limit(MOST)
    )


def moves_among(
    actor: Actor, conversation_ids: Collection[UUID], span: Span
) -> Select[ConversationMove, int, Record | None, Record | None, User]:
    """Return the query for the moves out of these conversations and into them within a span."""
    among = any_(literal(list(conversation_ids), ARRAY(Uuid())))
    statement = moves_seen_by(actor).where(
        or_(
            ConversationMove.to_conversation_id == among,
            ConversationMove.from_conversation_id == among,
        )
    )
    if span.since is not None:
        statement = statement.where(ConversationMove.moved_at >= span.since)
    if span.before is not None:
        statement = statement.where(ConversationMove.moved_at < span.before)
    return statement
