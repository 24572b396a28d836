from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from activities.enrollments import EnrollmentActivities
from db.engine import Sessions
from db.tables import Enrollment, Message, WorkItem
from domain.interpreter import Position
from domain.messages import Direction, MessageStatus
from tests.makers import CUSTOMER, OUR_NUMBER, Scene, make_conversation, make_scene, save
from workflows.activities import AskField, FindReply, OpenWorkItem, Visit

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)

SEQUENCE = """
key: test
name: Test
steps:
  - id: offer
    type: email
    subject: "Your {{ record.fields.bike | default: 'city bike' }}, {{ record.first_name }}"
    description: "It is ready.\\nShall I keep it?"
    due: 2d
  - {id: thanks, name: Thank them, type: email}
  - {id: hello, type: automated_text, text: Hello}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: breathe, type: wait, for: 2h}
      - {id: ring, type: call}
    else:
      - id: northern
        type: branch
        when: {field: {name: region, equals: north}}
        then: [{id: rest, type: wait, for: 1d}]
  - {id: bye, type: automated_text, text: Bye}
"""


@dataclass
class Office:
    sessions: Sessions
    scene: Scene
    activities: EnrollmentActivities = field(init=False)

    def __post_init__(self) -> None:
        self.activities = EnrollmentActivities(self.sessions, lambda: NOW)

    async def standing(self) -> tuple[str | None, datetime | None, bool]:
        async with self.sessions() as session:
            row = await session.get_one(Enrollment, self.scene.enrollment.id)
            return row.current_step_id, row.waiting_until, row.sends_next

    async def opened(self, step_id: str) -> WorkItem:
        item_id = UUID("0198f000-0000-7000-8000-0000000000aa")
        visit = Visit(self.scene.enrollment.id, Position(step_id))
        await self.activities.open_work_item(OpenWorkItem(visit, step_id, item_id))
        async with self.sessions() as session:
            return (await session.scalars(select(WorkItem))).one()

    async def hear(self, at: datetime) -> None:
        async with self.sessions.begin() as session:
            conversation = await make_conversation(session, self.scene.record, self.scene.number)
            text = Message(
                organisation_id=self.scene.organisation.id,
                conversation_id=conversation.id,
                provider_account_id=self.scene.account.id,
                direction=Direction.INBOUND,
                status=MessageStatus.RECEIVED,
                body="Yes",
                from_number=CUSTOMER,
                to_number=OUR_NUMBER,
                segments=1,
                encoding="GSM-7",
                created_at=at,
            )
            await save(session, text)

    def asked(self, step_id: str | None = "answered") -> FindReply:
        after = NOW - timedelta(days=3)
        return FindReply(self.scene.enrollment.id, after=after, until=NOW, step_id=step_id)


@pytest.fixture
async def office(sessions: Sessions) -> Office:
    async with sessions.begin() as session:
        scene = await make_scene(session, sequence=SEQUENCE, record={"fields": {"region": "north"}})
    return Office(sessions, scene)


async def test_an_email_is_put_before_the_seller_with_what_it_is_to_say(office: Office) -> None:
    item = await office.opened("offer")
    assert (item.kind, item.status) == ("email", "open")
    assert (item.title, item.text) == ("Your city bike, Ada", "It is ready.\nShall I keep it?")
    assert item.due_at == NOW + timedelta(days=2)
    assert await office.standing() == ("offer", None, False)


async def test_an_email_of_no_subject_is_called_as_its_step(office: Office) -> None:
    item = await office.opened("thanks")
    assert (item.title, item.text, item.reason) == ("Thank them", None, None)


async def test_a_wait_behind_a_field_is_known_when_the_field_was_asked(office: Office) -> None:
    order = AskField(office.scene.enrollment.id, "northern")
    assert await office.activities.ask_field(order) is True
    assert await office.standing() == ("rest", NOW + timedelta(days=1), True)


async def test_a_wait_behind_an_answer_is_known_when_the_answer_was_found(office: Office) -> None:
    await office.hear(NOW - timedelta(hours=1))
    for _ in range(2):  # an activity may run twice
        assert await office.activities.find_reply(office.asked()) is True
        assert await office.standing() == ("breathe", NOW + timedelta(hours=2), False)


async def test_silence_leads_to_the_other_side(office: Office) -> None:
    await office.hear(NOW - timedelta(days=4))
    assert await office.activities.find_reply(office.asked()) is False
    assert await office.standing() == ("northern", None, False)


async def test_a_run_that_does_not_say_which_branch_asks_is_answered_all_the_same(
    office: Office,
) -> None:
    assert await office.activities.find_reply(office.asked(step_id=None)) is False
    assert await office.standing() == (None, None, False)
