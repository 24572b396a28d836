"""Tests of api/teams: who works together."""

from tests.api.conftest import People, problem
from tests.api.makers import make_lead


async def _team(people: People, **values: object) -> dict[str, object]:
    made = await people.administrator.http.post("/teams", json={"name": "North"} | values)
    assert made.status_code == 201, made.text
    team: dict[str, object] = made.json()
    return team


async def test_a_team_has_members_of_the_organisation(people: People) -> None:
    members = [str(people.seller.user.id), str(people.colleague.user.id)]
    await _team(people, member_ids=members)
    (team,) = (await people.seller.http.get("/teams")).json()["items"]
    assert [member["first_name"] for member in team["members"]] == ["Sam", "Kim"]
    again = await people.administrator.http.post("/teams", json={"name": "North"})
    assert problem(again) == (409, "taken")
    strangers = {"name": "South", "member_ids": ["0199a0b0-0000-7000-8000-000000000000"]}
    answer = await people.administrator.http.post("/teams", json=strangers)
    assert problem(answer) == (422, "invalid-request")


async def test_a_team_is_renamed_and_its_members_changed_by_an_administrator_only(
    people: People,
) -> None:
    team = await _team(people, member_ids=[str(people.seller.user.id)])
    path = f"/teams/{team['id']}"
    changes = {"name": "South", "member_ids": [str(people.colleague.user.id)]}
    refused = await people.manager.http.patch(path, json=changes)
    assert refused.json()["errors"][0]["path"] == "team.write"
    await people.administrator.http.patch(path, json=changes)
    shown = (await people.seller.http.get(path)).json()
    assert shown["name"] == "South"
    assert [member["first_name"] for member in shown["members"]] == ["Kim"]


async def test_who_leaves_a_team_loses_what_is_the_teams_at_once(people: People) -> None:
    members = [str(people.seller.user.id), str(people.colleague.user.id)]
    team = await _team(people, member_ids=members)
    record_id = await make_lead(people.seller, owner_team_id=team["id"])
    path = f"/records/{record_id}"
    assert (await people.colleague.http.patch(path, json={})).status_code == 200
    await people.administrator.http.patch(f"/teams/{team['id']}", json={"member_ids": members[:1]})
    refused = await people.colleague.http.patch(path, json={})
    assert problem(refused) == (403, "missing-privilege")


async def test_a_team_that_owns_something_is_not_deleted(people: People) -> None:
    admin = people.administrator.http
    team = await _team(people, member_ids=[str(people.seller.user.id)])
    record_id = await make_lead(people.seller, owner_team_id=team["id"])
    path = f"/teams/{team['id']}"
    assert problem(await admin.delete(path)) == (409, "in-use")
    await admin.patch(f"/records/{record_id}", json={"owner_team_id": None})
    assert (await admin.delete(path)).status_code == 204
    assert problem(await admin.get(path)) == (404, "not-found")


async def test_a_team_of_another_organisation_does_not_exist(
    people: People, strangers: People
) -> None:
    team = await _team(strangers)
    assert problem(await people.administrator.http.get(f"/teams/{team['id']}")) == (
        404,
        "not-found",
    )
