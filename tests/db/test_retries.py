"""Tests of db/messages/retries.py, through the reports that plan them: a text that did not arrive is tried again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.enrollments import progress
from db.messages import statuses
from db.messages.statuses import Recorded, Report
from db.tables import (
    Conversation,
    Enrollment,
    Media,
    Message,
    MessageMedia,
    OutboxItem,
    TimelineEntry,
    WorkItem,
)
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.media import MediaStatus
from domain.messages import HoldKind, MessageStatus
from tests.db.conftest import NOW, make_message, one, rows, someone_waits
from tests.makers import Scene, make_conversation

DELIVERED, HELD = MessageStatus.DELIVERED, MessageStatus.HELD
FAILED, REFUSED = MessageStatus.FAILED, MessageStatus.REFUSED
UNCERTAIN, UNDELIVERED = MessageStatus.UNCERTAIN, MessageStatus.UNDELIVERED

LATER = NOW + timedelta(minutes=1)
BUSY = "The carrier's network was congested."


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    async with sessions.begin() as session:
        return await make_conversation(session, scene.record, scene.number)


async def make_text(
    sessions: Sessions, scene: Scene, conversation: Conversation, **values: Any
) -> Message:
    """Make the text of the enrollment's first step, as the provider has taken it."""
    values = {
        "enrollment_id": scene.enrollment.id,
        "step_id": "hello",
        "phone_number_id": scene.number.id,
        "provider_message_id": "SM1",
    } | values
    return await make_message(sessions, conversation, scene.account.id, **values)


async def tries(sessions: Sessions) -> list[Message]:
    """Return the text and its retries, in their order."""
    return sorted(await rows(sessions, Message), key=lambda text: text.attempt)


async def report(
    sessions: Sessions,
    scene: Scene,
    text: Message,
    kind: FailureKind = FailureKind.RETRY,
    *,
    status: MessageStatus = FAILED,
    sid: str | None = "SM1",
) -> Recorded:
    async with sessions.begin() as session:
        told = Report(sid, status, "30017", kind, BUSY)
        return await statuses.record(session, scene.account.id, text.id, told, LATER)


@pytest.mark.parametrize("status", [FAILED, UNDELIVERED])
async def test_a_text_that_did_not_arrive_is_written_again_and_waits_for_its_time(
    sessions: Sessions, scene: Scene, conversation: Conversation, status: MessageStatus
) -> None:
    text = await make_text(sessions, scene, conversation)
    recorded = await report(sessions, scene, text, status=status)
    assert not (await report(sessions, scene, text, status=status)).moved

    first, retry = await tries(sessions)
    assert first.status is status
    assert (retry.retry_of, retry.attempt, retry.body) == (first.id, 2, "Hello")
    assert (retry.status, retry.held_for, retry.held_until, retry.held_reason) == (
        HELD,
        HoldKind.RETRY,
        LATER + timedelta(minutes=15),
        BUSY,
    )
    assert (retry.conversation_id, retry.enrollment_id, retry.step_id) == (
        conversation.id,
        scene.enrollment.id,
        "hello",
    )
    assert (retry.provider_message_id, retry.submitted_at, retry.failure) == (None, None, None)
    assert await rows(sessions, WorkItem) == []
    assert recorded == Recorded(moved=True, workflow_ids=[f"text-{retry.id}"])
    notice = await one(sessions, OutboxItem)
    assert (notice.workflow_id, notice.kind) == (f"text-{retry.id}", "start_text")
    assert notice.payload["message_id"] == str(retry.id)
    assert notice.payload["lane"] == {"number_id": str(scene.number.id), "per_second": 1000.0}


