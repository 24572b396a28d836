"""One text to a selection of records: a sequence of one step that is shown nowhere as one, so that it has all a
sequence's guarantees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.in_force import lacks_consent, withdrawal_of, withdrawals_of
from db.organisations.tables import Organisation
from db.records.tables import Record
from db.sequences.tables import Sequence as SequenceTable
from db.sequences.tables import SequenceVersion
from db.visibility import visible_to
from domain.consent import Withdrawal
from domain.privileges import Actor
from domain.records import RecordKind
from domain.sequence import AutomatedText, SequenceDocument

STEP_ID = "text"


def document_of(name: str, text: str, *, key: str) -> SequenceDocument:
    """Return the sequence that sends `text` and ends."""
    step = AutomatedText(id=STEP_ID, type="automated_text", text=text)
    return SequenceDocument(key=key, name=name, steps=[step])


@dataclass(frozen=True)
class Consent:
    """What a record's number allows: the withdrawals in force, and whether a consent that is wanted is not there."""

    withdrawals: Sequence[Withdrawal]
    is_lacking: bool


async def consents_of(
    session: AsyncSession, actor: Actor, record_ids: Collection[UUID]
) -> dict[UUID, Consent]:
    """Return of each of the records that the actor may see what its number allows."""
    found = await session.execute(
        select(
            Record.id,
            withdrawals_of(Record.organisation_id, Record.phone).label("withdrawals"),
            lacks_consent(Record.phone).label("is_lacking"),
        )
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(visible_to(actor, Record), Record.id.in_(record_ids))
    )
    return {
        row.id: Consent([withdrawal_of(each) for each in row.withdrawals or ()], row.is_lacking)
        for row in found
    }


async def create(
    session: AsyncSession, actor: Actor, name: str, text: str, now: datetime
) -> tuple[SequenceTable, UUID]:
    """Store the sequence of one text, published and active; return it and its version's id."""
    document = document_of(name, text, key=f"bulk-{uuid4().hex}")
    content = document.model_dump(mode="json", by_alias=True)
    sequence = SequenceTable(
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
