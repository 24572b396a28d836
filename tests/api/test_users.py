"""Tests of api/users, api/teams and api/roles: who works here."""

import httpx

from tests.api.conftest import People, problem

SAM = {
    "email": "New@Example.com",
    "first_name": "New",
    "last_name": "Person",
    "role": "salesperson",
    "password": "a long sentence",
}


async def test_a_new_user_can_sign_in(people: People, http: httpx.AsyncClient) -> None:
    created = await people.administrator.http.post("/users", json=SAM)
    assert created.status_code == 201
    assert created.json()["email"] == "new@example.com"
    assert "password" not in created.text
    answer = await http.post(
        "/session", json={"email": "new@example.com", "password": "a long sentence"}
    )
    assert answer.status_code == 201


async def test_an_address_belongs_to_one_user(people: People) -> None:
    await people.administrator.http.post("/users", json=SAM)
    again = await people.administrator.http.post("/users", json=SAM | {"email": "NEW@example.com"})
    assert problem(again) == (409, "taken")


async def test_only_an_administrator_adds_users(people: People) -> None:
    for person in (people.manager, people.seller):
        answer = await person.http.post("/users", json=SAM)
        assert problem(answer) == (403, "missing-privilege")
        assert answer.json()["errors"][0]["path"] == "user.create"


async def test_everybody_sees_who_works_here(people: People) -> None:
    users = (await people.seller.http.get("/users")).json()["items"]
    assert [user["first_name"] for user in users] == ["Alex", "Mona", "Sam", "Kim"]


async def test_a_team_has_members_of_the_organisation(people: People) -> None:
    members = [str(people.seller.user.id), str(people.colleague.user.id)]
    await people.administrator.http.post("/teams", json={"name": "North", "member_ids": members})
    (team,) = (await people.seller.http.get("/teams")).json()["items"]
    assert [member["first_name"] for member in team["members"]] == ["Sam", "Kim"]
    again = await people.administrator.http.post("/teams", json={"name": "North"})
    assert problem(again) == (409, "taken")
    strangers = {"name": "South", "member_ids": ["0199a0b0-0000-7000-8000-000000000000"]}
    answer = await people.administrator.http.post("/teams", json=strangers)
    assert problem(answer) == (422, "invalid-request")


async def test_roles_say_what_they_may_do(people: People) -> None:
    roles = (await people.seller.http.get("/roles")).json()["items"]
    seller = next(role for role in roles if role["role"] == "salesperson")
    assert {"entity": "record", "privilege": "read", "level": "user"} in seller["privileges"]
    assert not any(grant["entity"] == "provider_account" for grant in seller["privileges"])
