"""Tests of db/consent, and of what happens when a customer says STOP while a text is about to leave."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import queries as consent
from db.engine import Sessions
from db.messages import drafts, inbound, sending, texts
from db.messages.drafts import Draft
from db.messages.inbound import Stored
from db.tables import Conversation, Enrollment, Message, OptOut, OutboxItem
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus
from domain.sending import Account, Refuse, verdict
from tests.db.conftest import NOW, inbound_text, make_message, one, rows, someone_waits
from tests.makers import (
    CUSTOMER,
    Scene,
    make_conversation,
    make_enrollment,
    make_organisation,
    make_record,
    make_user,
)

LATER = NOW + timedelta(days=1)


async def withdraw(
    session: AsyncSession, scene: Scene, conversation: Conversation, number: str = CUSTOMER
) -> list[str]:
    """Opt a number out, with its latest text as the evidence."""
    evidence = await session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
    assert evidence is not None
    return await consent.withdraw(
        session, scene.organisation.id, number, message_id=evidence, source="reply", now=NOW
    )


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    """One with a text in it."""
    async with sessions.begin() as session:
        made = await make_conversation(session, scene.record, scene.number)
    await make_message(sessions, made, scene.account.id)
    return made


async def is_opted_out(sessions: Sessions, scene: Scene) -> bool:
    async with sessions() as session:
        return await consent.is_opted_out(session, scene.organisation.id, CUSTOMER)


async def test_an_opt_out_ends_every_enrollment_that_texts_the_number(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        same_number = await make_record(session, scene.seller)
        other_number = await make_record(session, scene.seller, phone="+12125550112")
        for record in (same_number, other_number):
            await make_enrollment(session, record, scene.version)
        told = await withdraw(session, scene, conversation)

    assert sorted(told) == sorted(
        [scene.enrollment.workflow_id, f"enrollment-{same_number.id}-test"]
    )
    (left,) = [each for each in await rows(sessions, Enrollment) if each.ended_at is None]
    assert left.record_id == other_number.id
    assert sorted(item.workflow_id for item in await rows(sessions, OutboxItem)) == sorted(told)
    assert await is_opted_out(sessions, scene)


async def test_an_opt_out_holds_for_the_organisation_it_was_said_to(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        seller = await make_user(session, other.id)
        record = await make_record(session, seller)
        await make_enrollment(session, record, scene.version)
        told = await withdraw(session, scene, conversation)
        assert not await consent.is_opted_out(session, other.id, CUSTOMER)
    assert told == [scene.enrollment.workflow_id]


async def test_an_opt_out_takes_back_what_waits_to_go_to_the_number(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await texts.write(session, conversation.id, scene.seller.id, "One more thing", NOW)
        await withdraw(session, scene, conversation)
    gone, held = await rows(sessions, Message)
    assert gone.status is MessageStatus.QUEUED
    assert (held.status, held.failure) == (MessageStatus.REFUSED, FailureKind.OPT_OUT)
    assert held.error == "The customer opted out before this text could go out."


async def test_an_opt_out_said_twice_is_one_until_it_is_lifted(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(2):
        async with sessions.begin() as session:
            await withdraw(session, scene, conversation)
    assert (await one(sessions, OptOut)).created_at == NOW

    async with sessions.begin() as session:
        await consent.restore(session, scene.organisation.id, CUSTOMER, now=LATER)
    assert not await is_opted_out(sessions, scene)
    assert (await one(sessions, OptOut)).ended_at == LATER

    async with sessions.begin() as session:
        await withdraw(session, scene, conversation)
    assert await is_opted_out(sessions, scene)
    assert len(await rows(sessions, OptOut)) == 2


async def say_stop(sessions: Sessions, scene: Scene) -> Stored:
    async with sessions.begin() as session:
        return await inbound.store(session, inbound_text(scene, "STOP"), NOW)


async def read_draft(sessions: Sessions, scene: Scene) -> Draft:
    """Read the text of the first step as it is read before it leaves."""
    async with sessions.begin() as session:
        return await drafts.step_draft(session, scene.enrollment.id, "hello", None, NOW)


@pytest.mark.parametrize("has_texted_before", [True, False])
async def test_a_text_about_to_leave_waits_for_a_stop_that_is_being_stored(
    sessions: Sessions, scene: Scene, has_texted_before: bool
) -> None:
    if has_texted_before:
        async with sessions.begin() as session:
            await make_conversation(session, scene.record, scene.number)
    async with sessions() as session:
        await inbound.store(session, inbound_text(scene, "STOP"), NOW)
        leaving = asyncio.create_task(read_draft(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    assert (await leaving).facts.is_opted_out


async def test_a_stop_waits_for_a_text_that_is_leaving(sessions: Sessions, scene: Scene) -> None:
    async with sessions() as session:
        draft = await drafts.step_draft(session, scene.enrollment.id, "hello", None, NOW)
        await sending.submit(session, draft, draft.sender(), "Hello", NOW)
        stopping = asyncio.create_task(say_stop(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    assert (await stopping).workflow_ids == [scene.enrollment.workflow_id]
    text = await one(sessions, Message, direction=Direction.OUTBOUND)
    assert text.status is MessageStatus.SUBMITTING
    assert (await read_draft(sessions, scene)).facts.is_opted_out


async def test_a_stop_about_another_record_holds_up_every_text_to_the_number(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller)
        await make_conversation(session, other, scene.number)
    async with sessions() as session:
        await inbound.store(session, inbound_text(scene, "STOP"), NOW)
        leaving = asyncio.create_task(read_draft(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    facts = (await leaving).facts
    assert verdict(facts, Account(), NOW) == Refuse(
        "The enrollment has ended.", FailureKind.NEVER, EndReason.OPTED_OUT
    )


async def test_a_stop_and_a_sellers_own_text_do_not_wait_for_each_other_in_a_circle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """Both take the conversation before its texts; the STOP is kept between the two by a third."""
    async with sessions.begin() as session:
        text_id, _ = await texts.write(session, conversation.id, scene.seller.id, "Hello", NOW)

    async def leave() -> Draft:
        async with sessions.begin() as session:
            return await drafts.row_draft(session, text_id, NOW)

    async with sessions() as third:
        await third.get(Enrollment, scene.enrollment.id, with_for_update=True)
        stopping = asyncio.create_task(say_stop(sessions, scene))
        await someone_waits(sessions)
        leaving = asyncio.create_task(leave())
        await someone_waits(sessions, count=2)
        await third.commit()

    assert (await stopping).workflow_ids == [scene.enrollment.workflow_id]
    assert (await leaving).status is MessageStatus.REFUSED


async def test_a_start_that_is_found_late_does_not_lift_an_opt_out_that_came_after_it(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await withdraw(session, scene, conversation)
        before = NOW - timedelta(hours=1)
        await consent.restore(session, scene.organisation.id, CUSTOMER, now=before)
    assert await is_opted_out(sessions, scene)
