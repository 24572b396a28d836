"""Who consented to what: the ledger, what is in force, lists of numbers, and what was kept here for it."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response, UploadFile
from fastapi.responses import StreamingResponse

from api.auth import May
from api.consent import files
from api.consent.schemas import (
    BlockedTextOut,
    ConsentEntryOut,
    NewEntry,
    NumbersReport,
    WithdrawalOut,
)
from api.context import Database, InContext, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, ProblemError, invalid, missing_privilege, not_found, problems
from api.records.schemas import ImportProblem
from api.schemas import Instant
from db.consent import complaints, listing
from db.consent import queries as consent
from db.consent.imports import AT_ONCE, import_numbers
from db.consent.queries import Said
from db.providers.numbers import find_phone_number
from db.records.queries import find_record
from domain import do_not_contact, phone
from domain.consent import ConsentKind, Scope, Source
from domain.csv_import import UnreadableFile
from domain.privileges import Actor, Entity, Everything, Privilege, level_of, scope_of

router = APIRouter(prefix="/consent", tags=["consent"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.CONSENT, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.CONSENT, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.CONSENT, Privilege.WRITE))]

_Number = Annotated[
    str, Query(max_length=40, description="A customer's number, as people write it.")
]


@router.get("/entries", operation_id="listConsentEntries", responses=problems(401, 403, 404, 422))
async def list_entries(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    number: _Number | None = None,
    record_id: UUID | None = None,
) -> Page[ConsentEntryOut]:
    """List the ledger of consent, the youngest entry first: of one number, or all that you may see."""
    if number is not None or record_id is not None:
        number = await _number(session, actor, number, record_id)
    found = await listing.list_entries(session, actor, page, number=number)
    return page_of(found, ConsentEntryOut.of)


@router.post(
    "/entries",
    operation_id="addConsentEntry",
    status_code=201,
    responses=problems(401, 403, 404, 422),
    dependencies=[Idempotent],
)
async def add_entry(
    body: NewEntry, actor: _MayCreate, session: Database, outbox: RequestOutbox, now: Now
) -> ConsentEntryOut:
    """Record consent that was given or withdrawn in a call, in a form, or to you.

    A withdrawal holds at once: waiting texts are refused and enrollments end. Consent given anew lifts withdrawals that
    came before it, and needs what was said or shown as its `wording`.
    """
    number = await _number(session, actor, body.number, body.record_id)
    if not await listing.is_within_reach(session, actor, number, Privilege.CREATE):
        raise not_found("customer")
    ours = body.phone_number_id
    if ours is not None and await find_phone_number(session, actor, ours) is None:
        raise invalid("phone_number_id", "We have no such number, or it is not yours to see.")
    if ours is None and body.scope in (Scope.NUMBER, Scope.BRAND):
        message = (
            f"Say of which number of ours: a withdrawal for one {body.scope} is narrowed by it."
        )
        raise invalid("phone_number_id", message)
    at = body.at or now
    if at > now:
        raise invalid("at", "This is in the future: consent counts from when it was said.")
    said = Said(
        source=Source(body.source),
        at=at,
        phone_number_id=ours,
        actor_id=actor.user_id,
        purpose=body.purpose,
        scope=body.scope,
        wording=body.wording,
        reference=body.reference,
        expires_at=body.expires_at,
    )
    if body.kind == ConsentKind.GRANTED:
        if not (body.wording or "").strip():
            raise invalid(
                "wording",
                "Write down what the person agreed to: consent without evidence proves nothing.",
                slug="no-evidence",
            )
        entry_id, told = await consent.grant(session, actor.organisation_id, number, said, now)
    else:
        entry_id, told = await consent.withdraw_by_hand(
            session, actor.organisation_id, number, said, now
        )
    outbox.tell(told)
    return ConsentEntryOut.of(await listing.get_entry(session, entry_id))


@router.get("/withdrawals", operation_id="listWithdrawals", responses=problems(401, 403, 422))
async def list_withdrawals(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    q: Annotated[str | None, Query(max_length=40, description="A part of the number.")] = None,
) -> Page[WithdrawalOut]:
    """List the withdrawals in force, the youngest first."""
    return page_of(await listing.list_in_force(session, actor, page, search=q), WithdrawalOut.of)


@router.get(
    "/withdrawals/export",
    operation_id="exportWithdrawals",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}, **problems(401, 403)},
)
async def export_withdrawals(actor: _MayWrite, context: InContext) -> StreamingResponse:
    """Take the do-not-contact list along as CSV, which `importWithdrawals` reads."""

    async def lines() -> AsyncIterator[str]:
        # a session of its own: the request's ends before the answer is sent
        async with context.sessions() as session:
            async for line in files.withdrawals(session, actor):
                yield line

    headers = {"Content-Disposition": 'attachment; filename="do-not-contact.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/withdrawals/import",
    operation_id="importWithdrawals",
    responses=problems(401, 403, 413, 422),
)
async def import_withdrawals(
    actor: _MayWrite,
    context: InContext,
    now: Now,
    file: UploadFile,
    source: Annotated[Literal[Source.IMPORT, Source.COMPLAINT], Form()] = Source.IMPORT,
) -> NumbersReport:
    """Bring in a do-not-contact list (CSV in UTF-8). Bad rows are reported and left out, the others kept.

    The first line names the columns: `number` must be there; `purpose`, `reference` and `since` may be. It holds at
    once, some hundred numbers at a time; the same file again changes nothing. For who may change consent of all
    customers.
    """
    _require_all(actor, Privilege.WRITE)
    try:
        found = do_not_contact.read(await file.read())
    except UnreadableFile as error:
        where = ProblemError(path="file", line=error.line, message=str(error))
        raise Problem(422, "unreadable-file", str(error), errors=[where]) from error
    added = unchanged = 0
    for start in range(0, len(found.rows), AT_ONCE):
        async with context.sessions.begin() as session:
            done = await import_numbers(
                session,
                actor.organisation_id,
                found.rows[start : start + AT_ONCE],
                source=Source(source),
                file=file.filename or "a list",
                actor_id=actor.user_id,
                now=now,
            )
        await context.relay.deliver(done.workflow_ids)
        added += done.added
        unchanged += done.unchanged
    return NumbersReport(
        added=added,
        unchanged=unchanged,
        failed=len({problem.line for problem in found.problems}),
        problems=[
            ImportProblem.model_validate(problem, from_attributes=True)
            for problem in found.problems
        ],
    )


@router.get("/blocked", operation_id="listBlockedTexts", responses=problems(401, 403, 422))
async def list_blocked(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    number: _Number | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Page[BlockedTextOut]:
    """List the texts that were not sent because consent was withdrawn, with the evidence; the youngest first."""
    if number is not None:
        number = _parsed(number)
    found = await listing.list_blocked(
        session, actor, page, number=number, since=since, until=until
    )
    return page_of(found, BlockedTextOut.of)


@router.get(
    "/complaint",
    operation_id="exportComplaint",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **problems(401, 403, 404, 422)},
)
async def export_complaint(
    number: _Number, actor: _MayWrite, session: Database, now: Now
) -> Response:
    """Take along all that is known of one number and consent: the ledger, every text, and those kept here."""
    parsed = await _number(session, actor, number, None)
    if not await listing.is_within_reach(session, actor, parsed, Privilege.WRITE):
        raise not_found("customer")
    case = await complaints.case_of(session, actor.organisation_id, parsed)
    name = f'attachment; filename="consent-{parsed.lstrip("+")}.zip"'
    return Response(
        files.complaint(case, now),
        media_type="application/zip",
        headers={"Content-Disposition": name},
    )


async def _number(
    session: Database, actor: Actor, number: str | None, record_id: UUID | None
) -> str:
    """Return whose consent it is about, in E.164. Raises Problem."""
    if record_id is None:
        return _parsed(number or "")
    row = await find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    if row.record.phone is None:
        raise invalid("record_id", "This record has no number.")
    return row.record.phone


def _parsed(number: str) -> str:
    # a sign lost on the way through an address: "+1202" arrives as " 1202"
    written = f"+{number.strip()}" if number.startswith(" ") else number
    try:
        return phone.parse(written)
    except phone.InvalidNumber as error:
        raise invalid("number", str(error)) from error


def _require_all(actor: Actor, privilege: Privilege) -> None:
    """Refuse whoever has a privilege on consent, but not on that of the whole organisation."""
    level = level_of(actor, Entity.CONSENT, privilege)
    if level is None or not isinstance(scope_of(actor, level), Everything):
        raise missing_privilege(Entity.CONSENT, privilege)
