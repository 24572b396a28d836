"""Tests of activities/handing_over: what may happen between a text's row and its provider."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.handing_over import HandOver
from activities.journal import no_journal
from activities.orders import Order, Ready
from db.autocommit import Committing
from db.messages import drafts, inbound, sending
from db.messages.drafts import Draft
from db.messages.inbound import InboundText
from db.messages.sending import Leaving
from db.providers import pausing
from db.providers.health import AccountMeter
from db.tables import ConsentEntry, Organisation, ProviderAccount
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Submitted
from domain.messages import HoldKind, MessageStatus, Urgency
from tests.activities.conftest import SETTINGS, Desk
from tests.carrier import Carrier
from tests.db.conftest import inbound_text, one
from tests.makers import CUSTOMER, SECRETS


async def make_ready(desk: Desk, accounts: OpenAccounts) -> Ready:
    """Return the first text, its row committed as SUBMITTING."""
    async with desk.sessions.begin() as session:
        draft = await drafts.step_draft(session, desk.scene.enrollment.id, "hello", None, desk.at)
        sender = draft.sender()
        account = await accounts.find(session, sender.account_id)
        assert account is not None
        await sending.submit(session, [Leaving(draft, sender, "Hello")], desk.at)
    return Ready(draft, sender, account, "Hello", (), None, 0)


def in_a_moment(ready: Ready) -> Ready:
    """Return the text with its turn a moment ahead."""
    return replace(ready, turn_at=time.monotonic() + 0.1)


async def hear(desk: Desk, words: str) -> None:
    text: InboundText = replace(inbound_text(desk.scene, words), provider_message_id=str(uuid4()))
    async with desk.sessions.begin() as session:
        await inbound.store(session, text, desk.at)


async def pause_during_a_trial(desk: Desk, hand_over: HandOver) -> str | None:
    """Have the account, paused by a failure, paused by hand while one text tries it; return what is left of that."""
    account_id = desk.scene.account.id
    async with desk.sessions.begin() as session:
        await pausing.pause(session, account_id, code="20003", reason="No funds", now=desk.at)
    desk.pass_time(minutes=2)
    async with desk.sessions.begin() as session:
        began = await pausing.try_again(session, account_id, desk.at)
    assert began is not None
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = replace(await make_ready(desk, accounts), trial_of=began)
    async with desk.sessions.begin() as session:
        await pausing.pause_by_hand(session, account_id, "Maintenance", desk.at)
    with suppress(ApplicationError):
        await hand_over(ready, Order(never, no_journal, Urgency.AUTOMATED))
    await accounts.close()
    account = await one(desk.sessions, ProviderAccount)
    assert account.paused_until is None
    return account.paused_reason


async def test_a_trial_that_succeeds_does_not_end_a_pause_by_hand(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    assert await pause_during_a_trial(desk, hand_over) == "Maintenance"
    assert len(carrier.received(CUSTOMER)) == 1


async def test_a_trial_that_fails_gives_a_pause_by_hand_no_end(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    carrier.behave(reject=1, reject_code=20003)
    assert await pause_during_a_trial(desk, hand_over) == "Maintenance"
    assert (await desk.message()).held_for is HoldKind.ACCOUNT


async def test_hours_that_began_while_the_process_stood_still_keep_the_text_here(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(
            update(Organisation).values(allowed_from=time_of_day(8), allowed_until=time_of_day(21))
        )
    desk.at = datetime(2026, 7, 2, 0, 59, 58, tzinfo=UTC)  # 20:59:58 in New York
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = await make_ready(desk, accounts)
    desk.pass_time(seconds=4)
    with pytest.raises(ApplicationError) as raised:
        await hand_over(ready, Order(never, no_journal, Urgency.AUTOMATED))
    await accounts.close()

    # at once: so that its workflow waits for the hour
    assert (raised.value.type, raised.value.next_retry_delay) == ("Waiting", timedelta(0))
    assert carrier.log("request") == []
    text = await desk.message()
    assert (text.status, text.held_for) == (MessageStatus.HELD, HoldKind.HOURS)
    assert text.held_until == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert await desk.send() == Held(datetime(2026, 7, 2, 12, tzinfo=UTC))


async def never(*_: object) -> Draft:
    raise AssertionError("a text that is ready is not read again")


@pytest.fixture
def hand_over(database: AsyncEngine, committing: Committing, desk: Desk) -> HandOver:
    return HandOver(database, committing, SETTINGS, AccountMeter(), lambda: desk.at)


async def test_a_stop_during_the_wait_for_its_turn_keeps_the_text_here(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = await make_ready(desk, accounts)
    await hear(desk, "STOP")
    outcome = await hand_over(in_a_moment(ready), Order(never, no_journal, Urgency.AUTOMATED))
    await accounts.close()

    assert outcome == NotSent(EndReason.OPTED_OUT)
    assert carrier.received(CUSTOMER) == []
    text = await desk.message()
    assert (text.status, text.failure) == (MessageStatus.REFUSED, FailureKind.OPT_OUT)
    assert text.consent_entry_id == (await one(desk.sessions, ConsentEntry)).id


async def test_a_stop_is_not_stored_before_what_is_just_being_handed_over_has_left(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    """So nothing leaves after whoever withdraws was answered."""
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = await make_ready(desk, accounts)
    stop = asyncio.create_task(hear(desk, "STOP"))
    await asyncio.sleep(0.1)
    now = replace(ready, turn_at=time.monotonic() - 0.1)
    outcome = await hand_over(now, Order(never, no_journal, Urgency.AUTOMATED))
    assert isinstance(outcome, Submitted)
    assert len(carrier.received(CUSTOMER)) == 1
    assert not stop.done()
    await stop
    await accounts.close()
    assert (await one(desk.sessions, ConsentEntry)).under_way == [str(ready.draft.message_id)]


async def test_a_stop_while_the_process_stood_still_keeps_the_text_here(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = await make_ready(desk, accounts)
    await hear(desk, "STOP")
    late = replace(ready, turn_at=time.monotonic() - 1)
    outcome = await hand_over(late, Order(never, no_journal, Urgency.AUTOMATED))
    await accounts.close()

    assert outcome == NotSent(EndReason.OPTED_OUT)
    assert carrier.received(CUSTOMER) == []


async def test_what_may_be_a_withdrawal_during_the_wait_has_the_text_wait_for_the_answer(
    desk: Desk, carrier: Carrier, hand_over: HandOver
) -> None:
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    ready = await make_ready(desk, accounts)
    await hear(desk, "please tell your boss to stop it now")
    with pytest.raises(ApplicationError) as raised:
        await hand_over(in_a_moment(ready), Order(never, no_journal, Urgency.AUTOMATED))
    await accounts.close()

    # at once: so it is told of the answer
    assert (raised.value.type, raised.value.next_retry_delay) == ("Withdrawn", timedelta(0))
    assert carrier.received(CUSTOMER) == []
    text = await desk.message()
    assert (text.status, text.held_for) == (MessageStatus.HELD, HoldKind.CONSENT)
