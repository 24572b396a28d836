from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import true, update

from db.consent import queries as consent
from db.consent.queries import Said
from db.enrollments import progress
from db.messages import statuses
from db.messages.statuses import Report
from db.messages.texts import write
from db.tables import (
    Enrollment,
    Message,
    MessageDecision,
    Organisation,
    PhoneNumber,
    ProviderAccount,
    Record,
    TeamMember,
    TimelineEntry,
    WorkItem,
)
from domain.consent import Source
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind
from domain.interpreter import Held, NotSent, Position, Submitted
from domain.messages import HoldKind, MessageStatus
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.activities.conftest import Desk
from tests.carrier import Carrier
from tests.db.conftest import rows
from tests.makers import (
    CUSTOMER,
    OUR_NUMBER,
    make_conversation,
    make_enrollment,
    make_record,
    make_team,
    make_user,
)
from workflows.activities import OpenWorkItem, Visit

HELLO = "Hi Ada, this is Sam."


async def change(desk: Desk, table: Any, **values: Any) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(update(table).values(**values))


async def report(desk: Desk, sid: str, status: MessageStatus) -> None:
    """Have the provider's callback come in, naming our message."""
    message = await desk.message()
    async with desk.sessions.begin() as session:
        await statuses.record(
            session, desk.scene.account.id, message.id, Report(sid, status), desk.at
        )


async def test_a_text_is_filled_in_and_leaves_from_the_sellers_own_number(
    desk: Desk, carrier: Carrier
) -> None:
    assert await desk.send() == Submitted(desk.at)

    (request,) = carrier.log("request")
    assert (request["from"], request["to"], request["body"]) == (OUR_NUMBER, CUSTOMER, HELLO)
    message = await desk.message()
    assert message.status is MessageStatus.QUEUED
    assert message.provider_message_id == request["message"]["sid"]
    assert (await desk.enrollment()).current_step_id == "pause"
    assert await desk.timeline() == [("text_submitted", "hello")]


async def test_a_repeated_try_sends_nothing_and_says_the_same(desk: Desk, carrier: Carrier) -> None:
    first = await desk.send()
    desk.pass_time(minutes=5)

    assert await desk.send() == first
    assert carrier.received(CUSTOMER) == [HELLO]
    assert await desk.timeline() == [("text_submitted", "hello")]


