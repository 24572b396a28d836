"""Where conversations belong: beginning one with a record, and moving texts to another record."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlalchemy import select

from api.auth import May, require_on
from api.context import Database, Now
from api.conversations.router import conversation_of
from api.conversations.schemas import ConversationOut
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.problems import Problem, invalid, problems
from api.records.attaching import record_to_append_to
from api.schemas import Sent
from db.conversations import moving, opening
from db.conversations.tables import Conversation
from db.providers.senders import sending_number_of
from db.providers.tables import PhoneNumber
from db.users.tables import User
from db.visibility import within_reach
from domain.privileges import Actor, Entity, Privilege, attaching

router = APIRouter(prefix="/conversations", tags=["conversations"], route_class=IdempotentRoute)

_TO_RECORD = attaching(Entity.CONVERSATION, Entity.RECORD)
_MayOpen = Annotated[
    Actor,
    Depends(
        May(
            Entity.CONVERSATION,
            Privilege.WRITE,
            also=(*_TO_RECORD, (Entity.PHONE_NUMBER, Privilege.APPEND_TO)),
            embedded=True,
        )
    ),
]
_MayMove = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.WRITE, also=_TO_RECORD))]


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
    record = (await record_to_append_to(session, actor, body.record_id)).record
    if record.phone is None:
        raise Problem(409, "no-number", "This record has no phone number: give it one first.")
    number_id = await _number_of(session, actor, actor.user_id) or await _number_of(
        session, actor, record.owner_user_id
    )
    if number_id is None:
        detail = (
            "Neither you nor the record's owner has a number for you to send from: ask for one."
        )
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
    for privilege in (Privilege.WRITE, Privilege.APPEND):
        await require_on(session, actor, Conversation, Conversation.id == source.id, privilege)
    target = (await record_to_append_to(session, actor, body.record_id)).record
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


async def _number_of(session: Database, actor: Actor, user_id: UUID) -> UUID | None:
    """Return the number a seller probably sends from, if the actor may have a conversation held over it."""
    number_id: UUID | None = await session.scalar(
        select(PhoneNumber.id)
        .join(User, PhoneNumber.id == sending_number_of(User.id))
        .where(User.id == user_id, within_reach(actor, PhoneNumber, Privilege.APPEND_TO))
    )
    return number_id
