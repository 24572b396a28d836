"""Where conversations belong: beginning one with a record, and moving texts to another record."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlalchemy import select

from api.auth import May
from api.context import Database, Now
from api.conversations.router import conversation_of
from api.conversations.schemas import ConversationOut
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.problems import Problem, invalid, missing_privilege, not_found, problems
from api.schemas import Sent
from db.conversations import moving, opening
from db.conversations.tables import Conversation
from db.providers.senders import sending_number_of
from db.records.queries import RecordRow, find_record
from db.records.tables import Record
from db.users.tables import User
from db.visibility import within_reach
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/conversations", tags=["conversations"], route_class=IdempotentRoute)

_MayOpen = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.WRITE, embedded=True))]
_MayMove = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.WRITE))]


class NewConversation(Sent):
    record_id: UUID


class Move(Sent):
    """Which texts go where: all of the conversation, or those named."""

    record_id: UUID
    message_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    reason: Annotated[str | None, Field(max_length=300)] = None


@router.post(
    "",
    operation_id="openConversation",
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
    dependencies=[Idempotent],
)
async def open_conversation(
    actor: _MayOpen, session: Database, body: NewConversation, response: Response
) -> ConversationOut:
    """Begin the conversation with a record's number, or return the one there is (200)."""
    record = (await _record(session, actor, body.record_id)).record
    if record.phone is None:
        raise Problem(409, "no-number", "This record has no phone number: give it one first.")
    number_id = await session.scalar(
        select(sending_number_of(User.id)).where(User.id == actor.user_id)
    ) or await session.scalar(
        select(sending_number_of(User.id)).where(User.id == record.owner_user_id)
    )
    if number_id is None:
        detail = "Neither you nor the record's owner has a number to send from: ask for one."
        raise Problem(409, "no-sender", detail)
    conversation_id, is_new = await opening.open_with(session, record, number_id)
    if not is_new:
        response.status_code = 200
    return ConversationOut.of(await conversation_of(session, actor, conversation_id))


@router.post(
    "/{conversation_id}/move",
    operation_id="moveConversation",
    responses=problems(401, 403, 404, 409, 422),
    dependencies=[Idempotent],
)
async def move_conversation(
    conversation_id: UUID,
    actor: _MayMove,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: Move,
) -> ConversationOut:
    """Move texts, or the whole conversation, to another record; both sides keep a trace of it.

    A reply that comes to a running enrollment so counts as a reply there.
    """
    source = (await conversation_of(session, actor, conversation_id)).conversation
    target = (await _record(session, actor, body.record_id)).record
    await _may_write(session, actor, source, target)
    if source.record_id == target.id:
        raise Problem(409, "same-record", "These texts belong to this record already.")
    try:
        moved = await moving.move(
            session,
            source,
            target,
            body.message_ids,
            moved_by=actor.user_id,
            reason=body.reason,
            now=now,
        )
    except moving.ForeignMessage as error:
        message = "A text that you named is not in this conversation: look at it anew."
        raise invalid("message_ids", message, slug="foreign-message") from error
    except moving.NothingToMove as error:
        raise Problem(409, "nothing-to-move", "There is no text in this conversation.") from error
    outbox.tell(moved.workflow_ids)
    return ConversationOut.of(await conversation_of(session, actor, moved.conversation_id))


async def _record(session: Database, actor: Actor, record_id: UUID) -> RecordRow:
    row = await find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    return row


async def _may_write(session: Database, actor: Actor, source: Conversation, target: Record) -> None:
    """Refuse, unless the actor may change both what the texts leave and what they come to."""
    may_leave = within_reach(actor, Conversation, Privilege.WRITE)
    if (
        await session.scalar(select(Conversation.id).where(Conversation.id == source.id, may_leave))
        is None
    ):
        raise missing_privilege(Entity.CONVERSATION, Privilege.WRITE)
    may_come = within_reach(actor, Record, Privilege.WRITE)
    if await session.scalar(select(Record.id).where(Record.id == target.id, may_come)) is None:
        raise missing_privilege(Entity.RECORD, Privilege.WRITE)
