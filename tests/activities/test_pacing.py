"""Which text leaves when: its number's pace, the order of texts, and accounts that fail or find us too fast."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages.texts import write
from db.providers import numbers
from db.providers.pace import Turn
from db.tables import (
    Alert,
    Message,
    NumberPace,
    Organisation,
    OutboxItem,
    PhoneNumber,
    ProviderAccount,
    Record,
)
from domain.alerts import AlertKind
from domain.interpreter import Held, Submitted
from domain.messages import HoldKind, MessageStatus, Urgency
from domain.pacing import CARRIERS_ZONE
from tests.activities.conftest import Desk, lane_of
from tests.activities.test_sending import HELLO, change
from tests.carrier import Carrier
from tests.makers import CUSTOMER, make_account, make_conversation, make_number

OTHER_NUMBER = "+12125550101"


async def busy_until(desk: Desk, **length: float) -> None:
    """Have texts that left just now keep the number busy for so long."""
    now = datetime.now(UTC)
    pace = NumberPace(
        phone_number_id=desk.scene.number.id,
        ready_at=now + timedelta(**length),
        day=now.date(),
        used=1,
        last_used_at=now,
    )
    async with desk.sessions.begin() as session:
        await session.merge(pace)


async def write_text(desk: Desk, body: str = "A word from Sam") -> UUID:
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, desk.scene.number)
        text_id, _ = await write(session, conversation.id, desk.scene.seller.id, body, desk.at)
    return text_id


async def held(desk: Desk) -> tuple[MessageStatus, HoldKind | None]:
    message = await desk.message()
    return message.status, message.held_for


async def test_a_text_takes_its_turn_and_waits_for_it_in_place(
    desk: Desk, carrier: Carrier
) -> None:
    await busy_until(desk, seconds=0.4)
    before = datetime.now(UTC)
    assert await desk.try_to_send() == Submitted(desk.at)
    assert datetime.now(UTC) - before >= timedelta(seconds=0.4)
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_an_automated_text_whose_turn_is_far_off_goes_back_to_the_queue(
    desk: Desk, carrier: Carrier
) -> None:
    await busy_until(desk, seconds=5)
    assert await desk.try_to_send() == "Waiting"
    assert await held(desk) == (MessageStatus.HELD, HoldKind.PACE)
    assert carrier.log("request") == []


async def test_a_sellers_own_text_reaches_past_the_automated_ones(
    desk: Desk, carrier: Carrier
) -> None:
    text_id = await write_text(desk)
    await busy_until(desk, seconds=1.5)
    assert await desk.try_to_send() == "Waiting"
    assert isinstance(await desk.sender.send_text(text_id, Urgency.REPLY), Submitted)
    assert carrier.received(CUSTOMER) == ["A word from Sam"]


async def test_turns_are_an_interval_apart_however_many_ask_at_once(desk: Desk) -> None:
    """The sum over all workers keeps the pace, since one row gives out the turns."""

    async def ask() -> Turn:
        return await desk.turns.take(
            desk.scene.number.id,
            segments=1,
            interval=timedelta(seconds=10),
            daily_cap=None,
            patience=timedelta(minutes=1),
            is_one_text=True,
        )

    turns = await asyncio.gather(*(ask() for _ in range(5)))
    assert all(turn.is_taken for turn in turns)
    waits = sorted(turn.wait.total_seconds() for turn in turns)
    assert waits == pytest.approx([0, 10, 20, 30, 40], abs=2)


async def test_a_number_that_has_sent_all_it_may_today_goes_on_at_the_carriers_midnight(
    desk: Desk, carrier: Carrier
) -> None:
    await change(desk, PhoneNumber, daily_cap=1)
    assert await desk.try_to_send() == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == [HELLO]

    text_id = await write_text_in_same_conversation(desk)
    await settle(desk)
    outcome = await desk.sender.send_text(text_id)
    assert isinstance(outcome, Held)
    midnight = outcome.until.astimezone(CARRIERS_ZONE)
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_text_that_is_longer_than_its_numbers_cap_leaves_alone_on_a_fresh_day(
    desk: Desk, carrier: Carrier
) -> None:
    """Or it would wait for ever, told each day that the number has sent all that it may."""
    await change(desk, PhoneNumber, daily_cap=1)
    await change(desk, Record, first_name="Ж" * 80)
    assert isinstance(await desk.try_to_send(), Submitted)
    text_id = await write_text_in_same_conversation(desk)
    await settle(desk)
    assert isinstance(await desk.sender.send_text(text_id), Held)
    assert len(carrier.log("request")) == 1


@pytest.mark.parametrize("is_one_text", [True, False])
async def test_a_cap_has_room_for_one_long_text_but_not_for_several(
    desk: Desk, is_one_text: bool
) -> None:
    turn = await desk.turns.take(
        desk.scene.number.id,
        segments=2,
        interval=timedelta(seconds=1),
        daily_cap=1,
        patience=timedelta(minutes=1),
        is_one_text=is_one_text,
    )
    assert (turn.is_taken, turn.is_capped) == (is_one_text, not is_one_text)


@pytest.mark.parametrize("cap", [2, None])
async def test_a_raised_cap_frees_what_waited_for_it_in_the_order_it_was_written(
    desk: Desk, carrier: Carrier, cap: int | None
) -> None:
    await change(desk, PhoneNumber, daily_cap=1)
    await desk.send()
    text_id = await write_text_in_same_conversation(desk)
    await settle(desk)
    assert isinstance(await desk.sender.send_text(text_id), Held)

    async with desk.sessions.begin() as session:
        number = await session.get_one(PhoneNumber, desk.scene.number.id)
        await numbers.update_phone_number(session, number, {"daily_cap": cap}, desk.at)
        text = await session.get_one(Message, text_id)
        assert (text.status, text.held_for) == (MessageStatus.HELD, HoldKind.START)
        (notice,) = await outbox_notices(session)
        assert notice == {"kind": "text_released", "workflow_id": f"text-{text_id}"}
    assert isinstance(await desk.sender.send_text(text_id), Submitted)


async def test_another_number_frees_what_waited_for_the_cap_and_takes_it(
    desk: Desk, carrier: Carrier
) -> None:
    """It leaves from the number that took over, not from the seller's default over another account."""
    default = await second_account(desk, carrier)
    carrier.connect("+12125550102")
    async with desk.sessions.begin() as session:
        by = await make_number(session, desk.scene.account, e164="+12125550102")
    await change(desk, PhoneNumber, daily_cap=1)
    await desk.send()
    text_id = await write_text_in_same_conversation(desk)
    await settle(desk)
    assert isinstance(await desk.sender.send_text(text_id), Held)

    async with desk.sessions.begin() as session:
        number = await session.get_one(PhoneNumber, desk.scene.number.id)
        await numbers.move_dependents(session, number, by, desk.at)
        await numbers.remove_phone_number(session, number, desk.at)
        text = await session.get_one(Message, text_id)
        assert (text.phone_number_id, text.from_number) == (by.id, by.e164)
        assert len(await outbox_notices(session)) == 1
    assert isinstance(await desk.sender.send_text(text_id), Submitted)
    assert carrier.log("request")[-1]["from"] == by.e164 != default.e164


