import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.tables import OutboxItem, Record
from domain.consent import Source
from tests.api.conftest import People, problem
from tests.api.makers import enroll, make_lead, publish


async def _outbox(sessions: Sessions) -> list[tuple[str, str]]:
    async with sessions() as session:
        found = await session.execute(
            select(OutboxItem.kind, OutboxItem.workflow_id).order_by(OutboxItem.id)
        )
        return [(row.kind, row.workflow_id) for row in found]


async def test_enrolling_stores_the_enrollment_and_what_the_engine_must_be_told(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    ada = await make_lead(people.seller)
    report = await enroll(people.seller, ada)
    (enrollment,) = report["enrolled"]
    assert report["refused"] == []
    assert enrollment["status"] == "active"
    assert enrollment["version"] == 1
    assert enrollment["sequence"] == {"key": "welcome", "name": "Welcome"}
    assert enrollment["seller"]["first_name"] == "Sam"
    # the engine is out of reach: the notice waits
    assert await _outbox(sessions) == [("start_enrollment", f"enrollment-{ada}-welcome")]
    timeline = await people.seller.http.get(f"/enrollments/{enrollment['id']}/timeline")
    (entry,) = timeline.json()["items"]
    assert (entry["kind"], entry["actor"]["first_name"]) == ("enrolled", "Sam")


async def test_what_the_engine_is_told_holds_no_word_of_a_text(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    await enroll(people.seller, await make_lead(people.seller))
    async with sessions() as session:
        payload = (await session.scalars(select(OutboxItem.payload))).one()
    assert "Shall we talk" not in str(payload)
    assert "Ada" not in str(payload)


async def test_each_record_that_cannot_be_enrolled_is_refused_with_its_reason(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    async with sessions.begin() as session:
        now = datetime.now(UTC)
        said = Said(Source.REPLY, now)
        await withdraw(session, people.organisation.id, "+12025550102", said, now)
    good = await make_lead(people.seller)
    records = {
        good: None,
        await make_lead(people.seller, phone="+12025550102"): "has opted out",
        await make_lead(people.seller, phone=None): "has no phone number",
        await make_lead(people.seller, kind="contact"): "the sequence is for lead",
        await make_lead(people.manager): "no number to send from",
        "0199a0b0-0000-7000-8000-000000000000": "no such record",
    }
    unreachable = await make_lead(people.seller, phone="+12025550103")
    async with sessions.begin() as session:
        await session.execute(
            update(Record)
            .where(Record.id == UUID(unreachable))
            .values(unreachable_since=datetime.now(UTC), unreachable_reason="A landline.")
        )
    records[unreachable] = "No text can reach this number: A landline."
    closed = await make_lead(people.seller)
    await people.seller.http.delete(f"/records/{closed}")
    records[closed] = "is closed"
    report = await enroll(people.manager, *records)
    assert [each["record"]["id"] for each in report["enrolled"]] == [good]
    refused = {each["record_id"]: each["reason"] for each in report["refused"]}
    assert len(refused) == 7
    for record_id, words in records.items():
        assert words is None or words in refused[record_id]


async def test_a_record_runs_one_sequence_at_a_time_whoever_enrolls_it(people: People) -> None:
    await publish(people)
    ada = await make_lead(people.seller)
    reports = await asyncio.gather(*(enroll(people.seller, ada) for _ in range(4)))
    assert sorted(len(report["enrolled"]) for report in reports) == [0, 0, 0, 1]
    again = await enroll(people.seller, ada)
    assert again["refused"][0]["reason"] == "This record is in a sequence already."


async def test_nobody_is_enrolled_in_a_sequence_that_is_not_active(people: People) -> None:
    await publish(people)
    await people.manager.http.post("/sequences/welcome/deactivate")
    ada = await make_lead(people.seller)
    answer = await people.seller.http.post(
        "/enrollments", json={"sequence": "welcome", "record_ids": [ada]}
    )
    assert problem(answer) == (409, "sequence-not-active")


async def test_a_seller_does_not_enroll_the_record_of_a_colleague_or_see_how_it_goes(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    ada = await make_lead(people.seller)
    report = await enroll(people.colleague, ada)
    assert "somebody else's record" in report["refused"][0]["reason"]
    (enrollment,) = (await enroll(people.seller, ada))["enrolled"]
    hidden = await people.colleague.http.get(f"/enrollments/{enrollment['id']}")
    assert problem(hidden) == (404, "not-found")
    assert (await people.colleague.http.get("/enrollments")).json()["items"] == []


async def _enrolled(people: People) -> str:
    await publish(people)
    report = await enroll(people.seller, await make_lead(people.seller))
    enrollment_id: str = report["enrolled"][0]["id"]
    return enrollment_id


async def _kinds(people: People, enrollment_id: str) -> list[str]:
    timeline = await people.seller.http.get(f"/enrollments/{enrollment_id}/timeline")
    return [entry["kind"] for entry in timeline.json()["items"]]


async def test_an_enrollment_can_be_paused_and_resumed_again_and_again(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    for verb, status in (
        ("pause", "paused"),
        ("pause", "paused"),
        ("resume", "active"),
        ("resume", "active"),
        ("pause", "paused"),
    ):
        answer = await people.seller.http.post(f"/enrollments/{enrollment_id}/{verb}")
        assert answer.json()["status"] == status
    assert await _kinds(people, enrollment_id) == ["enrolled", "paused", "resumed", "paused"]
    kinds = [kind for kind, _ in await _outbox(sessions)]
    assert kinds == ["start_enrollment", "pause", "resume", "pause"]


async def test_a_disconnected_enrollment_has_ended_for_good(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    ended = await people.seller.http.post(f"/enrollments/{enrollment_id}/disconnect")
    assert (ended.json()["status"], ended.json()["end_reason"]) == ("disconnected", "disconnected")
    assert ended.json()["ended_at"] is not None
    for verb in ("pause", "resume", "disconnect"):
        answer = await people.seller.http.post(f"/enrollments/{enrollment_id}/{verb}")
        assert problem(answer) == (409, "enrollment-ended")
    assert ("end_enrollment") in [kind for kind, _ in await _outbox(sessions)]
    # and the record may be enrolled anew
    record_id = ended.json()["record"]["id"]
    assert len((await enroll(people.seller, record_id))["enrolled"]) == 1


async def test_deactivating_a_sequence_ends_its_enrollments(people: People) -> None:
    enrollment_id = await _enrolled(people)
    shown = await people.manager.http.post("/sequences/welcome/deactivate")
    assert shown.json()["counts"] == {
        "active": 0,
        "paused": 0,
        "completed": 0,
        "disconnected": 1,
    }
    ended = (await people.seller.http.get(f"/enrollments/{enrollment_id}")).json()
    assert ended["end_reason"] == "sequence_deactivated"


async def test_closing_a_record_ends_its_enrollment(people: People) -> None:
    enrollment_id = await _enrolled(people)
    shown = (await people.seller.http.get(f"/enrollments/{enrollment_id}")).json()
    await people.seller.http.delete(f"/records/{shown['record']['id']}")
    ended = (await people.seller.http.get(f"/enrollments/{enrollment_id}")).json()
    assert ended["end_reason"] == "record_deactivated"


async def test_enrollments_are_listed_by_sequence_status_and_record(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    other = await make_lead(people.seller, phone="+12025550109")
    await enroll(people.seller, other)
    await people.seller.http.post(f"/enrollments/{enrollment_id}/pause")

    async def listed(**filters: Any) -> int:
        found = await people.seller.http.get("/enrollments", params=filters)
        return len(found.json()["items"])

    assert await listed() == 2
    assert await listed(sequence="welcome", status="paused") == 1
    assert await listed(record_id=other) == 1
    assert await listed(sequence="other") == 0
    counts = (await people.manager.http.get("/sequences")).json()["items"][0]["counts"]
    assert (counts["active"], counts["paused"]) == (1, 1)


async def test_a_seller_counts_the_own_enrollments_only(people: People, sessions: Sessions) -> None:
    await _enrolled(people)
    counts = (await people.colleague.http.get("/sequences")).json()["items"][0]["counts"]
    assert counts["active"] == 0
