"""A text that did not arrive, from the report of it to its second try: db/messages/retries.py beside the sender."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.consent import queries as consent
from db.consent.queries import Said
from db.messages import statuses
from db.messages.statuses import Report
from db.tables import Message
from domain.consent import Source
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Submitted
from domain.messages import MessageStatus
from tests.activities.conftest import Desk
from tests.carrier import Carrier
from tests.makers import CUSTOMER

HELLO = "Hi Ada, this is Sam."
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def retry(desk: Desk, carrier: Carrier) -> Message:
    """The second try of a text, planned just now."""
    await desk.send()
    failed = await desk.message()
    async with desk.sessions.begin() as session:
        report = Report(
            failed.provider_message_id,
            MessageStatus.UNDELIVERED,
            "30022",
            FailureKind.RETRY,
            "Too fast.",
        )
        await statuses.record(session, desk.scene.account.id, failed.id, report, desk.at)
    return await second(desk)


async def second(desk: Desk) -> Message:
    async with desk.sessions() as session:
        found = await session.scalars(select(Message).where(Message.attempt == 2))
        return found.one()


async def test_a_text_that_did_not_arrive_goes_again_when_its_time_has_come(
    desk: Desk, retry: Message, carrier: Carrier
) -> None:
    due = desk.at + QUARTER
    assert await desk.sender.send_text(retry.id) == Held(due)
    assert carrier.received(CUSTOMER) == [HELLO]

    desk.pass_time(minutes=15)
    assert isinstance(await desk.sender.send_text(retry.id), Submitted)
    assert isinstance(await desk.sender.send_text(retry.id), Submitted)
    assert carrier.received(CUSTOMER) == [HELLO, HELLO]
    assert (await second(desk)).status is MessageStatus.QUEUED
    assert await desk.timeline() == [
        ("text_submitted", "hello"),
        ("text_failed", "hello"),
        ("text_retried", "hello"),
    ]


async def test_consent_is_asked_for_again(desk: Desk, retry: Message, carrier: Carrier) -> None:
    async with desk.sessions.begin() as session:
        await consent.withdraw(
            session,
            desk.scene.organisation.id,
            CUSTOMER,
            Said(Source.REPLY, desk.at, message_id=retry.id),
            desk.at,
        )
    desk.pass_time(minutes=15)
    assert isinstance(await desk.sender.send_text(retry.id), NotSent)
    assert carrier.received(CUSTOMER) == [HELLO]
