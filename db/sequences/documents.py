"""Published documents: immutable, so each process reads and parses one only once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.sequences.tables import SequenceVersion
from domain.sequence import SequenceDocument

_known: dict[UUID, SequenceDocument] = {}


async def document_of(session: AsyncSession, version_id: UUID) -> SequenceDocument:
    """Return the document of a published version. Raises NoResultFound."""
    if version_id not in _known:
        raw = await session.execute(
            select(SequenceVersion.document).where(SequenceVersion.id == version_id)
        )
        _known[version_id] = SequenceDocument.model_validate(raw.scalar_one())
    return _known[version_id]
