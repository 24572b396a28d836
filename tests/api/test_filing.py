"""Tests of api/conversations/filing.py: where conversations belong."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions
from db.tables import (
    Absence,
    Conversation,
    ConversationMove,
    Organisation,
    PhoneNumber,
    Record,
    TeamMember,
)
from domain.privileges import Entity, Need, Privilege
from domain.routing import UnknownSender
from tests.api.conftest import People, Person, lacking, problem
from tests.api.embedding import embedded, make_key
from tests.api.makers import NOON, converse, hear, make_lead, make_role
from tests.makers import make_conversation, make_number, make_team


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


async def told(person: Person, conversation_id: str, **params: Any) -> list[dict[str, Any]]:
    """Return the moves that a page of a conversation tells this person."""
    answer = await person.http.get(f"/conversations/{conversation_id}/messages", params=params)
    assert answer.status_code == 200, answer.text
    moves: list[dict[str, Any]] = answer.json()["moves"]
    return moves


async def move(person: Person, source: str, record_id: str, **body: Any) -> str:
    """Move texts to a record, and return the id of the conversation they are in now."""
    answer = await person.http.post(
        f"/conversations/{source}/move", json={"record_id": record_id} | body
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_who_reads_either_conversation_sees_what_was_moved_where_by_whom_and_when(
    people: People, sessions: Sessions
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "Hello?", "Hi", record_id=wrong)
    assert await told(people.seller, source) == []

    target = await move(people.seller, source, right, reason="The other deal")

    # not one text is left here, and the trace is
    (left,) = await told(people.seller, source)
    (came,) = await told(people.manager, target)
    assert left["id"] == came["id"]
    assert left["at"] == came["at"]
    assert (left["way"], left["other"], left["record"]["id"]) == ("left", "record", right)
    assert (came["way"], came["other"], came["record"]["id"]) == ("came", "record", wrong)
    for trace in (left, came):
        assert (trace["count"], trace["reason"]) == (2, "The other deal")
        assert trace["moved_by"]["first_name"] == "Sam"
    assert datetime.fromisoformat(left["at"]) > NOON


async def test_what_came_from_the_inbox_says_so(people: People, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await hear(sessions, people, "It is Ada, new phone", "+12025550133")
    lead = await make_lead(people.seller)
    params = {"unassigned": "true"}
    (waiting,) = (await people.manager.http.get("/conversations", params=params)).json()["items"]
    target = await move(people.manager, waiting["id"], lead)
    (came,) = await told(people.seller, target)
    assert (came["way"], came["other"], came["record"]) == ("came", "inbox", None)
    (left,) = await told(people.manager, waiting["id"])
    assert (left["way"], left["record"]["id"]) == ("left", lead)


async def test_who_may_not_see_the_other_record_sees_the_move_but_not_the_name(
    people: People, sessions: Sessions, app: FastAPI
) -> None:
    mine = await make_lead(people.seller, last_name="Mine")
    theirs = await make_lead(
        people.manager, last_name="Theirs", owner_user_id=str(people.colleague.user.id)
    )
    source = await converse(people, sessions, "Hello?", "Hi", record_id=mine)
    target = await move(people.manager, source, theirs, reason="For Ada Theirs")
    (before,) = await told(people.seller, source)
    assert before["record"]["last_name"] == "Theirs"
    admin = people.administrator.http
    units = (await admin.get("/business-units")).json()["items"]
    north = await admin.post("/business-units", json={"name": "North", "parent_id": units[0]["id"]})
    path = f"/users/{people.colleague.user.id}"
    moved = await admin.patch(path, json={"business_unit_id": north.json()["id"]})
    assert moved.status_code == 200

    for person, conversation_id, way in (
        (people.seller, source, "left"),
        (people.colleague, target, "came"),
    ):
        answer = await person.http.get(f"/conversations/{conversation_id}/messages")
        (trace,) = answer.json()["moves"]
        assert (trace["way"], trace["other"], trace["record"]) == (way, "hidden", None)
        assert (trace["count"], trace["reason"]) == (2, None)
        assert trace["moved_by"]["first_name"] == "Mona"
    for conversation_id, name in ((source, "Theirs"), (target, "Mine")):
        (whole,) = await told(people.administrator, conversation_id)
        assert (whole["record"]["last_name"], whole["reason"]) == (name, "For Ada Theirs")


async def test_the_frame_of_one_record_is_not_told_the_name_of_another(
    people: People, sessions: Sessions, app: FastAPI
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "Hello?", record_id=wrong)
    await move(people.seller, source, right)
    key = await make_key(sessions, people.administrator.user)
    async with embedded(app, key, people.seller.user, wrong) as frame:
        page = (await frame.get(f"/conversations/{source}/messages")).json()
    (trace,) = page["moves"]
    assert (trace["way"], trace["other"], trace["record"]) == ("left", "hidden", None)


async def test_each_move_is_on_the_one_page_whose_texts_it_stands_with(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller, last_name="Here")
    other = await make_lead(people.seller, last_name="There")
    conversation_id = await converse(
        people, sessions, *(str(minute) for minute in range(6)), record_id=lead
    )
    minutes = [-1.0, 0.5, 1.5, 2.0, 2.5, 3.5, 4.5, 9.0]
    async with sessions.begin() as session:
        elsewhere = await make_conversation(
            session, await session.get_one(Record, other), people.number
        )
        here = await session.get_one(Conversation, conversation_id)
        for minute in minutes:
            session.add(
                ConversationMove(
                    organisation_id=here.organisation_id,
                    from_conversation_id=here.id,
                    to_conversation_id=elsewhere.id,
                    from_record_id=here.record_id,
                    to_record_id=elsewhere.record_id,
                    message_ids=[here.id],
                    is_whole=False,
                    moved_by=people.seller.user.id,
                    moved_at=NOON + timedelta(minutes=minute),
                )
            )

    async def page(**params: Any) -> tuple[list[str], list[float], str | None]:
        path = f"/conversations/{conversation_id}/messages"
        found = (await people.seller.http.get(path, params={"limit": 2} | params)).json()
        ats = [datetime.fromisoformat(each["at"]) - NOON for each in found["moves"]]
        return (
            [each["body"] for each in found["items"]],
            [at / timedelta(minutes=1) for at in ats],
            found["next"],
        )

    bodies, ats, after = await page()
    assert (bodies, ats) == (["5", "4"], [9.0, 4.5])
    bodies, ats, after = await page(after=after)
    assert (bodies, ats) == (["3", "2"], [3.5, 2.5, 2.0])
    bodies, ats, after = await page(after=after)
    # nothing is older than the last page, so that it has all that was moved before
    assert (bodies, ats, after) == (["1", "0"], [1.5, 0.5, -1.0], None)


async def test_a_conversation_without_moves_is_asked_nothing_more(
    people: People, sessions: Sessions, database: AsyncEngine
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "Hello?", "Hi", record_id=wrong)
    asked: list[str] = []
    event.listen(
        database.sync_engine,
        "before_cursor_execute",
        lambda _, __, statement, *___: asked.append(statement),
    )
    await told(people.seller, source)
    without, asked[:] = list(asked), []
    await move(people.seller, source, right)
    asked.clear()
    await told(people.seller, source)
    assert len(asked) == len(without) + 1


async def _leave_to(sessions: Sessions, away: Person, cover: Person) -> None:
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        session.add(
            Absence(
                organisation_id=away.user.organisation_id,
                user_id=away.user.id,
                starts_at=now - timedelta(days=1),
                ends_at=now + timedelta(days=1),
                cover_user_id=cover.user.id,
                created_by=away.user.id,
            )
        )


async def test_nobody_begins_a_conversation_with_a_colleagues_customer(
    people: People, sessions: Sessions
) -> None:
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    refused = await people.seller.http.post("/conversations", json={"record_id": theirs})
    assert lacking(refused) == "record.append_to"
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0
    # nor by moving texts of one's own there
    source = await converse(people, sessions, "Hello?")
    moved = await people.seller.http.post(
        f"/conversations/{source}/move", json={"record_id": theirs}
    )
    assert lacking(moved) == "record.append_to"


async def test_a_conversation_is_begun_by_manager_team_and_who_stands_in(
    people: People, sessions: Sessions
) -> None:
    async def begun_by(person: Person, record_id: str) -> str:
        answer = await person.http.post("/conversations", json={"record_id": record_id})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["our_number"])

    # over the seller's number, as none of these three has one
    ours = people.number.e164
    assert await begun_by(people.manager, await make_lead(people.seller)) == ours
    await _leave_to(sessions, people.seller, people.colleague)
    assert await begun_by(people.colleague, await make_lead(people.seller)) == ours
    async with sessions.begin() as session:
        await session.execute(delete(Absence))
        team = await make_team(session, people.organisation.id)
        for person in (people.seller, people.colleague):
            session.add(TeamMember(team_id=team.id, user_id=person.user.id))
        await make_number(session, people.account, e164="+12125550102", owner_team_id=team.id)
    teams = await make_lead(people.seller, owner_team_id=str(team.id))
    assert await begun_by(people.colleague, teams) == "+12125550102"


async def test_a_conversation_is_begun_over_a_number_that_one_may_send_from(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        team = await make_team(session, people.organisation.id)
        for person in (people.seller, people.colleague):
            session.add(TeamMember(team_id=team.id, user_id=person.user.id))
    # the team's record, and the only number is a team mate's own
    teams = await make_lead(people.seller, owner_team_id=str(team.id))
    answer = await people.colleague.http.post("/conversations", json={"record_id": teams})
    assert problem(answer) == (409, "no-sender")


@pytest.mark.parametrize(
    "need",
    [
        (Entity.CONVERSATION, Privilege.APPEND),
        (Entity.RECORD, Privilege.APPEND_TO),
        (Entity.PHONE_NUMBER, Privilege.APPEND_TO),
    ],
    ids=".".join,
)
async def test_without_append_and_append_to_no_conversation_is_begun(
    people: People, sessions: Sessions, need: Need
) -> None:
    lead = await make_lead(people.seller)
    await make_role(sessions, people.seller, {need: None})
    answer = await people.seller.http.post("/conversations", json={"record_id": lead})
    assert lacking(answer) == ".".join(need)
