"""Tests of api/threads: a record's thread, and the notes in it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.tables import Conversation, Record, WorkItem
from domain.privileges import Entity, Need, Privilege
from tests.api.conftest import People, Person, lacking, problem
from tests.api.makers import NOON, converse, enroll, make_lead, make_role, publish
from tests.makers import make_number

ADA = "+12025550101"


async def make(person: Person, kind: str, **values: Any) -> str:
    body = {"kind": kind, "first_name": kind.title(), "phone": ADA} | values
    answer = await person.http.post("/records", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def thread(person: Person, record_id: str, **params: Any) -> list[dict[str, Any]]:
    answer = await person.http.get(f"/records/{record_id}/thread", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_texts_steps_notes_and_work_stand_in_one_order(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    conversation_id = await converse(people, sessions, "Hello?", "Hi Ada", record_id=lead)
    async with sessions.begin() as session:
        session.add(
            WorkItem(
                organisation_id=people.organisation.id,
                kind="call",
                status="completed",
                record_id=lead,
                assignee_id=people.seller.user.id,
                title="Ring Ada",
                reason="She is keen.",
                due_at=NOON,
                decided_at=NOON + timedelta(seconds=30),
                decided_by=people.seller.user.id,
            )
        )
    await publish(people)
    await enroll(people.seller, lead)
    await people.seller.http.post(f"/records/{lead}/notes", json={"body": "Likes gold"})

    found = await thread(people.seller, lead)

    assert [each["type"] for each in found] == ["note", "step", "message", "work", "message"]
    note, step, answer, work, question = found
    assert (note["note"]["body"], note["note"]["author"]["first_name"]) == ("Likes gold", "Sam")
    assert (step["step"]["kind"], step["step"]["sequence"]["key"]) == ("enrolled", "welcome")
    assert (answer["message"]["body"], question["message"]["body"]) == ("Hi Ada", "Hello?")
    assert answer["conversation_id"] == conversation_id
    assert (work["work"]["kind"], work["work"]["reason"]) == ("call", "She is keen.")
    assert {each["record"]["id"] for each in found} == {lead}


async def test_a_thread_is_read_page_by_page(people: People, sessions: Sessions) -> None:
    lead = await make_lead(people.seller)
    await converse(people, sessions, "1", "2", "3", record_id=lead)
    http = people.seller.http
    first = (await http.get(f"/records/{lead}/thread", params={"limit": 2})).json()
    rest = (await http.get(f"/records/{lead}/thread", params={"after": first["next"]})).json()
    bodies = [each["message"]["body"] for each in first["items"] + rest["items"]]
    assert (bodies, rest["next"]) == (["3", "2", "1"], None)


async def test_an_account_shows_what_hangs_on_it_but_nothing_that_must_not_be_seen(
    people: People, strangers: People, sessions: Sessions
) -> None:
    account = await make(people.seller, "account")
    contact = await make(people.seller, "contact", parent_id=account)
    deal = await make(people.seller, "opportunity", parent_id=contact)
    theirs = await make(people.seller, "contact", parent_id=account)
    for record_id, text in ((account, "A"), (contact, "C"), (deal, "D"), (theirs, "hidden")):
        await converse(people, sessions, text, record_id=record_id)
    async with sessions.begin() as session:
        colleague = people.colleague.user.id
        await session.execute(
            update(Record).where(Record.id == theirs).values(owner_user_id=colleague)
        )
        number = await make_number(
            session, people.account, e164="+12125550103", owner_user_id=colleague
        )
        await session.execute(
            update(Conversation)
            .where(Conversation.record_id == theirs)
            .values(phone_number_id=number.id)
        )

    async def bodies(person: Person, record_id: str) -> set[str]:
        return {each["message"]["body"] for each in await thread(person, record_id)}

    assert await bodies(people.seller, account) == {"A", "C", "D"}
    assert await bodies(people.manager, account) == {"A", "C", "D", "hidden"}
    assert await bodies(people.seller, contact) == {"C", "D"}
    assert await bodies(people.seller, deal) == {"D"}
    assert await bodies(people.seller, theirs) == set()
    hidden = await strangers.manager.http.get(f"/records/{theirs}/thread")
    assert problem(hidden) == (404, "not-found")


@pytest.mark.parametrize(
    ("kind", "parent"), [("lead", "account"), ("account", "contact"), ("contact", "lead")]
)
async def test_a_record_hangs_only_on_what_it_can_hang_on(
    people: People, kind: str, parent: str
) -> None:
    parent_id = await make(people.seller, parent)
    body = {"kind": kind, "first_name": "Ada", "parent_id": parent_id}
    answer = await people.seller.http.post("/records", json=body)
    assert problem(answer) == (422, "wrong-parent")


async def test_nobody_hangs_a_record_on_one_they_do_not_see(
    people: People, strangers: People
) -> None:
    contact = await make(people.seller, "contact")
    account = await make(strangers.seller, "account")
    answer = await people.seller.http.patch(f"/records/{contact}", json={"parent_id": account})
    assert problem(answer) == (422, "wrong-parent")


async def test_a_note_is_deleted_by_its_author_and_by_nobody_else(
    people: People, strangers: People
) -> None:
    lead = await make_lead(people.seller)
    path = f"/records/{lead}/notes"
    note = (await people.manager.http.post(path, json={"body": "Call on Monday"})).json()
    assert problem(await people.seller.http.delete(f"/notes/{note['id']}")) == (
        403,
        "missing-privilege",
    )
    assert problem(await strangers.manager.http.delete(f"/notes/{note['id']}")) == (
        404,
        "not-found",
    )
    assert (await people.manager.http.delete(f"/notes/{note['id']}")).status_code == 204
    assert await thread(people.seller, lead) == []
    empty = await people.seller.http.post(path, json={"body": "  "})
    assert problem(empty) == (422, "invalid-request")


async def test_a_move_names_no_record_that_its_reader_may_not_see(
    people: People, sessions: Sessions
) -> None:
    mine = await make_lead(people.seller, last_name="Mine")
    theirs = await make_lead(
        people.manager, last_name="Theirs", owner_user_id=str(people.colleague.user.id)
    )
    source = await converse(people, sessions, "Hello?", "Hi", record_id=mine)
    texts = (await people.seller.http.get(f"/conversations/{source}/messages")).json()["items"]
    body = {"record_id": theirs, "message_ids": [texts[0]["id"]], "reason": "For Ada Theirs"}
    moved = await people.manager.http.post(f"/conversations/{source}/move", json=body)
    assert moved.status_code == 200
    admin = people.administrator.http
    (root,) = (await admin.get("/business-units")).json()["items"]
    north = await admin.post("/business-units", json={"name": "North", "parent_id": root["id"]})
    user = f"/users/{people.colleague.user.id}"
    placed = await admin.patch(user, json={"business_unit_id": north.json()["id"]})
    assert placed.status_code == 200

    for person, record_id, hidden, shown in (
        (people.seller, mine, "target", "source"),
        (people.colleague, theirs, "source", "target"),
    ):
        (trace,) = [item["move"] for item in await thread(person, record_id) if item["move"]]
        assert (trace["hides"], trace[hidden], trace["reason"]) == (hidden, None, None)
        assert (trace[shown]["id"], trace["count"]) == (record_id, 1)
        assert trace["moved_by"]["first_name"] == "Mona"
    why = f"/messages/{texts[0]['id']}/why"
    (told,) = [
        each["sentence"]
        for each in (await people.colleague.http.get(why)).json()["items"]
        if each["kind"] == "move"
    ]
    assert told.endswith("moved it from a record that you may not see to Ada Theirs.")
    (trace,) = [item["move"] for item in await thread(people.administrator, mine) if item["move"]]
    assert (trace["hides"], trace["target"]["id"]) == (None, theirs)
    assert trace["reason"] == "For Ada Theirs"


async def test_a_note_is_written_about_ones_own_records_and_by_managers_about_their_sellers(
    people: People,
) -> None:
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    path, note = f"/records/{theirs}/notes", {"body": "Likes gold"}
    assert lacking(await people.seller.http.post(path, json=note)) == "record.append_to"
    assert await thread(people.colleague, theirs) == []
    for person in (people.colleague, people.manager):
        assert (await person.http.post(path, json=note)).status_code == 201


@pytest.mark.parametrize(
    "need", [(Entity.NOTE, Privilege.APPEND), (Entity.RECORD, Privilege.APPEND_TO)], ids=".".join
)
async def test_without_append_and_append_to_no_note_is_written(
    people: People, sessions: Sessions, need: Need
) -> None:
    lead = await make_lead(people.seller)
    await make_role(sessions, people.seller, {need: None})
    answer = await people.seller.http.post(f"/records/{lead}/notes", json={"body": "Likes gold"})
    assert lacking(answer) == ".".join(need)


async def test_nobody_hangs_a_record_on_a_colleagues(people: People) -> None:
    account = await make(people.manager, "account", owner_user_id=str(people.colleague.user.id))
    body = {"kind": "contact", "first_name": "Ada", "parent_id": account}
    assert lacking(await people.seller.http.post("/records", json=body)) == "record.append_to"
    contact = await make(people.seller, "contact")
    path = f"/records/{contact}"
    changed = await people.seller.http.patch(path, json={"parent_id": account})
    assert lacking(changed) == "record.append_to"
    managed = await people.manager.http.patch(path, json={"parent_id": account})
    assert managed.status_code == 200
    # what hangs there already is changed as before
    renamed = await people.seller.http.patch(path, json={"first_name": "Eve", "parent_id": account})
    assert renamed.status_code == 200


@pytest.mark.parametrize("need", [Privilege.APPEND, Privilege.APPEND_TO])
async def test_without_append_and_append_to_no_record_hangs_on_another(
    people: People, sessions: Sessions, need: Privilege
) -> None:
    account = await make(people.seller, "account")
    await make_role(sessions, people.seller, {(Entity.RECORD, need): None})
    body = {"kind": "contact", "first_name": "Ada", "parent_id": account}
    answer = await people.seller.http.post("/records", json=body)
    assert lacking(answer) == f"record.{need}"
