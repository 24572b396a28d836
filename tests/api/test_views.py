from uuid import uuid4

from tests.api.conftest import People, problem

VIEW = {"list": "work_items", "name": "Hot", "query": {"sort": "value", "kind": ["reply"]}}


async def test_a_view_is_kept_changed_and_forgotten(people: People) -> None:
    kept = await people.seller.http.post("/views", json=VIEW)
    assert kept.status_code == 201
    view = kept.json()
    assert (view["name"], view["query"], view["is_shared"]) == ("Hot", VIEW["query"], False)
    path = f"/views/{view['id']}"
    changed = await people.seller.http.patch(path, json={"name": "Hottest"})
    assert (changed.json()["name"], changed.json()["query"]) == ("Hottest", VIEW["query"])
    listed = await people.seller.http.get("/views", params={"list": "work_items"})
    assert [each["name"] for each in listed.json()["items"]] == ["Hottest"]
    other = await people.seller.http.get("/views", params={"list": "records"})
    assert other.json()["items"] == []
    assert (await people.seller.http.delete(path)).status_code == 204
    assert problem(await people.seller.http.delete(path)) == (404, "not-found")


async def test_a_name_is_given_once(people: People) -> None:
    await people.seller.http.post("/views", json=VIEW)
    assert problem(await people.seller.http.post("/views", json=VIEW)) == (409, "taken")
    assert (await people.colleague.http.post("/views", json=VIEW)).status_code == 201


async def test_a_managers_view_is_shared_and_a_sellers_is_not(people: People) -> None:
    shared = VIEW | {"is_shared": True}
    assert problem(await people.seller.http.post("/views", json=shared)) == (
        403,
        "missing-privilege",
    )
    view = (await people.manager.http.post("/views", json=shared)).json()
    (seen,) = (await people.seller.http.get("/views", params={"list": "work_items"})).json()[
        "items"
    ]
    assert (seen["id"], seen["owner"]["first_name"]) == (view["id"], "Mona")
    path = f"/views/{view['id']}"
    assert problem(await people.seller.http.patch(path, json={"name": "Mine"})) == (
        403,
        "missing-privilege",
    )
    own = (await people.seller.http.post("/views", json=VIEW)).json()
    promoted = await people.seller.http.patch(f"/views/{own['id']}", json={"is_shared": True})
    assert problem(promoted) == (403, "missing-privilege")


async def test_a_colleagues_view_is_not_there(people: People) -> None:
    view = (await people.seller.http.post("/views", json=VIEW)).json()
    for view_id in (view["id"], str(uuid4())):
        answer = await people.colleague.http.patch(f"/views/{view_id}", json={"name": "Mine"})
        assert problem(answer) == (404, "not-found")


async def test_a_view_is_not_a_place_to_keep_a_book(people: People) -> None:
    for query in ({"x": "y" * 5000}, {str(number): 1 for number in range(41)}):
        answer = await people.seller.http.post("/views", json=VIEW | {"query": query})
        assert problem(answer) == (422, "invalid-request")
