"""Tests of api/messages: a text is taken back, and says why it went, waits, or did not go."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import update

from db.engine import Sessions
from db.messages import drafts, sending
from db.messages.sending import Leaving
from db.tables import Message
from domain.messages import HoldKind
from domain.sending import LOOK_AGAIN, Hold
from tests.api.conftest import People, Person, problem
from tests.api.makers import converse, enroll, make_lead, make_work_item, publish


async def written(people: People, sessions: Sessions, person: Person, **body: Any) -> str:
    conversation_id = await converse(people, sessions, "Hello?")
    answer = await person.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": "Hi"} | body
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_text_is_taken_back_by_its_author_until_it_leaves(
    people: People, sessions: Sessions
) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    message_id = await written(people, sessions, people.seller, send_at_local=f"{day}T09:00")
    path = f"/messages/{message_id}/cancel"
    assert problem(await people.colleague.http.post(path)) == (404, "not-found")

    answer = await people.seller.http.post(path)

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["error"]) == (
        "refused",
        "Cancelled by Sam Seller.",
    )
    assert problem(await people.seller.http.post(path)) == (409, "already-left")
    why = (await people.seller.http.get(f"/messages/{message_id}/why")).json()["items"]
    assert sorted((each["kind"], each["rule"]) for each in why[:2]) == [
        ("decision", "schedule"),
        ("person", None),
    ]
    assert (why[2]["verdict"], why[2]["rule"], why[2]["sentence"]) == (
        "cancel",
        "cancelled",
        "Cancelled by Sam Seller.",
    )


async def test_who_answers_for_the_own_rows_only_takes_back_nothing_of_others(
    people: People, sessions: Sessions
) -> None:
    of_manager = await written(people, sessions, people.manager)
    answer = await people.seller.http.post(f"/messages/{of_manager}/cancel")
    assert problem(answer) == (403, "missing-privilege")
    of_seller = await written(people, sessions, people.seller)
    answer = await people.administrator.http.post(f"/messages/{of_seller}/cancel")
    assert answer.json()["error"] == "Cancelled by Alex Seller."


async def test_a_text_of_a_sequence_is_not_taken_back_alone(
    people: People, sessions: Sessions
) -> None:
    message_id = await written(people, sessions, people.seller)
    await publish(people)
    (enrollment,) = (await enroll(people.seller, await make_lead(people.seller)))["enrolled"]
    async with sessions.begin() as session:
        await session.execute(
            update(Message)
            .where(Message.id == message_id)
            .values(enrollment_id=enrollment["id"], step_id="hello")
        )
    answer = await people.seller.http.post(f"/messages/{message_id}/cancel")
    assert problem(answer) == (409, "of-a-sequence")


async def test_a_text_says_why_it_waited_and_went_as_it_was_known_at_an_instant(
    people: People, sessions: Sessions
) -> None:
    message_id = await written(people, sessions, people.seller)
    held_at = datetime.now(UTC) + timedelta(hours=1)
    sent_at = held_at + timedelta(hours=1)
    async with sessions.begin() as session:
        draft = await drafts.row_draft(session, UUID(message_id), held_at)
        hold = Hold(sent_at, "It is too early there.", HoldKind.HOURS)
        await sending.hold(session, draft, draft.sender(), draft.body, hold, held_at)
    async with sessions.begin() as session:
        draft = await drafts.row_draft(session, UUID(message_id), sent_at)
        await sending.submit(session, [Leaving(draft, draft.sender(), draft.body)], sent_at)

    async def why(**params: str) -> list[dict[str, Any]]:
        answer = await people.seller.http.get(f"/messages/{message_id}/why", params=params)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    wrote, held, sent = await why()
    assert wrote["sentence"] == "Sam Seller wrote it."
    assert (held["verdict"], held["rule"], held["sentence"]) == (
        "hold",
        "hours",
        "It is too early there.",
    )
    assert (sent["verdict"], sent["rule"]) == ("send", "allowed")
    clock = held_at.astimezone(ZoneInfo("America/New_York"))
    assert held["clocks"] == [{"zone": "America/New_York", "clock": f"{clock:%H:%M %a}"}]
    assert sent["facts"]["number_rule"] == "sticky"
    assert sent["facts"]["phone_number_id"] == str(people.number.id)
    assert sent["facts"]["allowed_hours"] == "00:00-00:00"
    assert "Ada" not in str(sent["facts"])
    as_of_then = await why(at=(held_at + timedelta(minutes=1)).isoformat())
    assert [each["sentence"] for each in as_of_then] == [wrote["sentence"], held["sentence"]]
    hidden = await people.colleague.http.get(f"/messages/{message_id}/why")
    assert problem(hidden) == (404, "not-found")


async def test_a_text_that_waits_for_a_person_promises_no_time(
    people: People, sessions: Sessions
) -> None:
    message_id = await written(people, sessions, people.seller)
    now = datetime.now(UTC)
    hold = Hold(now + LOOK_AGAIN, "Somebody must say first.", HoldKind.CONSENT)
    async with sessions.begin() as session:
        draft = await drafts.row_draft(session, UUID(message_id), now)
        await sending.hold(session, draft, draft.sender(), draft.body, hold, now)

    path = f"/conversations/{draft.conversation_id}/messages"
    shown = (await people.seller.http.get(path)).json()["items"][0]
    assert (shown["held_for"], shown["held_until"]) == ("consent", None)
    assert shown["held_reason"] == "Somebody must say first."
    *_, waits = (await people.seller.http.get(f"/messages/{message_id}/why")).json()["items"]
    assert (waits["rule"], waits["until"]) == ("consent", None)


async def test_who_approved_a_text_is_not_quoted_with_why_it_was_on_the_list(
    people: People, sessions: Sessions
) -> None:
    await publish(people)
    lead = await make_lead(people.seller)
    (enrollment,) = (await enroll(people.seller, lead))["enrolled"]
    item = await make_work_item(
        sessions,
        people,
        lead,
        enrollment_id=enrollment["id"],
        step_id="book",
        due_at=datetime(2026, 7, 1, tzinfo=UTC),
        reason="The placeholder record.fields.nickname has no value and no default.",
    )
    approved = await people.seller.http.post(f"/work-items/{item}/approve", json={"text": "Hi!"})
    assert approved.status_code == 200

    path = f"/enrollments/{enrollment['id']}/why"
    reasons = (await people.seller.http.get(path, params={"step_id": "book"})).json()["items"]

    assert reasons[-1]["sentence"] == "Sam Seller approved it."


async def test_a_step_that_never_came_to_a_text_says_what_became_of_it(
    people: People,
) -> None:
    await publish(people)
    (enrollment,) = (await enroll(people.seller, await make_lead(people.seller)))["enrolled"]
    path = f"/enrollments/{enrollment['id']}"
    await people.seller.http.post(f"{path}/disconnect")

    answer = await people.seller.http.get(f"{path}/why", params={"step_id": "hello"})

    sentences = [each["sentence"] for each in answer.json()["items"]]
    assert sentences == [
        "The record was enrolled by Sam Seller.",
        "The enrollment ended by Sam Seller: disconnected",
    ]
    hidden = await people.colleague.http.get(f"{path}/why", params={"step_id": "hello"})
    assert problem(hidden) == (404, "not-found")
