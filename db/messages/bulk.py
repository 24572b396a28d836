"""One text to a selection of records: a sequence of one step that is shown nowhere as one, so that it has all a
sequence's guarantees."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from db.sequences.tables import Sequence, SequenceVersion
from domain.privileges import Actor
from domain.records import RecordKind
from domain.sequence import AutomatedText, SequenceDocument

STEP_ID = "text"


def document_of(name: str, text: str, *, key: str) -> SequenceDocument:
    """Return the sequence that sends `text` and ends."""
    step = AutomatedText(id=STEP_ID, type="automated_text", text=text)
    return SequenceDocument(key=key, name=name, steps=[step])


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
