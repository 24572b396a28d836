"""Tests of db/messages/reading: two texts to one customer leave in the order in which they were written."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from db.messages.texts import write
from db.providers import pausing
from db.tables import Conversation, Message, Organisation, PhoneNumber, ProviderAccount
from domain.interpreter import Submitted
from domain.messages import HoldKind, MessageStatus
from tests.activities.conftest import Desk
from tests.activities.test_pacing import OTHER_NUMBER, busy_until, second_account
from tests.activities.test_sending import change
from tests.carrier import Carrier
from tests.makers import CUSTOMER, make_conversation


async def write_two(desk: Desk) -> tuple[UUID, UUID]:
    texts = []
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, desk.scene.number)
    for words in ("One", "Two"):
        async with desk.sessions.begin() as session:
            text_id, _ = await write(session, conversation.id, desk.scene.seller.id, words, desk.at)
        texts.append(text_id)
    return texts[0], texts[1]


async def held_for(desk: Desk, text_id: UUID) -> HoldKind | None:
    async with desk.sessions() as session:
        return (await session.get_one(Message, text_id)).held_for


async def set_text(desk: Desk, text_id: UUID, **values: Any) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(update(Message).where(Message.id == text_id).values(**values))


async def leave_in_order(desk: Desk, carrier: Carrier, one: UUID, two: UUID) -> None:
    """Have the second try first, then the first and the second again."""
    with pytest.raises(ApplicationError, match="The text before this one"):
        await desk.sender.send_text(two)
    assert await held_for(desk, two) is HoldKind.ORDER
    assert isinstance(await desk.sender.send_text(one), Submitted)
    await set_text(desk, one, status=MessageStatus.SENT)
    assert isinstance(await desk.sender.send_text(two), Submitted)
    assert carrier.received(CUSTOMER) == ["One", "Two"]


async def test_behind_one_that_waited_for_a_paused_account(desk: Desk, carrier: Carrier) -> None:
    one, two = await write_two(desk)
    account_id = desk.scene.account.id
    async with desk.sessions.begin() as session:
        await pausing.pause_by_hand(session, account_id, "Maintenance", desk.at)
    with pytest.raises(ApplicationError, match="switched off"):
        await desk.sender.send_text(one)
    desk.pass_time(hours=5)
    async with desk.sessions.begin() as session:
        await pausing.resume(session, account_id, desk.at)
    await leave_in_order(desk, carrier, one, two)


async def test_behind_one_that_the_provider_did_not_take_just_now(
    desk: Desk, carrier: Carrier
) -> None:
    one, two = await write_two(desk)
    carrier.behave(throttle=1)
    with pytest.raises(ApplicationError, match="did not take"):
        await desk.sender.send_text(one)
    carrier.behave()
    desk.pass_time(minutes=5)
    await leave_in_order(desk, carrier, one, two)


async def test_behind_one_whose_turn_was_far_off(desk: Desk, carrier: Carrier) -> None:
    one, two = await write_two(desk)
    await busy_until(desk, minutes=1)
    with pytest.raises(ApplicationError, match="Other texts leave"):
        await desk.sender.send_text(one)
    await busy_until(desk, seconds=0)
    await leave_in_order(desk, carrier, one, two)


async def test_behind_one_that_fails_over(desk: Desk, carrier: Carrier) -> None:
    one, two = await write_two(desk)
    async with desk.sessions.begin() as session:
        await pausing.pause_by_hand(session, desk.scene.account.id, "Maintenance", desk.at)
    with pytest.raises(ApplicationError, match="switched off"):
        await desk.sender.send_text(one)
    await second_account(desk, carrier)
    await change(desk, Organisation, fails_over=True)
    await leave_in_order(desk, carrier, one, two)
    assert {request["from"] for request in carrier.log("request")} == {OTHER_NUMBER}


async def test_not_behind_one_that_waits_for_an_account_which_the_customer_has_left(
    desk: Desk, carrier: Carrier
) -> None:
    """Nobody knows for how long it is switched off, and the customer has written to another number since."""
    one, two = await write_two(desk)
    async with desk.sessions.begin() as session:
        await pausing.pause_by_hand(session, desk.scene.account.id, "Maintenance", desk.at)
    with pytest.raises(ApplicationError, match="switched off"):
        await desk.sender.send_text(one)
    await second_account(desk, carrier)
    async with desk.sessions.begin() as session:
        other = select(PhoneNumber.id).where(PhoneNumber.e164 == OTHER_NUMBER).scalar_subquery()
        await session.execute(update(Conversation).values(phone_number_id=other))
        await session.execute(
            update(Message).where(Message.id == two).values(phone_number_id=other)
        )
    assert isinstance(await desk.sender.send_text(two), Submitted)
    assert carrier.received(CUSTOMER) == ["Two"]


async def test_behind_the_first_of_three_though_the_second_has_waited_for_long(
    desk: Desk, carrier: Carrier
) -> None:
    one, two = await write_two(desk)
    await set_text(desk, one, status=MessageStatus.QUEUED, submitted_at=desk.at, held_until=None)
    with pytest.raises(ApplicationError, match="still on its way"):
        await desk.sender.send_text(two)
    await set_text(desk, one, status=MessageStatus.SENT)
    desk.pass_time(hours=1)
    with pytest.raises(ApplicationError, match="still on its way"):
        await desk.send()


@pytest.mark.parametrize(
    "kind",
    [
        HoldKind.HOURS,
        HoldKind.NO_HOUR,
        HoldKind.SCHEDULE,
        HoldKind.CONSENT,
        HoldKind.PAUSE,
        HoldKind.RETRY,
    ],
)
async def test_not_behind_one_that_waits_for_something_else(
    desk: Desk, carrier: Carrier, kind: HoldKind
) -> None:
    one, two = await write_two(desk)
    await set_text(desk, one, held_for=kind, held_until=desk.at + timedelta(days=2))
    assert isinstance(await desk.sender.send_text(two), Submitted)
    assert carrier.received(CUSTOMER) == ["Two"]


async def test_not_behind_one_that_was_written_later(desk: Desk) -> None:
    one, two = await write_two(desk)
    await set_text(desk, two, held_for=HoldKind.ACCOUNT)
    assert isinstance(await desk.sender.send_text(one), Submitted)


async def test_one_behind_a_text_that_waits_for_its_account_is_not_looked_at_all_the_time(
    desk: Desk, carrier: Carrier
) -> None:
    one, two = await write_two(desk)
    await change(desk, ProviderAccount, is_enabled=False)
    with pytest.raises(ApplicationError, match="switched off"):
        await desk.sender.send_text(one)
    await second_account(desk, carrier)
    async with desk.sessions.begin() as session:
        await pausing.resume(session, desk.scene.account.id, desk.at)
    await change(desk, ProviderAccount, is_enabled=True)
    with pytest.raises(ApplicationError) as raised:
        await desk.sender.send_text(two)
    assert raised.value.next_retry_delay == timedelta(minutes=1)


async def test_hours_are_said_before_the_order(desk: Desk) -> None:
    one, two = await write_two(desk)
    await set_text(desk, one, held_for=HoldKind.ACCOUNT)
    await change(desk, Organisation, allowed_from=time(8), allowed_until=time(8, 1))
    desk.at = desk.at.replace(hour=3)
    await desk.sender.send_text(two)
    assert await held_for(desk, two) is HoldKind.HOURS
