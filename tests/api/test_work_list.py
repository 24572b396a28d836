"""Tests of the list of api/work_items/router.py: what is listed, in which order, and whose it becomes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db.engine import Sessions
from db.tables import Record, TeamMember, User, WorkItem
from domain.privileges import Entity, Need, Privilege
from tests.api.conftest import People, Person, lacking, problem
from tests.api.makers import hear, make_lead, make_role, make_work_item
from tests.makers import make_team, make_unit

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def _list(person: Person, **parameters: Any) -> list[str]:
    answer = await person.http.get("/work-items", params=parameters)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def _counts(person: Person, **parameters: Any) -> dict[str, Any]:
    answer = await person.http.get("/work-items/counts", params=parameters)
    assert answer.status_code == 200, answer.text
    counts: dict[str, Any] = answer.json()
    return counts


async def _scene(people: People, sessions: Sessions) -> dict[str, str]:
    """One item of each sort, by title."""
    now = datetime.now(UTC)
    ada = await make_lead(people.seller, last_name="Ames", fields={"value": "10"})
    bob = await make_lead(
        people.seller,
        first_name="Bob",
        last_name="Zorn",
        phone="+12025550102",
        fields={"value": 9000},
    )
    await hear(sessions, people, "Are you there?", "+12025550101")
    items: dict[str, tuple[str, dict[str, Any]]] = {
        "Overdue": (bob, {"kind": "task", "text": None, "due_at": now - HOUR}),
        "Soon": (ada, {"kind": "call", "text": None, "due_at": now + HOUR / 2}),
        "Today": (ada, {"kind": "manual_text", "text": "50% off", "due_at": now + 2 * HOUR}),
        "Broken": (ada, {"kind": "failed_text", "due_at": now + 2 * DAY}),
        "Later": (bob, {"kind": "email", "text": None, "due_at": now + 3 * DAY}),
        "Put off": (
            bob,
            {"kind": "task", "due_at": now + DAY, "snoozed_until": now + DAY},
        ),
    }
    return {
        title: await make_work_item(sessions, people, record_id, title=title, **values)
        for title, (record_id, values) in items.items()
    }


REPLY = "Answer the customer"


@pytest.mark.parametrize(
    ("parameters", "titles"),
    [
        pytest.param({}, [REPLY, "Overdue", "Soon", "Today", "Later", "Broken"], id="priority"),
        pytest.param(
            {"sort": "due"}, ["Overdue", REPLY, "Soon", "Today", "Broken", "Later"], id="due"
        ),
        pytest.param(
            {"sort": "due", "descending": True},
            ["Later", "Broken", "Today", "Soon", REPLY, "Overdue"],
            id="backwards",
        ),
        pytest.param(
            {"sort": "created"},
            [REPLY, "Overdue", "Soon", "Today", "Broken", "Later"],
            id="created",
        ),
        pytest.param(
            {"sort": "record"}, [REPLY, "Soon", "Today", "Broken", "Overdue", "Later"], id="record"
        ),
        pytest.param(
            {"sort": "value"}, ["Overdue", "Later", REPLY, "Soon", "Today", "Broken"], id="value"
        ),
        pytest.param(
            {"sort": "due", "group": "kind"},
            ["Soon", "Later", "Broken", "Today", REPLY, "Overdue"],
            id="grouped by kind",
        ),
        pytest.param(
            {"sort": "record", "group": "due"},
            [REPLY, "Overdue", "Soon", "Today", "Broken", "Later"],
            id="grouped by when it is due",
        ),
        pytest.param({"kind": ["call", "task"]}, ["Overdue", "Soon"], id="two kinds"),
        pytest.param({"texts": True}, [REPLY, "Today", "Broken"], id="texts"),
        pytest.param({"due": "overdue"}, [REPLY, "Overdue"], id="overdue"),
        pytest.param({"due": "today"}, ["Soon", "Today"], id="due today"),
        pytest.param({"due": "later"}, ["Later", "Broken"], id="due later"),
        pytest.param({"search": "zorn"}, ["Overdue", "Later"], id="a name"),
        pytest.param({"search": "0102 bob"}, ["Overdue", "Later"], id="digits and a name"),
        pytest.param({"search": "(202) 555-0102"}, ["Overdue", "Later"], id="a number as written"),
        pytest.param({"search": "50%"}, ["Today"], id="a sign of patterns in a text"),
        pytest.param({"search": "_"}, [], id="another sign of patterns"),
        pytest.param({"snoozed": True}, ["Put off"], id="put off"),
        pytest.param({"record_kind": "contact"}, [], id="another kind of record"),
        pytest.param({"assignee": "team"}, [], id="nobody's in particular"),
        pytest.param({"unattended": True}, [], id="unattended"),
        pytest.param({"status": "skipped"}, [], id="decided"),
        pytest.param({"sequence": "welcome"}, [], id="of a sequence"),
    ],
)
async def test_the_list_is_filtered_ordered_and_searched(
    people: People, sessions: Sessions, parameters: dict[str, Any], titles: list[str]
) -> None:
    await _scene(people, sessions)
    assert await _list(people.seller, **parameters) == titles


async def test_pages_follow_the_order_whatever_it_is(people: People, sessions: Sessions) -> None:
    await _scene(people, sessions)
    whole = await _list(people.seller, group="kind")
    paged: list[str] = []
    parameters: dict[str, Any] = {"group": "kind", "limit": 2}
    while True:
        page = (await people.seller.http.get("/work-items", params=parameters)).json()
        paged += [item["title"] for item in page["items"]]
        if page["next"] is None:
            break
        parameters["after"] = page["next"]
    assert paged == whole
    wrong = await people.seller.http.get("/work-items", params={"after": page["items"][0]["id"]})
    assert problem(wrong) == (422, "invalid-cursor")


async def test_an_item_says_why_it_stands_where_it_stands(
    people: People, sessions: Sessions
) -> None:
    await _scene(people, sessions)
    items = (await people.seller.http.get("/work-items")).json()["items"]
    assert {item["title"]: item["why"] for item in items} == {
        REPLY: ["The customer wrote and nobody has answered.", "Due now.", "Value 10."],
        "Overdue": ["Due since 1 h.", "Value 9,000."],
        "Soon": ["Due within the hour.", "Value 10."],
        "Today": ["Due within a day.", "Value 10."],
        "Later": ["Value 9,000."],
        "Broken": ["Value 10."],
    }


async def test_the_counts_are_those_of_the_list(people: People, sessions: Sessions) -> None:
    items = await _scene(people, sessions)
    counts = await _counts(people.seller, group="kind")
    soon = await people.seller.http.get(f"/work-items/{items['Soon']}")
    assert counts.pop("next_change_at") == soon.json()["due_at"]
    assert counts == {
        "open": 6,
        "replies": 1,
        "overdue": 2,
        "texts": 3,
        "trouble": 1,
        "snoozed": 1,
        "unattended": 0,
        "groups": [
            {"key": kind, "label": "", "count": 1}
            for kind in ("call", "email", "failed_text", "manual_text", "reply", "task")
        ],
    }
    assert (await _counts(people.seller, search="zorn"))["open"] == 2
    assert (await _counts(people.colleague))["open"] == 0
    grouped = (await _counts(people.manager, assignee="any", group="assignee"))["groups"]
    assert grouped == [{"key": str(people.seller.user.id), "label": "Sam Seller", "count": 6}]


async def test_what_was_decided_is_listed_for_thirty_days(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    now = datetime.now(UTC)
    for title, age in (("Recent", timedelta(days=29)), ("Old", timedelta(days=31))):
        await make_work_item(
            sessions,
            people,
            lead,
            title=title,
            status="completed",
            due_at=now - age,
            decided_at=now - age,
        )
    assert await _list(people.seller, status="completed") == ["Recent"]
    assert await _list(people.seller, status="all") == ["Recent"]


async def test_something_to_do_is_put_on_the_list_by_hand(people: People) -> None:
    lead = await make_lead(people.seller)
    body = {
        "record_id": lead,
        "kind": "follow_up",
        "title": "Ask about the boat",
        "text": "She was still thinking.",
        "due_at": "2030-01-01T09:00:00Z",
    }
    answer = await people.seller.http.post("/work-items", json=body)
    assert answer.status_code == 201
    item = answer.json()
    assert (item["kind"], item["reason"]) == ("follow_up", "She was still thinking.")
    assert item["assignee"]["first_name"] == item["created_by"]["first_name"] == "Sam"
    assert await _list(people.seller) == ["Ask about the boat"]
    done = await people.seller.http.post(f"/work-items/{item['id']}/complete", json={"note": "Yes"})
    assert (done.json()["status"], done.json()["reason"]) == ("completed", "Yes")


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"kind": "reply"}, (422, "invalid-request")),
        ({"title": " "}, (422, "invalid-request")),
        ({"record_id": str(uuid4())}, (404, "not-found")),
        ({"user_id": str(uuid4())}, (422, "invalid-request")),
        ({"user_id": str(uuid4()), "team_id": str(uuid4())}, (422, "invalid-request")),
    ],
)
async def test_what_makes_no_sense_is_not_put_on_the_list(
    people: People, changes: dict[str, str], answer: tuple[int, str]
) -> None:
    body = {
        "record_id": await make_lead(people.seller),
        "kind": "task",
        "title": "Send papers",
        "due_at": "2030-01-01T09:00:00Z",
    }
    assert problem(await people.seller.http.post("/work-items", json=body | changes)) == answer


async def test_what_is_put_off_comes_back_by_itself_or_at_once(
    people: People, sessions: Sessions
) -> None:
    item_id = await make_work_item(
        sessions, people, await make_lead(people.seller), due_at=datetime.now(UTC) - DAY
    )
    until = (datetime.now(UTC) + DAY).isoformat()
    snoozed = await people.seller.http.post(f"/work-items/{item_id}/snooze", json={"until": until})
    assert snoozed.json()["snoozed_until"] is not None
    assert await _list(people.seller) == []
    assert (await _counts(people.seller))["snoozed"] == 1
    back = await people.seller.http.delete(f"/work-items/{item_id}/snooze")
    assert back.json()["snoozed_until"] is None
    assert await _list(people.seller, due="overdue") == ["Book"]
    await people.seller.http.post(f"/work-items/{item_id}/snooze", json={"until": until})
    async with sessions.begin() as session:
        item = await session.get_one(WorkItem, UUID(item_id))
        item.snoozed_until = datetime.now(UTC) - timedelta(seconds=1)
    assert await _list(people.seller) == ["Book"]


async def test_an_item_is_handed_to_a_colleague(people: People, sessions: Sessions) -> None:
    item_id = await make_work_item(
        sessions, people, await make_lead(people.seller), due_at=datetime.now(UTC)
    )
    body = {"user_id": str(people.colleague.user.id), "note": "You know her."}
    answer = await people.seller.http.post(f"/work-items/{item_id}/hand-over", json=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["assignee"]["first_name"], answer.json()["reason"]) == (
        "Kim",
        "You know her.",
    )
    assert await _list(people.seller) == []
    assert await _list(people.colleague) == ["Book"]
    again = await people.seller.http.post(f"/work-items/{item_id}/hand-over", json=body)
    assert problem(again) == (404, "not-found")


async def test_an_item_is_handed_to_a_team_and_each_of_it_may_do_it(
    people: People, sessions: Sessions
) -> None:
    item_id = await make_work_item(
        sessions, people, await make_lead(people.seller), due_at=datetime.now(UTC)
    )
    async with sessions.begin() as session:
        team = await make_team(session, people.organisation.id, name="Boats")
        session.add(TeamMember(team_id=team.id, user_id=people.colleague.user.id))
    path = f"/work-items/{item_id}/hand-over"
    answer = await people.seller.http.post(path, json={"team_id": str(team.id)})
    assert (answer.json()["assignee"], answer.json()["team"]["name"]) == (None, "Boats")
    assert await _list(people.colleague) == await _list(people.colleague, assignee="team")
    assert await _list(people.colleague) == ["Book"]
    skipped = await people.colleague.http.post(f"/work-items/{item_id}/skip")
    assert skipped.json()["decided_by"]["first_name"] == "Kim"


async def test_nobody_is_handed_what_they_may_not_see(people: People, sessions: Sessions) -> None:
    lead = await make_lead(people.seller)
    item_id = await make_work_item(sessions, people, lead, due_at=datetime.now(UTC))
    async with sessions.begin() as session:
        unit = await make_unit(session, people.organisation.id)
        colleague = await session.get_one(User, people.colleague.user.id)
        colleague.business_unit_id = unit.id
        team = await make_team(session, people.organisation.id, business_unit_id=unit.id)
        session.add(TeamMember(team_id=team.id, user_id=colleague.id))
        empty = await make_team(session, people.organisation.id)
    path = f"/work-items/{item_id}/hand-over"
    for body, expected in (
        ({"user_id": str(colleague.id)}, (409, "cannot-see-record")),
        ({"team_id": str(team.id)}, (409, "cannot-see-record")),
        ({"team_id": str(empty.id)}, (422, "invalid-request")),
        ({"user_id": str(uuid4())}, (422, "invalid-request")),
        ({}, (422, "invalid-request")),
    ):
        assert problem(await people.seller.http.post(path, json=body)) == expected
    async with sessions.begin() as session:
        (await session.get_one(Record, UUID(lead))).owner_team_id = team.id
    answer = await people.seller.http.post(path, json={"team_id": str(team.id)})
    assert answer.status_code == 200, answer.text


async def test_nobody_puts_work_about_a_colleagues_record_on_the_list(people: People) -> None:
    theirs = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    body = {
        "record_id": theirs,
        "kind": "task",
        "title": "Send papers",
        "due_at": "2030-01-01T09:00:00Z",
    }
    refused = await people.seller.http.post("/work-items", json=body)
    assert lacking(refused) == "record.append_to"
    for_them = body | {"user_id": str(people.colleague.user.id)}
    refused = await people.seller.http.post("/work-items", json=for_them)
    assert lacking(refused) == "record.append_to"
    assert (await people.manager.http.post("/work-items", json=for_them)).status_code == 201


@pytest.mark.parametrize(
    "need",
    [(Entity.WORK_ITEM, Privilege.APPEND), (Entity.RECORD, Privilege.APPEND_TO)],
    ids=".".join,
)
async def test_without_append_and_append_to_no_work_is_put_on_the_list(
    people: People, sessions: Sessions, need: Need
) -> None:
    body = {
        "record_id": await make_lead(people.seller),
        "kind": "task",
        "title": "Send papers",
        "due_at": "2030-01-01T09:00:00Z",
    }
    await make_role(sessions, people.seller, {need: None})
    answer = await people.seller.http.post("/work-items", json=body)
    assert lacking(answer) == ".".join(need)
