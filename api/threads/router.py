"""A record's thread: what was said and done about it, and the notes in it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May, require
from api.context import Database
from api.conversations.router import shown
from api.conversations.schemas import MessageOut
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page
from api.problems import not_found, problems
from api.records.attaching import record_to_append_to
from api.schemas import RecordRef
from api.threads.schemas import NewNote, NoteOut, ThreadItem, ThreadMove, ThreadStep, ThreadWork
from db.records import notes
from db.records.queries import find_record
from db.records.thread import Thread, ThreadKind, ThreadRow, list_thread
from domain.privileges import Actor, Entity, Ownership, Privilege, attaching

router = APIRouter(tags=["records"], route_class=IdempotentRoute)

_MayRead = Annotated[
    Actor,
    Depends(
        May(
            Entity.RECORD,
            Privilege.READ,
            also=((Entity.CONVERSATION, Privilege.READ), (Entity.NOTE, Privilege.READ)),
        )
    ),
]
_MayNote = Annotated[
    Actor,
    Depends(May(Entity.NOTE, Privilege.CREATE, also=attaching(Entity.NOTE, Entity.RECORD))),
]
_MayDeleteNote = Annotated[Actor, Depends(May(Entity.NOTE, Privilege.DELETE))]


@router.get(
    "/records/{record_id}/thread",
    operation_id="listThread",
    responses=problems(401, 403, 404, 422),
)
async def get_thread(
    record_id: UUID, actor: _MayRead, session: Database, page: AskedPage
) -> Page[ThreadItem]:
    """List what was said and done about a record, the newest first.

    An account shows its contacts' and their opportunities' too, a contact its opportunities'.
    """
    if await find_record(session, actor, record_id) is None:
        raise not_found("record")
    thread = await list_thread(session, actor, record_id, page)
    texts = await shown(session, list(thread.messages.values()))
    messages = {text.id: text for text in texts}
    return Page(
        items=[_item(thread, row, messages) for row in thread.page.rows], next=thread.page.next
    )


@router.post(
    "/records/{record_id}/notes",
    operation_id="addNote",
    status_code=201,
    responses=problems(401, 403, 404, 422),
    dependencies=[Idempotent],
)
async def add_note(record_id: UUID, actor: _MayNote, session: Database, body: NewNote) -> NoteOut:
    """Write something down about a record."""
    await record_to_append_to(session, actor, record_id)
    row = await notes.add(session, actor.organisation_id, record_id, actor.user_id, body.body)
    return NoteOut.of(row)


@router.delete(
    "/notes/{note_id}",
    operation_id="deleteNote",
    status_code=204,
    responses=problems(401, 403, 404),
)
async def delete_note(note_id: UUID, actor: _MayDeleteNote, session: Database) -> None:
    """Delete a note: its author may, and whoever answers for more than the own rows."""
    row = await notes.find_note(session, actor, note_id)
    if row is None:
        raise not_found("note")
    owned = Ownership(row.author.id, None, row.author.business_unit_id)
    require(actor, Entity.NOTE, Privilege.DELETE, owned)
    await notes.delete_note(session, note_id)


def _item(thread: Thread, row: ThreadRow, messages: dict[UUID, MessageOut]) -> ThreadItem:
    kind = ThreadKind(row.kind)
    item = ThreadItem(
        type=kind, id=row.id, at=row.at, record=RecordRef.of(thread.records[row.record_id])
    )
    match kind:
        case ThreadKind.MESSAGE:
            item.message = messages[row.id]
            item.conversation_id = thread.messages[row.id].message.conversation_id
        case ThreadKind.STEP:
            item.step = ThreadStep.of(thread.steps[row.id])
        case ThreadKind.NOTE:
            item.note = NoteOut.of(thread.notes[row.id])
        case ThreadKind.WORK:
            item.work = ThreadWork.of(thread.work[row.id])
        case ThreadKind.MOVE:
            item.move = ThreadMove.of(thread.moves[row.id])
    return item
