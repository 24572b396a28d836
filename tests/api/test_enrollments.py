import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response
from sqlalchemy import select, update

from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.enrollments.progress import entries_of, write_entries
from db.tables import Enrollment, OutboxItem, Record, Sequence
from db.work_items import opening
from domain.consent import Source
from domain.interpreter import Note, Outcome
from domain.privileges import Entity, Level, Need, Privilege
from tests.api.conftest import People, Person, lacking, problem
from tests.api.makers import enroll, make_lead, make_role, publish
from tests.makers import make_unit


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


async def _stand_at(
    sessions: Sessions, enrollment_id: str, step_id: str, until: datetime | None = None
) -> None:
    async with sessions.begin() as session:
        await session.execute(
            update(Enrollment)
            .where(Enrollment.id == UUID(enrollment_id))
            .values(current_step_id=step_id, waiting_until=until)
        )


async def _skip_wait(person: Person, enrollment_id: str, step_id: str) -> Response:
    return await person.http.post(
        f"/enrollments/{enrollment_id}/skip-wait", json={"step_id": step_id}
    )


async def _enrolled_in(people: People, source: str) -> dict[str, Any]:
    """Enroll a lead in a sequence of these steps."""
    manager = people.manager.http
    await manager.put(
        "/sequences/welcome/draft",
        content=f"key: welcome\nname: Welcome\nsteps:\n{source}",
        headers={"Content-Type": "application/yaml"},
    )
    for verb in ("publish", "activate"):
        assert (await manager.post(f"/sequences/welcome/{verb}")).status_code == 200
    (enrolled,) = (await enroll(people.seller, await make_lead(people.seller)))["enrolled"]
    shown: dict[str, Any] = enrolled
    return shown


async def _notices(sessions: Sessions, kind: str) -> list[dict[str, Any]]:
    async with sessions() as session:
        found = await session.scalars(
            select(OutboxItem.payload).where(OutboxItem.kind == kind).order_by(OutboxItem.id)
        )
        return list(found)


