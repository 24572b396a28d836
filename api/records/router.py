"""The people the organisation talks to, or about."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, UploadFile

from api.auth import May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, ProblemError, invalid, not_found, problems, refuse_taken
from api.records.schemas import ImportProblem, ImportReport, NewRecord, RecordChanges, RecordOut
from db.enrollments import progress
from db.enrollments.tables import Enrollment
from db.records import queries
from db.records.imports import import_records
from db.records.queries import RecordRow
from db.users.queries import find_users, users_by_email
from domain import csv_import, phone
from domain.csv_import import ImportedRow, RowProblem
from domain.enrollments import EndReason
from domain.privileges import Actor, Entity, Privilege, level_of
from domain.records import RecordKind, RecordStatus
from domain.time_zones import UnknownZone, parse_zone

router = APIRouter(prefix="/records", tags=["records"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.READ))]
_MayCreate = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.DELETE))]

_ID_TAKEN = "A record of this kind has this external id already."
_ID_KEY = "records_external_id_key"


@router.get("", operation_id="listRecords", responses=problems(401, 403, 422))
async def list_records(
    actor: _MayRead,
    session: Database,
    page: AskedPage,
    q: Annotated[
        str | None, Query(max_length=200, description="Words of the name, number or external id.")
    ] = None,
    kind: RecordKind | None = None,
    owner: Literal["me"] | None = None,
) -> Page[RecordOut]:
    """List active records, the newest first."""
    owner_id = actor.user_id if owner == "me" else None
    found = await queries.list_records(session, actor, page, search=q, kind=kind, owner_id=owner_id)
    return page_of(found, RecordOut.of)


@router.post(
    "",
    operation_id="createRecord",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_record(actor: _MayCreate, session: Database, body: NewRecord) -> RecordOut:
    """Add a record. A number in national format needs its country."""
    columns = body.model_dump()
    columns["owner_user_id"] = body.owner_user_id or actor.user_id
    _parse(columns, country=body.country)
    await _check_owner(session, actor, columns["owner_user_id"])
    with refuse_taken(_ID_KEY, "external_id", _ID_TAKEN):
        record = await queries.insert_record(
            session, organisation_id=actor.organisation_id, **columns
        )
    return RecordOut.of(await _row(session, actor, record.id))


@router.post("/import", operation_id="importRecords", responses=problems(401, 403, 413, 422))
async def import_csv(
    actor: _MayCreate,
    session: Database,
    file: UploadFile,
    kind: Annotated[RecordKind, Form()] = RecordKind.LEAD,
) -> ImportReport:
    """Read records from a CSV file (UTF-8). Bad rows are reported and left out, the others kept.

    The first line names the columns: `phone` and `first_name` must be there; `last_name`, `external_id`,
    `timezone`, `country`, `region`, `owner` (an e-mail address) may be; any other becomes a field. The same
    file again changes nothing.
    """
    try:
        found = csv_import.read(await file.read())
    except csv_import.UnreadableFile as error:
        where = ProblemError(path="file", line=error.line, message=str(error))
        raise Problem(422, "unreadable-file", str(error), errors=[where]) from error
    every_owner = level_of(actor, Entity.RECORD, Privilege.ASSIGN) is not None
    rows, unknown = await _with_owners(session, actor, found.rows, every_owner=every_owner)
    done = await import_records(
        session,
        actor.organisation_id,
        rows,
        kind=kind,
        importer_id=actor.user_id,
        every_owner=every_owner,
    )
    bad = sorted([*found.problems, *unknown], key=lambda problem: problem.line)
    return ImportReport(
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
        failed=len({problem.line for problem in bad}),
        problems=[ImportProblem.model_validate(problem, from_attributes=True) for problem in bad],
    )


@router.get("/{record_id}", operation_id="getRecord", responses=problems(401, 403, 404))
async def get_record(record_id: UUID, actor: _MayRead, session: Database) -> RecordOut:
    """Show one record."""
    return RecordOut.of(await _row(session, actor, record_id))


@router.patch(
    "/{record_id}", operation_id="changeRecord", responses=problems(401, 403, 404, 409, 422)
)
async def change_record(
    record_id: UUID, actor: _MayWrite, session: Database, body: RecordChanges
) -> RecordOut:
    """Change a record."""
    row = await _row(session, actor, record_id)
    require(actor, Entity.RECORD, Privilege.WRITE, owner_id=row.owner.id)
    changes = body.model_dump(exclude_unset=True)
    _parse(changes, country=changes.get("country", row.record.country))
    for name in ("first_name", "last_name", "owner_user_id", "fields"):
        if name in changes and changes[name] is None:
            raise invalid(name, "This cannot be taken away.")
    if "owner_user_id" in changes:
        await _check_owner(session, actor, changes["owner_user_id"])
    if "fields" in changes:
        merged = row.record.fields | changes["fields"]
        changes["fields"] = {name: value for name, value in merged.items() if value is not None}
    with refuse_taken(_ID_KEY, "external_id", _ID_TAKEN):
        await queries.update_record(session, row.record, changes)
    return RecordOut.of(await _row(session, actor, record_id))


@router.delete(
    "/{record_id}",
    operation_id="deleteRecord",
    status_code=204,
    responses=problems(401, 403, 404),
)
async def delete_record(
    record_id: UUID, actor: _MayDelete, session: Database, outbox: RequestOutbox, now: Now
) -> None:
    """Close a record: it becomes inactive, and its enrollments end."""
    row = await _row(session, actor, record_id)
    require(actor, Entity.RECORD, Privilege.DELETE, owner_id=row.owner.id)
    await queries.update_record(session, row.record, {"status": RecordStatus.INACTIVE})
    workflow_ids = await progress.end(
        session,
        Enrollment.record_id == record_id,
        EndReason.RECORD_DEACTIVATED,
        now,
        actor_id=actor.user_id,
    )
    outbox.tell(workflow_ids)


async def _row(session: Database, actor: Actor, record_id: UUID) -> RecordRow:
    row = await queries.find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    return row


def _parse(columns: dict[str, Any], *, country: str | None) -> None:
    """Bring the number and the zone of `columns` into their own form, or refuse them."""
    if columns.get("phone") is not None:
        try:
            columns["phone"] = phone.parse(columns["phone"], region=country)
        except phone.InvalidNumber as error:
            raise invalid("phone", str(error)) from error
    if columns.get("timezone") is not None:
        try:
            parse_zone(columns["timezone"])
        except UnknownZone as error:
            raise invalid("timezone", str(error)) from error


async def _check_owner(session: Database, actor: Actor, owner_id: UUID) -> None:
    if owner_id == actor.user_id:
        return
    require(actor, Entity.RECORD, Privilege.ASSIGN, owner_id=owner_id)
    if not await find_users(session, actor.organisation_id, [owner_id]):
        raise invalid("owner_user_id", "There is no such user.")


async def _with_owners(
    session: Database, actor: Actor, rows: list[ImportedRow], *, every_owner: bool
) -> tuple[list[tuple[ImportedRow, UUID | None]], list[RowProblem]]:
    """Find the users that rows name as owners; a row that names nobody of ours is a problem."""
    emails = {row.owner for row in rows if row.owner}
    owners = await users_by_email(session, actor.organisation_id, emails)
    if not every_owner:
        owners = {email: user_id for email, user_id in owners.items() if user_id == actor.user_id}
    why = (
        "There is no user with this address" if every_owner else "You may import for yourself only"
    )
    good = [
        (row, owners.get(row.owner) if row.owner else None)
        for row in rows
        if row.owner is None or row.owner in owners
    ]
    bad = [
        RowProblem(row.line, "owner", f"{why}: {row.owner}.")
        for row in rows
        if row.owner is not None and row.owner not in owners
    ]
    return good, bad
