from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from db.engine import Sessions
from db.enrollments.progress import Entry, write_entries
from db.tables import Enrollment
from db.work_items import opening
from domain.enrollments import TimelineKind
from tests.api.conftest import People, Person, problem
from tests.api.makers import enroll, make_lead, make_work_item, publish

NOW = datetime.now(UTC).replace(microsecond=0)


async def _up_next(person: Person, record_id: str) -> dict[str, Any]:
    answer = await person.http.get(f"/records/{record_id}/up-next")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _enrolled(people: People, **values: Any) -> tuple[str, UUID]:
    await publish(people)
    lead = await make_lead(people.seller, timezone="Europe/Lisbon", **values)
    (enrollment,) = (await enroll(people.seller, lead))["enrolled"]
    return lead, UUID(enrollment["id"])


async def _stand_at(
    sessions: Sessions, enrollment_id: UUID, step_id: str, until: datetime | None = None
) -> None:
    async with sessions.begin() as session:
        await session.execute(
            update(Enrollment)
            .where(Enrollment.id == enrollment_id)
            .values(current_step_id=step_id, waiting_until=until)
        )


async def test_what_was_done_what_waits_and_what_comes_next_when(
    people: People, sessions: Sessions
) -> None:
    lead, enrollment_id = await _enrolled(people)
    until = NOW + timedelta(days=2)
    async with sessions.begin() as session:
        sent = Entry(TimelineKind.TEXT_SUBMITTED, NOW, step_id="hello")
        await write_entries(session, [(enrollment_id, sent)])
    await _stand_at(sessions, enrollment_id, "pause", until)
    shown = await _up_next(people.seller, lead)
    assert shown["record"]["id"] == lead
    (walk,) = shown["enrollments"]
    assert walk["sequence"]["key"] == "welcome"
    assert [(each["step_id"], each["outcome"]) for each in walk["before"]] == [("hello", "sent")]
    current = walk["current"]
    assert (current["step_id"], current["type"], current["work_item"]) == ("pause", "wait", None)
    assert datetime.fromisoformat(current["waiting_until"]) == until
    (coming,) = walk["next"]
    assert (coming["step_id"], coming["when"], coming["side"]) == ("book", "at", None)
    assert datetime.fromisoformat(coming["at"]) == until
    assert shown["by_hand"] == []


async def test_the_item_to_decide_is_decided_where_it_stands(
    people: People, sessions: Sessions
) -> None:
    lead, enrollment_id = await _enrolled(people)
    async with sessions.begin() as session:
        await opening.for_step(session, enrollment_id, "book", uuid4(), NOW)
    await _stand_at(sessions, enrollment_id, "book")
    by_hand = await make_work_item(sessions, people, lead, kind="call", text=None, due_at=NOW)
    shown = await _up_next(people.seller, lead)
    assert [item["id"] for item in shown["by_hand"]] == [by_hand]
    (walk,) = shown["enrollments"]
    item = walk["current"]["work_item"]
    assert (item["text"], walk["next"]) == ("Shall we talk?", [])
    approval = {"seen": item["seen"]}
    done = await people.seller.http.post(f"/work-items/{item['id']}/approve", json=approval)
    assert done.status_code == 200, done.text
    (walk,) = (await _up_next(people.seller, lead))["enrollments"]
    assert walk["current"]["work_item"] is None


async def test_a_paused_enrollment_says_so_and_names_no_instant(
    people: People, sessions: Sessions
) -> None:
    lead, enrollment_id = await _enrolled(people)
    await _stand_at(sessions, enrollment_id, "pause", NOW + timedelta(days=2))
    await people.seller.http.post(f"/enrollments/{enrollment_id}/pause")
    (walk,) = (await _up_next(people.seller, lead))["enrollments"]
    assert walk["status"] == "paused"
    assert walk["current"]["reason"] == "The enrollment is paused."
    listed = (await people.seller.http.get(f"/enrollments/{enrollment_id}")).json()
    assert (walk["current"]["waiting_until"], listed["waiting_until"]) == (None, None)
    assert [(each["when"], each["at"]) for each in walk["next"]] == [("after_current", None)]


async def test_who_was_skipped_shows_why_and_by_whom(people: People, sessions: Sessions) -> None:
    lead, enrollment_id = await _enrolled(people)
    item_id = uuid4()
    async with sessions.begin() as session:
        await opening.for_step(session, enrollment_id, "book", item_id, NOW)
    await people.manager.http.post(f"/work-items/{item_id}/skip", json={"reason": "On holiday"})
    (walk,) = (await _up_next(people.seller, lead))["enrollments"]
    (before,) = walk["before"]
    assert (before["outcome"], before["by"]["first_name"]) == ("skipped: On holiday", "Mona")


async def test_a_record_without_an_enrollment_has_nothing_up(people: People) -> None:
    lead = await make_lead(people.seller)
    shown = await _up_next(people.seller, lead)
    assert (shown["enrollments"], shown["by_hand"]) == ([], [])


async def test_a_record_that_is_not_there_has_no_up_next(people: People) -> None:
    answer = await people.seller.http.get(f"/records/{uuid4()}/up-next")
    assert problem(answer) == (404, "not-found")
