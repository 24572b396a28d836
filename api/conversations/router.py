"""Conversations: reading them, and answering in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import May, require_on
from api.context import Database, Now
from api.conversations.composing import compose
from api.conversations.schemas import (
    ConversationCountsOut,
    ConversationMoveOut,
    ConversationOut,
    MessageOut,
    MessagePage,
    NewMessage,
    QuietHoursOut,
    SpokenMeanwhileOut,
)
from api.idempotency import Idempotent, IdempotentRoute
from api.media.addresses import AddressOf, MediaAddresses, own_address
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import invalid, not_found, problem_kinds, problems
from api.refused_texts import RefusedTexts
from db.conversations import moves, queries, reads
from db.conversations.moves import Span
from db.conversations.queries import ConversationRow, MessageRow
from db.conversations.tables import Conversation
from db.media import queries as media
from db.messages import texts
from db.pages import PageOf, PageRequest, first_key
from domain.media import why_not_sent
from domain.privileges import Actor, Entity, Need, Privilege, attaching

router = APIRouter(prefix="/conversations", tags=["conversations"], route_class=IdempotentRoute)

_READ: Final[Need] = (Entity.CONVERSATION, Privilege.READ)
_READ_TEXTS: Final[Need] = (Entity.MESSAGE, Privilege.READ)
_MayCount = Annotated[Actor, Depends(May(*_READ, also=(_READ_TEXTS,)))]
_MayRead = Annotated[Actor, Depends(May(*_READ, also=(_READ_TEXTS,), embedded=True))]
_MayWrite = Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.WRITE, embedded=True))]
_MayReadTexts = Annotated[Actor, Depends(May(*_READ_TEXTS, also=(_READ,), embedded=True))]
MaySend = Annotated[
    Actor,
    Depends(
        May(
            Entity.MESSAGE,
            Privilege.CREATE,
            also=attaching(Entity.MESSAGE, Entity.CONVERSATION),
            embedded=True,
        )
    ),
]


@router.get("", operation_id="listConversations", responses=problems(401, 403, 422))
async def list_conversations(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    unread: bool = False,
    unassigned: bool = False,
    record_id: UUID | None = None,
) -> Page[ConversationOut]:
    """List conversations, the one with the newest text first.

    `unread` are those with texts that you have not read, `unassigned` those that belong to no record yet.
    """
    found = await queries.list_conversations(
        session, actor, page, unread=unread, unassigned=unassigned, record_id=record_id
    )
    return page_of(found, ConversationOut.of)


@router.get("/counts", operation_id="countConversations", responses=problems(401, 403))
async def count_conversations(actor: _MayCount, session: Database) -> ConversationCountsOut:
    """Count the conversations with texts that you have not read."""
    return ConversationCountsOut(unread=await queries.count_unread(session, actor))


@router.get("/{conversation_id}", operation_id="getConversation", responses=problems(401, 403, 404))
async def get_conversation(
    conversation_id: UUID, actor: _MayRead, session: Database
) -> ConversationOut:
    """Show one conversation, without its texts."""
    return ConversationOut.of(await conversation_of(session, actor, conversation_id))


@router.get(
    "/{conversation_id}/messages",
    operation_id="listMessages",
    responses=problems(401, 403, 404, 422),
)
async def list_messages(
    conversation_id: UUID,
    actor: _MayReadTexts,
    session: Database,
    page: AskedPage,
    addresses: MediaAddresses,
    around: Annotated[
        UUID | None, Query(description="Begin a few texts after this one, if there is no `after`.")
    ] = None,
) -> MessagePage:
    """List the texts of a conversation, the newest first, and what was moved out of it or into it meanwhile."""
    conversation = await queries.find_visible(session, actor, conversation_id)
    if conversation is None:
        raise not_found("conversation")
    if around is not None and page.after is None:
        start = await queries.start_around(session, conversation_id, around)
        if start is None:
            raise not_found("message")
        page = replace(page, after=start.after)
    found = await queries.list_messages(session, conversation_id, page)
    # most conversations have none, and are spared a round trip
    moved = (
        await moves.list_moves(session, actor, conversation_id, _span(page, found))
        if conversation.has_moves
        else []
    )
    return MessagePage(
        items=await shown(session, found.rows, addresses),
        next=found.next,
        has_newer=page.after is not None,
        moves=[ConversationMoveOut.of(row, conversation_id) for row in moved],
    )


@router.post(
    "/{conversation_id}/messages",
    operation_id="sendMessage",
    status_code=201,
    responses=problems(401, 403, 404, 422) | problem_kinds(409, QuietHoursOut, SpokenMeanwhileOut),
    dependencies=[Idempotent],
)
async def send_message(
    conversation_id: UUID,
    actor: MaySend,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    addresses: MediaAddresses,
    refused: RefusedTexts,
    body: NewMessage,
) -> MessageOut:
    """Write to the customer, with words, media or both: now, or at a time of the customer's clock.

    What the customer's hours forbid is refused with `next_allowed`, or waits if it `may_wait`; an answer to a customer
    who just wrote goes where the law lets it. If somebody spoke since `seen_message_id`, nothing is sent (409).
    """
    await check_append_to(session, actor, conversation_id)
    await _check_media(session, actor, body.media)
    async with refused.kept(conversation_id, actor.user_id, body.text):
        composed = await compose(session, conversation_id, actor, body, now)
    message_id, workflow_id = await texts.write(
        session,
        conversation_id,
        actor.user_id,
        composed.text,
        now,
        sha256s=body.media,
        phone_number_id=composed.sender.number_id,
        at=composed.at,
        template_id=body.template_id,
    )
    outbox.tell([workflow_id])
    found = [await queries.get_message(session, message_id)]
    (message,) = await shown(session, found, addresses)
    return message


@router.post(
    "/{conversation_id}/read",
    operation_id="markConversationRead",
    status_code=204,
    responses=problems(401, 403, 404),
)
async def mark_read(conversation_id: UUID, actor: _MayRead, session: Database, now: Now) -> None:
    """Note that you have read it; for your colleagues it stays as unread as it is."""
    await conversation_of(session, actor, conversation_id)
    await reads.mark_read(session, conversation_id, actor.user_id, now)


async def conversation_of(
    session: Database, actor: Actor, conversation_id: UUID
) -> ConversationRow:
    """Return a conversation that the actor may see; refuse any other as if there were none."""
    row = await queries.find_conversation(session, actor, conversation_id)
    if row is None:
        raise not_found("conversation")
    return row


async def check_append_to(session: Database, actor: Actor, conversation_id: UUID) -> None:
    """Refuse a conversation that the actor may not write into.

    What the actor does not see is refused as if there were none.
    """
    await conversation_of(session, actor, conversation_id)
    row = Conversation.id == conversation_id
    await require_on(session, actor, Conversation, row, Privilege.APPEND_TO)


async def shown(
    session: Database, rows: Sequence[MessageRow], address_of: AddressOf = own_address
) -> list[MessageOut]:
    """Return texts with what goes with them, read at once for all."""
    with_media = [row.message.id for row in rows if row.has_media]
    # most pages have none, and are spared a round trip
    found = await media.of_messages(session, with_media) if with_media else {}
    return [MessageOut.of(row, found.get(row.message.id, ()), address_of) for row in rows]


def _span(page: PageRequest, found: PageOf[MessageRow]) -> Span:
    """Return the time that a page of texts tells of: from its oldest text to the oldest of the page before.

    So each instant is on one page; the first has all that is newer, the last all that is older.
    """
    return Span(
        since=None if found.next is None else found.rows[-1].message.created_at,
        before=None if page.after is None else first_key(page.after, datetime),
    )


async def _check_media(session: Database, actor: Actor, sha256s: Sequence[str]) -> None:
    known = await media.find(session, actor.organisation_id, sha256s)
    if any(sha256 not in known for sha256 in sha256s):
        message = "There is no such medium here: upload it first, with POST /media."
        raise invalid("media", message, slug="unknown-media")
    why = why_not_sent([known[sha256] for sha256 in sha256s])
    if why is not None:
        raise invalid("media", why, slug="media-not-sendable")
