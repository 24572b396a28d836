"""Tests of db/templates/queries.py: uses, answers, and changes at the same moment. Who sees which template is tested
through the API (tests/api/test_templates.py)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions
from db.tables import Template, TemplateVariant
from db.templates import queries
from db.templates.queries import Statistics
from domain.messages import Direction, HoldKind, MessageStatus
from domain.templates import Sharing
from tests.db.conftest import NOW, make_message, rows, someone_waits
from tests.makers import Scene, make_conversation, make_record


async def make_template(
    session: AsyncSession, scene: Scene, key: str = "book", **values: Any
) -> Template:
    return await queries.insert_template(
        session,
        values.pop("variants", {"en": "Shall we talk?"}),
        **{
            "organisation_id": scene.organisation.id,
            "owner_user_id": scene.seller.id,
            "key": key,
            "name": key,
            "default_language": "en",
            "sharing": Sharing.ORGANISATION,
        }
        | values,
    )


async def _counted(sessions: Sessions, *template_ids: UUID) -> dict[UUID, Statistics]:
    async with sessions() as session:
        return await queries.statistics(session, template_ids, NOW)


async def test_texts_that_left_count_as_uses_and_answers_within_a_week_as_answers(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        book = await make_template(session, scene)
        other = await make_template(session, scene, "other")
        answered = await make_conversation(session, scene.record, scene.number)
        bob = await make_record(session, scene.seller, phone="+12125550112")
        silent = await make_conversation(session, bob, scene.number)

    async def text(conversation: Any, days_ago: float, **values: Any) -> None:
        await make_message(
            sessions,
            conversation,
            scene.account.id,
            **{"template_id": book.id, "created_at": NOW - timedelta(days=days_ago)} | values,
        )

    async def answer(days_ago: float) -> None:
        await text(
            answered,
            days_ago,
            template_id=None,
            direction=Direction.INBOUND,
            status=MessageStatus.RECEIVED,
            submitted_at=None,
        )

    await text(answered, 91)  # too long ago to count
    await text(answered, 89)
    await answer(81)  # more than a week after the use above
    await text(answered, 20, status=MessageStatus.DELIVERED)
    await answer(19)
    await answer(18)
    await text(answered, 5, status=MessageStatus.FAILED)
    await text(silent, 5)
    held = {"status": MessageStatus.HELD, "held_until": NOW, "held_for": HoldKind.START}
    await text(silent, 4, submitted_at=None, **held)
    await text(silent, 4, status=MessageStatus.REFUSED, submitted_at=None)
    await text(silent, 3, template_id=None)
    assert await _counted(sessions, book.id, other.id) == {book.id: Statistics(uses=4, replied=1)}


async def test_two_changes_at_once_leave_one_whole_set_of_words(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        template_id = (await make_template(session, scene)).id

    async def change(session: AsyncSession, variants: dict[str, str]) -> None:
        await queries.lock_template(session, template_id)
        template = await session.get_one(Template, template_id, populate_existing=True)
        await queries.change_template(session, template, {}, variants)
        await session.commit()

    async with sessions() as first, sessions() as second:
        await queries.lock_template(first, template_id)
        waiting = asyncio.create_task(change(second, {"de": "Zweite", "en": "Second"}))
        await someone_waits(sessions)
        await change(first, {"en": "First", "fr": "Première"})
        await waiting
    async with sessions() as session:
        variants = await session.scalars(select(TemplateVariant))
        found = {variant.language: variant.text for variant in variants}
    assert found == {"de": "Zweite", "en": "Second"}


async def test_a_text_is_written_while_its_template_is_being_changed(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        template_id = (await make_template(session, scene)).id
        conversation = await make_conversation(session, scene.record, scene.number)
    async with sessions() as changing:
        await queries.lock_template(changing, template_id)
        template = await changing.get_one(Template, template_id)
        await queries.change_template(changing, template, {"name": "New"}, {"en": "New"})
        async with asyncio.timeout(20):
            await make_message(sessions, conversation, scene.account.id, template_id=template_id)
        await changing.commit()
    assert [row.name for row in await rows(sessions, Template)] == ["New"]
