"""Files texts with another record, as somebody said by hand, and leaves a trace on both sides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.locking import lock_customer
from db.conversations.tables import Conversation, ConversationMove
from db.messages.tables import Message
from db.records.tables import Record
from db.work_items.tables import WorkItem
from domain.messages import Direction
from domain.work_items import WorkItemKind, WorkItemStatus


class ForeignMessage(ValueError):
    """A text that was to be moved is not in the conversation it was to be moved from."""


class NothingToMove(ValueError):
    """The conversation has no text."""


@dataclass(frozen=True)
class Moved:
    """Where the texts are now; `workflow_ids` must be told what waits for them."""

    conversation_id: UUID
    workflow_ids: Sequence[str]


async def move(
    session: AsyncSession,
    source: Conversation,
    target: Record,
    message_ids: Collection[UUID] | None,
    *,
    moved_by: UUID,
    reason: str | None,
    now: datetime,
) -> Moved:
    """Move texts of `source` into the conversation of the same customer about `target`: all, or those of these ids.

    A customer's text that comes to a running enrollment so is a reply to it, as if it had come there; what an
    enrollment of the other record did about it stays done. Raises ForeignMessage, NothingToMove, and has changed
    nothing that the caller's rollback does not undo.
    """
    await lock_customer(session, source.organisation_id, source.customer_number)
    target_id = await _conversation_with(session, source, target)
    # by id, as everybody who locks several does
    await session.execute(
        select(Conversation.id)
        .where(Conversation.id.in_([source.id, target_id]))
        .order_by(Conversation.id)
        .with_for_update()
    )
    which = Message.conversation_id == source.id
    if message_ids is not None:
        which &= Message.id.in_(message_ids)
    found = await session.execute(
        update(Message)
        .where(which)
        .values(conversation_id=target_id)
        .returning(Message.id, Message.direction)
    )
    moved = found.all()
    if message_ids is not None and len(moved) != len(set(message_ids)):
        raise ForeignMessage("a text is not in this conversation")
    if not moved:
        raise NothingToMove("there is nothing to move in this conversation")
    ids = [row.id for row in moved]
    await session.execute(
        insert(ConversationMove).values(
            organisation_id=source.organisation_id,
            from_conversation_id=source.id,
            to_conversation_id=target_id,
            from_record_id=source.record_id,
            to_record_id=target.id,
            message_ids=ids,
            is_whole=message_ids is None,
            reason=reason,
            moved_by=moved_by,
            moved_at=now,
        )
    )
    for conversation_id in (source.id, target_id):
        await _count_again(session, conversation_id)
    await _move_work(session, source, target_id, target, ids, now)
    # the texts announce where they are, and nothing says where they were
    await session.execute(_ANNOUNCE, {"conversation_id": source.id})
    inbound = [row.id for row in moved if row.direction is Direction.INBOUND]
    told = await session.scalars(_TELL, {"record_id": target.id, "message_ids": inbound})
    return Moved(target_id, sorted(set(told)))


async def _conversation_with(session: AsyncSession, source: Conversation, target: Record) -> UUID:
    key = {
        "organisation_id": source.organisation_id,
        "customer_number": source.customer_number,
        "record_id": target.id,
    }
    await session.execute(
        postgresql.insert(Conversation)
        .values(
            **key,
            phone_number_id=source.phone_number_id,
            last_message_at=source.last_message_at,
        )
        .on_conflict_do_nothing()
    )
    found = await session.scalars(select(Conversation.id).filter_by(**key))
    return found.one()


async def _count_again(session: AsyncSession, conversation_id: UUID) -> None:
    """Write anew when something was last said in a conversation, and by the customer."""
    said = select(
        func.max(func.greatest(Message.created_at, Message.submitted_at)).label("last"),
        func.max(Message.created_at).filter(Message.direction == Direction.INBOUND).label("heard"),
    ).where(Message.conversation_id == conversation_id)
    row = (await session.execute(said)).one()
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            last_message_at=func.coalesce(row.last, Conversation.created_at),
            last_inbound_at=row.heard,
        )
        .execution_options(synchronize_session=False)
    )


async def _move_work(
    session: AsyncSession,
    source: Conversation,
    target_id: UUID,
    target: Record,
    message_ids: Sequence[UUID],
    now: datetime,
) -> None:
    """Have open work about the texts follow them: to the record, and an answer that is due to whose it is too.

    What asked for an answer in the inbox is carried over as it is, unless the record's conversation asks already.
    """
    await session.execute(
        update(WorkItem)
        .where(
            WorkItem.message_id.in_(message_ids),
            WorkItem.kind.in_([WorkItemKind.FAILED_TEXT, WorkItemKind.UNCERTAIN_TEXT]),
            WorkItem.status == WorkItemStatus.OPEN,
            WorkItem.enrollment_id.is_(None),
        )
        .values(record_id=target.id)
    )
    due = await session.scalar(
        select(WorkItem).where(WorkItem.conversation_id == source.id, *_IS_DUE).with_for_update()
    )
    if due is None:
        return
    asking = await session.scalar(_ASKING, {"conversation_id": target_id})
    if not await _asks(session, source.id, due.message_id):
        is_asked_there = source.record_id is None and asking in message_ids
        if is_asked_there and await _carry_over(session, due, target_id, target):
            return
        due.status, due.decided_at = WorkItemStatus.CANCELLED, now
        due.reason = "The texts were moved to another record."
        await session.flush()
    if asking in message_ids:
        await session.execute(
            postgresql.insert(WorkItem)
            .values(
                organisation_id=target.organisation_id,
                kind=WorkItemKind.REPLY,
                record_id=target.id,
                assignee_id=None if target.owner_team_id else target.owner_user_id,
                team_id=target.owner_team_id,
                conversation_id=target_id,
                message_id=asking,
                title="Answer the customer",
                due_at=due.due_at,
            )
            .on_conflict_do_nothing()
        )


async def _carry_over(
    session: AsyncSession, due: WorkItem, target_id: UUID, target: Record
) -> bool:
    """Make what asks for an answer in the inbox ask for it in the record's conversation; return whether none does."""
    asks = exists().where(WorkItem.conversation_id == target_id, *_IS_DUE)
    if await session.scalar(select(asks)):
        return False
    due.conversation_id, due.record_id = target_id, target.id
    due.assignee_id = None if target.owner_team_id else target.owner_user_id
    due.team_id = target.owner_team_id
    await session.flush()
    return True


