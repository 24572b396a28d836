"""Tests of db/records/reachability.py, and of how a record loses the mark again."""

import pytest

from db.engine import Sessions
from db.records.imports import import_records
from db.records.queries import update_record
from db.records.reachability import mark_unreachable
from db.tables import Record
from domain.csv_import import ImportedRow
from domain.privileges import Actor
from domain.records import RecordKind
from domain.roles import SHIPPED
from domain.users import Role
from tests.db.conftest import NOW, one
from tests.makers import CUSTOMER, Scene, make_organisation, make_record, make_user

OTHER = "+12125550112"


async def mark(sessions: Sessions, scene: Scene, reason: str = "A landline.") -> None:
    async with sessions.begin() as session:
        await mark_unreachable(session, scene.organisation.id, CUSTOMER, reason, NOW)


async def test_what_one_provider_says_holds_for_one_organisation(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other = await make_user(session, (await make_organisation(session)).id)
        theirs = await make_record(session, other)
    await mark(sessions, scene)
    assert (await one(sessions, Record, id=theirs.id)).unreachable_since is None
    assert (await one(sessions, Record, id=scene.record.id)).unreachable_since == NOW


async def test_a_long_reason_is_cut(sessions: Sessions, scene: Scene) -> None:
    await mark(sessions, scene, "n" * 400)
    assert (await one(sessions, Record)).unreachable_reason == "n" * 300


@pytest.mark.parametrize(
    ("changes", "is_marked"),
    [
        ({"phone": OTHER}, False),
        ({"phone": None}, False),
        ({"phone": CUSTOMER}, True),
        ({"first_name": "Adele"}, True),
    ],
)
async def test_a_record_with_another_number_is_not_known_to_be_unreachable(
    sessions: Sessions, scene: Scene, changes: dict[str, str | None], is_marked: bool
) -> None:
    await mark(sessions, scene)
    async with sessions.begin() as session:
        record = await session.get_one(Record, scene.record.id)
        await update_record(session, record, changes)
    record = await one(sessions, Record)
    assert (record.unreachable_since is not None) is is_marked
    assert (record.unreachable_reason is not None) is is_marked


@pytest.mark.parametrize(("phone", "is_marked"), [(OTHER, False), (CUSTOMER, True)])
async def test_an_import_of_another_number_takes_the_mark_away(
    sessions: Sessions, scene: Scene, phone: str, is_marked: bool
) -> None:
    await mark(sessions, scene)
    async with sessions.begin() as session:
        record = await session.get_one(Record, scene.record.id)
        record.external_id = "crm-1"
        await session.flush()
        row = ImportedRow(
            line=2,
            first_name="Adele",
            last_name="Lovelace",
            phone=phone,
            external_id="crm-1",
            timezone=None,
            country=None,
            region=None,
            owner=None,
            fields={},
        )
        imported = await import_records(
            session, seller_of(scene), [(row, None)], kind=RecordKind.LEAD
        )
    assert imported.updated == 1
    record = await one(sessions, Record)
    assert (record.unreachable_since is not None) is is_marked
    assert (record.unreachable_reason is not None) is is_marked


def seller_of(scene: Scene) -> Actor:
    return Actor(
        user_id=scene.seller.id,
        organisation_id=scene.organisation.id,
        grants=SHIPPED[Role.SALESPERSON],
        unit_id=scene.seller.business_unit_id,
    )
