"""Tests of api/conversations/filing.py: where conversations belong."""

from uuid import UUID

from sqlalchemy import update

from db.engine import Sessions
from db.tables import Organisation, PhoneNumber, Record
from domain.routing import UnknownSender
from tests.api.conftest import People, problem
from tests.api.makers import converse, hear, make_lead


async def test_a_conversation_with_a_record_is_begun_once(people: People) -> None:
    lead = await make_lead(people.seller)
    first = await people.seller.http.post("/conversations", json={"record_id": lead})
    assert first.status_code == 201
    conversation = first.json()
    assert (conversation["customer_number"], conversation["our_number"]) == (
        "+12025550101",
        "+12125550100",
    )
    again = await people.seller.http.post("/conversations", json={"record_id": lead})
    assert (again.status_code, again.json()["id"]) == (200, conversation["id"])
    # nothing was said yet: it is in nobody's list
    assert (await people.seller.http.get("/conversations")).json()["items"] == []
    sent = await people.seller.http.post(
        f"/conversations/{conversation['id']}/messages", json={"text": "Hi"}
    )
    assert sent.status_code == 201


async def test_there_is_no_conversation_without_numbers_on_both_sides(
    people: People, sessions: Sessions
) -> None:
    mute = (await people.seller.http.post("/records", json={"first_name": "Ada"})).json()["id"]
    answer = await people.seller.http.post("/conversations", json={"record_id": mute})
    assert problem(answer) == (409, "no-number")
    lead = await make_lead(people.seller)
    hidden = await people.colleague.http.post("/conversations", json={"record_id": lead})
    assert problem(hidden) == (404, "not-found")
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).values(can_sms=False))
    answer = await people.seller.http.post("/conversations", json={"record_id": lead})
    assert problem(answer) == (409, "no-sender")


async def test_texts_are_moved_to_another_record_with_a_trace_on_both_sides(
    people: People, sessions: Sessions
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "Hello?", "Hi", record_id=wrong)
    http = people.seller.http
    texts = (await http.get(f"/conversations/{source}/messages")).json()["items"]

    answer = await http.post(
        f"/conversations/{source}/move",
        json={"record_id": right, "message_ids": [texts[1]["id"]], "reason": "The other deal"},
    )

    assert answer.status_code == 200
    assert answer.json()["record"]["id"] == right
    moved = (await http.get(f"/conversations/{answer.json()['id']}/messages")).json()["items"]
    assert [each["id"] for each in moved] == [texts[1]["id"]]
    for record_id in (wrong, right):
        items = (await http.get(f"/records/{record_id}/thread")).json()["items"]
        (trace,) = [each["move"] for each in items if each["type"] == "move"]
        assert (trace["source"]["id"], trace["target"]["id"]) == (wrong, right)
        assert (trace["count"], trace["reason"]) == (1, "The other deal")
        assert trace["moved_by"]["first_name"] == "Sam"
    why = (await http.get(f"/messages/{texts[1]['id']}/why")).json()["items"]
    assert why[-1]["sentence"] == (
        "Sam Seller moved it from Ada Wrong to Ada Right. The other deal"
    )


async def test_what_somebody_unknown_wrote_is_given_to_a_record(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await hear(sessions, people, "It is Ada, new phone", "+12025550133")
    lead = await make_lead(people.seller)
    http = people.manager.http
    (waiting,) = (await http.get("/conversations", params={"unassigned": "true"})).json()["items"]

    answer = await http.post(f"/conversations/{waiting['id']}/move", json={"record_id": lead})

    assert (answer.status_code, answer.json()["record"]["id"]) == (200, lead)
    left = (await http.get("/conversations", params={"unassigned": "true"})).json()["items"]
    assert left == []
    # what comes next from that number belongs to the record, though it holds another one
    await hear(sessions, people, "Are you there?", "+12025550133")
    (listed,) = (await http.get("/conversations", params={"record_id": lead})).json()["items"]
    assert listed["last_message"]["body"] == "Are you there?"


async def test_texts_are_moved_by_whom_both_sides_belong_to(
    people: People, sessions: Sessions
) -> None:
    mine = await make_lead(people.seller)
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    source = await converse(people, sessions, "Hello?", record_id=mine)
    path = f"/conversations/{source}/move"

    unseen = await people.seller.http.post(path, json={"record_id": theirs})
    assert problem(unseen) == (403, "missing-privilege")
    hidden = await people.colleague.http.post(path, json={"record_id": theirs})
    assert problem(hidden) == (404, "not-found")
    same = await people.seller.http.post(path, json={"record_id": mine})
    assert problem(same) == (409, "same-record")
    foreign = await people.manager.http.post(
        path, json={"record_id": theirs, "message_ids": [str(UUID(int=1))]}
    )
    assert problem(foreign) == (422, "foreign-message")
    assert (await people.manager.http.post(path, json={"record_id": theirs})).status_code == 200
    nothing = await people.manager.http.post(path, json={"record_id": theirs})
    assert problem(nothing) == (409, "nothing-to-move")
    async with sessions() as session:
        assert (await session.get_one(Record, mine)).phone == "+12025550101"
