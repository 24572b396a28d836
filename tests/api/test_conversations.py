import pytest
from sqlalchemy import select, update

from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.tables import (
    Conversation,
    Organisation,
    OutboxItem,
    PhoneNumber,
    TeamMember,
)
from domain.consent import Source
from domain.routing import UnknownSender
from tests.api.conftest import People, problem
from tests.api.makers import NOON, converse, hear, make_lead
from tests.makers import make_organisation


async def test_a_conversation_is_listed_with_its_newest_text(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?", "Hi Ada", "=1+1")
    (listed,) = (await people.seller.http.get("/conversations")).json()["items"]
    assert listed["id"] == conversation_id
    assert listed["record"]["first_name"] == "Ada"
    assert (listed["customer_number"], listed["our_number"]) == ("+12025550101", "+12125550100")
    assert listed["last_message"] == {
        "direction": "inbound",
        "body": "=1+1",
        "is_erased": False,
        "status": "received",
        "created_at": "2026-07-01T12:02:00Z",
    }
    empty = await people.seller.http.get(
        "/conversations", params={"record_id": str(people.organisation.id)}
    )
    assert empty.json()["items"] == []


async def test_texts_come_the_newest_first_page_by_page(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions, "1", "2", "3")
    path = f"/conversations/{conversation_id}/messages"
    page = (await people.seller.http.get(path, params={"limit": 2})).json()
    assert [message["body"] for message in page["items"]] == ["3", "2"]
    assert page["items"][1]["author"]["first_name"] == "Sam"
    rest = (await people.seller.http.get(path, params={"after": page["next"]})).json()
    assert [message["body"] for message in rest["items"]] == ["1"]


async def test_reading_a_conversation_takes_its_unread_mark_away(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    for body in ("Hello?", "Anybody?"):
        await hear(sessions, people, body, "+12025550101")
    (listed,) = (await people.seller.http.get("/conversations")).json()["items"]
    unread = {"unread": "true", "record_id": lead}
    found = await people.seller.http.get("/conversations", params=unread)
    assert found.json()["items"][0]["unread_count"] == 2
    answer = await people.seller.http.post(f"/conversations/{listed['id']}/read")
    assert answer.status_code == 204
    found = await people.seller.http.get("/conversations", params=unread)
    assert found.json()["items"] == []


async def test_what_one_has_read_or_answered_is_unread_for_the_manager_still(
    people: People, sessions: Sessions
) -> None:
    await make_lead(people.seller)
    await hear(sessions, people, "Hello?", "+12025550101")
    (listed,) = (await people.seller.http.get("/conversations")).json()["items"]
    path = f"/conversations/{listed['id']}"
    await people.seller.http.post(f"{path}/messages", json={"text": "Hi Ada"})
    assert (await people.seller.http.get(path)).json()["unread_count"] == 0
    assert (await people.manager.http.get(path)).json()["unread_count"] == 1


async def test_each_person_is_told_how_many_conversations_they_have_not_read(
    people: People, sessions: Sessions
) -> None:
    await make_lead(people.seller)
    await make_lead(people.seller, phone="+12025550102")
    for number in ("+12025550101", "+12025550101", "+12025550102"):
        await hear(sessions, people, "Hello?", number)
    of_two = (await people.seller.http.get("/conversations")).json()["items"]
    for expected, each in ((2, people.seller), (2, people.manager), (0, people.colleague)):
        assert (await each.http.get("/conversations/counts")).json() == {"unread": expected}
    await people.seller.http.post(f"/conversations/{of_two[0]['id']}/read")
    assert (await people.seller.http.get("/conversations/counts")).json() == {"unread": 1}


async def test_the_inbox_is_seen_by_managers_and_by_whose_number_it_came_to(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await hear(sessions, people, "Who is this?", "+12025550133")
    params = {"unassigned": "true"}
    for person, count in ((people.seller, 1), (people.manager, 1), (people.colleague, 0)):
        found = (await person.http.get("/conversations", params=params)).json()["items"]
        assert [each["record"] for each in found] == [None] * count
    (listed,) = (await people.seller.http.get("/conversations", params=params)).json()["items"]
    path = f"/conversations/{listed['id']}/messages"
    answer = await people.seller.http.post(path, json={"text": "It is Sam"})
    assert problem(answer) == (409, "unassigned")


async def test_an_answer_is_stored_and_the_engine_is_to_send_it(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": "Hi Ada"}
    )
    assert answer.status_code == 201
    message = answer.json()
    assert (message["body"], message["direction"]) == ("Hi Ada", "outbound")
    assert message["author"]["first_name"] == "Sam"
    assert message["from_number"] == "+12125550100"
    async with sessions() as session:
        workflow_ids = (await session.scalars(select(OutboxItem.workflow_id))).all()
    assert workflow_ids == [f"text-{message['id']}"]


async def test_an_answer_sent_again_under_its_key_is_one_text(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    path = f"/conversations/{conversation_id}/messages"
    for _ in range(2):
        answer = await people.seller.http.post(
            path, json={"text": "Hi"}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
    assert len((await people.seller.http.get(path)).json()["items"]) == 2


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("", "empty-text"),
        ("\n", "empty-text"),
        (" \u200b ", "empty-text"),
        ("é" * 1601, "text-too-long"),
    ],
)
async def test_a_text_that_cannot_be_sent_is_refused(
    people: People, sessions: Sessions, text: str, slug: str
) -> None:
    conversation_id = await converse(people, sessions)
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": text}
    )
    assert problem(answer) == (422, slug)


async def test_nothing_is_sent_to_somebody_who_opted_out(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "STOP")
    async with sessions.begin() as session:
        said = Said(Source.REPLY, NOON)
        await withdraw(session, people.organisation.id, "+12025550101", said, NOON)
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    assert shown["is_opted_out"] is True
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": "But…"}
    )
    assert problem(answer) == (409, "opted-out")


async def test_a_colleague_reads_a_conversation_over_the_number_of_the_team_only(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    path = f"/conversations/{conversation_id}"
    for hidden in (path, f"{path}/messages", f"{path}/transcript"):
        assert problem(await people.colleague.http.get(hidden)) == (404, "not-found")
    assert (await people.colleague.http.get("/conversations")).json()["items"] == []
    assert (await people.manager.http.get(path)).status_code == 200
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    async with sessions.begin() as session:
        number = await session.get_one(PhoneNumber, people.number.id)
        number.owner_user_id, number.owner_team_id = None, team.json()["id"]
        session.add(TeamMember(team_id=team.json()["id"], user_id=people.colleague.user.id))
    assert (await people.colleague.http.get(path)).status_code == 200
    # the record is the seller's own, so the seller goes on reading it
    assert (await people.seller.http.get(path)).status_code == 200


async def test_a_conversation_of_another_organisation_is_not_found(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    async with sessions.begin() as session:
        other = await make_organisation(session)
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.organisation_id = other.id
    answer = await people.administrator.http.get(f"/conversations/{conversation_id}")
    assert problem(answer) == (404, "not-found")


async def test_texts_are_listed_around_one_of_them(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions, *(str(n) for n in range(40)))
    path = f"/conversations/{conversation_id}/messages"
    http = people.seller.http
    all_of_them = (await http.get(path, params={"limit": 50})).json()["items"]
    ids = {message["body"]: message["id"] for message in all_of_them}

    async def around(body: str) -> tuple[list[str], bool]:
        found = await http.get(path, params={"around": ids[body], "limit": 15})
        page = found.json()
        return [message["body"] for message in page["items"]], page["has_newer"]

    # the text with ten newer ones before it, and older ones after it
    assert await around("20") == ([str(n) for n in range(30, 15, -1)], True)
    assert await around("29") == ([str(n) for n in range(39, 24, -1)], False)
    assert await around("28") == ([str(n) for n in range(38, 23, -1)], True)
    assert await around("39") == ([str(n) for n in range(39, 24, -1)], False)
    (rest, _) = await around("0")
    assert rest == [str(n) for n in range(10, -1, -1)]
    elsewhere = await http.get(path, params={"around": conversation_id})
    assert problem(elsewhere) == (404, "not-found")
