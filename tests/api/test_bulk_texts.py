"""Tests of api/bulk_texts: one text to a selection of records."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from db.engine import Sessions
from db.messages import inbound
from db.messages.inbound import InboundText
from db.tables import Enrollment, Organisation, OutboxItem, Record, Sequence
from domain.privileges import Entity, Need, Privilege
from tests.api.conftest import People, lacking, problem
from tests.api.makers import enroll, make_lead, make_role, publish

TEXT = "Hi {{ record.first_name }}, we moved. {{ seller.first_name }}"


async def test_a_text_to_a_selection_is_a_sequence_of_one_step_for_each(
    people: People, sessions: Sessions
) -> None:
    leads = [await make_lead(people.seller, phone=f"+1202555010{each}") for each in range(2)]
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
    assert (preview["will_wait"], preview["waiting"]) == (0, [])
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
    (waits,) = preview["waiting"]
    assert (waits["record_id"], waits["until"]) == (asleep, until)
    assert "texts go out from" in waits["reason"]


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
    for text, slug in (("Hi {{ record.nam }}", "invalid-placeholder"), ("\u200b", "empty-text")):
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


@pytest.mark.parametrize(
    "need",
    [(Entity.ENROLLMENT, Privilege.APPEND), (Entity.RECORD, Privilege.APPEND_TO)],
    ids=".".join,
)
@pytest.mark.parametrize("path", ["/bulk-texts", "/bulk-texts/preview"])
async def test_without_append_and_append_to_no_bulk_text_is_sent(
    people: People, sessions: Sessions, need: Need, path: str
) -> None:
    body = {"text": TEXT, "record_ids": [await make_lead(people.seller)]}
    if path == "/bulk-texts":
        body["name"] = "We moved"
    await make_role(sessions, people.seller, {need: None})
    assert lacking(await people.seller.http.post(path, json=body)) == ".".join(need)


async def test_a_text_that_the_policy_forbids_a_sequence_is_sent_to_nobody(
    people: People, sessions: Sessions
) -> None:
    policy = {"first-opt-out": "error"}
    assert (await people.administrator.http.patch("/text-policy", json=policy)).status_code == 200
    lead = await make_lead(people.seller)
    body = {"text": "Hi, buy now", "record_ids": [lead]}

    for path in ("/bulk-texts/preview", "/bulk-texts"):
        answer = await people.seller.http.post(path, json=body)
        assert problem(answer) == (422, "text-policy")
        (error,) = answer.json()["errors"]
        assert error["path"] == "text"
        assert "(US)" in error["message"]
        assert "[first-opt-out]" in error["message"]
        fine = body | {"text": "Hi, buy now. Reply STOP to opt out."}
        assert (await people.seller.http.post(path, json=fine)).is_success
    async with sessions() as session:
        assert len((await session.scalars(select(Enrollment.id))).all()) == 1


async def test_whose_consent_is_in_question_is_counted_in_and_said_to_wait_for_the_answer(
    people: People, sessions: Sessions
) -> None:
    asked = await make_lead(people.seller)
    fine = await make_lead(people.seller, phone="+12025550102")
    async with sessions.begin() as session:
        text = InboundText(
            account_id=people.account.id,
            provider_message_id="SM-unclear",
            from_number="+12025550101",
            to_number=people.number.e164,
            body="Why do you keep texting me",
        )
        await inbound.store(session, text, datetime.now(UTC))

    body = {"text": TEXT, "record_ids": [asked, fine]}
    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()

    assert (preview["will_go"], preview["will_wait"], preview["refused"]) == (2, 1, [])
    (waits,) = preview["waiting"]
    assert (waits["record_id"], waits["until"]) == (asked, None)
    assert waits["reason"].endswith("answered the question in the work list.")
    assert [each["waits_until"] for each in preview["samples"]] == [None, None]


async def test_who_wants_no_marketing_is_left_out(people: People) -> None:
    lead = await make_lead(people.seller)
    entry = {"record_id": lead, "kind": "withdrawn", "source": "seller", "purpose": "marketing"}
    assert (await people.seller.http.post("/consent/entries", json=entry)).status_code == 201
    body = {"text": TEXT, "record_ids": [lead]}

    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()
    sent = (await people.seller.http.post("/bulk-texts", json=body)).json()

    (refused,) = preview["refused"]
    assert refused["reason"].startswith("The customer withdrew consent to marketing texts")
    assert (sent["enrolled"], sent["refused"]) == ([], [refused])


async def test_a_number_gets_a_text_once_however_many_records_have_it(people: People) -> None:
    unfilled = await make_lead(people.seller)
    first = await make_lead(people.seller, fields={"car": "Fiat"})
    second = await make_lead(people.seller, fields={"car": "Opel"})
    body = {"text": "Your {{ record.fields.car }}", "record_ids": [unfilled, first, second]}
    reason = "Another of these records has the same number: it gets the text once."

    preview = (await people.seller.http.post("/bulk-texts/preview", json=body)).json()
    sent = (await people.seller.http.post("/bulk-texts", json=body)).json()

    assert [each["record_id"] for each in preview["samples"]] == [first]
    assert preview["refused"][1:] == [{"record_id": second, "reason": reason}]
    assert [each["record"]["id"] for each in sent["enrolled"]] == [first]
    assert sent["refused"] == preview["refused"]


async def test_without_a_name_it_is_called_by_its_day(people: People, sessions: Sessions) -> None:
    body = {"text": TEXT, "record_ids": [await make_lead(people.seller)]}
    before = datetime.now(UTC)
    assert (await people.seller.http.post("/bulk-texts", json=body)).status_code == 201
    days = {f"{at.day} {at:%b %Y}" for at in (before, datetime.now(UTC))}
    async with sessions() as session:
        name = (await session.scalars(select(Sequence.name))).one()
    assert name in {f"Bulk text, {day}" for day in days}
