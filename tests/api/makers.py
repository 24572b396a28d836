"""Makes what a test of the API starts from, through the API where it can."""

from typing import Any

from db.engine import Sessions
from db.tables import WorkItem
from tests.api.conftest import People, Person

SEQUENCE = """
key: welcome
name: Welcome
record: lead
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}."}
  - {id: pause, type: wait, for: 2d}
  - {id: book, type: manual_text, text: "Shall we talk?"}
"""


async def publish(people: People) -> None:
    """Publish and activate the sequence above."""
    manager = people.manager.http
    await manager.put(
        "/sequences/welcome/draft",
        content=SEQUENCE,
        headers={"Content-Type": "application/yaml"},
    )
    for verb in ("publish", "activate"):
        assert (await manager.post(f"/sequences/welcome/{verb}")).status_code == 200


async def make_lead(person: Person, **values: Any) -> str:
    """Make a record of `person` and return its id."""
    body = {"first_name": "Ada", "phone": "+12025550101"} | values
    answer = await person.http.post("/records", json=body)
    assert answer.status_code == 201, answer.text
    record_id: str = answer.json()["id"]
    return record_id


async def enroll(person: Person, *record_ids: str) -> dict[str, Any]:
    answer = await person.http.post(
        "/enrollments", json={"sequence": "welcome", "record_ids": record_ids}
    )
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def make_work_item(sessions: Sessions, people: People, record_id: str, **values: Any) -> str:
    """Put a work item before the first seller and return its id."""
    values = {"kind": "manual_text", "title": "Book", "text": "Shall we talk?"} | values
    async with sessions.begin() as session:
        item = WorkItem(
            organisation_id=people.organisation.id,
            record_id=record_id,
            assignee_id=people.seller.user.id,
            **values,
        )
        session.add(item)
        await session.flush()
        return str(item.id)
