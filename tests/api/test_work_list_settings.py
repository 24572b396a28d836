from datetime import UTC, datetime, timedelta

from db.engine import Sessions
from tests.api.conftest import People, problem
from tests.api.makers import make_lead, make_work_item


async def test_the_order_of_the_list_is_the_managers_to_set(
    people: People, sessions: Sessions
) -> None:
    now = datetime.now(UTC)
    small = await make_lead(people.seller, fields={"budget": "5"})
    large = await make_lead(people.seller, fields={"budget": "900"}, phone="+12025550102")
    await make_work_item(sessions, people, small, title="Small", due_at=now)
    await make_work_item(sessions, people, large, title="Large", due_at=now + timedelta(days=9))

    async def titles() -> list[str]:
        items = (await people.seller.http.get("/work-items")).json()["items"]
        return [item["title"] for item in items]

    assert await titles() == ["Small", "Large"]
    settings = {"priority": [{"by": "value", "field": "budget"}, {"by": "due"}]}
    answer = await people.manager.http.put("/work-list-settings", json=settings)
    assert answer.json() == {
        "priority": settings["priority"],
        "bulk_limit": 50,
        "undo_seconds": 10,
        "in_words": [
            'The largest number in the field "budget" comes first.',
            "What is overdue comes first, then what is due within an hour, then within a day.",
            "Where all that is even, what is due first comes first.",
        ],
    }
    assert await titles() == ["Large", "Small"]
    assert (await people.seller.http.get("/work-list-settings")).json() == answer.json()


async def test_a_seller_reads_the_rule_and_does_not_set_it(people: People) -> None:
    answer = await people.seller.http.put("/work-list-settings", json={"bulk_limit": 200})
    assert problem(answer) == (403, "missing-privilege")
    assert (await people.seller.http.get("/work-list-settings")).json()["bulk_limit"] == 50


async def test_a_rule_that_makes_no_sense_is_refused(people: People) -> None:
    twice = {"priority": [{"by": "due"}, {"by": "due"}]}
    answer = await people.manager.http.put("/work-list-settings", json=twice)
    assert problem(answer) == (422, "invalid-request")
