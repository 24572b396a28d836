import pytest

from tests.api.conftest import People, problem


def _body(people: People, **values: object) -> dict[str, object]:
    body = {"e164": "+1 212 555 0177", "provider_account_id": str(people.account.id)}
    return body | values


async def test_a_number_is_added_in_e164_for_its_owner(people: People) -> None:
    kim = str(people.colleague.user.id)
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, owner_user_id=kim, is_default=True, per_second=0.5)
    )
    assert answer.status_code == 201
    number = answer.json()
    assert (number["e164"], number["per_second"]) == ("+12125550177", 0.5)
    assert (number["owner_user_id"], number["is_default"]) == (kim, True)


async def test_a_number_in_national_format_is_refused(people: People) -> None:
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, e164="07700 900123")
    )
    assert problem(answer) == (422, "invalid-request")
    assert "07700 900123" in answer.json()["detail"]


async def test_a_number_is_added_once(people: People) -> None:
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, e164="+12125550100")
    )
    assert problem(answer) == (409, "taken")


async def test_a_number_belongs_to_a_user_or_a_team_that_exists(people: People) -> None:
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    nobody = "0199a0b0-0000-7000-8000-000000000000"
    for owners, path in (
        (
            {"owner_user_id": str(people.seller.user.id), "owner_team_id": team.json()["id"]},
            "owner_team_id",
        ),
        ({"owner_user_id": nobody}, "owner_user_id"),
        ({"owner_team_id": nobody}, "owner_team_id"),
        ({"provider_account_id": nobody}, "provider_account_id"),
    ):
        answer = await people.administrator.http.post(
            "/phone-numbers", json=_body(people, **owners)
        )
        assert problem(answer) == (422, "invalid-request")
        assert answer.json()["errors"][0]["path"] == path


async def test_a_new_default_takes_the_place_of_the_old_one(people: People) -> None:
    sam = str(people.seller.user.id)
    await people.administrator.http.post(
        "/phone-numbers", json=_body(people, owner_user_id=sam, is_default=True)
    )
    numbers = (await people.seller.http.get("/phone-numbers")).json()["items"]
    assert [(n["e164"], n["is_default"]) for n in numbers] == [
        ("+12125550100", False),
        ("+12125550177", True),
    ]
    path = f"/phone-numbers/{people.number.id}"
    assert (await people.manager.http.patch(path, json={"is_default": True})).status_code == 200
    numbers = (await people.seller.http.get("/phone-numbers")).json()["items"]
    assert [n["is_default"] for n in numbers] == [True, False]


async def test_a_number_given_to_a_team_leaves_its_user(people: People) -> None:
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    answer = await people.manager.http.patch(
        f"/phone-numbers/{people.number.id}", json={"owner_team_id": team.json()["id"]}
    )
    assert answer.json()["owner_user_id"] is None
    assert answer.json()["owner_team_id"] == team.json()["id"]


@pytest.mark.parametrize("who", ["manager", "seller"])
async def test_only_an_administrator_adds_and_deletes_numbers(people: People, who: str) -> None:
    person = getattr(people, who)
    answer = await person.http.post("/phone-numbers", json=_body(people))
    assert problem(answer) == (403, "missing-privilege")
    answer = await person.http.delete(f"/phone-numbers/{people.number.id}")
    assert problem(answer) == (403, "missing-privilege")


async def test_an_unused_number_can_be_deleted(people: People) -> None:
    path = f"/phone-numbers/{people.number.id}"
    assert (await people.administrator.http.delete(path)).status_code == 204
    assert problem(await people.administrator.http.get(path)) == (404, "not-found")
