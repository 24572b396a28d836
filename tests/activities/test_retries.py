"""A text that did not arrive, from the report of it to its second try: db/messages/retries.py beside the sender."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from db.consent import queries as consent
from db.consent.queries import Said
from db.messages import statuses
from db.messages.statuses import Report
from db.tables import Enrollment, Message
from domain.consent import Source
from domain.enrollments import EnrollmentStatus
from domain.failures import FailureKind
from domain.interpreter import Held, NotSent, Submitted
from domain.messages import HoldKind, MessageStatus
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


async def test_while_its_enrollment_is_paused_the_engine_tries_it_and_its_history_does_not_grow(
    desk: Desk, retry: Message, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(update(Enrollment).values(status=EnrollmentStatus.PAUSED))
    desk.pass_time(minutes=15)
    with pytest.raises(ApplicationError, match=r"The enrollment is paused\.") as raised:
        await desk.sender.send_text(retry.id)
    assert raised.value.next_retry_delay == timedelta(minutes=1)
    assert (await second(desk)).held_for is HoldKind.PAUSE
    assert carrier.received(CUSTOMER) == [HELLO]