async def outbox_notices(session: AsyncSession) -> list[Any]:
    return [
        {"kind": notice.kind, "workflow_id": notice.workflow_id}
        for notice in await session.scalars(select(OutboxItem))
        if notice.kind == "text_released"
    ]


async def write_text_in_same_conversation(desk: Desk) -> UUID:
    conversation_id = (await desk.message()).conversation_id
    async with desk.sessions.begin() as session:
        text_id, _ = await write(session, conversation_id, desk.scene.seller.id, "More", desk.at)
    return text_id


async def settle(desk: Desk, status: MessageStatus = MessageStatus.DELIVERED) -> None:
    """Have the provider report the first text as arrived."""
    async with desk.sessions.begin() as session:
        await session.execute(
            update(Message).where(Message.id == (await desk.message()).id).values(status=status)
        )


async def test_a_text_waits_until_the_one_before_it_has_left_the_provider(
    desk: Desk, carrier: Carrier
) -> None:
    await desk.send()
    text_id = await write_text_in_same_conversation(desk)
    with pytest.raises(Exception, match="still on its way"):
        await desk.sender.send_text(text_id)
    assert carrier.received(CUSTOMER) == [HELLO]

    await settle(desk, MessageStatus.SENT)
    assert isinstance(await desk.sender.send_text(text_id), Submitted)
    assert carrier.received(CUSTOMER) == [HELLO, "More"]


