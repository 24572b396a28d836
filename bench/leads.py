"""Whom do the benchmarks text? Leads of one seller with one number, each with a conversation and an enrollment."""

from dataclasses import dataclass
from uuid import UUID

from db.engine import create_engine, create_sessions
from domain.notices import StartEnrollment
from domain.pacing import Lane
from domain.sequence import SequenceDocument
from tests.makers import make_conversation, make_enrollment, make_record, make_scene


@dataclass(frozen=True)
class Leads:
    """`starts` has by customer number what begins the workflow of each lead's enrollment."""

    account_id: UUID
    lane: Lane
    starts: dict[str, StartEnrollment]


async def make_leads(database_url: str, provider_url: str, sequence: str, count: int) -> Leads:
    """Make `count` leads; no workflow is started yet."""
    database = create_engine(database_url, pool_size=1)
    starts = {}
    async with create_sessions(database).begin() as session:
        scene = await make_scene(session, api_base_url=provider_url, sequence=sequence)
        document = SequenceDocument.model_validate(scene.version.document).skeleton()
        lane = Lane(scene.number.id, float(scene.number.per_second))
        for index in range(count):
            customer = f"+1212600{index:04}"
            record = await make_record(session, scene.seller, phone=customer)
            await make_conversation(session, record, scene.number)
            enrollment = await make_enrollment(session, record, scene.version)
            starts[customer] = StartEnrollment(
                workflow_id=enrollment.workflow_id,
                enrollment_id=enrollment.id,
                document=document,
                lane=lane,
            )
    await database.dispose()
    return Leads(scene.account.id, lane, starts)
