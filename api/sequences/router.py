"""Sequences: drafts, published versions, and their rehearsal."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from api.auth import CurrentSignIn, May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, ProblemError, not_found, problems
from api.sequences import publishing
from api.sequences.rehearsal import rehearse
from api.sequences.schemas import (
    PublishedVersion,
    SequenceOut,
    SequenceSummary,
    SimulationOrder,
    SimulationOut,
    VersionOut,
)
from db.enrollments import progress
from db.enrollments.tables import Enrollment
from db.organisations.tables import Organisation
from db.providers.numbers import sending_numbers
from db.records.queries import list_subjects
from db.sequences import queries
from db.sequences.queries import SequenceRow
from db.sequences.tables import Sequence
from domain.enrollments import EndReason
from domain.privileges import Actor, Entity, Ownership, Privilege
from domain.quiet_hours import AllowedHours
from domain.sequence import SequenceDocument, TextStep
from domain.sequence_source import InvalidSequence, parse, parse_yaml, to_yaml

router = APIRouter(prefix="/sequences", tags=["sequences"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.SEQUENCE, Privilege.READ))]
_MayWrite = Annotated[Actor, Depends(May(Entity.SEQUENCE, Privilege.WRITE))]

_DRAFT_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/SequenceDocument"}},
            "application/yaml": {
                "schema": {"type": "string"},
                "example": "key: welcome\nname: Welcome a new lead\nrecord: lead\nsteps:\n"
                '  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}"}\n',
            },
        },
    }
}


@router.get("", operation_id="listSequences", responses=problems(401, 403, 422))
async def list_sequences(
    actor: _MayRead, session: Database, page: AskedPage
) -> Page[SequenceSummary]:
    """List the sequences by key."""
    return page_of(await queries.list_sequences(session, actor, page), SequenceSummary.of)


@router.get("/{key}", operation_id="getSequence", responses=problems(401, 403, 404))
async def get_sequence(key: str, actor: _MayRead, session: Database) -> SequenceOut:
    """Show a sequence with its draft."""
    return await _shown(session, actor, key)


@router.put(
    "/{key}/draft",
    operation_id="saveDraft",
    responses=problems(401, 403, 415, 422),
    openapi_extra=_DRAFT_BODY,
)
async def save_draft(
    key: str, request: Request, actor: _MayWrite, session: Database
) -> SequenceOut:
    """Store the draft, as JSON or YAML; a sequence of a new key is made. Nothing that runs changes."""
    document, source = await _read_document(request)
    if document.key != key:
        message = f"The document's key is {document.key!r}, the address says {key!r}."
        raise Problem(
            422, "invalid-sequence", message, errors=[ProblemError(path="key", message=message)]
        )
    known = await queries.find_sequence(session, actor, key)
    if known is None:
        require(actor, Entity.SEQUENCE, Privilege.CREATE, Ownership(unit_id=actor.unit_id))
    else:
        require(
            actor,
            Entity.SEQUENCE,
            Privilege.WRITE,
            Ownership(unit_id=known.sequence.business_unit_id),
        )
    if known is not None and known.sequence.record_kind is not document.record:
        message = f"This sequence is for a {known.sequence.record_kind}: that cannot be changed."
        raise Problem(
            422, "invalid-sequence", message, errors=[ProblemError(path="record", message=message)]
        )
    await queries.save_draft(session, actor, document, source=source)
    return await _shown(session, actor, key)


@router.post(
    "/{key}/publish",
    operation_id="publishSequence",
    responses=problems(401, 403, 404, 422),
    dependencies=[Idempotent],
)
async def publish_sequence(
    key: str, actor: _MayWrite, sign_in: CurrentSignIn, session: Database
) -> PublishedVersion:
    """Make the draft the version that new enrollments run; running ones stay on theirs.

    The words of its templates are written down with it: no later edit of a template reaches them. What is the newest
    version already is not published again: that version is the answer.
    """
    sequence = await _locked(session, actor, key)
    draft = _draft_of(sequence)
    await _check_senders(session, actor, draft)
    document = await publishing.pinned_for_good(session, actor, draft)
    findings = await publishing.checked_by_policy(session, document, sign_in.organisation)
    newest = await queries.find_newest_version(session, sequence.id)
    if newest is None or SequenceDocument.model_validate(newest.version.document) != document:
        await queries.publish(session, sequence, document, actor.user_id)
        newest = await queries.find_newest_version(session, sequence.id)
    assert newest is not None  # noqa: S101 - it was there, or has just been stored
    return PublishedVersion.with_findings(newest, findings)


async def _check_senders(session: Database, actor: Actor, document: SequenceDocument) -> None:
    """Refuse a document that names a number which texts cannot leave from."""
    named = {
        step.from_number: step
        for step in document.all_steps()
        if isinstance(step, TextStep) and step.from_number is not None
    }
    known = await sending_numbers(session, actor.organisation_id, named)
    for number, step in named.items():
        if number not in known:
            raise Problem(
                409,
                "unknown-number",
                f"The step {step.id} leaves from {number}, which is no number of ours to send from: "
                "add it, or take `from` out of the step.",
            )


@router.post(
    "/{key}/activate", operation_id="activateSequence", responses=problems(401, 403, 404, 409)
)
async def activate_sequence(key: str, actor: _MayWrite, session: Database) -> SequenceOut:
    """Allow records to be enrolled."""
    sequence = await _locked(session, actor, key)
    if await queries.find_newest_version(session, sequence.id) is None:
        raise Problem(409, "not-published", "Publish the sequence first: it has no version to run.")
    sequence.is_active = True
    await session.flush()
    return await _shown(session, actor, key)


@router.post(
    "/{key}/deactivate", operation_id="deactivateSequence", responses=problems(401, 403, 404)
)
async def deactivate_sequence(
    key: str, actor: _MayWrite, session: Database, outbox: RequestOutbox, now: Now
) -> SequenceOut:
    """Take the sequence out of use: nobody is enrolled any more, and running enrollments end."""
    sequence = await _locked(session, actor, key)
    sequence.is_active = False
    await session.flush()
    workflow_ids = await progress.end(
        session,
        Enrollment.sequence_id == sequence.id,
        EndReason.SEQUENCE_DEACTIVATED,
        now,
        actor_id=actor.user_id,
    )
    outbox.tell(workflow_ids)
    return await _shown(session, actor, key)


@router.get("/{key}/versions", operation_id="listVersions", responses=problems(401, 403, 404, 422))
async def list_versions(
    key: str, actor: _MayRead, session: Database, page: AskedPage
) -> Page[VersionOut]:
    """List the published versions, the newest first."""
    row = await _row(session, actor, key)
    found = await queries.list_versions(session, row.sequence.id, page)
    return page_of(found, VersionOut.of)


@router.post(
    "/{key}/simulate", operation_id="simulateSequence", responses=problems(401, 403, 404, 422)
)
async def simulate_sequence(
    key: str,
    actor: _MayRead,
    sign_in: CurrentSignIn,
    session: Database,
    now: Now,
    body: SimulationOrder,
) -> SimulationOut:
    """Rehearse the draft: every text it would send to real records, when, and why then. Sends nothing."""
    row = await _row(session, actor, key)
    document = await publishing.pinned_for_now(session, actor, _draft_of(row.sequence))
    subjects = await list_subjects(
        session,
        actor,
        kind=row.sequence.record_kind,
        record_ids=body.record_ids,
        limit=body.limit,
    )
    hours = sign_in.organisation
    return SimulationOut(
        records=[
            rehearse(
                document,
                subject,
                AllowedHours(hours.allowed_from, hours.allowed_until),
                starting_at=body.starting_at or now,
                replies=body.replies,
            )
            for subject in subjects
        ]
    )


async def _row(session: Database, actor: Actor, key: str) -> SequenceRow:
    row = await queries.find_sequence(session, actor, key)
    if row is None:
        raise not_found("sequence")
    return row


async def _locked(session: Database, actor: Actor, key: str) -> Sequence:
    sequence = await queries.lock_sequence(session, actor, key)
    if sequence is None:
        raise not_found("sequence")
    require(actor, Entity.SEQUENCE, Privilege.WRITE, Ownership(unit_id=sequence.business_unit_id))
    return sequence


async def _shown(session: Database, actor: Actor, key: str) -> SequenceOut:
    row = await _row(session, actor, key)
    document = SequenceDocument.model_validate(row.sequence.draft)
    words = await publishing.words_of_draft(session, actor, document)
    try:
        parse(row.sequence.draft)
        found = words.problems
    except InvalidSequence as error:
        found = error.problems + words.problems
    organisation = await session.get_one(Organisation, actor.organisation_id)
    return SequenceOut.showing(
        row,
        document=document,
        source=row.sequence.draft_source or to_yaml(document),
        problems=found,
        findings=publishing.findings_anywhere(words.document, organisation),
        stale_templates=await publishing.stale_templates(session, actor, row.sequence),
    )


def _draft_of(sequence: Sequence) -> SequenceDocument:
    try:
        return parse(sequence.draft)
    except InvalidSequence as error:
        raise _invalid(error) from error


async def _read_document(request: Request) -> tuple[SequenceDocument, str | None]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    try:
        text = body.decode("utf-8-sig")
        if media_type in ("application/yaml", "application/x-yaml", "text/yaml"):
            return parse_yaml(text), text
        if media_type == "application/json":
            return parse(json.loads(text)), None
    except InvalidSequence as error:
        raise _invalid(error) from error
    except ValueError as error:
        raise Problem(422, "invalid-sequence", f"This cannot be read: {error}.") from error
    raise Problem(
        415, "unsupported-media-type", "Send the document as application/json or application/yaml."
    )


def _invalid(error: InvalidSequence) -> Problem:
    return Problem(
        422,
        "invalid-sequence",
        str(error),
        errors=[
            ProblemError(path=problem.path, line=problem.line, message=problem.message)
            for problem in error.problems
        ],
    )