async def test_the_timeline_says_that_a_text_failed_and_when_it_is_tried_again(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await report(sessions, scene, await make_text(sessions, scene, conversation))
    first, retry = await tries(sessions)
    await report(sessions, scene, retry, sid="SM2")

    entries = await rows(sessions, TimelineEntry)
    third = (await tries(sessions))[2]
    seen = [(each.kind.value, each.step_id, each.message_id, each.until) for each in entries]
    assert seen == [
        ("text_failed", "hello", first.id, None),
        ("text_retried", "hello", retry.id, LATER + timedelta(minutes=15)),
        ("text_failed", "hello", retry.id, None),
        ("text_retried", "hello", third.id, LATER + timedelta(hours=1)),
    ]
    assert entries[0].detail == BUSY


async def test_when_all_tries_are_used_up_the_seller_is_told_what_was_tried(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation)
    for attempt in range(4):
        assert await rows(sessions, WorkItem) == []
        await report(sessions, scene, text, sid=f"SM{attempt}")
        text = (await tries(sessions))[-1]

    assert [each.attempt for each in await tries(sessions)] == [1, 2, 3, 4]
    item = await one(sessions, WorkItem)
    assert (item.message_id, item.assignee_id) == (text.id, scene.seller.id)
    assert item.reason == f"{BUSY} It was tried 4 times, and is not tried again by itself."


async def test_a_phone_that_was_off_is_tried_once_more(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await report(
        sessions,
        scene,
        await make_text(sessions, scene, conversation),
        FailureKind.RETRY_ONCE,
    )
    _, retry = await tries(sessions)
    assert retry.held_until == LATER + timedelta(hours=1)
    await report(sessions, scene, retry, FailureKind.RETRY_ONCE, sid="SM2")

    assert len(await tries(sessions)) == 2
    assert (await one(sessions, WorkItem)).message_id == retry.id


async def test_a_text_that_was_refused_is_not_repeated_as_if_it_had_not_arrived(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation, provider_message_id=None)
    await report(sessions, scene, text, FailureKind.RETRY_ONCE, sid=None)
    assert (await one(sessions, Message)).status is FAILED
    assert (await one(sessions, WorkItem)).reason == f"{BUSY} It is not tried again by itself."


async def test_a_text_refused_for_now_under_its_id_is_tried_again_under_another(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """Infobip takes an id once, whatever came of it; others let the same text be tried again, and report nothing."""
    text = await make_text(sessions, scene, conversation, provider_message_id=None)
    await report(sessions, scene, text, sid=None)
    first, retry = await tries(sessions)
    assert (first.id, first.status) == (text.id, FAILED)
    assert (retry.retry_of, retry.held_for) == (text.id, HoldKind.RETRY)


@pytest.mark.parametrize(
    ("reason", "count"),
    [
        (EndReason.COMPLETED, 2),
        (EndReason.REPLIED, 1),
        (EndReason.DISCONNECTED, 1),
        (EndReason.OPTED_OUT, 1),
    ],
)
async def test_a_text_of_an_enrollment_that_was_ended_is_not_tried_again(
    sessions: Sessions, scene: Scene, conversation: Conversation, reason: EndReason, count: int
) -> None:
    text = await make_text(sessions, scene, conversation)
    async with sessions.begin() as session:
        await progress.end(session, Enrollment.id == scene.enrollment.id, reason, NOW)
    await report(sessions, scene, text)
    assert len(await tries(sessions)) == count
    assert len(await rows(sessions, WorkItem)) == 2 - count


async def test_an_enrollment_that_ends_meanwhile_takes_the_retry_back(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await report(sessions, scene, await make_text(sessions, scene, conversation))
    async with sessions.begin() as session:
        await progress.end(session, Enrollment.id == scene.enrollment.id, EndReason.REPLIED, NOW)
    assert [text.status for text in await tries(sessions)] == [FAILED, REFUSED]


async def test_a_retry_outlives_the_last_step_of_its_sequence(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await report(sessions, scene, await make_text(sessions, scene, conversation))
    async with sessions.begin() as session:
        await progress.end(session, Enrollment.id == scene.enrollment.id, EndReason.COMPLETED, NOW)
    assert [text.status for text in await tries(sessions)] == [FAILED, HELD]


async def test_an_end_that_comes_at_the_same_moment_finds_the_retry(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation)

    async def end() -> None:
        async with sessions.begin() as session:
            which = Enrollment.id == scene.enrollment.id
            await progress.end(session, which, EndReason.REPLIED, NOW)

    async with sessions.begin() as session:
        told = Report("SM1", FAILED, "30017", FailureKind.RETRY, BUSY)
        await statuses.record(session, scene.account.id, text.id, told, LATER)
        ending = asyncio.create_task(end())
        await someone_waits(sessions)
    await ending
    assert [text.status for text in await tries(sessions)] == [FAILED, REFUSED]


async def test_a_sellers_own_text_is_tried_again_as_urgently_as_it_was(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    own = {"enrollment_id": None, "step_id": None, "author_id": scene.seller.id}
    await report(sessions, scene, await make_text(sessions, scene, conversation, **own))
    _, retry = await tries(sessions)
    assert (retry.author_id, retry.enrollment_id) == (scene.seller.id, None)
    assert (await one(sessions, OutboxItem)).payload["urgency"] == 1
    assert await rows(sessions, TimelineEntry) == []


@pytest.mark.parametrize(("approved", "urgency"), [(True, 2), (False, 3)])
async def test_a_sequences_text_is_tried_again_as_urgently_as_it_was(
    sessions: Sessions, scene: Scene, conversation: Conversation, approved: bool, urgency: int
) -> None:
    author = scene.seller.id if approved else None
    await report(sessions, scene, await make_text(sessions, scene, conversation, author_id=author))
    assert (await one(sessions, OutboxItem)).payload["urgency"] == urgency


async def test_what_went_with_a_text_goes_with_its_retry(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation)
    of_scene = {"organisation_id": scene.organisation.id, "sha256": "a" * 64}
    async with sessions.begin() as session:
        session.add(Media(**of_scene, content_type="image/png", size=3, content=b"PNG"))
        await session.flush()
        stored = MediaStatus.STORED
        session.add(MessageMedia(**of_scene, message_id=text.id, position=0, status=stored))
    await report(sessions, scene, text)

    _, retry = await tries(sessions)
    async with sessions() as session:
        copied = await session.get_one(MessageMedia, (retry.id, 0))
    assert (copied.sha256, copied.status) == ("a" * 64, MediaStatus.STORED)


async def test_a_failure_that_was_another_texts_takes_its_retry_back(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """One of two equal texts took the other's id from the provider's list, and seemed to fail."""
    wrong = await make_text(sessions, scene, conversation)
    await report(sessions, scene, wrong)
    right = await make_text(
        sessions, scene, conversation, status=MessageStatus.SUBMITTING, provider_message_id=None
    )
    await report(sessions, scene, right)

    states = {text.id: text.status for text in await tries(sessions)}
    retries = {text.retry_of: text.status for text in await tries(sessions)}
    assert (states[wrong.id], retries[wrong.id]) == (UNCERTAIN, REFUSED)
    assert (states[right.id], retries[right.id]) == (FAILED, HELD)


async def test_a_late_delivery_changes_neither_the_text_nor_its_retry(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation)
    await report(sessions, scene, text)
    async with sessions.begin() as session:
        told = Report("SM1", DELIVERED)
        await statuses.record(session, scene.account.id, text.id, told, LATER)
    assert [each.status for each in await tries(sessions)] == [FAILED, HELD]


async def test_what_is_learnt_days_later_is_the_sellers_to_settle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_text(sessions, scene, conversation)
    async with sessions.begin() as session:
        await session.execute(update(Message).values(submitted_at=NOW - timedelta(days=2)))
    await report(sessions, scene, text)
    assert len(await tries(sessions)) == 1
    assert (await one(sessions, WorkItem)).message_id == text.id
