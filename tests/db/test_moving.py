"""Tests of db/conversations/moving.py: texts are filed with another record, by hand."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from db.conversations.moving import ForeignMessage, Moved, NothingToMove, move
from db.engine import Sessions
from db.messages.inbound import store
from db.tables import (
    Conversation,
    ConversationMove,
    Enrollment,
    Message,
    Organisation,
    OutboxItem,
    Record,
    TimelineEntry,
    WorkItem,
)
from db.work_items import deciding
from db.work_items.queries import get_work_item
from domain.enrollments import TimelineKind
from domain.messages import Direction, MessageStatus
from domain.routing import UnknownSender
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, inbound_text, make_message, one, rows, someone_waits
from tests.makers import CUSTOMER, Scene, make_conversation, make_record, make_user

HOUR = timedelta(hours=1)
STRANGER = "+12025550133"


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


async def written_into_the_inbox(
    sessions: Sessions, scene: Scene, *texts: str
) -> tuple[Conversation, WorkItem]:
    """Have a stranger write to the seller's number; return their conversation, and the work it makes."""
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
        for index, body in enumerate(texts):
            text = inbound_text(scene, body, from_number=STRANGER, provider_message_id=f"SM{index}")
            await store(session, text, NOW - HOUR + timedelta(minutes=index))
    inbox = await one(sessions, Conversation, record_id=None)
    return inbox, await one(sessions, WorkItem, conversation_id=inbox.id)


async def test_what_the_inbox_asks_is_carried_over_to_the_record_and_to_whose_it_is(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        lead = await make_record(session, colleague)
    inbox, item = await written_into_the_inbox(sessions, scene, "It is Ada", "Hello?")
    assert item.assignee_id == scene.seller.id

    done = await moved(sessions, scene, inbox, lead)

    carried = await one(sessions, WorkItem)
    assert (carried.id, carried.status, carried.due_at) == (item.id, "open", NOW - HOUR)
    assert (carried.conversation_id, carried.record_id) == (done.conversation_id, lead.id)
    assert (carried.assignee_id, carried.team_id) == (colleague.id, None)
    trace = await one(sessions, ConversationMove)
    assert (trace.from_record_id, trace.to_record_id) == (None, lead.id)


async def test_what_the_inbox_asks_is_one_with_what_the_records_conversation_asks_already(
    sessions: Sessions, scene: Scene
) -> None:
    inbox, item = await written_into_the_inbox(sessions, scene, "It is Ada, new phone")
    async with sessions.begin() as session:
        target = Conversation(
            organisation_id=scene.organisation.id,
            customer_number=STRANGER,
            record_id=scene.record.id,
            phone_number_id=scene.number.id,
        )
        session.add(target)
        await session.flush()
        asks = WorkItem(
            organisation_id=scene.organisation.id,
            kind=WorkItemKind.REPLY,
            record_id=scene.record.id,
            assignee_id=scene.seller.id,
            due_at=NOW,
            conversation_id=target.id,
        )
        session.add(asks)

    await moved(sessions, scene, inbox, scene.record)

    left = await one(sessions, WorkItem, status=WorkItemStatus.OPEN)
    assert (left.id, left.conversation_id) == (asks.id, target.id)
    gone = await one(sessions, WorkItem, status=WorkItemStatus.CANCELLED)
    assert (gone.id, gone.reason) == (item.id, "The texts were moved to another record.")


async def test_of_what_stays_in_the_inbox_the_question_stays_there_too(
    sessions: Sessions, scene: Scene
) -> None:
    inbox, item = await written_into_the_inbox(sessions, scene, "It is Ada", "And here is Bob")
    _, of_bob = sorted(await rows(sessions, Message), key=lambda text: text.created_at)

    done = await moved(sessions, scene, inbox, scene.record, [of_bob.id])

    due = await rows(sessions, WorkItem, status=WorkItemStatus.OPEN)
    assert {(each.conversation_id, each.record_id) for each in due} == {
        (inbox.id, None),
        (done.conversation_id, scene.record.id),
    }
    assert item.id in {each.id for each in due}


async def test_what_somebody_said_needs_no_answer_needs_none_with_the_record_either(
    sessions: Sessions, scene: Scene
) -> None:
    inbox, item = await written_into_the_inbox(sessions, scene, "Wrong number, sorry")
    async with sessions.begin() as session:
        row = await get_work_item(session, item.id)
        await deciding.decide(session, row, WorkItemStatus.COMPLETED, by=scene.seller.id, now=NOW)

    await moved(sessions, scene, inbox, scene.record)

    assert (await one(sessions, WorkItem)).status == "completed"


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
