"""The people the organisation talks to, or about."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any
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
from db.records.queries import Owner, RecordRow
from db.users.queries import find_users, users_by_email
from db.users.tables import User
from db.users.teams import is_member, team_exists
from domain import csv_import, phone
from domain.csv_import import ImportedRow, RowProblem
from domain.enrollments import EndReason
from domain.privileges import Actor, Entity, Ownership, Privilege, reaches
from domain.records import RecordKind, RecordStatus, why_not_parent
from domain.time_zones import UnknownZone, parse_zone

router = APIRouter(prefix="/records", tags=["records"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.READ))]
_MayOpen = Annotated[Actor, Depends(May(Entity.RECORD, Privilege.READ, embedded=True))]
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
    owner: Annotated[
        Owner | None, Query(description="`me`: yours and your teams'; `team`: your teams'.")
    ] = None,
) -> Page[RecordOut]:
    """List active records, the newest first."""
    found = await queries.list_records(session, actor, page, search=q, kind=kind, owner=owner)
    return page_of(found, lambda row: RecordOut.of(row, actor))


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
    owned = await _check_owner(session, actor, columns["owner_user_id"], body.owner_team_id)
    if owned.user_id != actor.user_id:
        require(actor, Entity.RECORD, Privilege.ASSIGN, owned)
    if body.parent_id is not None:
        await _check_parent(session, actor, body.kind, owned, body.parent_id)
    with refuse_taken(_ID_KEY, "external_id", _ID_TAKEN):
        record = await queries.insert_record(
            session, organisation_id=actor.organisation_id, **columns
        )
    return RecordOut.of(await _row(session, actor, record.id), actor)


@router.post("/import", operation_id="importRecords", responses=problems(401, 403, 413, 422))
async def import_csv(
    actor: _MayCreate,
    session: Database,
    file: UploadFile,
    kind: Annotated[RecordKind, Form()] = RecordKind.LEAD,
) -> ImportReport:
    """Read records from a CSV file (UTF-8). Bad rows are reported and left out, the others kept.

    The first line names the columns: `phone` and `first_name` must be there; `last_name`, `external_id`,
    `timezone`, `country`, `region`, `language`, `owner` (an e-mail address) may be; any other is a field. The same
    file again changes nothing.
    """
    try:
        found = csv_import.read(await file.read())
    except csv_import.UnreadableFile as error:
        where = ProblemError(path="file", line=error.line, message=str(error))
        raise Problem(422, "unreadable-file", str(error), errors=[where]) from error
    rows, unknown = await _with_owners(session, actor, found.rows)
    done = await import_records(session, actor, rows, kind=kind)
    bad = sorted([*found.problems, *unknown], key=lambda problem: problem.line)
    return ImportReport(
        created=done.created,
        updated=done.updated,
        unchanged=done.unchanged,
        failed=len({problem.line for problem in bad}),
        problems=[ImportProblem.model_validate(problem, from_attributes=True) for problem in bad],
    )


@router.get("/{record_id}", operation_id="getRecord", responses=problems(401, 403, 404))
async def get_record(record_id: UUID, actor: _MayOpen, session: Database) -> RecordOut:
    """Show one record."""
    return RecordOut.of(await _row(session, actor, record_id), actor)


@router.patch(
    "/{record_id}", operation_id="changeRecord", responses=problems(401, 403, 404, 409, 422)
)
async def change_record(
    record_id: UUID,
    actor: _MayWrite,
    session: Database,
    outbox: RequestOutbox,
    now: Now,
    body: RecordChanges,
) -> RecordOut:
    """Change a record. What ended as it became inactive does not go on when it is active again."""
    row = await _row(session, actor, record_id)
    require(actor, Entity.RECORD, Privilege.WRITE, row.owned)
    changes = body.model_dump(exclude_unset=True)
    _parse(changes, country=changes.get("country", row.record.country))
    for name in ("status", "first_name", "last_name", "owner_user_id", "fields"):
        if name in changes and changes[name] is None:
            raise invalid(name, "This cannot be taken away.")
    user_id = changes.get("owner_user_id", row.record.owner_user_id)
    team_id = changes.get("owner_team_id", row.record.owner_team_id)
    if (user_id, team_id) != (row.record.owner_user_id, row.record.owner_team_id):
        require(actor, Entity.RECORD, Privilege.ASSIGN, row.owned)
        owned = await _check_owner(session, actor, user_id, team_id)
        require(actor, Entity.RECORD, Privilege.ASSIGN, owned)
    parent_id = changes.get("parent_id")
    if parent_id is not None and parent_id != row.record.parent_id:
        await _check_parent(session, actor, row.record.kind, row.owned, parent_id)
    if "fields" in changes:
        merged = row.record.fields | changes["fields"]
        changes["fields"] = {name: value for name, value in merged.items() if value is not None}
    is_closed = changes.get("status") is RecordStatus.INACTIVE
    if is_closed:
        require(actor, Entity.RECORD, Privilege.DELETE, row.owned)
    elif "status" in changes and row.record.erased_at is not None:
        raise Problem(409, "erased", "The person was erased: add them anew.")
    with refuse_taken(_ID_KEY, "external_id", _ID_TAKEN):
        await queries.update_record(session, row.record, changes)
    if is_closed:
        outbox.tell(await _end_enrollments(session, actor, record_id, now))
    return RecordOut.of(await _row(session, actor, record_id), actor)


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
    require(actor, Entity.RECORD, Privilege.DELETE, row.owned)
    await queries.update_record(session, row.record, {"status": RecordStatus.INACTIVE})
    outbox.tell(await _end_enrollments(session, actor, record_id, now))


async def _end_enrollments(
    session: Database, actor: Actor, record_id: UUID, now: datetime
) -> Collection[str]:
    """End what goes on for a record that is closed; return the workflows to be told."""
    return await progress.end(
        session,
        Enrollment.record_id == record_id,
        EndReason.RECORD_DEACTIVATED,
        now,
        actor_id=actor.user_id,
    )


async def _row(session: Database, actor: Actor, record_id: UUID) -> RecordRow:
    row = await queries.find_record(session, actor, record_id)
    if row is None:
        raise not_found("record")
    return row


async def _check_parent(
    session: Database, actor: Actor, kind: RecordKind, owned: Ownership, parent_id: UUID
) -> None:
    """Refuse to hang a record of this kind, owned so, on this parent."""
    parent = await queries.find_record(session, actor, parent_id)
    if parent is None:
        unseen = "There is no such record, or it is not yours to see."
        raise invalid("parent_id", unseen, slug="wrong-parent")
    why = why_not_parent(kind, parent.record.kind)
    if why is not None:
        raise invalid("parent_id", why, slug="wrong-parent")
    require(actor, Entity.RECORD, Privilege.APPEND, owned)
    require(actor, Entity.RECORD, Privilege.APPEND_TO, parent.owned)


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


async def _check_owner(
    session: Database, actor: Actor, user_id: UUID, team_id: UUID | None
) -> Ownership:
    """Return the ownership of a record that this user is in charge of, and this team owns if there is one."""
    users = await find_users(session, actor.organisation_id, [user_id])
    if not users:
        raise invalid("owner_user_id", "There is no such user.")
    if team_id is not None:
        if not await team_exists(session, actor.organisation_id, team_id):
            raise invalid("owner_team_id", "There is no such team.")
        if not await is_member(session, team_id, user_id):
            raise invalid("owner_user_id", "Who is in charge of a team's record is in the team.")
    return _owned_by(users[0], team_id)


def _owned_by(user: User, team_id: UUID | None) -> Ownership:
    return Ownership(user.id, team_id, user.business_unit_id)


async def _with_owners(
    session: Database, actor: Actor, rows: list[ImportedRow]
) -> tuple[list[tuple[ImportedRow, UUID | None]], list[RowProblem]]:
    """Find the users that rows name as owners; a row that names nobody of ours is a problem."""
    emails = {row.owner for row in rows if row.owner}
    known = await users_by_email(session, actor.organisation_id, emails)
    owners = {
        email: user.id
        for email, user in known.items()
        if user.id == actor.user_id
        or reaches(actor, Entity.RECORD, Privilege.ASSIGN, _owned_by(user, None))
    }
    good = [
        (row, owners.get(row.owner) if row.owner else None)
        for row in rows
        if row.owner is None or row.owner in owners
    ]
    bad = [
        RowProblem(
            row.line,
            "owner",
            f"You may not import for {row.owner}."
            if row.owner in known
            else f"There is no user with this address: {row.owner}.",
        )
        for row in rows
        if row.owner is not None and row.owner not in owners
    ]
    return good, bad