@pytest.mark.parametrize("fault", ["lose_answer", "error_after"])
async def test_a_text_whose_answer_was_lost_is_found_in_the_providers_list(
    desk: Desk, carrier: Carrier, fault: str
) -> None:
    carrier.behave(**{fault: 1})
    assert await desk.try_to_send() == "OutcomeUnknown"
    assert (await desk.message()).status is MessageStatus.SUBMITTING
    carrier.behave()

    assert await desk.try_to_send() == Submitted(desk.at)
    message = await desk.message()
    assert message.status in (MessageStatus.QUEUED, MessageStatus.SENT, MessageStatus.DELIVERED)
    assert message.provider_message_id is not None
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_text_that_the_list_shows_as_failed_is_known_to_have_failed(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(
        lose_answer=1,
        outcome="failed",
        error_code=30006,
        sent_after_seconds=0,
        final_after_seconds=0,
    )
    await desk.try_to_send()
    carrier.behave()

    assert await desk.try_to_send() == NotSent(EndReason.UNREACHABLE)
    assert await desk.try_to_send() == NotSent(EndReason.UNREACHABLE)
    message = await desk.message()
    assert (message.status, message.error_code) == (MessageStatus.FAILED, "30006")
    assert await desk.timeline() == [("text_failed", "hello"), ("ended", None)]


async def test_a_text_that_the_list_shows_late_is_asked_for_again(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(lose_answer=1, listing_delay_seconds=3600)
    assert await desk.try_to_send() == "OutcomeUnknown"
    desk.pass_time(seconds=30)
    assert await desk.try_to_send() == "OutcomeUnknown"
    assert await desk.work_items() == []
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_what_stays_unknown_is_uncertain_and_the_sellers_to_settle(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(cut_before=1)
    submitted_at = desk.at
    assert await desk.try_to_send() == "OutcomeUnknown"
    carrier.behave()
    desk.pass_time(seconds=59)
    assert await desk.try_to_send() == "OutcomeUnknown"
    desk.pass_time(seconds=2)

    assert await desk.try_to_send() == Submitted(submitted_at)
    assert await desk.try_to_send() == Submitted(submitted_at)
    message = await desk.message()
    assert message.status is MessageStatus.UNCERTAIN
    (item,) = await desk.work_items()
    assert (item.kind, item.message_id) == (WorkItemKind.UNCERTAIN_TEXT, message.id)
    assert item.assignee_id == desk.scene.seller.id
    assert carrier.received(CUSTOMER) == []
    assert await desk.timeline() == [("text_uncertain", "hello")]


async def test_a_callback_that_comes_later_settles_an_uncertain_text(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(cut_before=1)
    await desk.try_to_send()
    desk.pass_time(minutes=2)
    await desk.try_to_send()

    await report(desk, "SM" + "a" * 32, MessageStatus.DELIVERED)

    message = await desk.message()
    assert message.status is MessageStatus.DELIVERED
    assert message.error is None
    (item,) = await desk.work_items()
    assert item.status is WorkItemStatus.CANCELLED


async def test_a_callback_that_comes_before_the_answer_is_taken_for_it(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(lose_answer=1, listing_delay_seconds=3600)
    submitted_at = desk.at
    await desk.try_to_send()
    await report(desk, "SM" + "b" * 32, MessageStatus.SENT)

    assert await desk.try_to_send() == Submitted(submitted_at)
    assert (await desk.message()).status is MessageStatus.SENT
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_what_the_provider_provably_did_not_take_is_sent_again(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(throttle=1)
    assert await desk.try_to_send() == "NotTaken"
    message = await desk.message()
    assert (message.status, message.error_code) == (MessageStatus.HELD, "20429")
    carrier.behave()
    desk.pass_time(seconds=10)

    assert await desk.try_to_send() == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_provider_that_is_not_there_is_tried_again(desk: Desk, carrier: Carrier) -> None:
    await change(desk, ProviderAccount, api_base_url="http://127.0.0.1:9")
    assert await desk.try_to_send() == "NotTaken"
    assert (await desk.message()).status is MessageStatus.HELD


@pytest.mark.parametrize(
    ("code", "ends"),
    [
        pytest.param(21612, None, id="not routable: the enrollment goes on"),
        pytest.param(21211, EndReason.UNREACHABLE, id="no such number: it ends"),
        pytest.param(21610, EndReason.OPTED_OUT, id="opted out at the provider: it ends"),
    ],
)
async def test_a_definite_rejection_is_kept_and_not_repeated(
    desk: Desk, carrier: Carrier, code: int, ends: EndReason | None
) -> None:
    carrier.behave(reject=1, reject_code=code)
    assert await desk.try_to_send() == NotSent(ends)
    carrier.behave()
    assert await desk.try_to_send() == NotSent(ends)

    message = await desk.message()
    assert (message.status, message.error_code) == (MessageStatus.FAILED, str(code))
    assert message.error
    assert carrier.received(CUSTOMER) == []
    opted_out = ends is EndReason.OPTED_OUT
    assert len(await desk.work_items()) == (0 if opted_out else 1)
    async with desk.sessions() as session:
        organisation = desk.scene.organisation.id
        assert await consent.is_opted_out(session, organisation, CUSTOMER) is opted_out


async def test_a_rejection_is_written_down_while_other_texts_have_no_id_of_the_provider_yet(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        other = await make_record(session, desk.scene.seller, phone="+12125550112")
        conversation = await make_conversation(session, other, desk.scene.number)
        await write(session, conversation.id, desk.scene.seller.id, "Hello", desk.at)
    carrier.behave(reject=1, reject_code=21612)
    assert await desk.try_to_send() == NotSent()
    assert (await desk.message()).status is MessageStatus.FAILED


async def test_a_customer_who_opted_out_is_sent_nothing(desk: Desk, carrier: Carrier) -> None:
    async with desk.sessions.begin() as session:
        conversation = await make_conversation(session, desk.scene.record, desk.scene.number)
        evidence, _ = await write(session, conversation.id, desk.scene.seller.id, "x", desk.at)
        await consent.withdraw(
            session,
            desk.scene.organisation.id,
            CUSTOMER,
            Said(Source.REPLY, desk.at, message_id=evidence),
            desk.at,
        )

    assert await desk.send() == NotSent(EndReason.OPTED_OUT)
    assert (await desk.message()).status is MessageStatus.REFUSED
    assert (await desk.enrollment()).end_reason is EndReason.OPTED_OUT
    assert await desk.sender.send_text(evidence) == NotSent(EndReason.OPTED_OUT)
    assert carrier.log("request") == []


async def test_a_text_that_waits_when_its_enrollment_ends_is_refused(
    desk: Desk, carrier: Carrier
) -> None:
    carrier.behave(throttle=1)
    assert await desk.try_to_send() == "NotTaken"
    carrier.behave()
    async with desk.sessions.begin() as session:
        await progress.end(session, true(), EndReason.DISCONNECTED, desk.at)

    assert await desk.send() == NotSent()
    assert (await desk.message()).status is MessageStatus.REFUSED
    assert await desk.timeline() == [("ended", None), ("text_refused", "hello")]
    assert carrier.received(CUSTOMER) == []


async def test_no_text_is_begun_for_an_enrollment_that_has_ended(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        await progress.end(session, true(), EndReason.DISCONNECTED, desk.at)

    assert await desk.send() == NotSent(EndReason.DISCONNECTED)
    assert (await desk.message()).status is MessageStatus.REFUSED
    assert await desk.work_items() == []
    assert carrier.log("request") == []


async def test_in_quiet_hours_a_text_waits_and_says_why(desk: Desk, carrier: Carrier) -> None:
    await change(desk, Organisation, allowed_from=time(8), allowed_until=time(21))
    desk.at = datetime(2026, 7, 1, 2, 14, tzinfo=UTC)  # 22:14 in New York
    eight = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    assert await desk.send() == Held(eight)
    message = await desk.message()
    assert (message.status, message.held_until) == (MessageStatus.HELD, eight)
    enrollment = await desk.enrollment()
    assert (enrollment.current_step_id, enrollment.waiting_until) == ("hello", eight)
    assert enrollment.waiting_reason is not None
    assert "22:14" in enrollment.waiting_reason
    assert carrier.log("request") == []

    desk.at = eight
    assert await desk.send() == Submitted(eight)
    assert carrier.received(CUSTOMER) == [HELLO]
    assert (await desk.enrollment()).waiting_reason is None
    assert await desk.timeline() == [("text_held", "hello"), ("text_submitted", "hello")]


async def test_a_closed_record_is_sent_nothing(desk: Desk, carrier: Carrier) -> None:
    await change(desk, Record, status="inactive")
    assert await desk.send() == NotSent(EndReason.RECORD_DEACTIVATED)
    assert carrier.log("request") == []


async def test_a_text_of_a_paused_enrollment_waits_in_its_workflow(
    desk: Desk, carrier: Carrier
) -> None:
    await change(desk, Enrollment, status=EnrollmentStatus.PAUSED)
    assert await desk.send() == Held(desk.at + timedelta(minutes=1))
    assert carrier.log("request") == []


PAUSED = "The enrollment is paused."
NO_HOUR = (
    "No hour of the week is allowed in all time zones this customer may be in: set the record's time zone, "
    "or change the sequence's working hours."
)


@pytest.mark.parametrize("why", [PAUSED, NO_HOUR])
async def test_a_text_that_waits_for_no_clock_promises_no_time_and_says_once_why(
    desk: Desk, carrier: Carrier, why: str
) -> None:
    if why == PAUSED:
        await change(desk, Enrollment, status=EnrollmentStatus.PAUSED)
    else:
        await change(desk, Organisation, allowed_from=time(8), allowed_until=time(8, 30))
        await change(desk, Record, timezone=None, country="US", region="TX")
    for _ in range(2):
        assert isinstance(await desk.send(), Held)
        desk.pass_time(days=1)

    (entry,) = await rows(desk.sessions, TimelineEntry, kind=TimelineKind.TEXT_HELD)
    assert (entry.detail, entry.until) == (why, None)
    enrollment = await desk.enrollment()
    assert (enrollment.current_step_id, enrollment.waiting_until) == ("hello", None)
    assert (enrollment.waiting_reason, enrollment.sends_next) == (why, False)
    message = await desk.message()
    assert (message.held_reason, message.known_end) == (why, None)
    (decision,) = await rows(desk.sessions, MessageDecision)
    assert decision.why == why
    assert carrier.log("request") == []


async def test_a_text_waits_for_an_account_that_is_switched_off(
    desk: Desk, carrier: Carrier
) -> None:
    await change(desk, ProviderAccount, is_enabled=False)
    assert await desk.try_to_send() == "Waiting"
    message = await desk.message()
    assert (message.status, message.held_for) == (MessageStatus.HELD, HoldKind.ACCOUNT)
    assert await desk.timeline() == []

    await change(desk, ProviderAccount, is_enabled=True)
    assert await desk.try_to_send() == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == [HELLO]


async def test_a_seller_without_a_number_gets_a_work_item(desk: Desk, carrier: Carrier) -> None:
    await change(desk, PhoneNumber, owner_user_id=None)
    assert await desk.send() == NotSent()
    (item,) = await desk.work_items()
    assert item.kind is WorkItemKind.FAILED_TEXT
    assert "no number to send from" in (item.reason or "")
    assert await desk.timeline() == [("text_refused", "hello")]


async def test_the_number_of_a_colleagues_team_is_not_the_sellers(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        colleague = await make_user(session, desk.scene.organisation.id)
        team = await make_team(session, desk.scene.organisation.id, name="Theirs")
        session.add(TeamMember(team_id=team.id, user_id=colleague.id))
        record = await make_record(session, colleague, phone="+12125550112")
        await make_enrollment(session, record, desk.scene.version)
    await change(desk, PhoneNumber, owner_user_id=None, owner_team_id=team.id)
    assert await desk.send() == NotSent()
    (item,) = await desk.work_items()
    assert "no number to send from" in (item.reason or "")
    assert carrier.log("request") == []


async def test_a_placeholder_that_nothing_fills_stops_the_text(
    desk: Desk, carrier: Carrier
) -> None:
    await change(desk, Record, first_name="")
    assert await desk.send() == NotSent()
    (item,) = await desk.work_items()
    assert "record.first_name" in (item.reason or "")
    assert carrier.log("request") == []


async def test_a_manual_text_is_offered_filled_in_and_sent_as_approved(
    desk: Desk, carrier: Carrier
) -> None:
    item_id = UUID("0198f000-0000-7000-8000-0000000000aa")
    visit = Visit(desk.scene.enrollment.id, Position("book"))
    for _ in range(2):  # an activity may run twice
        await desk.enrollments.open_work_item(OpenWorkItem(visit, "book", item_id))
    (item,) = await desk.work_items()
    assert item.text == "When shall we talk, Ada?"
    assert item.due_at == desk.at + timedelta(days=1)
    assert (await desk.enrollment()).current_step_id == "book"

    await change(desk, WorkItem, text="Ada, Tuesday at ten?", decided_by=desk.scene.seller.id)
    assert await desk.send("book", item_id) == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == ["Ada, Tuesday at ten?"]
    assert (await desk.message("book")).author_id == desk.scene.seller.id


async def test_two_equal_texts_whose_answers_were_lost_are_told_apart(
    desk: Desk, carrier: Carrier
) -> None:
    """The list cannot tell them apart, a callback can: then the other gives its claim up."""
    carrier.behave(lose_answer=1)
    await desk.try_to_send()
    carrier.behave()
    await desk.try_to_send()
    claimed = (await desk.message()).provider_message_id
    assert claimed is not None
    async with desk.sessions.begin() as session:
        first = await session.get_one(Message, (await desk.message()).id)
        twin, _ = await write(
            session, first.conversation_id, desk.scene.seller.id, first.body, desk.at
        )
        await statuses.record(
            session,
            desk.scene.account.id,
            twin,
            Report(claimed, MessageStatus.DELIVERED),
            desk.at,
        )

    async with desk.sessions() as session:
        assert (await session.get_one(Message, twin)).provider_message_id == claimed
    assert (await desk.message()).status is MessageStatus.UNCERTAIN
    assert [item.kind for item in await desk.work_items()] == [WorkItemKind.UNCERTAIN_TEXT]
