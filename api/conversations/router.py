"""Conversations: reading them, answering in them, taking them along."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.auth import May
from api.context import Database, Now
from api.conversations.schemas import ConversationOut, MessageOut, NewMessage, Transcript
from api.conversations.transcripts import as_csv, as_text
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import invalid, not_found, problems
from api.texts import checked_text, opted_out
from db.conversations import queries
from db.conversations.queries import ConversationRow, MessageRow
from db.media import queries as media
from db.messages import texts
from domain.media import why_not_sent
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/conversations", tags=["conversations"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.WRITE))]
_MayReadTexts = Annotated[Actor, Depends(May(Entity.MESSAGE, Privilege.READ))]
_MaySend = Annotated[Actor, Depends(May(Entity.MESSAGE, Privilege.CREATE))]


@router.get("", operation_id="listConversations", responses=problems(401, 403, 422))
async def list_conversations(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    unread: bool = False,
    record_id: UUID | None = None,
) -> Page[ConversationOut]:
    """List conversations, the one with the newest text first."""
    found = await queries.list_conversations(
        session, actor, page, unread=unread, record_id=record_id
    )
    return page_of(found, ConversationOut.of)


@router.get("/{conversation_id}", operation_id="getConversation", responses=problems(401, 403, 404))
async def get_conversation(
    conversation_id: UUID, actor: _MayRead, session: Database
) -> ConversationOut:
    """Show one conversation, without its texts."""
    return ConversationOut.of(await _row(session, actor, conversation_id))


@router.get(
    "/{conversation_id}/messages",
    operation_id="listMessages",
    responses=problems(401, 403, 404, 422),
)
async def list_messages(
    conversation_id: UUID, actor: _MayReadTexts, session: Database, page: AskedPage
) -> Page[MessageOut]:
    """List the texts of a conversation, the newest first."""
    await _row(session, actor, conversation_id)
    found = await queries.list_messages(session, conversation_id, page)
    return Page(items=await _shown(session, found.rows), next=found.next)


@router.post(
    "/{conversation_id}/messages",
    operation_id="sendMessage",
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
    dependencies=[Idempotent],
)
async def send_message(
    conversation_id: UUID,
    actor: _MaySend,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: NewMessage,
) -> MessageOut:
    """Answer the customer, with words, media or both.

    Outside the customer's hours the text waits, and says until when and why.
    """
    row = await _row(session, actor, conversation_id)
    text = checked_text(body.text) if body.text.strip() or not body.media else ""
    await _check_media(session, actor, body.media)
    if row.is_opted_out:
        raise opted_out()
    message_id, workflow_id = await texts.write(
        session, conversation_id, actor.user_id, text, now, sha256s=body.media
    )
    outbox.tell([workflow_id])
    (message,) = await _shown(session, [await queries.get_message(session, message_id)])
    return message


@router.post(
    "/{conversation_id}/read",
    operation_id="markConversationRead",
    status_code=204,
    responses=problems(401, 403, 404),
)
async def mark_read(conversation_id: UUID, actor: _MayWrite, session: Database, now: Now) -> None:
    """Note that somebody has read it."""
    await _row(session, actor, conversation_id)
    await queries.mark_read(session, conversation_id, now)


@router.get(
    "/{conversation_id}/transcript",
    operation_id="getTranscript",
    response_model=Transcript,
    responses={
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "text/plain": {"schema": {"type": "string"}},
            }
        },
        **problems(401, 403, 404, 422),
    },
)
async def get_transcript(
    conversation_id: UUID,
    actor: _MayReadTexts,
    session: Database,
    format: Literal["json", "csv", "txt"] = "json",  # noqa: A002 - the name of the parameter
) -> Transcript | Response:
    """Take the whole conversation along, the oldest text first."""
    row = await _row(session, actor, conversation_id)
    messages = await queries.list_all_messages(session, conversation_id)
    if format == "json":
        return Transcript(
            conversation=ConversationOut.of(row),
            messages=await _shown(session, messages),
        )
    content = as_csv(messages) if format == "csv" else as_text(row, messages)
    return Response(
        content,
        media_type="text/csv" if format == "csv" else "text/plain",
        headers={
            "Content-Disposition": f'attachment; filename="transcript-{conversation_id}.{format}"'
        },
    )


async def _row(session: Database, actor: Actor, conversation_id: UUID) -> ConversationRow:
    row = await queries.find_conversation(session, actor, conversation_id)
    if row is None:
        raise not_found("conversation")
    return row


async def _shown(session: Database, rows: Sequence[MessageRow]) -> list[MessageOut]:
    """Return texts with what goes with them, read at once for all."""
    found = await media.of_messages(session, [row.message.id for row in rows])
    return [MessageOut.of(row, found.get(row.message.id, ())) for row in rows]


async def _check_media(session: Database, actor: Actor, sha256s: Sequence[str]) -> None:
    known = await media.find(session, actor.organisation_id, sha256s)
    if any(sha256 not in known for sha256 in sha256s):
        message = "There is no such medium here: upload it first, with POST /media."
        raise invalid("media", message, slug="unknown-media")
    why = why_not_sent([known[sha256] for sha256 in sha256s])
    if why is not None:
        raise invalid("media", why, slug="media-not-sendable")
