"""Runs the bare workflow: `python -m bench.bare_worker`. Its activities do the least that any sender must.

They are not safe: one that is tried again sends again.
"""

import asyncio
import os
import signal
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from bench.bare_workflow import TASK_QUEUE, BareWorkflow
from db.engine import driver_url
from settings import Settings
from tests.makers import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER

TABLES = sa.MetaData()
TEXTS = sa.Table(
    "texts",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("to_number", sa.String, nullable=False),
    sa.Column("body", sa.String, nullable=False),
    sa.Column("provider_message_id", sa.String),
)
_BODY = "Hi Ada, this is Sam."


class BareActivities:
    def __init__(self, database: AsyncEngine, http: httpx.AsyncClient) -> None:
        self._database = database
        self._http = http

    @activity.defn
    async def send(self, customer_number: str) -> None:
        text_id = await self._insert(customer_number)
        answer = await self._http.post(
            f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
            data={
                "To": customer_number,
                "From": OUR_NUMBER,
                "Body": _BODY,
                "StatusCallback": f"http://127.0.0.1:9/status?message={text_id}",
            },
        )
        answer.raise_for_status()
        await self._update(text_id, answer.json()["sid"])

    @activity.defn
    async def close(self, customer_number: str) -> None:
        # ours posts nothing at the end of an enrollment either
        await self._update(await self._insert(customer_number), None)

    async def _insert(self, customer_number: str) -> UUID:
        text_id = uuid4()
        async with self._database.begin() as connection:
            await connection.execute(
                sa.insert(TEXTS), {"id": text_id, "to_number": customer_number, "body": _BODY}
            )
        return text_id

    async def _update(self, text_id: UUID, provider_message_id: str | None) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                sa.update(TEXTS)
                .where(TEXTS.c.id == text_id)
                .values(provider_message_id=provider_message_id)
            )


async def main() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    settings = Settings()
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    database = create_async_engine(
        driver_url(settings.required_database_url()),
        pool_size=settings.database_pool_size,
        max_overflow=0,
    )
    async with httpx.AsyncClient(
        base_url=os.environ["BARE_PROVIDER_URL"], auth=(ACCOUNT_SID, AUTH_TOKEN)
    ) as http:
        activities = BareActivities(database, http)
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[BareWorkflow],
            activities=[activities.send, activities.close],
            # as worker.py has it for its own modules
            workflow_runner=SandboxedWorkflowRunner(
                restrictions=SandboxRestrictions.default.with_passthrough_modules("bench")
            ),
            max_concurrent_activities=settings.database_pool_size * 2,
        ):
            await stopped.wait()
    await database.dispose()


if __name__ == "__main__":
    asyncio.run(main())
