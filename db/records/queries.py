"""Which records an organisation has, and what is known of them."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.tables import OptOut
from db.organisations.tables import Organisation
from db.pages import PageOf, PageRequest, read_page
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor
from domain.records import RecordKind, RecordStatus


class RecordRow(NamedTuple):
    """A record, whose it is, and whether its number must not be texted."""

    record: Record
    owner: User
    is_opted_out: bool


class Subject(NamedTuple):
    """A record with what its texts are filled from (domain.placeholders.KNOWN_FIELDS)."""

    record: Record
    values: dict[str, Any]


is_opted_out = exists().where(
    OptOut.organisation_id == Record.organisation_id,
    OptOut.customer_number == Record.phone,
    OptOut.ended_at.is_(None),
)
"""Whether the number of a selected record must not be texted."""


async def list_records(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    search: str | None = None,
    kind: RecordKind | None = None,
    owner_id: UUID | None = None,
) -> PageOf[RecordRow]:
    """Return active records, the newest first; `search` is looked for in names, number and external id."""
    statement = _records(actor).where(Record.status == RecordStatus.ACTIVE)
    if kind is not None:
        statement = statement.where(Record.kind == kind)
    if owner_id is not None:
        statement = statement.where(Record.owner_user_id == owner_id)
    for word in (search or "").split():
        columns = (Record.first_name, Record.last_name, Record.phone, Record.external_id)
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return await read_page(
        session, statement, RecordRow, page=page, keys=[Record.id], descending=True
    )


async def find_record(session: AsyncSession, actor: Actor, record_id: UUID) -> RecordRow | None:
    """Return the record if the actor may see it."""
    found = await session.execute(_records(actor).where(Record.id == record_id))
    row = found.one_or_none()
    return None if row is None else RecordRow(*row)


async def list_subjects(
    session: AsyncSession,
    actor: Actor,
    *,
    kind: RecordKind,
    record_ids: Collection[UUID],
    limit: int,
) -> list[Subject]:
    """Return active records with a number: those of `record_ids`, or if it is empty the newest of `kind`."""
    statement = (
        select(Record, *FILLING)
        .join(User, User.id == Record.owner_user_id)
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(
            visible_to(actor, Record),
            Record.kind == kind,
            Record.status == RecordStatus.ACTIVE,
            Record.phone.is_not(None),
        )
        .order_by(Record.id.desc())
        .limit(limit)
    )
    if record_ids:
        statement = statement.where(Record.id.in_(record_ids)).limit(len(record_ids))
    found = await session.execute(statement)
    return [Subject(row.Record, filling_of(row)) for row in found]


async def insert_record(session: AsyncSession, **columns: Any) -> Record:
    """Store a record. `records_external_id_key` refuses an external id that its kind has already."""
    record = Record(**columns)
    session.add(record)
    await session.flush()
    await session.refresh(record)
    return record


async def update_record(session: AsyncSession, record: Record, changes: Mapping[str, Any]) -> None:
    """Change a record; the same constraint guards its external id. Another number is not known to be unreachable."""
    if "phone" in changes and changes["phone"] != record.phone:
        changes = {**changes, "unreachable_since": None, "unreachable_reason": None}
    for name, value in changes.items():
        setattr(record, name, value)
    await session.flush()


def _records(actor: Actor) -> Select[Record, User, bool]:
    return (
        select(Record, User, is_opted_out)
        .join(User, User.id == Record.owner_user_id)
        .where(visible_to(actor, Record))
    )