async def test_a_wait_is_skipped_once_and_the_timeline_says_by_whom(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    await _stand_at(sessions, enrollment_id, "pause", datetime.now(UTC) + timedelta(days=2))
    for _ in range(2):
        answer = await _skip_wait(people.seller, enrollment_id, "pause")
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert (shown["current_step"]["id"], shown["waiting_until"]) == ("book", None)
    (notice,) = await _notices(sessions, "skip_wait")
    assert (notice["enrollment_id"], notice["step_id"]) == (enrollment_id, "pause")
    timeline = await people.seller.http.get(f"/enrollments/{enrollment_id}/timeline")
    entry = timeline.json()["items"][-1]
    assert (entry["kind"], entry["step_id"], entry["detail"]) == ("waited", "pause", "skipped")
    assert entry["actor"]["first_name"] == "Sam"


async def test_the_end_of_a_skipped_wait_is_not_told_again(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    await _stand_at(sessions, enrollment_id, "pause", datetime.now(UTC) + timedelta(days=2))
    await _skip_wait(people.seller, enrollment_id, "pause")
    waited = Note(step_id="pause", outcome=Outcome.WAITED, at=datetime.now(UTC))
    async with sessions.begin() as session:
        await write_entries(session, [(UUID(enrollment_id), each) for each in entries_of([waited])])
    assert await _kinds(people, enrollment_id) == ["enrolled", "waited"]


_TWO_WAITS = """
  - {id: pause, type: wait, for: 2d}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""


async def test_who_skips_a_wait_twice_at_once_does_not_skip_the_next_one(
    people: People, sessions: Sessions
) -> None:
    enrollment = await _enrolled_in(people, _TWO_WAITS)
    # a wait that comes first is known from the beginning
    assert enrollment["current_step"]["id"] == "pause"
    answers = await asyncio.gather(
        *(_skip_wait(people.seller, enrollment["id"], "pause") for _ in range(4))
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    shown = (await people.seller.http.get(f"/enrollments/{enrollment['id']}")).json()
    assert shown["current_step"]["id"] == "rest"
    left = datetime.fromisoformat(shown["waiting_until"]) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert [each["step_id"] for each in await _notices(sessions, "skip_wait")] == ["pause"]


async def test_a_wait_behind_one_that_is_over_is_the_one_that_can_be_skipped(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = (await _enrolled_in(people, _TWO_WAITS))["id"]
    await _stand_at(sessions, enrollment_id, "pause", datetime.now(UTC) - timedelta(hours=1))
    late = await _skip_wait(people.seller, enrollment_id, "pause")
    assert problem(late) == (409, "no-such-wait")
    assert "at another wait by now, “Rest”" in late.json()["detail"]
    answer = await _skip_wait(people.seller, enrollment_id, "rest")
    assert (answer.json()["current_step"]["id"], answer.json()["status"]) == ("bye", "active")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{id: here, type: automated_text, text: Hi}", "leaves as soon as the hours"),
        ("{id: here, type: manual_text, text: Hi}", "waits for its seller"),
        ("{id: here, type: call}", "waits for its seller"),
        ("{id: here, type: email}", "waits for its seller"),
        (
            "{id: here, type: branch, when: {replied: {to: hello, within: 1d}}, then: [{id: c, type: call}]}",
            "waits for the customer's answer",
        ),
        (
            "{id: here, type: branch, when: {field: {name: a, equals: b}}, then: [{id: c, type: call}]}",
            "is being done",
        ),
    ],
)
async def test_what_is_no_wait_cannot_be_skipped_and_it_says_what_it_waits_for(
    people: People, sessions: Sessions, step: str, words: str
) -> None:
    hello = "{id: hello, type: automated_text, text: Hello}"
    pause = "{id: pause, type: wait, for: 1d}"
    bye = "{id: bye, type: automated_text, text: Bye}"
    steps = "".join(f"  - {each}\n" for each in (hello, step, pause, bye))
    enrollment_id = (await _enrolled_in(people, steps))["id"]
    await _stand_at(sessions, enrollment_id, "here")
    for aimed_at in ("here", "pause", "nowhere"):
        answer = await _skip_wait(people.seller, enrollment_id, aimed_at)
        assert problem(answer) == (409, "no-such-wait")
        assert words in answer.json()["detail"]
    assert await _notices(sessions, "skip_wait") == []
    assert await _kinds(people, enrollment_id) == ["enrolled"]


async def test_a_call_that_is_done_lets_the_wait_behind_it_be_skipped(
    people: People, sessions: Sessions
) -> None:
    enrollment = await _enrolled_in(
        people,
        "  - {id: ring, type: call}\n"
        "  - {id: pause, type: wait, for: 2d}\n"
        "  - {id: bye, type: automated_text, text: Bye}\n",
    )
    item_id = uuid4()
    async with sessions.begin() as session:
        await opening.for_step(session, UUID(enrollment["id"]), "ring", item_id, datetime.now(UTC))
    await people.seller.http.post(f"/work-items/{item_id}/complete")
    shown = (await people.seller.http.get(f"/enrollments/{enrollment['id']}")).json()
    assert shown["current_step"]["id"] == "pause"
    assert shown["waiting_until"] is not None
    answer = await _skip_wait(people.seller, enrollment["id"], "pause")
    assert answer.json()["current_step"]["id"] == "bye"


async def test_a_paused_enrollment_stays_paused_when_its_wait_is_skipped(
    people: People, sessions: Sessions
) -> None:
    enrollment_id = await _enrolled(people)
    await _stand_at(sessions, enrollment_id, "pause", datetime.now(UTC) + timedelta(days=2))
    await people.seller.http.post(f"/enrollments/{enrollment_id}/pause")
    shown = (await _skip_wait(people.seller, enrollment_id, "pause")).json()
    assert (shown["status"], shown["current_step"]["id"]) == ("paused", "book")


async def test_a_wait_of_an_ended_enrollment_cannot_be_skipped(people: People) -> None:
    enrollment_id = await _enrolled(people)
    await people.seller.http.post(f"/enrollments/{enrollment_id}/disconnect")
    answer = await _skip_wait(people.seller, enrollment_id, "pause")
    assert problem(answer) == (409, "enrollment-ended")


@pytest.mark.parametrize(
    "need",
    [
        (Entity.ENROLLMENT, Privilege.APPEND),
        (Entity.RECORD, Privilege.APPEND_TO),
        (Entity.SEQUENCE, Privilege.APPEND_TO),
    ],
    ids=".".join,
)
async def test_without_append_and_append_to_nobody_is_enrolled(
    people: People, sessions: Sessions, need: Need
) -> None:
    await publish(people)
    body = {"sequence": "welcome", "record_ids": [await make_lead(people.seller)]}
    await make_role(sessions, people.seller, {need: None})
    answer = await people.seller.http.post("/enrollments", json=body)
    assert lacking(answer) == ".".join(need)


async def test_who_may_enroll_in_the_unit_and_append_to_the_own_records_only_enrolls_those(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    mine = await make_lead(people.seller)
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    unit: dict[Need, Level | None] = {
        (Entity.ENROLLMENT, privilege): Level.BUSINESS_UNIT
        for privilege in (Privilege.CREATE, Privilege.READ, Privilege.APPEND)
    }
    await make_role(sessions, people.seller, unit)
    report = await enroll(people.seller, mine, theirs)
    assert [each["record"]["id"] for each in report["enrolled"]] == [mine]
    assert report["refused"] == [
        {
            "record_id": theirs,
            "reason": "Your roles do not let you enroll somebody else's record.",
        }
    ]


async def test_nobody_is_enrolled_in_a_sequence_of_a_unit_that_one_may_not_append_to(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    async with sessions.begin() as session:
        north = await make_unit(session, people.organisation.id)
        await session.execute(update(Sequence).values(business_unit_id=north.id))
    body = {"sequence": "welcome", "record_ids": [await make_lead(people.seller)]}
    append_to = (Entity.SEQUENCE, Privilege.APPEND_TO)
    await make_role(sessions, people.seller, {append_to: Level.BUSINESS_UNIT})
    answer = await people.seller.http.post("/enrollments", json=body)
    assert lacking(answer) == "sequence.append_to"
