"""Enrolls records in a version of a sequence, each by itself: who may not be is refused with the reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.outbox import Outbox
from db.enrollments import queries
from db.enrollments.queries import Candidate, EnrollmentRow, NewEnrollment
from db.sequences.documents import document_of
from db.sequences.tables import Sequence as SequenceTable
from domain.interpreter import position_at
from domain.notices import StartEnrollment
from domain.privileges import Actor, Entity, Privilege, attaching, reaches
from domain.records import RecordKind, RecordStatus
from domain.sequence import SequenceDocument, TextStep

TO_RECORD: Final = attaching(Entity.ENROLLMENT, Entity.RECORD)


@dataclass(frozen=True)
class Enrolled:
    """Which records were enrolled; why the others, by record in the order asked for, were not."""

    enrolled: Sequence[EnrollmentRow]
    refused: Mapping[UUID, str]


async def enroll(
    session: AsyncSession,
    outbox: Outbox,
    actor: Actor,
    record_ids: Collection[UUID],
    *,
    sequence: SequenceTable,
    version_id: UUID,
    kind: RecordKind | None,
    is_only: bool,
    now: datetime,
) -> Enrolled:
    """Enroll records of `kind`, or of any if it is None, and have their workflows started.

    With `is_only` a record that runs another sequence is refused.
    """
    wanted = list(dict.fromkeys(record_ids))
    document = await document_of(session, version_id)
    candidates = await candidates_of(session, actor, wanted)
    refused = objections(actor, candidates, wanted, kind, document)
    new = [
        NewEnrollment(
            record_id, candidates[record_id].record.owner_user_id, candidates[record_id].lane
        )
        for record_id in wanted
        if record_id not in refused
    ]
    ids = await queries.enroll(
        session,
        actor,
        new,
        sequence=sequence,
        version_id=version_id,
        position=position_at(document, document.steps[0], now),
        is_only=is_only,
        now=now,
    )
    refused |= {
        each.record_id: "This record is in a sequence already."
        for each in new
        if each.record_id not in ids
    }
    enrolled = await queries.find_enrollments(session, actor, ids.values())
    skeleton = document.skeleton()
    await outbox.add(
        actor.organisation_id,
        [
            StartEnrollment(
                workflow_id=each.enrollment.workflow_id,
                enrollment_id=each.enrollment.id,
                document=skeleton,
                lane=candidates[each.record.id].lane,
            )
            for each in enrolled
        ],
    )
    return Enrolled(enrolled, {each: refused[each] for each in wanted if each in refused})


async def candidates_of(
    session: AsyncSession, actor: Actor, record_ids: Collection[UUID]
) -> dict[UUID, Candidate]:
    """Return those of the records that the actor may see."""
    found = await queries.find_candidates(session, actor, record_ids)
    return {candidate.record.id: candidate for candidate in found}


def objections(
    actor: Actor,
    candidates: Mapping[UUID, Candidate],
    record_ids: Collection[UUID],
    kind: RecordKind | None,
    document: SequenceDocument,
) -> dict[UUID, str]:
    """Return why records may not be enrolled, of those that may not."""
    found = {
        record_id: _objection(actor, candidates.get(record_id), kind, document)
        for record_id in record_ids
    }
    return {record_id: why for record_id, why in found.items() if why is not None}


def _objection(
    actor: Actor, candidate: Candidate | None, kind: RecordKind | None, document: SequenceDocument
) -> str | None:
    """Return why a record may not be enrolled, None if it may."""
    if candidate is None:
        return "There is no such record, or it is not yours to see."
    record = candidate.record
    # an enrollment is whose its record is
    needs = ((Entity.ENROLLMENT, Privilege.CREATE), *TO_RECORD)
    if not all(reaches(actor, *need, candidate.owned) for need in needs):
        return "Your roles do not let you enroll somebody else's record."
    if kind is not None and record.kind is not kind:
        return f"This is a record of kind {record.kind}; the sequence is for {kind}."
    if record.status is not RecordStatus.ACTIVE:
        return "This record is closed."
    if record.phone is None:
        return "This record has no phone number."
    if candidate.is_opted_out:
        return "The customer has opted out of texts."
    if record.unreachable_since is not None:
        return f"No text can reach this number: {record.unreachable_reason}"
    if candidate.lane is None and any(
        isinstance(step, TextStep) and step.from_number is None for step in document.all_steps()
    ):
        return "The record's owner has no number to send from."
    return None
