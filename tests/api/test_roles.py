"""Tests of api/roles: what comes with the product, and own roles beside it."""

from typing import Any

import pytest

from domain.users import Role
from tests.api.conftest import People, problem
from tests.api.makers import make_lead
from tests.api.test_users import role_id

RECORDS = {"entity": "record", "privilege": "write", "level": "business_unit"}


async def _copied(people: People, **values: Any) -> dict[str, Any]:
    copied = await role_id(people.administrator, Role.SALESPERSON)
    body = {"name": "Team lead", "copy_of": copied} | values
    made = await people.administrator.http.post("/roles", json=body)
    assert made.status_code == 201, made.text
    role: dict[str, Any] = made.json()
    return role


async def test_the_roles_that_come_with_the_product_say_what_they_give(people: People) -> None:
    roles = (await people.seller.http.get("/roles")).json()["items"]
    assert sorted(role["name"] for role in roles) == [
        "Sales Manager",
        "Salesperson",
        "Sequence Manager",
        "System Administrator",
    ]
    seller = next(role for role in roles if role["shipped"] == "salesperson")
    reads = {"entity": "record", "privilege": "read", "level": "business_unit"}
    assert reads in seller["privileges"]
    assert not any(grant["entity"] == "provider_settings" for grant in seller["privileges"])


async def test_an_own_role_is_a_copy_that_is_changed_and_its_holders_may_do_so_at_once(
    people: People,
) -> None:
    role = await _copied(people)
    assert role["shipped"] is None
    admin, path = people.administrator.http, f"/roles/{role['id']}"
    await admin.patch(f"/users/{people.colleague.user.id}", json={"role_ids": [role["id"]]})
    record = f"/records/{await make_lead(people.seller)}"
    assert (await people.colleague.http.patch(record, json={})).status_code == 403
    changed = await admin.patch(path, json={"privileges": [*role["privileges"], RECORDS]})
    assert RECORDS in changed.json()["privileges"]
    assert (await people.colleague.http.patch(record, json={})).status_code == 200
    less = [grant for grant in role["privileges"] if grant["entity"] != "record"]
    await admin.patch(path, json={"privileges": less})
    assert problem(await people.colleague.http.get(record)) == (403, "missing-privilege")


async def test_a_role_that_comes_with_the_product_is_neither_changed_nor_deleted(
    people: People,
) -> None:
    path = f"/roles/{await role_id(people.administrator, Role.SALES_MANAGER)}"
    changed = await people.administrator.http.patch(path, json={"privileges": []})
    assert problem(changed) == (409, "shipped-role")
    deleted = await people.administrator.http.delete(path)
    assert problem(deleted) == (409, "shipped-role")


async def test_a_role_that_somebody_holds_is_not_deleted(people: People) -> None:
    role = await _copied(people)
    admin, path = people.administrator.http, f"/roles/{role['id']}"
    holder = f"/users/{people.colleague.user.id}"
    await admin.patch(holder, json={"role_ids": [role["id"]]})
    assert problem(await admin.delete(path)) == (409, "in-use")
    await admin.patch(holder, json={"role_ids": []})
    assert (await admin.delete(path)).status_code == 204
    assert problem(await admin.get(path)) == (404, "not-found")


async def test_a_name_stands_for_one_role(people: People) -> None:
    await _copied(people)
    admin = people.administrator.http
    body = {
        "name": "Team lead",
        "copy_of": await role_id(people.administrator, Role.SALESPERSON),
    }
    assert problem(await admin.post("/roles", json=body)) == (409, "taken")


async def test_a_role_of_another_organisation_does_not_exist(
    people: People, strangers: People
) -> None:
    theirs = await role_id(strangers.administrator, Role.SALESPERSON)
    admin = people.administrator.http
    assert problem(await admin.get(f"/roles/{theirs}")) == (404, "not-found")
    copied = await admin.post("/roles", json={"name": "Mine", "copy_of": theirs})
    assert copied.json()["errors"][0]["path"] == "copy_of"


@pytest.mark.parametrize(
    "grant",
    [RECORDS | {"entity": "planet"}, RECORDS | {"privilege": "fly"}, RECORDS | {"level": "all"}],
)
async def test_what_is_no_privilege_is_refused(people: People, grant: dict[str, str]) -> None:
    role = await _copied(people)
    answer = await people.administrator.http.patch(
        f"/roles/{role['id']}", json={"privileges": [grant]}
    )
    assert problem(answer) == (422, "invalid-request")


async def test_nobody_makes_a_role_that_gives_more_than_their_own(people: People) -> None:
    role = await _copied(people)
    of_roles = [
        {"entity": "role", "privilege": privilege, "level": "organisation"}
        for privilege in ("create", "write")
    ]
    admin, path = people.administrator.http, f"/roles/{role['id']}"
    await admin.patch(path, json={"privileges": role["privileges"] + of_roles})
    await admin.patch(f"/users/{people.colleague.user.id}", json={"role_ids": [role["id"]]})
    mine = people.colleague.http
    higher = await mine.patch(path, json={"privileges": [*role["privileges"], RECORDS]})
    assert problem(higher) == (403, "more-than-own")
    manager = await role_id(people.administrator, Role.SALES_MANAGER)
    copied = await mine.post("/roles", json={"name": "Mine", "copy_of": manager})
    assert problem(copied) == (403, "more-than-own")
    renamed = await mine.patch(path, json={"name": "Lead of a team"})
    assert renamed.json()["name"] == "Lead of a team"
