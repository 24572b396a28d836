"""One text to a selection of records: with the consent, the hours, the pace and the guarantees of a sequence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May
from api.bulk_texts.schemas import (
    BulkTextDraft,
    BulkTextOut,
    BulkTextPreview,
    NewBulkText,
    Sample,
)
from api.context import Database, Now
from api.enrollments.enrolling import candidates_of, enroll, objections
from api.enrollments.router import shown
from api.enrollments.schemas import RefusedRecord
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.problems import Problem, ProblemError, problems
from db.messages import bulk
from db.records.queries import subjects_of
from domain import segments
from domain.placeholders import UnfilledPlaceholder, check, known_fields, render
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/bulk-texts", tags=["conversations"], route_class=IdempotentRoute)

_MaySend = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.CREATE))]

_SAMPLES = 10


@router.post("/preview", operation_id="previewBulkText", responses=problems(401, 403, 422))
async def preview_bulk_text(
    actor: _MaySend, session: Database, body: BulkTextDraft
) -> BulkTextPreview:
    """Show whom a text will reach and what it will say; nothing is stored."""
    _check_text(body.text)
    wanted = list(dict.fromkeys(body.record_ids))
    document = bulk.document_of("Preview", body.text, key="bulk-preview")
    candidates = await candidates_of(session, actor, wanted)
    refused = objections(actor, candidates, wanted, None, document)
    texts: dict[UUID, str] = {}
    for subject in await subjects_of(
        session, actor, [each for each in wanted if each not in refused]
    ):
        try:
            texts[subject.record.id] = render(body.text, subject.values)
        except UnfilledPlaceholder as problem:
            refused[subject.record.id] = str(problem)
    counts = {record_id: segments.count(text).segments for record_id, text in texts.items()}
    return BulkTextPreview(
        will_go=len(texts),
        refused=[
            RefusedRecord(record_id=each, reason=refused[each])
            for each in wanted
            if each in refused
        ],
        samples=[
            Sample(record_id=each, text=texts[each], segments=counts[each])
            for each in wanted
            if each in texts
        ][:_SAMPLES],
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

    Records in a sequence get it, too. A record that it cannot be filled for gets a work item when its turn comes.
    """
    _check_text(body.text)
    sequence, version_id = await bulk.create(session, actor, body.name, body.text, now)
    done = await enroll(
        session,
        outbox,
        actor,
        body.record_ids,
        sequence=sequence,
        version_id=version_id,
        kind=None,
        is_only=False,
        now=now,
    )
    return BulkTextOut(
        sequence_key=sequence.key,
        enrolled=await shown(session, done.enrolled),
        refused=[
            RefusedRecord(record_id=record_id, reason=reason)
            for record_id, reason in done.refused.items()
        ],
    )


def _check_text(text: str) -> None:
    found = check(text, known_fields(None))
    if found:
        errors = [ProblemError(path="text", line=each.line, message=each.message) for each in found]
        raise Problem(422, "invalid-placeholder", found[0].message, errors=errors)
    if not text.strip():
        message = "Write something first: an empty text cannot be sent."
        raise Problem(
            422, "empty-text", message, errors=[ProblemError(path="text", message=message)]
        )
