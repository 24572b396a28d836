"""Tests of api/bulk_texts: one text to a selection of records."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update

from db.engine import Sessions
from db.tables import Enrollment, Organisation, OutboxItem, Record, Sequence
from tests.api.conftest import People, problem
from tests.api.makers import enroll, make_lead, publish

TEXT = "Hi {{ record.first_name }}, we moved. {{ seller.first_name }}"


async def test_a_text_to_a_selection_is_a_sequence_of_one_step_for_each(
    people: People, sessions: Sessions
) -> None:
    leads = [await make_lead(people.seller) for _ in range(2)]
    await publish(people)
    await enroll(people.seller, leads[0])

    answer = await people.seller.http.post(
        "/bulk-texts", json={"name": "We moved", "text": TEXT, "record_ids": [*leads, leads[0]]}
    )

    assert answer.status_code == 201
    done = answer.json()
    assert {each["record"]["id"] for each in done["enrolled"]} == set(leads)
    assert done["refused"] == []
    assert {each["current_step"]["type"] for each in done["enrolled"]} == {"automated_text"}
    async with sessions() as session:
        sequence = (
            await session.scalars(select(Sequence).where(Sequence.key == done["sequence_key"]))
        ).one()
        found = (
            await session.scalars(select(Enrollment).where(Enrollment.sequence_id == sequence.id))
        ).all()
        told = (await session.scalars(select(OutboxItem.workflow_id))).all()
    assert (sequence.is_bulk, sequence.is_active, sequence.name) == (True, True, "We moved")
    assert {each.workflow_id for each in found} <= set(told)
    assert not any(each.is_only for each in found)
    listed = (await people.manager.http.get("/sequences")).json()["items"]
    assert [each["key"] for each in listed] == ["welcome"]


async def test_who_must_not_be_texted_is_refused_and_said_so_beforehand(
    people: People, sessions: Sessions
) -> None:
    fine = await make_lead(people.seller)
    mute = (await people.seller.http.post("/records", json={"first_name": "Bo"})).json()["id"]
    closed = await make_lead(people.seller)
    async with sessions.begin() as session:
        await session.execute(update(Record).where(Record.id == closed).values(status="inactive"))
    body = {"text": TEXT, "record_ids": [mute, fine, closed]}

    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()

    refused = [
        {"record_id": mute, "reason": "This record has no phone number."},
        {"record_id": closed, "reason": "This record is closed."},
    ]
    assert (preview["will_go"], preview["refused"]) == (1, refused)
    assert preview["samples"] == [
        {"record_id": fine, "text": "Hi Ada, we moved. Sam", "segments": 1, "waits_until": None}
    ]
    assert preview["will_wait"] == 0
    assert (preview["fewest_segments"], preview["most_segments"]) == (1, 1)
    sent = await people.seller.http.post("/bulk-texts", json=body | {"name": "We moved"})
    assert [each["record"]["id"] for each in sent.json()["enrolled"]] == [fine]
    assert sent.json()["refused"] == refused


async def test_a_record_for_which_a_placeholder_stays_empty_is_counted_out(
    people: People,
) -> None:
    lead = await make_lead(people.seller)
    body = {"text": "Your {{ record.fields.car }}", "record_ids": [lead]}
    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()
    assert (preview["will_go"], preview["samples"]) == (0, [])
    (refused,) = preview["refused"]
    assert refused["reason"].startswith("The placeholder record.fields.car has no value")


async def test_who_is_asleep_is_counted_in_and_said_to_wait(
    people: People, sessions: Sessions
) -> None:
    opens = (datetime.now(UTC) + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    async with sessions.begin() as session:
        hours = {"allowed_from": opens.time(), "allowed_until": time((opens.hour + 1) % 24)}
        await session.execute(update(Organisation).values(hours))
    asleep = await make_lead(people.seller, timezone="Africa/Abidjan")
    behind = {"timezone": "Etc/GMT-3", "phone": "+12025550102"}
    awake = await make_lead(people.seller, **behind)
    body = {"text": TEXT, "record_ids": [asleep, awake]}

    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()

    assert (preview["will_go"], preview["will_wait"]) == (2, 1)
    until = opens.isoformat().replace("+00:00", "Z")
    assert [each["waits_until"] for each in preview["samples"]] == [until, None]


async def test_without_the_consent_that_the_organisation_wants_nobody_is_texted(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(requires_consent=True))
    lead = await make_lead(people.seller)
    body = {"text": TEXT, "record_ids": [lead]}
    refused = [{"record_id": lead, "reason": "No consent to marketing is on record."}]

    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()
    sent = await people.seller.http.post("/bulk-texts", json=body | {"name": "We moved"})

    assert (preview["will_go"], preview["refused"]) == (0, refused)
    assert (sent.json()["enrolled"], sent.json()["refused"]) == ([], refused)


async def test_a_seller_texts_nobody_elses_records(people: People) -> None:
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    body = {"name": "We moved", "text": TEXT, "record_ids": [theirs]}
    answer = await people.seller.http.post("/bulk-texts", json=body)
    assert answer.json()["enrolled"] == []
    assert len(answer.json()["refused"]) == 1


async def test_a_text_that_cannot_be_read_is_refused(people: People) -> None:
    lead = await make_lead(people.seller)
    for text, slug in (("Hi {{ record.nam }}", "invalid-placeholder"), ("  ", "empty-text")):
        body = {"name": "We moved", "text": text, "record_ids": [lead]}
        answer = await people.seller.http.post("/bulk-texts", json=body)
        assert problem(answer) == (422, slug)


async def test_a_bulk_text_sent_again_under_its_key_is_one(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    body = {"name": "We moved", "text": TEXT, "record_ids": [lead]}
    for _ in range(2):
        headers = {"Idempotency-Key": "k"}
        await people.seller.http.post("/bulk-texts", json=body, headers=headers)
    async with sessions() as session:
        assert len((await session.scalars(select(Enrollment.id))).all()) == 1
