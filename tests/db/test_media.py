import asyncio
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.engine import Sessions
from db.media import queries
from db.media.queries import MediumRow
from db.tables import Conversation, Media, Message, OutboxItem
from domain.media import MediaStatus, Medium
from domain.messages import Direction, MessageStatus
from tests.db.conftest import make_message, one, rows, someone_waits
from tests.makers import Scene, make_conversation, make_organisation

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
SHA256 = sha256(PICTURE).hexdigest()
URL = "https://api.example.com/Media/ME1"


@dataclass(frozen=True)
class Link:
    url: str
    content_type: str = "image/png"


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    async with sessions.begin() as session:
        return await make_conversation(session, scene.record, scene.number)


@pytest.fixture
async def arrived(sessions: Sessions, scene: Scene, conversation: Conversation) -> Message:
    """A text of the customer's."""
    values: dict[str, Any] = {"direction": Direction.INBOUND, "status": MessageStatus.RECEIVED}
    return await make_message(sessions, conversation, scene.account.id, submitted_at=None, **values)


async def test_a_medium_is_kept_once_however_often_it_comes(
    sessions: Sessions, scene: Scene
) -> None:
    for _ in range(2):
        async with sessions.begin() as session:
            kept = await queries.keep(session, scene.organisation.id, PICTURE, "image/png")
            assert kept == SHA256

    medium = await _kept(sessions)
    assert (medium.sha256, medium.content_type, medium.size) == (SHA256, "image/png", 48)
    async with sessions() as session:
        found = await queries.content(session, scene.organisation.id, SHA256)
    assert found == ("image/png", PICTURE)


async def test_two_processes_may_keep_the_same_medium_at_once(
    sessions: Sessions, scene: Scene
) -> None:
    async def keep_another_time() -> str:
        async with sessions.begin() as session:
            return await queries.keep(session, scene.organisation.id, PICTURE, "image/png")

    async with asyncio.TaskGroup() as tasks, sessions.begin() as session:
        await queries.keep(session, scene.organisation.id, PICTURE, "image/png")
        second = tasks.create_task(keep_another_time())
        await someone_waits(sessions)
    assert second.result() == SHA256
    assert (await _kept(sessions)).sha256 == SHA256


async def test_a_medium_belongs_to_its_organisation(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        await queries.keep(session, other.id, PICTURE, "image/png")
    async with sessions() as session:
        assert await queries.content(session, scene.organisation.id, SHA256) is None
        assert await queries.find(session, scene.organisation.id, [SHA256]) == {}
        assert await queries.find(session, other.id, [SHA256]) == {SHA256: Medium("image/png", 48)}


async def test_media_go_with_a_text_in_their_order_and_may_do_so_twice(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    message = await make_message(sessions, conversation, scene.account.id)
    plain = await make_message(
        sessions, conversation, scene.account.id, provider_message_id="without media"
    )
    async with sessions.begin() as session:
        organisation_id = scene.organisation.id
        kept = await queries.keep(session, organisation_id, PICTURE, "image/png")
        other = await queries.keep(session, organisation_id, b"%PDF-1.4", "application/pdf")
        await queries.attach(session, organisation_id, message.id, [kept, other, kept])
        await queries.attach(session, organisation_id, plain.id, [])
    async with sessions() as session:
        found = await queries.of_messages(session, [message.id, plain.id])
    stored = MediaStatus.STORED
    assert found == {
        message.id: [
            MediumRow(message.id, 0, stored, kept, "image/png", 48, None),
            MediumRow(message.id, 1, stored, other, "application/pdf", 8, None),
            MediumRow(message.id, 2, stored, kept, "image/png", 48, None),
        ]
    }


async def test_a_text_goes_with_nothing_that_is_not_kept(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    message = await make_message(sessions, conversation, scene.account.id)
    with pytest.raises(IntegrityError, match="message_media_media_fkey"):
        async with sessions.begin() as session:
            await queries.attach(session, scene.organisation.id, message.id, [SHA256])


async def test_what_came_with_a_text_waits_and_its_workflow_is_told(
    sessions: Sessions, scene: Scene, arrived: Message
) -> None:
    async with sessions.begin() as session:
        workflow_id = await queries.note(
            session, scene.organisation.id, arrived.id, [Link(URL, "image/jpeg"), Link(URL + "2")]
        )

    assert workflow_id == f"media-{arrived.id}"
    notice = await one(sessions, OutboxItem)
    assert (notice.workflow_id, notice.kind) == (workflow_id, "fetch_media")
    assert notice.payload["message_id"] == str(arrived.id)
    async with sessions() as session:
        waiting = await queries.waiting(session, arrived.id)
        (shown, _) = (await queries.of_messages(session, [arrived.id]))[arrived.id]
    assert waiting == [
        (scene.organisation.id, scene.account.id, 0, URL),
        (scene.organisation.id, scene.account.id, 1, URL + "2"),
    ]
    assert shown == MediumRow(arrived.id, 0, MediaStatus.WAITING, None, "image/jpeg", None, None)


async def test_a_text_with_nothing_else_tells_nobody(
    sessions: Sessions, scene: Scene, arrived: Message
) -> None:
    async with sessions.begin() as session:
        assert await queries.note(session, scene.organisation.id, arrived.id, []) is None
    assert await rows(sessions, OutboxItem) == []


async def test_an_address_too_long_to_keep_is_refused_and_the_text_is_not(
    sessions: Sessions, scene: Scene, arrived: Message
) -> None:
    async with sessions.begin() as session:
        link = Link("https://api.example.com/" + "x" * 1000, "image/" + "y" * 200)
        await queries.note(session, scene.organisation.id, arrived.id, [link])
    async with sessions() as session:
        assert await queries.waiting(session, arrived.id) == []
        ((shown,),) = (await queries.of_messages(session, [arrived.id])).values()
    assert shown.status is MediaStatus.REFUSED
    assert shown.reason == "The provider's address of it is too long."


async def test_what_is_settled_stays_as_it_is(
    sessions: Sessions, scene: Scene, arrived: Message
) -> None:
    async with sessions.begin() as session:
        await queries.note(session, scene.organisation.id, arrived.id, [Link(URL), Link(URL)])
        await queries.keep(session, scene.organisation.id, PICTURE, "image/png")
        await queries.stored(session, arrived.id, 0, SHA256)
        await queries.refused(session, arrived.id, 0, "Too late.")
        await queries.refused(session, arrived.id, 1, "Gone. " * 100)
        await queries.stored(session, arrived.id, 1, SHA256)
    async with sessions() as session:
        assert await queries.waiting(session, arrived.id) == []
        stored, refused = (await queries.of_messages(session, [arrived.id]))[arrived.id]
    assert stored == MediumRow(arrived.id, 0, MediaStatus.STORED, SHA256, "image/png", 48, None)
    assert (refused.status, refused.sha256) == (MediaStatus.REFUSED, None)
    assert refused.reason is not None
    assert len(refused.reason) == 300


async def _kept(sessions: Sessions) -> Media:
    async with sessions() as session:
        return (await session.scalars(select(Media))).one()
