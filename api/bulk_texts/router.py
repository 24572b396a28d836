"""One text to a selection of records: with the consent, the hours, the pace and the guarantees of a sequence."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

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
from db.organisations.tables import Organisation
from db.records.queries import subjects_of
from db.records.tables import Record
from domain import segments
from domain.placeholders import UnfilledPlaceholder, check, known_fields, render
from domain.privileges import Actor, Entity, Privilege
from domain.quiet_hours import AllowedHours
from domain.sending import NO_CONSENT, Facts, Hold, outside_hours
from domain.time_zones import zones_of

router = APIRouter(prefix="/bulk-texts", tags=["conversations"], route_class=IdempotentRoute)

_MaySend = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.CREATE))]

_SAMPLES = 10


@router.post("/preview", operation_id="previewBulkText", responses=problems(401, 403, 422))
async def preview_bulk_text(
    actor: _MaySend, session: Database, now: Now, body: BulkTextDraft
) -> BulkTextPreview:
    """Show whom a text will reach and what it will say; nothing is stored."""
    _check_text(body.text)
    wanted = list(dict.fromkeys(body.record_ids))
    document = bulk.document_of("Preview", body.text, key="bulk-preview")
    candidates = await candidates_of(session, actor, wanted)
    refused = objections(actor, candidates, wanted, None, document)
    for each in await bulk.without_consent(session, actor, wanted):
        refused.setdefault(each, NO_CONSENT)
    organisation = await session.get_one(Organisation, actor.organisation_id)
    texts: dict[UUID, str] = {}
    waits: dict[UUID, Hold] = {}
    for subject in await subjects_of(
        session, actor, [each for each in wanted if each not in refused]
    ):
        try:
            texts[subject.record.id] = render(body.text, subject.values)
        except UnfilledPlaceholder as problem:
            refused[subject.record.id] = str(problem)
            continue
        held = _outside_hours(organisation, subject.record, now)
        if held is not None:
            waits[subject.record.id] = held
    counts = {record_id: segments.count(text).segments for record_id, text in texts.items()}
    return BulkTextPreview(
        will_go=len(texts),
        will_wait=len(waits),
        refused=_in_order(refused, wanted),
        samples=[
            Sample(
                record_id=each,
                text=texts[each],
                segments=counts[each],
                waits_until=waits[each].until if each in waits else None,
            )
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
    lacking = await bulk.without_consent(session, actor, body.record_ids)
    sequence, version_id = await bulk.create(session, actor, body.name, body.text, now)
    done = await enroll(
        session,
        outbox,
        actor,
        [each for each in body.record_ids if each not in lacking],
        sequence=sequence,
        version_id=version_id,
        kind=None,
        is_only=False,
        now=now,
    )
    return BulkTextOut(
        sequence_key=sequence.key,
        enrolled=await shown(session, done.enrolled, now),
        refused=_in_order(
            {**dict.fromkeys(lacking, NO_CONSENT), **done.refused}, dict.fromkeys(body.record_ids)
        ),
    )


def _in_order(refused: Mapping[UUID, str], wanted: Iterable[UUID]) -> list[RefusedRecord]:
    return [
        RefusedRecord(record_id=each, reason=refused[each]) for each in wanted if each in refused
    ]


def _outside_hours(organisation: Organisation, record: Record, now: datetime) -> Hold | None:
    """Return until when the customer's hours forbid a text; None if they allow it."""
    zones = zones_of(
        timezone=record.timezone,
        country=record.country,
        region=record.region,
        phone=record.phone or "",
    )
    facts = Facts(
        is_record_active=True,
        is_running=True,
        allowed=AllowedHours(organisation.allowed_from, organisation.allowed_until),
        zones=[ZoneInfo(zone) for zone in zones.zones],
    )
    return outside_hours(facts, now)


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
