"""What is attached to a record, such as a conversation, a note, or work: by whom it may be."""

from uuid import UUID

from api.auth import require
from api.context import Database
from api.problems import not_found
from db.records.queries import RecordRow, find_record
from domain.privileges import Actor, Entity, Privilege


async def record_to_append_to(session: Database, actor: Actor, record_id: UUID) -> RecordRow:
    """Return a record that the actor may attach to.

    Refuses another that the actor sees, and what the actor does not see as if there were none.
    """
    row = await find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    require(actor, Entity.RECORD, Privilege.APPEND_TO, row.owned)
    return row
