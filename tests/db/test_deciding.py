"""Tests of db/work_items/deciding.py: what leaves, what comes back, and who wins."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from db.engine import Sessions
from db.enrollments import progress
from db.messages import inbound
from db.tables import Enrollment, OutboxItem, Record, TimelineEntry, WorkItem
from db.work_items import deciding, opening
from db.work_items.deciding import ApprovalOutcome, Decided, Stale, Taken
from db.work_items.queries import get_work_item
from db.work_items.warning import warn
from domain.basis import Basis
from domain.enrollments import EndReason, TimelineKind
from domain.records import RecordKind
from domain.work_items import WorkItemStatus
from tests.db.conftest import NOW, inbound_text, one, rows, someone_waits
from tests.makers import Scene, make_conversation, make_record, make_user

LEAVES_AT = NOW + timedelta(seconds=10)
TEXT = "When shall we talk, Ada?"


async def _opened(sessions: Sessions, scene: Scene) -> UUID:
    async with sessions.begin() as session:
        item_id = uuid4()
        await opening.for_step(session, scene.enrollment.id, "book", item_id, NOW)
    return item_id


async def _approve(
    sessions: Sessions,
    scene: Scene,
    item_id: UUID,
    *,
    seen: Basis | None = None,
    text: str = TEXT,
    leaves_at: datetime | None = LEAVES_AT,
) -> ApprovalOutcome:
    async with sessions.begin() as session:
        await deciding.lock(session, [item_id])
        row = await get_work_item(session, item_id)
        return await deciding.approve(
            session,
            row,
            text=text,
            seen=seen,
            warnings=(),
            by=scene.seller.id,
            now=NOW,
            leaves_at=leaves_at,
        )


async def _seen(sessions: Sessions, item_id: UUID) -> Basis:
    async with sessions() as session:
        return (await get_work_item(session, item_id)).basis


async def _hear(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        await inbound.store(session, inbound_text(scene), NOW)


async def _warned(sessions: Sessions, item_id: UUID) -> list[str]:
    async with sessions() as session:
        ((found,)) = await warn(session, [await get_work_item(session, item_id)], NOW)
    return [warning.code for warning in found]


async def _decisions(sessions: Sessions) -> list[str]:
    return [
        item.payload["decision"]
        for item in await rows(sessions, OutboxItem, kind="work_item_decided")
    ]


async def test_nothing_leaves_before_its_time_and_then_it_does_once(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    assert await _approve(sessions, scene, item_id, text="Thursday?") == Decided(None)
    assert await deciding.release_due(sessions, LEAVES_AT - timedelta(seconds=1)) == set()
    waiting = await one(sessions, WorkItem)
    assert (waiting.status, waiting.leaves_at) == ("open", LEAVES_AT)
    assert await _decisions(sessions) == []
    released = await deciding.release_due(sessions, LEAVES_AT)
    assert released == {scene.enrollment.workflow_id}
    gone = await one(sessions, WorkItem)
    assert (gone.status, gone.text, gone.decided_by) == ("approved", "Thursday?", scene.seller.id)
    assert (gone.decided_at, gone.leaves_at) == (LEAVES_AT, None)
    assert await deciding.release_due(sessions, LEAVES_AT) == set()
    assert await _decisions(sessions) == ["approved"]
    entry = await one(sessions, TimelineEntry, kind=TimelineKind.WORK_ITEM_DECIDED)
    assert (entry.step_id, entry.actor_id) == ("book", scene.seller.id)


async def test_an_undone_approval_tells_nobody(sessions: Sessions, scene: Scene) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)
    async with sessions.begin() as session:
        undone = await deciding.undo(session, [item_id], by=scene.seller.id, now=NOW)
    assert undone == [item_id]
    assert await deciding.release_due(sessions, LEAVES_AT) == set()
    item = await one(sessions, WorkItem)
    assert (item.status, item.leaves_at, item.decided_by) == ("open", None, None)
    assert await _decisions(sessions) == []


async def test_an_approval_that_is_undone_still_says_that_the_customer_wrote(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _hear(sessions, scene)
    assert await _warned(sessions, item_id) == ["customer_wrote"]
    await _approve(sessions, scene, item_id, seen=await _seen(sessions, item_id))
    async with sessions.begin() as session:
        await deciding.undo(session, [item_id], by=scene.seller.id, now=NOW)
    assert await _warned(sessions, item_id) == ["customer_wrote"]


async def test_only_who_approved_it_undoes_it_and_only_in_time(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)
    async with sessions.begin() as session:
        other = await make_user(session, scene.organisation.id)
        assert await deciding.undo(session, [item_id], by=other.id, now=NOW) == []
        assert await deciding.undo(session, [item_id], by=scene.seller.id, now=LEAVES_AT) == []


async def test_what_is_about_to_leave_is_not_skipped_meanwhile(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)
    async with sessions.begin() as session:
        await deciding.lock(session, [item_id])
        row = await get_work_item(session, item_id)
        decided = await deciding.decide(
            session, row, WorkItemStatus.SKIPPED, by=scene.seller.id, now=NOW
        )
    assert decided == Taken()
    assert await deciding.release_due(sessions, LEAVES_AT) == {scene.enrollment.workflow_id}
    assert await _decisions(sessions) == ["approved"]


async def test_a_reply_within_the_ten_seconds_brings_the_text_back(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id, text="Thursday?")
    await _hear(sessions, scene)
    assert await deciding.release_due(sessions, LEAVES_AT) == set()
    item = await one(sessions, WorkItem, id=item_id)
    assert (item.status, item.text, item.leaves_at) == ("open", "Thursday?", None)
    assert item.reason == "After it was approved: The customer wrote again. Look again."
    # what the person now reads says so: approving it once more is meant
    assert await _approve(sessions, scene, item_id, leaves_at=None) != Taken()
    assert await _decisions(sessions) == ["approved"]


async def test_release_by_two_processes_tells_once(sessions: Sessions, scene: Scene) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)
    await asyncio.gather(*(deciding.release_due(sessions, LEAVES_AT) for _ in range(4)))
    assert await _decisions(sessions) == ["approved"]


async def test_undo_and_release_at_the_same_moment_one_wins(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)

    async def undo() -> list[UUID]:
        async with sessions.begin() as session:
            return await deciding.undo(session, [item_id], by=scene.seller.id, now=NOW)

    undone, released = await asyncio.gather(undo(), deciding.release_due(sessions, LEAVES_AT))
    assert bool(undone) is not bool(released)
    assert await _decisions(sessions) == ([] if undone else ["approved"])


async def test_an_ended_enrollment_takes_what_was_about_to_leave(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _approve(sessions, scene, item_id)
    async with sessions.begin() as session:
        await progress.end(
            session, Enrollment.id == scene.enrollment.id, EndReason.DISCONNECTED, NOW
        )
    assert await deciding.release_due(sessions, LEAVES_AT) == set()
    assert (await one(sessions, WorkItem)).status == "cancelled"
    assert await _decisions(sessions) == []


async def test_a_draft_that_rests_on_what_has_changed_is_refused_and_filled_in_anew(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    seen = await _seen(sessions, item_id)
    async with sessions.begin() as session:
        other = await make_user(session, scene.organisation.id, first_name="Mia", last_name="Chen")
        record = await session.get_one(Record, scene.record.id)
        record.first_name, record.owner_user_id = "Grace", other.id
        record.fields = {"stage": "won"}
    outcome = await _approve(sessions, scene, item_id, seen=seen, leaves_at=None)
    assert isinstance(outcome, Stale)
    assert [(change.what, change.detail) for change in outcome.changes] == [
        ("owner", "The record is Mia Chen's now."),
        ("stage", 'The stage is "won" now.'),
    ]
    item = await one(sessions, WorkItem)
    assert (item.status, item.text) == ("open", "When shall we talk, Grace?")
    assert await _decisions(sessions) == []
    seen = await _seen(sessions, item_id)
    outcome = await _approve(sessions, scene, item_id, seen=seen, leaves_at=None)
    assert outcome == Decided(scene.enrollment.workflow_id)


async def test_a_text_that_comes_while_an_approval_looks_is_either_seen_or_after_it(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _hear(sessions, scene)
    seen = await _seen(sessions, item_id)
    async with sessions.begin() as session:
        await deciding.lock(session, [item_id])
        text = inbound_text(scene, provider_message_id="SM2")
        coming = asyncio.create_task(_store(sessions, text))
        row = await get_work_item(session, item_id)
        outcome = await deciding.approve(
            session, row, text=TEXT, seen=seen, warnings=(), by=scene.seller.id, now=NOW
        )
        assert outcome == Decided(scene.enrollment.workflow_id)
        assert not coming.done()
    await coming


async def test_what_the_customer_writes_about_another_record_of_theirs_is_read_first(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    seen = await _seen(sessions, item_id)
    await _of_the_contact(sessions, scene)
    await _hear(sessions, scene)
    outcome = await _approve(sessions, scene, item_id, seen=seen, leaves_at=None)
    assert isinstance(outcome, Stale)
    (change,) = outcome.changes
    assert (change.what, change.at) == ("customer_wrote", NOW)
    assert await _decisions(sessions) == []


async def test_a_text_about_another_record_that_comes_while_an_approval_looks_is_after_it(
    sessions: Sessions, scene: Scene
) -> None:
    item_id = await _opened(sessions, scene)
    await _of_the_contact(sessions, scene)
    async with sessions.begin() as session:
        await deciding.lock(session, [item_id])
        coming = asyncio.create_task(_hear(sessions, scene))
        await someone_waits(sessions)
        row = await get_work_item(session, item_id)
        outcome = await deciding.approve(
            session, row, text=TEXT, seen=row.basis, warnings=(), by=scene.seller.id, now=NOW
        )
        assert outcome == Decided(scene.enrollment.workflow_id)
    await coming


async def _of_the_contact(sessions: Sessions, scene: Scene) -> None:
    """Give the lead's number to a contact as well, in whose conversation the customer writes."""
    async with sessions.begin() as session:
        contact = await make_record(session, scene.seller, kind=RecordKind.CONTACT)
        await make_conversation(session, contact, scene.number)


