"""Tests of api/business_units: the tree, and what moving in it shows and hides."""

import asyncio

from tests.api.conftest import People, problem
from tests.api.makers import make_lead


async def _root(people: People) -> str:
    units = (await people.seller.http.get("/business-units")).json()["items"]
    (root,) = (unit["id"] for unit in units if unit["parent_id"] is None)
    return str(root)


async def _unit(people: People, name: str, parent_id: str) -> str:
    body = {"name": name, "parent_id": parent_id}
    made = await people.administrator.http.post("/business-units", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _move(people: People, unit_id: str, parent_id: str) -> int:
    path = f"/business-units/{unit_id}"
    answer = await people.administrator.http.patch(path, json={"parent_id": parent_id})
    return answer.status_code


async def test_an_organisation_begins_with_one_unit_and_others_are_part_of_it(
    people: People,
) -> None:
    root = await _root(people)
    north = await _unit(people, "North", root)
    shown = (await people.seller.http.get(f"/business-units/{north}")).json()
    assert shown == {"id": north, "name": "North", "parent_id": root}
    body = {"name": "North", "parent_id": root}
    again = await people.administrator.http.post("/business-units", json=body)
    assert problem(again) == (409, "taken")
    refused = await people.manager.http.post("/business-units", json=body)
    assert refused.json()["errors"][0]["path"] == "business_unit.create"


async def test_a_manager_sees_and_changes_the_records_of_the_own_unit_only(people: People) -> None:
    admin, root = people.administrator.http, await _root(people)
    north, south = await _unit(people, "North", root), await _unit(people, "South", root)
    sellers = f"/users/{people.seller.user.id}"
    await admin.patch(f"/users/{people.manager.user.id}", json={"business_unit_id": north})
    await admin.patch(sellers, json={"business_unit_id": south})
    record = f"/records/{await make_lead(people.seller)}"
    assert problem(await people.manager.http.patch(record, json={})) == (404, "not-found")
    assert (await people.manager.http.get("/records")).json()["items"] == []
    # the seller moves, and what is the seller's moves along
    await admin.patch(sellers, json={"business_unit_id": north})
    assert (await people.manager.http.patch(record, json={})).status_code == 200
    assert len((await people.manager.http.get("/records")).json()["items"]) == 1


async def test_a_manager_does_not_give_a_record_away_to_another_unit(people: People) -> None:
    root = await _root(people)
    north = await _unit(people, "North", root)
    await people.administrator.http.patch(
        f"/users/{people.colleague.user.id}", json={"business_unit_id": north}
    )
    record = f"/records/{await make_lead(people.seller)}"
    to = {"owner_user_id": str(people.colleague.user.id)}
    refused = await people.manager.http.patch(record, json=to)
    assert refused.json()["errors"][0]["path"] == "record.assign"
    assert (await people.administrator.http.patch(record, json=to)).status_code == 200


async def test_a_manager_does_not_change_the_number_of_another_unit(people: People) -> None:
    north = await _unit(people, "North", await _root(people))
    sellers = f"/users/{people.seller.user.id}"
    number = f"/phone-numbers/{people.number.id}"
    assert (await people.manager.http.patch(number, json={"per_second": 2})).status_code == 200
    await people.administrator.http.patch(sellers, json={"business_unit_id": north})
    hidden = await people.manager.http.patch(number, json={"per_second": 3})
    assert problem(hidden) == (404, "not-found")


async def test_a_unit_is_not_moved_into_itself_or_what_is_part_of_it(people: People) -> None:
    root = await _root(people)
    north = await _unit(people, "North", root)
    east = await _unit(people, "East", north)
    path = f"/business-units/{north}"
    for below in (north, east):
        answer = await people.administrator.http.patch(path, json={"parent_id": below})
        assert problem(answer) == (409, "unit-cycle")
    assert await _move(people, east, root) == 200
    assert await _move(people, north, east) == 200


async def test_the_unit_that_all_are_part_of_stays_so(people: People) -> None:
    root = await _root(people)
    north = await _unit(people, "North", root)
    assert await _move(people, root, north) == 409


async def test_two_units_moved_into_each_other_at_once_make_no_circle(people: People) -> None:
    root = await _root(people)
    north, south = await _unit(people, "North", root), await _unit(people, "South", root)
    moved = await asyncio.gather(_move(people, north, south), _move(people, south, north))
    assert sorted(moved) == [200, 409]


async def test_a_unit_that_somebody_belongs_to_is_not_deleted(people: People) -> None:
    admin, root = people.administrator.http, await _root(people)
    north = await _unit(people, "North", root)
    sellers = f"/users/{people.seller.user.id}"
    await admin.patch(sellers, json={"business_unit_id": north})
    path = f"/business-units/{north}"
    assert problem(await admin.delete(path)) == (409, "in-use")
    await admin.patch(sellers, json={"business_unit_id": root})
    assert (await admin.delete(path)).status_code == 204
    assert problem(await admin.delete(f"/business-units/{root}")) == (409, "in-use")


async def test_a_unit_of_another_organisation_does_not_exist(
    people: People, strangers: People
) -> None:
    admin, theirs = people.administrator.http, await _root(strangers)
    assert problem(await admin.get(f"/business-units/{theirs}")) == (404, "not-found")
    made = await admin.post("/business-units", json={"name": "Ours", "parent_id": theirs})
    assert made.json()["errors"][0]["path"] == "parent_id"
