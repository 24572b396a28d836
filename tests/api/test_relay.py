"""Tests of api/relay.py and api/outbox.py: the engine is told at once when it is there."""

import shutil
import sysconfig
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from db.engine import Sessions
from db.tables import OutboxItem
from tests.api.conftest import People
from tests.api.makers import enroll, make_lead, publish


@pytest.fixture
async def temporal() -> AsyncIterator[Client]:
    """An engine that is there, without a worker."""
    binary = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=binary, data_converter=pydantic_data_converter
    ) as environment:
        yield environment.client


async def test_the_workflow_of_a_new_enrollment_runs_once_the_answer_is_there(
    people: People, sessions: Sessions, temporal: Client
) -> None:
    await publish(people)
    ada = await make_lead(people.seller)
    await enroll(people.seller, ada)
    description = await temporal.get_workflow_handle(f"enrollment-{ada}-welcome").describe()
    assert description.workflow_type == "Enrollment"
    async with sessions() as session:
        assert (await session.scalars(select(OutboxItem.id))).all() == []
