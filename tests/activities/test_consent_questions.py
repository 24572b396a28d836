"""Texts that wait until somebody has said whether the customer withdrew consent: of activities/sending.py, from the
question to the answer, and in which order they leave then."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from db.consent import asking
from db.messages import inbound, statuses
from db.messages.statuses import Report
from db.messages.texts import write
from db.tables import (
    Conversation,
    Enrollment,
    Message,
    Organisation,
    OutboxItem,
    TimelineEntry,
    WorkItem,
)
from domain.consent import Scope
from domain.enrollments import EnrollmentStatus, TimelineKind
from domain.interpreter import Held
from domain.messages import HoldKind, MessageStatus
from domain.notices import text_workflow_id
from domain.work_items import WorkItemKind
from tests.activities.conftest import Desk
from tests.carrier import Carrier
from tests.db.conftest import inbound_text, one, rows
from tests.makers import CUSTOMER, make_conversation, make_enrollment, make_number, make_record

UNCLEAR = "please tell your boss to stop it now"
HELLO = "Hi Ada, this is Sam."


@pytest.fixture
async def asked(desk: Desk) -> WorkItem:
    """The question whether the customer withdrew consent."""
    async with desk.sessions.begin() as session:
        await inbound.store(session, inbound_text(desk.scene, UNCLEAR), desk.at)
    return await one(desk.sessions, WorkItem, kind=WorkItemKind.CONSENT_QUESTION)


async def write_one(desk: Desk, body: str, conversation: Conversation | None = None) -> UUID:
    """Have the seller write to the customer, at this very moment."""
    desk.at = datetime.now(UTC)
    async with desk.sessions.begin() as session:
        into = conversation or await session.scalar(select(Conversation))
        assert into is not None
        text_id, _ = await write(session, into.id, desk.scene.seller.id, body, desk.at)
    return text_id


async def send(desk: Desk, text_id: UUID | None = None) -> str:
    """Send a seller's text, or that of the sequence; return what becomes of it: "Waiting" is tried by the engine."""
    try:
        outcome = await (desk.send() if text_id is None else desk.sender.send_text(text_id))
    except ApplicationError as error:
        return error.type or ""
    return outcome.kind


async def answer(desk: Desk, question: WorkItem) -> list[str] | None:
    async with desk.sessions.begin() as session:
        return await asking.answer(
            session, question, withdrawn=False, actor_id=desk.scene.seller.id, now=desk.at
        )


async def leave_the_provider(desk: Desk) -> None:
    """Have the provider say that it has handed on what it has."""
    async with desk.sessions.begin() as session:
        for message in await rows(desk.sessions, Message, status=MessageStatus.QUEUED):
            report = Report(message.provider_message_id, MessageStatus.SENT)
            await statuses.record(session, desk.scene.account.id, message.id, report, desk.at)


async def test_what_waited_for_an_answer_leaves_behind_it_in_the_order_it_was_written(
    desk: Desk, carrier: Carrier, asked: WorkItem
) -> None:
    first = await write_one(desk, "The first")
    assert [await send(desk, first), await send(desk)] == ["held", "held"]
    last = await write_one(desk, "The last")
    assert await send(desk, last) == "held"
    assert carrier.received(CUSTOMER) == []

    told = await answer(desk, asked)

    workflows = {text_workflow_id(first), desk.scene.enrollment.workflow_id, text_workflow_id(last)}
    assert set(told or ()) == workflows
    notices = await rows(desk.sessions, OutboxItem, kind="text_released")
    assert {each.workflow_id for each in notices} == workflows
    waiting: list[UUID | None] = [last, None, first]
    while waiting:
        outcomes = [await send(desk, each) for each in waiting]
        assert outcomes == [*["Waiting"] * (len(waiting) - 1), "submitted"]
        del waiting[-1]
        await leave_the_provider(desk)
    assert carrier.received(CUSTOMER) == ["The first", HELLO, "The last"]


async def test_a_text_that_waits_for_an_answer_says_so_once_and_promises_no_time(
    desk: Desk, asked: WorkItem
) -> None:
    for _ in range(2):
        assert await desk.send() == Held(desk.at + timedelta(hours=1))
        desk.pass_time(hours=1)
    (entry,) = await rows(desk.sessions, TimelineEntry, kind=TimelineKind.TEXT_HELD)
    assert entry.until is None
    assert (await desk.message()).held_for is HoldKind.CONSENT


async def test_a_text_of_a_sequence_leaves_behind_one_that_a_seller_wrote_just_before(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, desk.scene.number)
    written = await write_one(desk, "I will ring you", conversation)
    assert await send(desk) == "Waiting"
    assert await send(desk, written) == "submitted"
    await leave_the_provider(desk)
    assert await send(desk) == "submitted"
    assert carrier.received(CUSTOMER) == ["I will ring you", HELLO]


async def test_a_text_that_does_not_leave_in_time_holds_up_no_other(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, desk.scene.number)
    await write_one(desk, "I will ring you", conversation)
    desk.pass_time(minutes=3)
    assert await send(desk) == "submitted"
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_text_that_waits_for_an_answer_holds_up_none_that_does_not(
    desk: Desk, carrier: Carrier
) -> None:
    """It may have left over another number of ours, which the question is not about."""
    async with desk.sessions.begin() as session:
        await session.execute(update(Organisation).values(withdrawal_scope=Scope.NUMBER))
        other = await make_number(
            session, desk.scene.account, e164="+12025550177", owner_user_id=desk.scene.seller.id
        )
        await inbound.store(session, inbound_text(desk.scene, UNCLEAR), desk.at)
        same_customer = await make_record(session, desk.scene.seller)
        elsewhere = await make_conversation(session, same_customer, other)
        await make_enrollment(session, same_customer, desk.scene.version)
    carrier.connect("+12025550177")
    assert await send(desk) == "held"
    assert await send(desk, await write_one(desk, "From here", elsewhere)) == "submitted"
    assert carrier.received(CUSTOMER) == ["From here"]


async def test_a_released_text_of_a_paused_enrollment_says_what_it_waits_for_now(
    desk: Desk, asked: WorkItem
) -> None:
    await desk.send()
    async with desk.sessions.begin() as session:
        await session.execute(update(Enrollment).values(status=EnrollmentStatus.PAUSED))
    await answer(desk, asked)
    message = await desk.message()
    assert (message.held_for, message.held_reason) == (HoldKind.PAUSE, "The enrollment is paused.")
