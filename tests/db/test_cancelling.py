"""Tests of db/messages/cancelling.py: a text is taken back, or has left; never both."""

import asyncio
from uuid import UUID

from sqlalchemy import update

from db.engine import Sessions
from db.messages import drafts, sending
from db.messages.cancelling import cancel
from db.messages.sending import Leaving
from db.messages.texts import write
from db.tables import Message, MessageDecision, Organisation
from domain.messages import MessageStatus, Verdict
from tests.db.conftest import NOW, one, rows
from tests.makers import Scene, make_conversation

ROUNDS = 20


async def write_one(sessions: Sessions, scene: Scene, conversation_id: UUID) -> UUID:
    async with sessions.begin() as session:
        message_id, _ = await write(session, conversation_id, scene.seller.id, "Hello", NOW)
        return message_id


async def take_back(sessions: Sessions, scene: Scene, message_id: UUID) -> bool:
    async with sessions.begin() as session:
        return await cancel(session, message_id, by=scene.seller.id, by_name="Sam Seller", now=NOW)


async def submit(sessions: Sessions, message_id: UUID) -> bool:
    async with sessions.begin() as session:
        draft = await drafts.row_draft(session, message_id, NOW)
        if draft.status is not MessageStatus.HELD:
            return False
        await sending.submit(session, [Leaving(draft, draft.sender(), draft.body)], NOW)
        return True


async def test_a_text_that_is_taken_back_says_who_did(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
    message_id = await write_one(sessions, scene, conversation.id)

    assert await take_back(sessions, scene, message_id)

    message = await one(sessions, Message)
    assert (message.status, message.error) == (MessageStatus.REFUSED, "Cancelled by Sam Seller.")
    assert (message.held_until, message.finished_at) == (None, NOW)
    decision = await one(sessions, MessageDecision)
    assert (decision.verdict, decision.rule, decision.actor_id) == (
        Verdict.CANCEL,
        "cancelled",
        scene.seller.id,
    )
    assert not await take_back(sessions, scene, message_id)


async def test_a_text_of_a_sequence_is_not_taken_back_so(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
    message_id = await write_one(sessions, scene, conversation.id)
    async with sessions.begin() as session:
        await session.execute(update(Message).values(enrollment_id=scene.enrollment.id))
    assert not await take_back(sessions, scene, message_id)


async def test_of_taking_back_and_sending_at_the_same_moment_exactly_one_happens(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(answer_minutes=0))
        conversation = await make_conversation(session, scene.record, scene.number)
    outcomes = set()
    for _ in range(ROUNDS):
        message_id = await write_one(sessions, scene, conversation.id)
        tries = [take_back(sessions, scene, message_id), submit(sessions, message_id)]
        cancelled, submitted = await asyncio.gather(*tries)
        assert cancelled != submitted
        outcomes.add(cancelled)
        message = await one(sessions, Message, id=message_id)
        assert message.status is (MessageStatus.REFUSED if cancelled else MessageStatus.SUBMITTING)
    decided = await rows(sessions, MessageDecision)
    assert len(decided) == ROUNDS
