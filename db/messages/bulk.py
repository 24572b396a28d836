"""One text to a selection of records: a sequence of one step that is shown nowhere as one, so that it has all a
sequence's guarantees."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.in_force import lacks_consent
from db.organisations.tables import Organisation
from db.records.tables import Record
from db.sequences.tables import Sequence, SequenceVersion
from db.visibility import visible_to
from domain.privileges import Actor
from domain.records import RecordKind
from domain.sequence import AutomatedText, SequenceDocument

STEP_ID = "text"


def document_of(name: str, text: str, *, key: str) -> SequenceDocument:
    """Return the sequence that sends `text` and ends."""
    step = AutomatedText(id=STEP_ID, type="automated_text", text=text)
    return SequenceDocument(key=key, name=name, steps=[step])


async def without_consent(
    session: AsyncSession, actor: Actor, record_ids: Collection[UUID]
) -> set[UUID]:
    """Return those of the records whose numbers lack a consent that the organisation wants to have on record."""
    found = await session.scalars(
        select(Record.id)
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(visible_to(actor, Record), Record.id.in_(record_ids), lacks_consent(Record.phone))
    )
    return set(found)


async def create(
    session: AsyncSession, actor: Actor, name: str, text: str, now: datetime
) -> tuple[Sequence, UUID]:
    """Store the sequence of one text, published and active; return it and its version's id."""
    document = document_of(name, text, key=f"bulk-{uuid4().hex}")
    content = document.model_dump(mode="json", by_alias=True)
    sequence = Sequence(
        organisation_id=actor.organisation_id,
        business_unit_id=actor.unit_id,
        key=document.key,
        name=name,
        record_kind=RecordKind.LEAD,
        is_active=True,
        is_bulk=True,
        draft=content,
    )
    session.add(sequence)
    await session.flush()
    version = SequenceVersion(
        organisation_id=actor.organisation_id,
        sequence_id=sequence.id,
        number=1,
        document=content,
        published_by=actor.user_id,
        published_at=now,
    )
    session.add(version)
    await session.flush()
    return sequence, version.id
