"""One text to a selection of records: with the consent, the hours, the pace and the guarantees of a sequence."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.bulk_texts.reach import Reach, reach
from api.bulk_texts.schemas import (
    BulkTextDraft,
    BulkTextOut,
    BulkTextPreview,
    NewBulkText,
    Sample,
    WaitingRecord,
)
from api.context import Database, Now
from api.enrollments.enrolling import TO_RECORD, enroll
from api.enrollments.router import shown
from api.enrollments.schemas import RefusedRecord
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.problems import Problem, ProblemError, problems
from api.sequences.publishing import refuse_errors
from db.messages import bulk
from db.organisations.tables import Organisation
from domain import segments
from domain.placeholders import check, known_fields
from domain.privileges import Actor, Entity, Privilege
from domain.sequence import SequenceDocument
from domain.text_policy import severities_of, step_findings

router = APIRouter(prefix="/bulk-texts", tags=["conversations"], route_class=IdempotentRoute)

_MaySend = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.CREATE, also=TO_RECORD))]

_SAMPLES = 10


@router.post("/preview", operation_id="previewBulkText", responses=problems(401, 403, 422))
async def preview_bulk_text(
    actor: _MaySend, session: Database, now: Now, body: BulkTextDraft
) -> BulkTextPreview:
    """Show whom a text will reach and what it will say; nothing is stored.

    What the organisation's policy forbids to send is refused as it is when a sequence is published.
    """
    _check_text(body.text)
    document = bulk.document_of("Preview", body.text, key="bulk-preview")
    found = await _reach(session, actor, document, body, now)
    texts, waits = found.texts, found.waits
    counts = {record_id: segments.count(text).segments for record_id, text in texts.items()}
    return BulkTextPreview(
        will_go=len(texts),
        will_wait=len(waits),
        refused=_in_order(found.refused, found.refused),
        waiting=[
            WaitingRecord(record_id=each, reason=hold.why, until=hold.known_end)
            for each, hold in waits.items()
        ],
        samples=[
            Sample(
                record_id=each,
                text=text,
                segments=counts[each],
                waits_until=waits[each].known_end if each in waits else None,
            )
            for each, text in list(texts.items())[:_SAMPLES]
        ],
        fewest_segments=min(counts.values(), default=0),
        most_segments=max(counts.values(), default=0),
    )


@router.post(
    "",
    operation_id="sendBulkText",
    status_code=201,
    responses=problems(401, 403, 422),
    dependencies=[Idempotent],
)
async def send_bulk_text(
    actor: _MaySend, session: Database, outbox: RequestOutbox, now: Now, body: NewBulkText
) -> BulkTextOut:
    """Send a text to each record by itself: it waits for the hours and the number's pace as a sequence's does.

    Records in a sequence get it, too; of several with one number, one. A record that it cannot be filled for any more
    when its turn comes gets a work item.
    """
    _check_text(body.text)
    name = body.name or f"Bulk text, {now.day} {now:%b %Y}"
    document = bulk.document_of(name, body.text, key="bulk")
    found = await _reach(session, actor, document, body, now)
    sequence, version_id = await bulk.create(session, actor, name, body.text, now)
    done = await enroll(
        session,
        outbox,
        actor,
        list(found.texts),
        sequence=sequence,
        version_id=version_id,
        kind=None,
        is_only=False,
        now=now,
    )
    return BulkTextOut(
        sequence_key=sequence.key,
        enrolled=await shown(session, done.enrolled, now),
        refused=_in_order({**found.refused, **done.refused}, dict.fromkeys(body.record_ids)),
    )


async def _reach(
    session: Database, actor: Actor, document: SequenceDocument, body: BulkTextDraft, now: datetime
) -> Reach:
    """Return whom the text reaches. Refuses one that the policy forbids where they are."""
    found = await reach(session, actor, document, body.text, body.record_ids, now)
    organisation = await session.get_one(Organisation, actor.organisation_id)
    findings = step_findings(
        document,
        countries=found.countries,
        organisation_name=organisation.name,
        severities=severities_of(organisation.text_policy),
    )
    refuse_errors(findings, {bulk.STEP_ID: "text"})
    return found


def _in_order(refused: Mapping[UUID, str], wanted: Iterable[UUID]) -> list[RefusedRecord]:
    return [
        RefusedRecord(record_id=each, reason=refused[each]) for each in wanted if each in refused
    ]


def _check_text(text: str) -> None:
    found = check(text, known_fields(None))
    if found:
        errors = [ProblemError(path="text", line=each.line, message=each.message) for each in found]
        raise Problem(422, "invalid-placeholder", found[0].message, errors=errors)
    if segments.is_blank(text):
        message = "Write something first: an empty text cannot be sent."
        raise Problem(
            422, "empty-text", message, errors=[ProblemError(path="text", message=message)]
        )
