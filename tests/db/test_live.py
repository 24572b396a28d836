"""Tests of db/live.py and of the triggers behind it, which announce what commits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import text, update

from channels.interface import MediaLink
from db.base import Base
from db.conversations.reads import mark_read
from db.engine import Sessions
from db.live import Change, listen
from db.media import queries as media
from db.tables import Conversation, Enrollment, PhoneNumber, Record, TeamMember, WorkItem
from db.work_items.marks import note
from domain.messages import MessageStatus
from domain.work_items import WorkItemKind
from tests.db.conftest import DEADLINE, NOW, make_message
from tests.makers import Scene, make_conversation, make_record, make_team, make_user, save


@pytest.fixture
async def changes(database_url: str, sessions: Sessions) -> AsyncIterator["Changes"]:
    async with _listening(database_url, sessions) as changes:
        yield changes


class Changes:
    """What was announced, in order."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Change] = asyncio.Queue()

    async def next(self) -> Change:
        async with asyncio.timeout(DEADLINE):
            return await self.queue.get()


@asynccontextmanager
async def _listening(url: str, sessions: Sessions, *, listeners: int = 1) -> AsyncIterator[Changes]:
    changes = Changes()

    async def collect() -> None:
        async for change in listen(url):
            changes.queue.put_nowait(change)

    task = asyncio.create_task(collect())
    is_listening = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND state = 'idle' AND query LIKE '%FROM announcements%'"
    )
    async with asyncio.timeout(DEADLINE), sessions() as session:
        while await session.scalar(is_listening) != listeners:
            await session.rollback()
            await asyncio.sleep(0.02)
    yield changes
    task.cancel()
    await asyncio.wait([task])


async def change(sessions: Sessions, table: type[Base], **values: Any) -> None:
    async with sessions.begin() as session:
        await session.execute(update(table).values(**values))


