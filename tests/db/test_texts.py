"""Tests of db/messages/texts.py: a seller writes into a conversation."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import NoResultFound

from db.engine import Sessions
from db.messages.texts import spoken_since, write
from db.tables import Conversation, Message, OutboxItem
from domain.between import Spoken
from domain.messages import Direction, MessageStatus
from tests.db.conftest import NOW, make_message, one, rows, someone_waits
from tests.makers import CUSTOMER, OUR_NUMBER, Scene, make_conversation, make_number, make_user


async def test_a_text_waits_with_us_and_its_workflow_is_told(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        conversation.last_message_at = NOW - timedelta(hours=1)
    async with sessions.begin() as session:
        message_id, workflow_id = await write(
            session, conversation.id, scene.seller.id, "Grüße — 14 €", NOW
        )

    message = await one(sessions, Message)
    assert (message.id, message.status, message.direction) == (
        message_id,
        MessageStatus.HELD,
        Direction.OUTBOUND,
    )
    assert (message.body, message.segments, message.encoding) == ("Grüße — 14 €", 1, "UCS-2")
    assert (message.from_number, message.to_number) == (OUR_NUMBER, CUSTOMER)
    assert message.author_id == scene.seller.id
    assert workflow_id == f"text-{message_id}"
    notice = await one(sessions, OutboxItem)
    assert (notice.workflow_id, notice.kind) == (workflow_id, "start_text")
    assert notice.payload == {
        "workflow_id": workflow_id,
        "kind": "start_text",
        "message_id": str(message_id),
        "urgency": 1,
        "lane": {"number_id": str(scene.number.id), "per_second": 1000.0},
    }
    conversation = await one(sessions, Conversation)
    assert conversation.last_message_at == NOW


async def test_a_text_leaves_from_the_number_the_conversation_was_last_held_over(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other = await make_number(session, scene.account, e164="+12125550101")
        conversation = await make_conversation(session, scene.record, other)
        await write(session, conversation.id, scene.seller.id, "Hello", NOW)
    assert (await one(sessions, Message)).from_number == "+12125550101"


async def test_there_is_no_writing_into_a_conversation_that_is_not_there(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions() as session:
        with pytest.raises(NoResultFound):
            await write(session, UUID(int=1), scene.seller.id, "Hello", NOW)
    assert await rows(sessions, OutboxItem) == []


async def test_of_two_sellers_who_answer_at_once_the_second_finds_what_the_first_wrote(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id, first_name="Mia")
        conversation = await make_conversation(session, scene.record, scene.number)
    seen = await make_message(sessions, conversation, scene.account.id, created_at=NOW)
    later = NOW + timedelta(seconds=5)

    async def look() -> list[Spoken] | None:
        async with sessions.begin() as session:
            return await spoken_since(session, conversation.id, seen.id)

    async with sessions() as session:
        assert await spoken_since(session, conversation.id, seen.id) == []
        looking = asyncio.create_task(look())
        await someone_waits(sessions)
        written, _ = await write(session, conversation.id, colleague.id, "I am on it", later)
        await session.commit()

    assert await looking == [Spoken(written, Direction.OUTBOUND, colleague.id, "Mia Seller", later)]
