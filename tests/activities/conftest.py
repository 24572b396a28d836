"""The sending activity on a real database and the handset, with a clock the test sets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.enrollments import EnrollmentActivities
from activities.orders import SendingSettings
from activities.sending import TextSender
from db.autocommit import Committing
from db.engine import Sessions
from db.messages.drafts import step_message_id
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.tables import Enrollment, Message, PhoneNumber, TimelineEntry, WorkItem
from domain.interpreter import Position, TextOutcome
from domain.media import MediaLinks
from domain.pacing import Lane
from tests.carrier import Carrier
from tests.makers import OUR_NUMBER, SECRETS, Scene, make_scene
from workflows.activities import SendStepText, Visit


def lane_of(number: PhoneNumber) -> Lane:
    return Lane(number.id, float(number.per_second))


TRUST = timedelta(seconds=60)
SETTINGS = SendingSettings(
    callback_url="http://127.0.0.1:9",
    trust_list_after=TRUST,
    media_links=MediaLinks(lambda: b"a key for tests", "http://127.0.0.1:9"),
)


@dataclass
class Desk:
    """An enrollment whose first text is about to be sent."""

    sessions: Sessions
    sender: TextSender
    turns: Turns
    enrollments: EnrollmentActivities
    scene: Scene
    at: datetime

    async def send(self, step_id: str = "hello", work_item_id: UUID | None = None) -> TextOutcome:
        visit = Visit(self.scene.enrollment.id, Position("pause"))
        order = SendStepText(visit, step_id, work_item_id, lane_of(self.scene.number))
        return await self.sender.send_step_text(order)

    async def try_to_send(self) -> TextOutcome | str:
        """Send; what the engine would try again comes back as the kind of its error."""
        try:
            return await self.send()
        except ApplicationError as error:
            return error.type or ""

    def pass_time(self, **length: float) -> None:
        self.at += timedelta(**length)

    async def message(self, step_id: str = "hello") -> Message:
        async with self.sessions() as session:
            return await session.get_one(
                Message, step_message_id(self.scene.enrollment.id, step_id)
            )

    async def enrollment(self) -> Enrollment:
        async with self.sessions() as session:
            return await session.get_one(Enrollment, self.scene.enrollment.id)

    async def work_items(self) -> list[WorkItem]:
        async with self.sessions() as session:
            return list(await session.scalars(select(WorkItem).order_by(WorkItem.id)))

    async def timeline(self) -> list[tuple[str, str | None]]:
        async with self.sessions() as session:
            entries = await session.scalars(select(TimelineEntry).order_by(TimelineEntry.at))
            return [(entry.kind.value, entry.step_id) for entry in entries]


@pytest.fixture
async def desk(
    sessions: Sessions,
    database: AsyncEngine,
    committing: Committing,
    database_url: str,
    carrier: Carrier,
) -> AsyncIterator[Desk]:
    carrier.connect(OUR_NUMBER)
    async with sessions.begin() as session:
        scene = await make_scene(session, api_base_url=carrier.url)
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    turns = Turns(database_url)
    made: list[Desk] = []

    def clock() -> datetime:
        return made[0].at

    made.append(
        Desk(
            sessions,
            TextSender(database, committing, turns, accounts, SETTINGS, AccountMeter(), clock),
            turns,
            EnrollmentActivities(sessions, clock),
            scene,
            datetime.now(UTC),
        )
    )
    yield made[0]
    await turns.close()
    await accounts.close()
