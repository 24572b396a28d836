"""Tests of activities/handing_over: what may happen between a text's row and its provider."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
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
from db.providers.health import AccountMeter
from db.tables import ConsentEntry
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.interpreter import NotSent, Submitted
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
    return Ready(draft, sender, account, "Hello", (), False, 0)


def in_a_moment(ready: Ready) -> Ready:
    """Return the text with its turn a moment ahead."""
    return replace(ready, turn_at=time.monotonic() + 0.1)


async def hear(desk: Desk, words: str) -> None:
    text: InboundText = replace(inbound_text(desk.scene, words), provider_message_id=str(uuid4()))
    async with desk.sessions.begin() as session:
        await inbound.store(session, text, desk.at)


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
