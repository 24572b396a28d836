"""Tests of activities/sending.py for the texts that a seller writes: scheduled, taken back, an answer at night."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from db.messages.cancelling import cancel
from db.messages.texts import write
from db.tables import Conversation, Message, MessageDecision, Organisation, PhoneNumber, Record
from domain.interpreter import Held, NotSent, Submitted
from domain.messages import HoldKind, MessageStatus
from tests.activities.conftest import Desk
from tests.carrier import Carrier
from tests.makers import CUSTOMER, make_conversation, make_number

NIGHT = {"allowed_from": time(10), "allowed_until": time(11)}


async def write_one(desk: Desk, *, days: int = 0, number: PhoneNumber | None = None) -> UUID:
    async with desk.sessions.begin() as session:
        found = await session.scalar(select(Conversation.id))
        if found is None:
            made = await make_conversation(session, desk.scene.record, desk.scene.number)
            found = made.id
        message_id, _ = await write(
            session,
            found,
            desk.scene.seller.id,
            "I will ring you",
            desk.at,
            at=desk.at + timedelta(days=days) if days else None,
            phone_number_id=None if number is None else number.id,
        )
        return message_id


async def read(desk: Desk, message_id: UUID) -> Message:
    async with desk.sessions() as session:
        return await session.get_one(Message, message_id)


async def test_a_text_scheduled_for_another_day_leaves_then_and_once(
    desk: Desk, carrier: Carrier
) -> None:
    message_id = await write_one(desk, days=2)
    due = desk.at + timedelta(days=2)
    assert await desk.sender.send_text(message_id) == Held(due)
    assert carrier.received(CUSTOMER) == []

    desk.pass_time(days=2)
    for _ in range(2):
        outcome = await desk.sender.send_text(message_id)
        assert isinstance(outcome, Submitted)
        assert outcome.at == due
    assert carrier.received(CUSTOMER) == ["I will ring you"]


async def test_a_text_that_was_taken_back_never_leaves(desk: Desk, carrier: Carrier) -> None:
    message_id = await write_one(desk, days=2)
    async with desk.sessions.begin() as session:
        seller = desk.scene.seller.id
        assert await cancel(session, message_id, by=seller, by_name="Sam", now=desk.at)
    desk.pass_time(days=2)
    assert await desk.sender.send_text(message_id) == NotSent()
    assert carrier.log("request") == []


@pytest.mark.parametrize(
    ("region", "minutes_ago", "rule"),
    [
        pytest.param("NY", 30, "answer", id="an answer goes at night"),
        pytest.param("TX", 30, "hours", id="but not to Texas"),
        pytest.param("NY", 61, "hours", id="nor after an hour"),
    ],
)
async def test_at_night_only_an_answer_goes(
    desk: Desk, carrier: Carrier, region: str, minutes_ago: int, rule: str
) -> None:
    desk.at = desk.at.replace(hour=18, minute=0)  # noon or one in New York
    message_id = await write_one(desk)
    async with desk.sessions.begin() as session:
        await session.execute(update(Organisation).values(**NIGHT))
        await session.execute(update(Record).values(country="US", region=region))
        wrote_at = desk.at - timedelta(minutes=minutes_ago)
        await session.execute(update(Conversation).values(last_inbound_at=wrote_at))

    outcome = await desk.sender.send_text(message_id)

    is_sent = rule == "answer"
    assert isinstance(outcome, Submitted if is_sent else Held)
    assert len(carrier.log("request")) == is_sent
    message = await read(desk, message_id)
    if not is_sent:
        assert (message.status, message.held_for) == (MessageStatus.HELD, HoldKind.HOURS)
    async with desk.sessions() as session:
        decision = (await session.scalars(select(MessageDecision))).one()
    assert (decision.rule, decision.message_id) == (rule, message_id)
    assert decision.facts["zones"] == ["America/New_York"]
    assert decision.facts["is_answer"] is is_sent


async def test_the_number_that_its_author_chose_is_kept(desk: Desk, carrier: Carrier) -> None:
    carrier.connect("+12125550102")
    async with desk.sessions.begin() as session:
        chosen = await make_number(
            session,
            desk.scene.account,
            e164="+12125550102",
            owner_user_id=desk.scene.seller.id,
        )
    await desk.sender.send_text(await write_one(desk, number=chosen))
    (request,) = carrier.log("request")
    assert request["from"] == "+12125550102"
