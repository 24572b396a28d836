"""Which records an organisation has, and what is known of them."""

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.in_force import withdrawn
from db.matching import holds
from db.organisations.tables import Organisation
from db.pages import PageOf, PageRequest, read_page
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.users.tables import User
from db.visibility import is_mine, is_my_teams, visible_to
from domain.phone import country_of
from domain.privileges import Actor, Ownership
from domain.records import RecordKind, RecordStatus

_SAMPLE: Final = 200
"""Records whose custom fields stand for all."""


_COUNTRY_AND_AREA: Final = 5
"""Characters of a number that tell its country: the plus, the country's code and, in North America, the area's."""


Owner = Literal["me", "team"]
"""`me`: the actor's own records and those of the actor's teams; `team`: those of the teams alone."""


class RecordRow(NamedTuple):
    """A record, whose it is, and whether its number must not be texted."""

    record: Record
    owner: User
    is_opted_out: bool

    @property
    def owned(self) -> Ownership:
        return Ownership(self.owner.id, self.record.owner_team_id, self.owner.business_unit_id)


class Subject(NamedTuple):
    """A record with what its texts are filled from (domain.placeholders.known_fields)."""

    record: Record
    values: dict[str, Any]


is_opted_out = withdrawn(Record.organisation_id, Record.phone)
"""Whether the number of a selected record must not be texted."""


async def list_records(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    search: str | None = None,
    kind: RecordKind | None = None,
    owner: Owner | None = None,
) -> PageOf[RecordRow]:
    """Return active records, the newest first; `search` is looked for in names, number and external id."""
    statement = _records(actor).where(Record.status == RecordStatus.ACTIVE)
    if kind is not None:
        statement = statement.where(Record.kind == kind)
    if owner == "me":
        statement = statement.where(is_mine(actor, Record.owner_user_id, Record.owner_team_id))
    if owner == "team":
        statement = statement.where(is_my_teams(actor, Record.owner_team_id))
    if search and search.strip():
        names = (Record.first_name, Record.last_name, Record.external_id)
        statement = statement.where(holds(search, names, [Record.phone]))
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
    kind: RecordKind | None,
    record_ids: Collection[UUID],
    limit: int,
) -> list[Subject]:
    """Return active records with a number: those of `record_ids`, or if it is empty the newest.

    All are of `kind`; None: of any.
    """
    statement = (
        select(Record, *FILLING)
        .join(User, User.id == Record.owner_user_id)
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(
            visible_to(actor, Record),
            true() if kind is None else Record.kind == kind,
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


async def list_countries(
    session: AsyncSession, organisation_id: UUID, kind: RecordKind
) -> set[str]:
    """Return the countries in which active records of `kind` are, by their addresses, else by their numbers."""
    of_kind = (
        Record.organisation_id == organisation_id,
        Record.kind == kind,
        Record.status == RecordStatus.ACTIVE,
    )
    named = await session.scalars(
        select(Record.country).where(*of_kind, Record.country.is_not(None)).distinct()
    )
    # numbers that begin alike are in one country: one of each says which
    beginning = func.left(Record.phone, _COUNTRY_AND_AREA)
    numbers = await session.scalars(
        select(func.min(Record.phone))
        .where(*of_kind, Record.country.is_(None), Record.phone.is_not(None))
        .group_by(beginning)
    )
    found = {*named, *(country_of(number) for number in numbers if number is not None)}
    return {country for country in found if country is not None}


async def list_custom_fields(
    session: AsyncSession, actor: Actor, kind: RecordKind | None
) -> list[str]:
    """Return the names of the custom fields that the newest active records of `kind` have, in their order."""
    newest = (
        select(Record.fields)
        .where(
            visible_to(actor, Record),
            true() if kind is None else Record.kind == kind,
            Record.status == RecordStatus.ACTIVE,
        )
        .order_by(Record.id.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    name = func.jsonb_object_keys(newest.c.fields)
    return list(await session.scalars(select(name).distinct().order_by(name)))


async def subjects_of(
    session: AsyncSession, actor: Actor, record_ids: Collection[UUID]
) -> list[Subject]:
    """Return those of `record_ids` that the actor may see, of whatever kind, in no order."""
    found = await session.execute(
        select(Record, *FILLING)
        .join(User, User.id == Record.owner_user_id)
        .join(Organisation, Organisation.id == Record.organisation_id)
        .where(visible_to(actor, Record), Record.id.in_(record_ids))
    )
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
