"""Tests of db/enrollments/progress.py: where an enrollment stands, and its end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from db.engine import Sessions
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.tables import Enrollment, Message, OutboxItem, TimelineEntry, WorkItem
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind
from domain.interpreter import Note, Outcome, Position
from domain.messages import MessageStatus
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, make_message, one, rows
from tests.makers import Scene, make_conversation, make_enrollment, make_record, save


async def end(sessions: Sessions, scene: Scene, reason: EndReason) -> list[str]:
    async with sessions.begin() as session:
        return await progress.end(
            session, Enrollment.id == scene.enrollment.id, reason, NOW, actor_id=scene.seller.id
        )


async def test_an_entry_is_on_the_timeline_once_however_often_it_is_written(
    sessions: Sessions, scene: Scene
) -> None:
    sent = Entry(kind=TimelineKind.TEXT_SUBMITTED, at=NOW, step_id="hello")
    next_step = Entry(kind=TimelineKind.TEXT_SUBMITTED, at=NOW, step_id="nudge")
    paused = [Entry(kind=TimelineKind.PAUSED, at=NOW, key=key) for key in ("first", "second")]
    for _ in range(2):
        async with sessions.begin() as session:
            await progress.write_entries(
                session, [(scene.enrollment.id, each) for each in [sent, next_step, *paused]]
            )
    entries = await rows(sessions, TimelineEntry)
    assert [(entry.kind, entry.step_id, entry.key) for entry in entries] == [
        (TimelineKind.TEXT_SUBMITTED, "hello", ""),
        (TimelineKind.TEXT_SUBMITTED, "nudge", ""),
        (TimelineKind.PAUSED, None, "first"),
        (TimelineKind.PAUSED, None, "second"),
    ]
    assert {entry.organisation_id for entry in entries} == {scene.organisation.id}


async def test_no_entries_are_nothing_to_write(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        await progress.write_entries(session, [])
    assert await rows(sessions, TimelineEntry) == []


def test_only_steps_that_no_activity_did_are_written_from_notes() -> None:
    notes = [
        Note(step_id=step_id, outcome=outcome, at=NOW)
        for step_id, outcome in [
            ("hello", Outcome.SUBMITTED),
            ("pause", Outcome.WAITED),
            ("answered", Outcome.ELSE),
            ("tier", Outcome.THEN),
            ("book", Outcome.SKIPPED),
            ("ring", Outcome.COMPLETED),
            ("nudge", Outcome.NOT_SENT),
        ]
    ]
    assert [(each.kind, each.step_id, each.detail) for each in progress.entries_of(notes)] == [
        (TimelineKind.WAITED, "pause", "waited"),
        (TimelineKind.BRANCHED, "answered", "else"),
        (TimelineKind.BRANCHED, "tier", "then"),
    ]


async def test_an_enrollment_moves_on_and_says_what_it_waits_for(
    sessions: Sessions, scene: Scene
) -> None:
    until = NOW + timedelta(days=2)
    async with sessions.begin() as session:
        await progress.move(
            session, scene.enrollment.id, Position("pause", until), waiting_reason="It is night."
        )
    enrollment = await one(sessions, Enrollment)
    assert (enrollment.current_step_id, enrollment.waiting_until, enrollment.waiting_reason) == (
        "pause",
        until,
        "It is night.",
    )
    async with sessions.begin() as session:
        await progress.move(session, scene.enrollment.id, Position("book"))
    enrollment = await one(sessions, Enrollment)
    assert (enrollment.current_step_id, enrollment.waiting_until, enrollment.waiting_reason) == (
        "book",
        None,
        None,
    )


async def test_an_enrollment_that_has_ended_moves_no_more(sessions: Sessions, scene: Scene) -> None:
    await end(sessions, scene, EndReason.DISCONNECTED)
    async with sessions.begin() as session:
        await progress.move(session, scene.enrollment.id, Position("book", NOW))
    assert (await one(sessions, Enrollment)).current_step_id is None


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (EndReason.COMPLETED, EnrollmentStatus.COMPLETED),
        (EndReason.REPLIED, EnrollmentStatus.DISCONNECTED),
        (EndReason.OPTED_OUT, EnrollmentStatus.DISCONNECTED),
    ],
)
async def test_an_end_is_written_once_and_its_workflow_told(
    sessions: Sessions, scene: Scene, reason: EndReason, status: EnrollmentStatus
) -> None:
    assert await end(sessions, scene, reason) == [scene.enrollment.workflow_id]
    assert await end(sessions, scene, EndReason.SEQUENCE_DEACTIVATED) == []

    enrollment = await one(sessions, Enrollment)
    assert (enrollment.status, enrollment.end_reason, enrollment.ended_at) == (status, reason, NOW)
    entry = await one(sessions, TimelineEntry)
    assert (entry.kind, entry.detail, entry.actor_id) == (
        TimelineKind.ENDED,
        reason.value,
        scene.seller.id,
    )
    notice = await one(sessions, OutboxItem)
    assert (notice.workflow_id, notice.payload["reason"]) == (
        scene.enrollment.workflow_id,
        reason.value,
    )


async def test_a_workflow_that_ended_its_enrollment_itself_is_not_told(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await progress.end(
            session,
            Enrollment.id == scene.enrollment.id,
            EndReason.COMPLETED,
            NOW,
            tell_workflows=False,
        )
    assert await rows(sessions, OutboxItem) == []


async def test_an_end_takes_back_what_waits_and_leaves_what_has_gone(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        for kind in WorkItemKind:
            item = WorkItem(
                organisation_id=scene.organisation.id,
                kind=kind,
                record_id=scene.record.id,
                assignee_id=scene.seller.id,
                enrollment_id=scene.enrollment.id,
                conversation_id=conversation.id,
                due_at=NOW,
            )
            await save(session, item)
    of_enrollment = {"enrollment_id": scene.enrollment.id}
    held = {"status": MessageStatus.HELD, "held_until": NOW, "held_reason": "x"}
    account_id = scene.account.id
    await make_message(sessions, conversation, account_id, **of_enrollment, **held)
    await make_message(sessions, conversation, account_id, **of_enrollment)
    await make_message(sessions, conversation, account_id, **held)  # a seller's own

    await end(sessions, scene, EndReason.DISCONNECTED)

    assert [message.status for message in await rows(sessions, Message)] == [
        MessageStatus.REFUSED,
        MessageStatus.QUEUED,
        MessageStatus.HELD,
    ]
    refused, *_ = await rows(sessions, Message)
    assert (refused.held_until, refused.finished_at) == (None, NOW)
    assert refused.error == "The enrollment ended before this text could go out."
    items = {item.kind: item.status for item in await rows(sessions, WorkItem)}
    assert items == {
        WorkItemKind.MANUAL_TEXT: WorkItemStatus.CANCELLED,
        WorkItemKind.CALL: WorkItemStatus.CANCELLED,
        WorkItemKind.TASK: WorkItemStatus.CANCELLED,
        WorkItemKind.EMAIL: WorkItemStatus.CANCELLED,
        WorkItemKind.FOLLOW_UP: WorkItemStatus.OPEN,
        WorkItemKind.REPLY: WorkItemStatus.OPEN,
        WorkItemKind.CONSENT_QUESTION: WorkItemStatus.OPEN,
        WorkItemKind.FAILED_TEXT: WorkItemStatus.OPEN,
        WorkItemKind.UNCERTAIN_TEXT: WorkItemStatus.OPEN,
    }


async def test_many_enrollments_end_at_once_and_others_go_on(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        others = [
            await make_enrollment(
                session, await make_record(session, scene.seller), scene.version, id=uuid4()
            )
            for _ in range(2)
        ]
        ended = await progress.end(
            session,
            Enrollment.id.in_([scene.enrollment.id, others[0].id]),
            EndReason.SEQUENCE_DEACTIVATED,
            NOW,
        )
    assert sorted(ended) == sorted([scene.enrollment.workflow_id, others[0].workflow_id])
    assert (await one(sessions, Enrollment, id=others[1].id)).ended_at is None
    assert len(await rows(sessions, OutboxItem)) == 2
