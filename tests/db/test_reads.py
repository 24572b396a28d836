"""Tests of db/conversations/reads.py: how far each person has read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.conversations.reads import is_unread, mark_read, unread_count
from db.engine import Sessions
from db.tables import Conversation, ConversationRead, User
from domain.messages import Direction, MessageStatus
from tests.db.conftest import NOW, make_message
from tests.makers import Scene, make_conversation, make_user

MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    async with sessions.begin() as session:
        (await session.get_one(User, scene.seller.id)).created_at = LONG_AGO
        return await make_conversation(session, scene.record, scene.number)


async def hears(sessions: Sessions, scene: Scene, conversation: Conversation, count: int) -> None:
    """Have the customer write so many texts, a minute each until now."""
    for index in range(count):
        at = NOW - index * MINUTE
        values = {"status": MessageStatus.RECEIVED, "submitted_at": None, "created_at": at}
        await make_message(
            sessions, conversation, scene.account.id, direction=Direction.INBOUND, **values
        )
    async with sessions.begin() as session:
        (await session.get_one(Conversation, conversation.id)).last_inbound_at = NOW


async def unread(sessions: Sessions, user: User) -> tuple[bool, int]:
    async with sessions() as session:
        found = await session.execute(select(is_unread(user.id), unread_count(user.id)))
        is_so, count = found.one()
        return bool(is_so), count


async def test_what_one_has_read_is_still_unread_for_the_other(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        other = await make_user(session, scene.organisation.id, created_at=LONG_AGO)
    await hears(sessions, scene, conversation, 3)
    assert await unread(sessions, scene.seller) == (True, 3)

    async with sessions.begin() as session:
        await mark_read(session, conversation.id, scene.seller.id, NOW - MINUTE)
    assert await unread(sessions, scene.seller) == (True, 1)
    async with sessions.begin() as session:
        await mark_read(session, conversation.id, scene.seller.id, NOW)
    assert await unread(sessions, scene.seller) == (False, 0)
    assert await unread(sessions, other) == (True, 3)


async def test_nothing_that_was_read_becomes_unread(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for until in (NOW, NOW - MINUTE):
        async with sessions.begin() as session:
            await mark_read(session, conversation.id, scene.seller.id, until)
    async with sessions() as session:
        assert (await session.scalars(select(ConversationRead.read_until))).one() == NOW


async def test_a_newcomer_finds_nothing_unread(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await hears(sessions, scene, conversation, 1)
    async with sessions.begin() as session:
        newcomer = await make_user(session, scene.organisation.id, created_at=NOW + MINUTE)
    assert await unread(sessions, newcomer) == (False, 0)


async def test_ten_are_ten_or_more(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await hears(sessions, scene, conversation, 12)
    assert await unread(sessions, scene.seller) == (True, 10)
