import pytest

from tests.api.conftest import People, problem


async def _create(people: People, count: int) -> None:
    for number in range(count):
        body = {"first_name": f"Lead {number}", "phone": f"+1202555010{number}"}
        assert (await people.seller.http.post("/records", json=body)).status_code == 201


async def test_pages_follow_each_other_without_gap_or_repeat(people: People) -> None:
    await _create(people, 5)
    names: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await people.seller.http.get("/records", params={"limit": 2, **after})).json()
        names += [record["first_name"] for record in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert names == ["Lead 4", "Lead 3", "Lead 2", "Lead 1", "Lead 0"]


async def test_a_row_that_arrives_while_one_reads_moves_nothing(people: People) -> None:
    await _create(people, 3)
    first = (await people.seller.http.get("/records", params={"limit": 2})).json()
    body = {"first_name": "Late", "phone": "+12025550109"}
    await people.seller.http.post("/records", json=body)
    rest = await people.seller.http.get("/records", params={"after": first["next"]})
    assert [record["first_name"] for record in rest.json()["items"]] == ["Lead 0"]


@pytest.mark.parametrize("cursor", ["made up", "W10", "WyJ4Il0", "bnVsbA", "%00"])
async def test_a_cursor_that_was_not_given_is_refused(people: People, cursor: str) -> None:
    answer = await people.seller.http.get("/records", params={"after": cursor})
    assert problem(answer) == (422, "invalid-cursor")


@pytest.mark.parametrize("limit", [0, 201])
async def test_a_page_has_between_1_and_200_items(people: People, limit: int) -> None:
    answer = await people.seller.http.get("/records", params={"limit": limit})
    assert problem(answer) == (422, "invalid-request")