async def _store(sessions: Sessions, text: inbound.InboundText) -> None:
    async with sessions.begin() as session:
        await inbound.store(session, text, NOW)


async def test_approving_answers_the_customer(sessions: Sessions, scene: Scene) -> None:
    item_id = await _opened(sessions, scene)
    await _hear(sessions, scene)
    seen = await _seen(sessions, item_id)
    await _approve(sessions, scene, item_id, seen=seen, leaves_at=None)
    reply = await one(sessions, WorkItem, kind="reply")
    assert (reply.status, reply.decided_by) == ("completed", scene.seller.id)


@pytest.mark.parametrize("given", ["We spoke already", None])
async def test_a_skip_says_what_who_skipped_said_and_nothing_else(
    sessions: Sessions, scene: Scene, given: str | None
) -> None:
    item_id = await _opened(sessions, scene)
    async with sessions.begin() as session:
        item = await session.get_one(WorkItem, item_id)
        item.reason = "The placeholder record.fields.car has no value and no default."
    async with sessions.begin() as session:
        row = await get_work_item(session, item_id)
        await deciding.decide(
            session, row, WorkItemStatus.SKIPPED, by=scene.seller.id, now=NOW, reason=given
        )
    assert (await one(sessions, WorkItem)).reason == given


@pytest.mark.parametrize("leaves_at", [None, LEAVES_AT])
async def test_of_many_approvals_at_once_one_counts(
    sessions: Sessions, scene: Scene, leaves_at: datetime | None
) -> None:
    item_id = await _opened(sessions, scene)
    outcomes = await asyncio.gather(
        *(_approve(sessions, scene, item_id, leaves_at=leaves_at) for _ in range(6))
    )
    assert sum(isinstance(outcome, Decided) for outcome in outcomes) == 1
    assert sum(outcome == Taken() for outcome in outcomes) == 5
    await deciding.release_due(sessions, LEAVES_AT)
    assert await _decisions(sessions) == ["approved"]