async def test_a_conversation_and_its_texts_are_the_business_of_both_owners(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        await session.execute(update(PhoneNumber).values(owner_user_id=colleague.id))
        conversation = await make_conversation(session, scene.record, scene.number)
    both = frozenset({scene.seller.id, colleague.id, scene.seller.business_unit_id})
    data = {"id": str(conversation.id), "record_id": str(scene.record.id)}
    seen = await changes.next()
    assert seen == Change(scene.organisation.id, "conversation.changed", data, both)

    # a text came, which says so itself
    await change(sessions, Conversation, last_message_at=NOW)
    message = await make_message(sessions, conversation, scene.account.id)
    about = {
        "id": str(message.id),
        "conversation_id": str(conversation.id),
        "record_id": str(scene.record.id),
    }
    seen = await changes.next()
    assert seen == Change(scene.organisation.id, "message.changed", about, both)


async def test_what_somebody_has_read_is_the_business_of_nobody_else(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        await mark_read(session, conversation.id, scene.seller.id, NOW)
    await changes.next()
    data = {"id": str(conversation.id), "user_id": str(scene.seller.id)}
    assert await changes.next() == Change(
        scene.organisation.id, "conversation.read", data, frozenset({scene.seller.id})
    )


async def test_what_somebody_notes_of_an_item_is_the_business_of_nobody_else(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        item = WorkItem(
            organisation_id=scene.organisation.id,
            record_id=scene.record.id,
            kind=WorkItemKind.TASK,
            assignee_id=scene.seller.id,
            due_at=NOW,
        )
        await save(session, item)
        await note(session, item.id, scene.seller.id, "is_opened", is_so=True)
    await changes.next()
    data = {"id": str(item.id), "user_id": str(scene.seller.id)}
    marked = Change(scene.organisation.id, "work_item.marked", data, frozenset({scene.seller.id}))
    assert await changes.next() == marked
    async with sessions.begin() as session:
        await note(session, item.id, scene.seller.id, "is_opened", is_so=True)
    async with sessions.begin() as session:
        await session.execute(update(WorkItem).values(title="Do"))
    # what is so already is no news
    assert (await changes.next()).event == "work_item.changed"


async def test_what_came_with_a_text_is_announced_once_it_is_there(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
    message = await make_message(sessions, conversation, scene.account.id)
    async with sessions.begin() as session:
        link = MediaLink("https://api.example.com/Media/ME1", "image/png")
        await media.note(session, scene.organisation.id, message.id, [link])
    assert [(await changes.next()).event for _ in range(2)] == [
        "conversation.changed",
        "message.changed",
    ]
    async with sessions.begin() as session:
        await media.refused(session, message.id, 0, "It is gone.")
    assert await changes.next() == Change(
        scene.organisation.id,
        "message.changed",
        {
            "id": str(message.id),
            "conversation_id": str(conversation.id),
            "record_id": str(scene.record.id),
        },
        frozenset({scene.seller.id, scene.seller.business_unit_id}),
    )


async def test_a_conversation_over_a_teams_number_is_the_business_of_the_team(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        member = await make_user(session, scene.organisation.id)
        await make_user(session, scene.organisation.id)  # in no team
        team = await make_team(session, scene.organisation.id, name="North")
        await save(session, TeamMember(team_id=team.id, user_id=member.id))
        await session.execute(update(PhoneNumber).values(owner_user_id=None, owner_team_id=team.id))
        await make_conversation(session, scene.record, scene.number)
        team_id = team.id
    # the team by its id: a payload holds 8,000 bytes, and a team any number of people
    assert (await changes.next()).audience == {
        *(scene.seller.id, team_id, scene.seller.business_unit_id),
    }


async def test_a_record_that_changes_is_the_business_of_those_whose_it_is_and_was(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    data = {"id": str(scene.record.id)}
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        record = await session.get_one(Record, scene.record.id)
        record.updated_at = NOW  # nothing that anybody sees
    async with sessions.begin() as session:
        record = await session.get_one(Record, scene.record.id)
        record.fields = {**record.fields, "stage": "won"}
    owner, unit = scene.seller.id, scene.seller.business_unit_id
    seen = await changes.next()
    assert seen == Change(scene.organisation.id, "record.changed", data, frozenset({owner, unit}))
    await change(sessions, Record, owner_user_id=colleague.id)
    assert (await changes.next()).audience == {owner, colleague.id, unit}


async def test_an_import_does_not_announce_each_record_that_it_changes(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        for _ in range(100):
            await make_record(session, scene.seller)
    await change(sessions, Record, first_name="Ada")
    await change(sessions, Enrollment, current_step_id="pause")
    assert (await changes.next()).event == "enrollment.changed"


async def test_what_a_text_announces_its_conversation_does_not_announce_again(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
    await changes.next()
    await change(sessions, Conversation, last_message_at=NOW, last_inbound_at=NOW)
    await make_message(sessions, conversation, scene.account.id)
    assert (await changes.next()).event == "message.changed"
    assert changes.queue.empty()


async def test_a_work_item_is_the_business_of_who_must_do_it(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        item = WorkItem(
            organisation_id=scene.organisation.id,
            kind=WorkItemKind.CALL,
            record_id=scene.record.id,
            assignee_id=colleague.id,
            due_at=NOW,
        )
        await save(session, item)
    seen = await changes.next()
    assert seen == Change(
        scene.organisation.id,
        "work_item.changed",
        {"id": str(item.id), "record_id": str(scene.record.id)},
        frozenset({colleague.id, colleague.business_unit_id}),
    )
    await change(sessions, WorkItem, title="Ring back")
    assert await changes.next() == seen


async def test_an_enrollment_is_the_business_of_its_seller_and_of_the_records_owner(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        owner = await make_user(session, scene.organisation.id)
        await session.execute(update(Record).values(owner_user_id=owner.id))
    assert (await changes.next()).event == "record.changed"
    await change(sessions, Enrollment, current_step_id="pause")
    assert await changes.next() == Change(
        scene.organisation.id,
        "enrollment.changed",
        {"id": str(scene.enrollment.id), "sequence_key": "test"},
        frozenset({scene.seller.id, owner.id, owner.business_unit_id}),
    )


async def test_nothing_is_announced_that_does_not_commit(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions() as session:
        await session.execute(update(Enrollment).values(current_step_id="pause"))
        await session.rollback()
    async with sessions.begin() as session:
        await session.execute(update(Enrollment).values(current_step_id="book"))
        assert changes.queue.empty()
    await changes.next()
    assert changes.queue.empty()


async def test_an_announcement_holds_no_number_and_no_text(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
    await make_message(
        sessions, conversation, scene.account.id, body="Hello", status=MessageStatus.SENT
    )
    for _ in range(2):
        announced = repr(await changes.next())
        assert "+1212" not in announced
        assert "Hello" not in announced


async def test_who_listens_learns_that_the_connection_is_lost(
    scene: Scene, sessions: Sessions, database_url: str
) -> None:
    async def wait_for_a_change() -> Change:
        return await anext(listen(database_url))

    listening = asyncio.create_task(wait_for_a_change())
    async with asyncio.timeout(DEADLINE), sessions() as session:
        ended = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state = 'idle' AND query LIKE '%FROM announcements%'"
        )
        while not await session.scalar(ended):
            await session.rollback()
            await asyncio.sleep(0.02)
    with pytest.raises(psycopg.OperationalError):
        await listening


async def test_every_listener_hears_every_change_once(
    scene: Scene, sessions: Sessions, database_url: str, changes: Changes
) -> None:
    async with _listening(database_url, sessions, listeners=2) as others:
        for name in ("one", "two", "three"):
            await change(sessions, Enrollment, waiting_reason=name)
            for each in (changes, others):
                assert (await each.next()).data["id"] == str(scene.enrollment.id)
        assert changes.queue.empty()
        assert others.queue.empty()


async def test_who_begins_to_listen_hears_only_what_changes_from_then_on(
    scene: Scene, sessions: Sessions, database_url: str
) -> None:
    await change(sessions, Enrollment, waiting_reason="before anybody listened")
    async with _listening(database_url, sessions) as changes:
        async with sessions.begin() as session:
            conversation = await make_conversation(session, scene.record, scene.number)
        assert (await changes.next()).data["id"] == str(conversation.id)


async def test_announcements_are_cleared_away(
    scene: Scene, sessions: Sessions, changes: Changes
) -> None:
    await change(sessions, Enrollment, waiting_reason="soon")
    await changes.next()
    async with sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM announcements")) == 0
