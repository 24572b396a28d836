"""Makes what a test of the API starts from, through the API where it can."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from db.engine import Sessions
from db.messages.inbound import InboundText, store
from db.roles.queries import create_role, give_roles
from db.tables import Message, Record, WorkItem
from domain.messages import Direction, MessageStatus
from domain.privileges import Level, Need
from domain.roles import SHIPPED
from domain.users import Role
from tests.api.conftest import People, Person
from tests.makers import make_conversation

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


async def make_role(sessions: Sessions, person: Person, changes: dict[Need, Level | None]) -> None:
    """Give somebody an own role in place of theirs: a salesperson's with these levels, None for not at all."""
    grants = {**SHIPPED[Role.SALESPERSON], **changes}
    async with sessions.begin() as session:
        role = await create_role(
            session,
            person.user.organisation_id,
            name=f"Role of {person.user.first_name}",
            grants={need: level for need, level in grants.items() if level is not None},
        )
        await give_roles(session, person.user.id, [role.id])


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


NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def converse(
    people: People,
    sessions: Sessions,
    *bodies: str,
    record_id: str | None = None,
    began: datetime = NOON,
) -> str:
    """Make a conversation in which the customer and we take turns, a minute each; return its id."""
    record_id = record_id or await make_lead(people.seller, last_name="Moreno")
    async with sessions.begin() as session:
        record = await session.get_one(Record, record_id)
        conversation = await make_conversation(session, record, people.number)
        conversation.last_message_at = began
        for minute, body in enumerate(bodies):
            is_inbound = minute % 2 == 0
            at = began + timedelta(minutes=minute)
            numbers = (record.phone, people.number.e164)
            session.add(
                Message(
                    organisation_id=people.organisation.id,
                    conversation_id=conversation.id,
                    direction=Direction.INBOUND if is_inbound else Direction.OUTBOUND,
                    status=MessageStatus.RECEIVED if is_inbound else MessageStatus.DELIVERED,
                    body=body,
                    from_number=numbers[0 if is_inbound else 1],
                    to_number=numbers[1 if is_inbound else 0],
                    segments=1,
                    encoding="GSM-7",
                    provider_account_id=people.account.id,
                    author_id=None if is_inbound else people.seller.user.id,
                    created_at=at,
                    submitted_at=None if is_inbound else at,
                )
            )
        return str(conversation.id)


async def hear(sessions: Sessions, people: People, body: str, from_number: str) -> None:
    """Let a customer write to the first seller's number."""
    text = InboundText(
        account_id=people.account.id,
        provider_message_id=f"SM{uuid4().hex}",
        from_number=from_number,
        to_number=people.number.e164,
        body=body,
    )
    async with sessions.begin() as session:
        await store(session, text, datetime.now(UTC))