async def test_it_does_not_wait_for_ever_for_a_report_that_never_comes(
    desk: Desk, carrier: Carrier
) -> None:
    await desk.send()
    text_id = await write_text_in_same_conversation(desk)
    desk.pass_time(minutes=3)
    assert isinstance(await desk.sender.send_text(text_id), Submitted)


async def test_a_failure_of_the_whole_account_pauses_it_and_keeps_the_text(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(reject=1, reject_code=20003)
    assert await desk.try_to_send() == "AccountPaused"
    assert await held(desk) == (MessageStatus.HELD, HoldKind.ACCOUNT)
    account = await the_account(desk)
    assert account.paused_until == desk.at + timedelta(minutes=1)
    assert account.paused_code == "20003"
    assert await alerts(desk) == [(AlertKind.ACCOUNT_PAUSED, True)]

    carrier.behave()
    desk.pass_time(seconds=30)
    assert await desk.try_to_send() == "Waiting"
    assert len(carrier.log("request")) == 1
    assert await desk.work_items() == []


async def test_a_paused_account_is_tried_by_one_text_and_resumes_by_itself(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(reject=1, reject_code=20003)
    await desk.try_to_send()
    desk.pass_time(minutes=2)
    assert await desk.try_to_send() == "AccountPaused"
    assert (await the_account(desk)).paused_until == desk.at + timedelta(minutes=2)

    carrier.behave()
    desk.pass_time(minutes=2)
    assert await desk.try_to_send() == Submitted(desk.at)
    account = await the_account(desk)
    assert (account.paused_at, account.pauses) == (None, 0)
    assert await alerts(desk) == [(AlertKind.ACCOUNT_PAUSED, False)]
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_while_one_text_tries_a_paused_account_no_other_does(
    desk: Desk, carrier: Carrier
) -> None:
    await change(
        desk, ProviderAccount, paused_at=desk.at, paused_until=desk.at, paused_reason="x", pauses=1
    )
    carrier.behave(lose_answer=1)
    assert await desk.try_to_send() == "OutcomeUnknown"
    assert (await the_account(desk)).paused_until == desk.at + timedelta(minutes=1)


async def test_a_text_of_an_account_that_cannot_be_opened_waits_for_it_and_leaves_then(
    desk: Desk, carrier: Carrier
) -> None:
    """It provably never left, so it must not stand as if it might have."""
    sealed = (await the_account(desk)).credentials
    await change(desk, ProviderAccount, credentials=b"sealed with a key that was lost")
    assert await desk.try_to_send() == "Waiting"
    assert await held(desk) == (MessageStatus.HELD, HoldKind.ACCOUNT)
    assert await alerts(desk) == [(AlertKind.ACCOUNT_PAUSED, True)]

    await change(desk, ProviderAccount, credentials=sealed)
    desk.pass_time(minutes=2)
    assert await desk.try_to_send() == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_an_account_that_finds_us_too_fast_is_slowed_down(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(throttle=1)
    assert await desk.try_to_send() == "NotTaken"
    account = await the_account(desk)
    assert (account.throttle, account.throttled_at) == (0.5, desk.at)
    assert await held(desk) == (MessageStatus.HELD, HoldKind.PROVIDER)


async def second_account(desk: Desk, carrier: Carrier) -> PhoneNumber:
    """Give the seller a number of another account."""
    sid = "AC" + "0" * 31 + "2"
    carrier.connect(OTHER_NUMBER, account=sid)
    async with desk.sessions.begin() as session:
        account = await make_account(
            session, desk.scene.organisation.id, api_base_url=carrier.url, account_sid=sid
        )
        return await make_number(
            session, account, e164=OTHER_NUMBER, owner_user_id=desk.scene.seller.id
        )


@pytest.mark.parametrize("fails_over", [True, False])
async def test_a_text_leaves_from_another_number_of_its_owner_only_if_the_organisation_says_so(
    desk: Desk, carrier: Carrier, fails_over: bool
) -> None:
    other = await second_account(desk, carrier)
    await change(desk, Organisation, fails_over=fails_over)
    async with desk.sessions.begin() as session:
        await session.execute(
            update(ProviderAccount)
            .where(ProviderAccount.id == desk.scene.account.id)
            .values(is_enabled=False)
        )
    outcome = await desk.try_to_send()
    if not fails_over:
        assert outcome == "Waiting"
        assert carrier.log("request") == []
        return
    assert outcome == Submitted(desk.at, lane_of(other))
    (request,) = carrier.log("request")
    assert request["from"] == OTHER_NUMBER
    assert (await desk.message()).from_number == OTHER_NUMBER


async def test_a_text_that_may_have_been_submitted_never_fails_over(
    desk: Desk, carrier: Carrier
) -> None:
    await second_account(desk, carrier)
    await change(desk, Organisation, fails_over=True)
    carrier.behave(lose_answer=1, listing_delay_seconds=3600)
    assert await desk.try_to_send() == "OutcomeUnknown"
    async with desk.sessions.begin() as session:
        await session.execute(
            update(ProviderAccount)
            .where(ProviderAccount.id == desk.scene.account.id)
            .values(is_enabled=False)
        )
    carrier.behave()
    assert await desk.try_to_send() == "OutcomeUnknown"
    desk.pass_time(minutes=2)
    await desk.try_to_send()
    assert (await desk.message()).status is MessageStatus.UNCERTAIN
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_conversation_goes_on_over_the_number_it_was_begun_with(
    desk: Desk, carrier: Carrier
) -> None:
    other = await second_account(desk, carrier)
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, other)
        text_id, _ = await write(session, conversation.id, desk.scene.seller.id, "Hi", desk.at)
    await desk.sender.send_text(text_id)
    desk.pass_time(minutes=5)
    assert await desk.send() == Submitted(desk.at, lane_of(other))
    assert [request["from"] for request in carrier.log("request")] == [OTHER_NUMBER] * 2


async def test_a_customer_whose_number_cannot_be_reached_is_sent_nothing(
    desk: Desk, carrier: Carrier
) -> None:
    await change(desk, Record, unreachable_since=desk.at, unreachable_reason="A landline.")
    await desk.send()
    assert (await desk.message()).status is MessageStatus.REFUSED
    assert carrier.log("request") == []


async def test_a_number_that_was_taken_away_sends_nothing(desk: Desk, carrier: Carrier) -> None:
    await change(desk, PhoneNumber, removed_at=desk.at)
    await desk.send()
    (item,) = await desk.work_items()
    assert "none to send from" in (item.reason or "")
    assert carrier.log("request") == []


async def the_account(desk: Desk) -> ProviderAccount:
    async with desk.sessions() as session:
        return await session.get_one(ProviderAccount, desk.scene.account.id)


async def alerts(desk: Desk) -> list[tuple[AlertKind, bool]]:
    async with desk.sessions() as session:
        found = await session.scalars(select(Alert))
        return [(alert.kind, alert.resolved_at is None) for alert in found]
