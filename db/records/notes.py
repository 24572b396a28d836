"""What people write down about records."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.records.tables import Note, Record
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor


class NoteRow(NamedTuple):
    """A note with who wrote it."""

    note: Note
    author: User


async def add(
    session: AsyncSession, organisation_id: UUID, record_id: UUID, author_id: UUID, body: str
) -> NoteRow:
    """Write a note about a record."""
    note = Note(
        organisation_id=organisation_id, record_id=record_id, author_id=author_id, body=body
    )
    session.add(note)
    await session.flush()
    await session.refresh(note)
    found = await session.execute(_notes().where(Note.id == note.id))
    return NoteRow(*found.one())


async def find_note(session: AsyncSession, actor: Actor, note_id: UUID) -> NoteRow | None:
    """Return the note if the actor may see its record."""
    found = await session.execute(
        _notes()
        .join(Record, Record.id == Note.record_id)
        .where(Note.id == note_id, visible_to(actor, Record))
    )
    row = found.one_or_none()
    return None if row is None else NoteRow(*row)


async def delete_note(session: AsyncSession, note_id: UUID) -> None:
    """Delete a note."""
    await session.execute(delete(Note).where(Note.id == note_id))


def _notes() -> Select[Note, User]:
    return select(Note, User).join(User, User.id == Note.author_id)
