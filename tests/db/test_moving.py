"""Tests of db/conversations/moving.py: texts are filed with another record, by hand."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from db.conversations.moving import ForeignMessage, Moved, NothingToMove, move
from db.engine import Sessions
from db.messages.inbound import store
from db.tables import (
    Conversation,
    ConversationMove,
    Enrollment,
    Message,
    OutboxItem,
    Record,
    TimelineEntry,
    WorkItem,
)
from domain.enrollments import TimelineKind
from domain.messages import Direction, MessageStatus
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, inbound_text, make_message, one, rows, someone_waits
from tests.makers import CUSTOMER, Scene, make_conversation, make_record, make_user

HOUR = timedelta(hours=1)


async def moved(
    sessions: Sessions,
    scene: Scene,
    source: Conversation,
    target: Record,
    message_ids: Collection[UUID] | None = None,
) -> Moved:
    async with sessions.begin() as session:
        return await move(
            session,
            await session.get_one(Conversation, source.id),
            target,
            message_ids,
            moved_by=scene.seller.id,
            reason="It was about the other deal.",
            now=NOW,
        )


async def said(
    sessions: Sessions, scene: Scene, conversation: Conversation, at: datetime, *, inbound: bool
) -> Message:
    values = (
        {"direction": Direction.INBOUND, "status": MessageStatus.RECEIVED, "submitted_at": None}
        if inbound
        else {"submitted_at": at}
    )
    return await make_message(sessions, conversation, scene.account.id, created_at=at, **values)


@pytest.fixture
async def source(sessions: Sessions, scene: Scene) -> Conversation:
    """A conversation about another record of the same customer."""
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller, first_name="Wrong")
        return await make_conversation(session, other, scene.number)


async def test_chosen_texts_move_and_both_sides_know_anew_when_something_was_said(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    first = await said(sessions, scene, source, NOW - 3 * HOUR, inbound=True)
    stays = await said(sessions, scene, source, NOW - 2 * HOUR, inbound=False)
    last = await said(sessions, scene, source, NOW - HOUR, inbound=True)

    done = await moved(sessions, scene, source, scene.record, [first.id, last.id])

    target = await one(sessions, Conversation, id=done.conversation_id)
    assert (target.record_id, target.customer_number) == (scene.record.id, CUSTOMER)
    assert (target.last_message_at, target.last_inbound_at) == (NOW - HOUR, NOW - HOUR)
    left = await one(sessions, Conversation, id=source.id)
    assert (left.last_message_at, left.last_inbound_at) == (NOW - 2 * HOUR, None)
    found = {each.id: each.conversation_id for each in await rows(sessions, Message)}
    assert found == {first.id: target.id, stays.id: source.id, last.id: target.id}


async def test_a_move_leaves_a_trace(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    text = await said(sessions, scene, source, NOW - HOUR, inbound=True)

    done = await moved(sessions, scene, source, scene.record)

    trace = await one(sessions, ConversationMove)
    assert (trace.from_conversation_id, trace.to_conversation_id) == (
        source.id,
        done.conversation_id,
    )
    assert (trace.from_record_id, trace.to_record_id) == (source.record_id, scene.record.id)
    assert (trace.message_ids, trace.is_whole) == ([text.id], True)
    assert (trace.moved_by, trace.moved_at) == (scene.seller.id, NOW)
    assert trace.reason == "It was about the other deal."


async def test_what_was_moved_can_be_moved_back(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    text = await said(sessions, scene, source, NOW - HOUR, inbound=True)
    async with sessions() as session:
        wrong = await session.get_one(Record, source.record_id)

    there = await moved(sessions, scene, source, scene.record)
    target = await one(sessions, Conversation, id=there.conversation_id)
    back = await moved(sessions, scene, target, wrong)

    assert back.conversation_id == source.id
    assert (await one(sessions, Message)).conversation_id == source.id
    left = await one(sessions, Conversation, id=target.id)
    assert left.last_inbound_at is None
    assert [each.message_ids for each in await rows(sessions, ConversationMove)] == [
        [text.id],
        [text.id],
    ]


async def test_a_reply_moved_to_its_record_is_told_to_the_enrollment_once(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    async with sessions.begin() as session:
        enrollment = await session.get_one(Enrollment, scene.enrollment.id)
        enrollment.started_at = NOW - 2 * HOUR
        wrong = await session.get_one(Record, source.record_id)
    before = await said(sessions, scene, source, NOW - 3 * HOUR, inbound=True)
    reply = await said(sessions, scene, source, NOW - HOUR, inbound=True)

    done = await moved(sessions, scene, source, scene.record)

    assert done.workflow_ids == [scene.enrollment.workflow_id]
    entry = await one(sessions, TimelineEntry)
    assert (entry.kind, entry.message_id) == (TimelineKind.REPLY_RECEIVED, reply.id)
    notice = await one(sessions, OutboxItem)
    assert (notice.kind, notice.payload["message_id"]) == ("reply_received", str(reply.id))
    assert str(before.id) not in str(notice.payload)
    target = await one(sessions, Conversation, id=done.conversation_id)
    await moved(sessions, scene, target, wrong)
    again = await moved(sessions, scene, source, scene.record)
    assert again.workflow_ids == []


async def test_what_must_be_done_about_a_text_follows_it(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        theirs = await make_record(session, colleague, first_name="Right")
    text = await said(sessions, scene, source, NOW - HOUR, inbound=True)
    async with sessions.begin() as session:
        for kind, values in (
            (WorkItemKind.REPLY, {"conversation_id": source.id, "message_id": text.id}),
            (WorkItemKind.FAILED_TEXT, {"message_id": text.id}),
        ):
            session.add(
                WorkItem(
                    organisation_id=scene.organisation.id,
                    kind=kind,
                    record_id=source.record_id,
                    assignee_id=scene.seller.id,
                    due_at=NOW,
                    created_at=NOW - HOUR,
                    **values,
                )
            )

    done = await moved(sessions, scene, source, theirs)

    left, answer = await rows(sessions, WorkItem, kind=WorkItemKind.REPLY)
    assert (left.conversation_id, left.status) == (source.id, WorkItemStatus.CANCELLED)
    assert (answer.record_id, answer.conversation_id, answer.assignee_id) == (
        theirs.id,
        done.conversation_id,
        colleague.id,
    )
    about = await one(sessions, WorkItem, kind=WorkItemKind.FAILED_TEXT)
    assert (about.record_id, about.status) == (theirs.id, WorkItemStatus.OPEN)


async def test_who_wrote_about_two_things_waits_for_two_answers(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    first = await said(sessions, scene, source, NOW - 2 * HOUR, inbound=True)
    second = await said(sessions, scene, source, NOW - HOUR, inbound=True)
    async with sessions.begin() as session:
        session.add(
            WorkItem(
                organisation_id=scene.organisation.id,
                kind=WorkItemKind.REPLY,
                record_id=source.record_id,
                assignee_id=scene.seller.id,
                due_at=NOW,
                conversation_id=source.id,
                message_id=first.id,
            )
        )
    done = await moved(sessions, scene, source, scene.record, [second.id])
    due = await rows(sessions, WorkItem, kind=WorkItemKind.REPLY, status=WorkItemStatus.OPEN)
    assert {(item.conversation_id, item.message_id) for item in due} == {
        (source.id, first.id),
        (done.conversation_id, second.id),
    }


async def test_who_wrote_into_the_inbox_waits_for_an_answer_once_the_record_is_known(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(WorkItem))
        inbox = Conversation(
            organisation_id=scene.organisation.id,
            customer_number=CUSTOMER,
            record_id=None,
            phone_number_id=scene.number.id,
        )
        session.add(inbox)
        await session.flush()
    await said(sessions, scene, inbox, NOW - HOUR, inbound=True)

    done = await moved(sessions, scene, inbox, scene.record)

    item = await one(sessions, WorkItem, kind=WorkItemKind.REPLY)
    assert (item.conversation_id, item.record_id, item.assignee_id) == (
        done.conversation_id,
        scene.record.id,
        scene.seller.id,
    )
    trace = await one(sessions, ConversationMove)
    assert (trace.from_record_id, trace.to_record_id) == (None, scene.record.id)


async def test_only_texts_of_the_conversation_are_moved_and_some_there_must_be(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    with pytest.raises(NothingToMove):
        await moved(sessions, scene, source, scene.record)
    text = await said(sessions, scene, source, NOW - HOUR, inbound=True)
    with pytest.raises(ForeignMessage):
        await moved(sessions, scene, source, scene.record, [text.id, UUID(int=1)])
    assert (await one(sessions, Message)).conversation_id == source.id
    assert await rows(sessions, ConversationMove) == []


async def test_a_text_that_comes_while_its_conversation_is_moved_is_not_lost(
    sessions: Sessions, scene: Scene, source: Conversation
) -> None:
    await said(sessions, scene, source, NOW - HOUR, inbound=True)
    async with sessions() as session:
        held = await session.get_one(Conversation, source.id)
        done = await move(
            session, held, scene.record, None, moved_by=scene.seller.id, reason=None, now=NOW
        )

        async def bring() -> None:
            async with sessions.begin() as other:
                await store(other, inbound_text(scene), NOW)

        coming = asyncio.create_task(bring())
        await someone_waits(sessions)
        await session.commit()
    await coming

    stored = await rows(sessions, Message)
    assert len(stored) == 2
    assert {each.conversation_id for each in stored} <= {source.id, done.conversation_id}
    async with sessions() as session:
        found = await session.scalars(select(Conversation.id))
        assert set(found) == {source.id, done.conversation_id}
