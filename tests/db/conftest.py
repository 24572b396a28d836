"""What tests of the database share: a scene to start from, what became of it, and sessions that wait for each other."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.engine import Sessions
from db.messages.inbound import InboundText
from db.tables import Conversation, Message
from domain.messages import Direction, MessageStatus
from tests.makers import CUSTOMER, OUR_NUMBER, Scene, make_scene, save

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
DEADLINE = 20.0

Row = TypeVar("Row", bound=Base)


@pytest.fixture
async def scene(sessions: Sessions) -> Scene:
    """One seller with a number, one lead, one running enrollment of it."""
    async with sessions.begin() as session:
        return await make_scene(session)


async def rows(sessions: Sessions, table: type[Row], **having: Any) -> list[Row]:
    """Return the rows of a table with these values, the oldest first."""
    async with sessions() as session:
        found = await session.scalars(select(table).filter_by(**having).order_by(text("id")))
        return list(found)


async def one(sessions: Sessions, table: type[Row], **having: Any) -> Row:
    (row,) = await rows(sessions, table, **having)
    return row


async def plan_of(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> str:
    """Return how the server would run a statement, a line a node."""
    connection = await session.connection()
    compiled = statement.compile(dialect=connection.dialect)
    plan = await connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
    return "\n".join(plan.scalars())


async def make_message(
    sessions: Sessions, conversation: Conversation, account_id: UUID, **values: Any
) -> Message:
    """Make a text of ours that the provider has, unless told otherwise."""
    values = {
        "direction": Direction.OUTBOUND,
        "status": MessageStatus.QUEUED,
        "body": "Hello",
        "from_number": OUR_NUMBER,
        "to_number": CUSTOMER,
        "segments": 1,
        "encoding": "GSM-7",
        "submitted_at": NOW,
    } | values
    row = Message(
        organisation_id=conversation.organisation_id,
        conversation_id=conversation.id,
        provider_account_id=account_id,
        **values,
    )
    async with sessions.begin() as session:
        await save(session, row)
    return row


def inbound_text(scene: Scene, body: str = "Yes please", **values: Any) -> InboundText:
    """Return a text from the scene's customer to its seller."""
    text = InboundText(
        account_id=scene.account.id,
        provider_message_id="SM1",
        from_number=CUSTOMER,
        to_number=OUR_NUMBER,
        body=body,
    )
    return replace(text, **values)


async def someone_waits(sessions: Sessions, *, count: int = 1) -> None:
    """Return once so many sessions of this database wait for another one's lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(DEADLINE), sessions() as session:
        while await session.scalar(waiting) != count:
            await session.rollback()
            await asyncio.sleep(0.02)
