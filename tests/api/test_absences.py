from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db.engine import Sessions
from db.tables import Absence, TeamMember, User
from tests.api.conftest import People, Person, problem
from tests.api.makers import make_lead, make_work_item
from tests.makers import make_team

DAY = timedelta(days=1)


async def _team(sessions: Sessions, people: People, *members: Person) -> None:
    async with sessions.begin() as session:
        team = await make_team(session, people.organisation.id)
        for person in members:
            session.add(TeamMember(team_id=team.id, user_id=person.user.id))


async def _leave(
    person: Person, *, who: Person | None = None, starts: timedelta = -DAY, **values: Any
) -> dict[str, Any]:
    now = datetime.now(UTC)
    body = {"starts_at": (now + starts).isoformat(), "ends_at": (now + DAY).isoformat()} | values
    if who is not None:
        body["user_id"] = str(who.user.id)
    answer = await person.http.post("/absences", json=body)
    assert answer.status_code == 201, answer.text
    absence: dict[str, Any] = answer.json()
    return absence


async def _end(sessions: Sessions, absence: dict[str, Any]) -> None:
    async with sessions.begin() as session:
        row = await session.get_one(Absence, UUID(absence["id"]))
        row.ends_at = datetime.now(UTC) - timedelta(seconds=1)


async def _item(people: People, sessions: Sessions) -> str:
    due = datetime.now(UTC) - DAY
    return await make_work_item(
        sessions, people, await make_lead(people.seller), text="Hello", due_at=due
    )


async def _listed(person: Person, **parameters: Any) -> Sequence[dict[str, Any]]:
    items: list[dict[str, Any]] = (await person.http.get("/work-items", params=parameters)).json()[
        "items"
    ]
    return items


async def test_the_team_sees_and_decides_the_absent_sellers_items_and_nobody_else_does(
    people: People, sessions: Sessions
) -> None:
    await _team(sessions, people, people.seller, people.colleague)
    item_id = await _item(people, sessions)
    assert await _listed(people.colleague) == []
    absence = await _leave(people.seller)
    (item,) = await _listed(people.colleague)
    assert (item["id"], item["covered_for"]["first_name"]) == (item_id, "Sam")
    assert [item["covered_for"] for item in await _listed(people.seller)] == [None]
    await _end(sessions, absence)
    assert await _listed(people.colleague) == []
    await _leave(people.seller)
    approved = await people.colleague.http.post(f"/work-items/{item_id}/approve")
    assert approved.json()["decided_by"]["first_name"] == "Kim"


async def test_who_is_in_no_team_of_the_absent_covers_nothing(
    people: People, sessions: Sessions
) -> None:
    await _item(people, sessions)
    await _leave(people.seller)
    assert await _listed(people.colleague) == []


async def test_an_absence_to_come_changes_nothing_yet(people: People, sessions: Sessions) -> None:
    await _team(sessions, people, people.seller, people.colleague)
    await _item(people, sessions)
    await _leave(people.seller, starts=DAY / 2)
    assert await _listed(people.colleague) == []


async def test_a_named_cover_has_it_alone_and_while_away_too_the_team_does(
    people: People, sessions: Sessions
) -> None:
    await _team(sessions, people, people.seller, people.colleague)
    await _item(people, sessions)
    await _leave(people.seller, cover_user_id=str(people.manager.user.id))
    assert await _listed(people.colleague) == []
    (item,) = await _listed(people.manager)
    assert item["covered_for"]["first_name"] == "Sam"
    await _leave(people.manager)
    assert await _listed(people.manager) == []
    assert len(await _listed(people.colleague)) == 1


async def test_the_items_of_who_was_deactivated_are_the_teams(
    people: People, sessions: Sessions
) -> None:
    await _team(sessions, people, people.seller, people.colleague)
    await _item(people, sessions)
    async with sessions.begin() as session:
        (await session.get_one(User, people.seller.user.id)).is_active = False
    assert len(await _listed(people.colleague)) == 1


async def test_what_nobody_covers_is_in_the_managers_count_of_the_unattended(
    people: People, sessions: Sessions
) -> None:
    item_id = await _item(people, sessions)
    counts = await people.manager.http.get("/work-items/counts", params={"assignee": "any"})
    assert counts.json()["unattended"] == 0
    await _leave(people.seller)
    counts = await people.manager.http.get("/work-items/counts", params={"assignee": "any"})
    assert counts.json()["unattended"] == 1
    unattended = {"assignee": "any", "unattended": True}
    assert [item["id"] for item in await _listed(people.manager, **unattended)] == [item_id]
    await _team(sessions, people, people.seller, people.colleague)
    assert await _listed(people.manager, **unattended) == []
    await _leave(people.colleague)
    assert len(await _listed(people.manager, **unattended)) == 1


async def test_an_absence_is_taken_back(people: People, sessions: Sessions) -> None:
    await _team(sessions, people, people.seller, people.colleague)
    await _item(people, sessions)
    absence = await _leave(people.manager, who=people.seller)
    listed = (await people.colleague.http.get("/absences")).json()["items"]
    assert [each["user"]["first_name"] for each in listed] == ["Sam"]
    refused = await people.colleague.http.delete(f"/absences/{absence['id']}")
    assert problem(refused) == (403, "missing-privilege")
    assert (await people.seller.http.delete(f"/absences/{absence['id']}")).status_code == 204
    assert await _listed(people.colleague) == []
    gone = await people.seller.http.delete(f"/absences/{absence['id']}")
    assert problem(gone) == (404, "not-found")


async def test_a_seller_sends_no_colleague_away(people: People) -> None:
    now = datetime.now(UTC)
    body = {
        "user_id": str(people.colleague.user.id),
        "starts_at": now.isoformat(),
        "ends_at": (now + DAY).isoformat(),
    }
    answer = await people.seller.http.post("/absences", json=body)
    assert problem(answer) == (403, "missing-privilege")


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"starts_at": "2019-01-01T00:00:00Z", "ends_at": "2020-01-01T00:00:00Z"},
        {"cover_user_id": str(uuid4())},
        {"user_id": str(uuid4())},
        {"cover_user_id": "the seller"},
    ],
)
async def test_an_absence_that_makes_no_sense_is_refused(
    people: People, changes: dict[str, str]
) -> None:
    body = {"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-08T00:00:00Z"} | changes
    if body.get("cover_user_id") == "the seller":
        body["cover_user_id"] = str(people.seller.user.id)
    answer = await people.seller.http.post("/absences", json=body)
    assert problem(answer) == (422, "invalid-request")