_IS_DUE: Final = (WorkItem.kind == WorkItemKind.REPLY, WorkItem.status == WorkItemStatus.OPEN)


async def _asks(session: AsyncSession, conversation_id: UUID, since_id: UUID | None) -> bool:
    """Return whether the customer wrote in a conversation since the text that first asked for an answer, or with it."""
    since = select(Message.created_at).where(Message.id == since_id).scalar_subquery()
    found = await session.scalar(
        select(Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.direction == Direction.INBOUND,
            Message.created_at >= since,
        )
        .limit(1)
    )
    return found is not None


_ASKING: Final = text(
    """
    SELECT CASE WHEN direction = 'inbound' THEN id END FROM messages
    WHERE conversation_id = :conversation_id AND status <> 'refused'
    ORDER BY created_at DESC, id DESC
    LIMIT 1
    """
)
"""The newest text, if it is the customer's: nobody has answered it."""

_ANNOUNCE: Final = text(
    """
    SELECT announce(organisation_id, 'conversation.changed',
        jsonb_build_object('id', id, 'record_id', record_id), conversation_audience(id))
    FROM conversations WHERE id = :conversation_id
    """
)

_TELL: Final = text(
    """
    WITH noted AS (
        INSERT INTO timeline_entries (organisation_id, enrollment_id, at, kind, message_id, key)
        SELECT e.organisation_id, e.id, m.created_at, 'reply_received', m.id, m.id::text
        FROM enrollments e JOIN messages m ON m.id = ANY(:message_ids)
        WHERE e.record_id = :record_id AND e.ended_at IS NULL AND m.created_at >= e.started_at
        ORDER BY m.created_at
        ON CONFLICT DO NOTHING
        RETURNING enrollment_id, message_id, at
    )
    INSERT INTO outbox (organisation_id, workflow_id, kind, payload)
    SELECT e.organisation_id, e.workflow_id, 'reply_received', jsonb_build_object(
        'kind', 'reply_received', 'workflow_id', e.workflow_id, 'enrollment_id', e.id,
        'message_id', noted.message_id, 'received_at', noted.at)
    FROM noted JOIN enrollments e ON e.id = noted.enrollment_id
    ORDER BY noted.at
    RETURNING workflow_id
    """
)
"""Notes replies that a running enrollment had not heard of, each once, as db/messages/inbound.py does."""
