import asyncio

from tests.api.conftest import People, problem

KEY = {"Idempotency-Key": "5b0d"}
ADA = {"first_name": "Ada", "phone": "+12025550101"}


async def _count(people: People) -> int:
    return len((await people.seller.http.get("/records")).json()["items"])


async def test_a_request_sent_again_is_answered_as_before_and_done_once(people: People) -> None:
    first = await people.seller.http.post("/records", json=ADA, headers=KEY)
    second = await people.seller.http.post("/records", json=ADA, headers=KEY)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await _count(people) == 1


async def test_of_two_at_the_same_moment_one_is_done(people: People) -> None:
    answers = await asyncio.gather(
        *(people.seller.http.post("/records", json=ADA, headers=KEY) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await _count(people) == 1


async def test_a_key_does_not_serve_for_a_different_request(people: People) -> None:
    await people.seller.http.post("/records", json=ADA, headers=KEY)
    other = await people.seller.http.post("/records", json=ADA | {"first_name": "Eve"}, headers=KEY)
    assert problem(other) == (422, "idempotency-key-reused")


async def test_what_failed_may_be_tried_again_under_its_key(people: People) -> None:
    wrong = await people.seller.http.post("/records", json=ADA | {"phone": "12"}, headers=KEY)
    assert wrong.status_code == 422
    right = await people.seller.http.post("/records", json=ADA, headers=KEY)
    assert right.status_code == 201


async def test_somebody_else_may_use_the_same_key(people: People) -> None:
    mine = await people.seller.http.post("/records", json=ADA, headers=KEY)
    theirs = await people.colleague.http.post("/records", json=ADA, headers=KEY)
    assert mine.json()["id"] != theirs.json()["id"]
