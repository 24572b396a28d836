"""Tests of db/messages/statuses.py: what providers report, in whatever order and however often."""

from datetime import timedelta
from uuid import uuid4

import pytest

from channels.interface import Price
from db.engine import Sessions
from db.messages import statuses
from db.messages.statuses import Recorded, Report
from db.tables import (
    Alert,
    Conversation,
    Enrollment,
    Message,
    OptOut,
    ProviderAccount,
    Record,
    TimelineEntry,
    WorkItem,
)
from domain.alerts import AlertKind
from domain.enrollments import EndReason, TimelineKind
from domain.failures import FailureKind
from domain.messages import Direction, HoldKind, MessageStatus
from domain.work_items import WorkItemKind
from tests.db.conftest import NOW, make_message, one, rows
from tests.makers import (
    CUSTOMER,
    OUR_NUMBER,
    Scene,
    make_account,
    make_conversation,
    make_enrollment,
    make_record,
)

HELD, SUBMITTING, UNCERTAIN = (
    MessageStatus.HELD, MessageStatus.SUBMITTING, MessageStatus.UNCERTAIN,
)  # fmt: skip
QUEUED, SENT, DELIVERED = MessageStatus.QUEUED, MessageStatus.SENT, MessageStatus.DELIVERED
UNDELIVERED, FAILED = MessageStatus.UNDELIVERED, MessageStatus.FAILED

MOVES = {
    QUEUED: {HELD, SUBMITTING, UNCERTAIN},
    SENT: {HELD, SUBMITTING, UNCERTAIN, QUEUED},
    DELIVERED: {HELD, SUBMITTING, UNCERTAIN, QUEUED, SENT},
    UNDELIVERED: {HELD, SUBMITTING, UNCERTAIN, QUEUED, SENT},
    FAILED: {HELD, SUBMITTING, UNCERTAIN, QUEUED, SENT},
}
"""Which states a report moves; all others it leaves as they are."""

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    async with sessions.begin() as session:
        return await make_conversation(session, scene.record, scene.number)


async def record(
    sessions: Sessions, scene: Scene, message: Message | None, report: Report
) -> Recorded:
    async with sessions.begin() as session:
        message_id = message.id if message else None
        return await statuses.record(session, scene.account.id, message_id, report, LATER)


@pytest.mark.parametrize("reported", MOVES, ids=lambda status: status.value)
async def test_a_report_moves_a_text_forward_and_never_back(
    sessions: Sessions, scene: Scene, conversation: Conversation, reported: MessageStatus
) -> None:
    texts = {}
    for before in MessageStatus:
        inbound = before is MessageStatus.RECEIVED
        texts[before] = await make_message(
            sessions,
            conversation,
            scene.account.id,
            status=before,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            held_until=NOW if before is HELD else None,
            provider_message_id=f"SM-{before}",
        )
    moved = set()
    for before, text in texts.items():
        report = Report(f"SM-{before}", reported)
        if (await record(sessions, scene, text, report)).moved:
            moved.add(before)
        assert not (await record(sessions, scene, text, report)).moved  # told twice

    assert moved == MOVES[reported]
    async with sessions() as session:
        for before, text in texts.items():
            after = (await session.get_one(Message, text.id)).status
            assert after is (reported if before in moved else before)


async def test_a_report_that_names_no_text_of_ours_is_about_the_one_with_its_id(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    account_id = scene.account.id
    await make_message(sessions, conversation, account_id, provider_message_id="SM1")
    await make_message(sessions, conversation, account_id, provider_message_id="SM2")

    assert (await record(sessions, scene, None, Report("SM2", SENT))).moved
    assert [text.status for text in await rows(sessions, Message)] == [QUEUED, SENT]


async def test_a_report_about_nothing_we_know_changes_nothing(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id, provider_message_id="SM1")
    assert not (await record(sessions, scene, None, Report("SM9", SENT))).moved
    assert not (await record(sessions, scene, None, Report(None, SENT))).moved
    async with sessions.begin() as session:
        other = await make_account(session, scene.organisation.id)
        for message_id in (text.id, None, uuid4()):
            report = Report("SM1", SENT)
            assert not (await statuses.record(session, other.id, message_id, report, NOW)).moved
    assert (await one(sessions, Message)).status is QUEUED


async def test_a_text_keeps_the_instants_of_its_way(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id, status=SUBMITTING)
    for status, at in [(QUEUED, 1), (SENT, 2), (DELIVERED, 3)]:
        async with sessions.begin() as session:
            now = NOW + timedelta(minutes=at)
            report = Report("SM1", status)
            await statuses.record(session, scene.account.id, text.id, report, now)
    text = await one(sessions, Message)
    assert (text.submitted_at, text.sent_at, text.finished_at) == (
        NOW,
        NOW + timedelta(minutes=2),
        NOW + timedelta(minutes=3),
    )
    assert text.provider_message_id == "SM1"


@pytest.mark.parametrize("status", [FAILED, UNDELIVERED])
async def test_a_text_that_failed_says_why_and_is_the_sellers_to_settle(
    sessions: Sessions, scene: Scene, conversation: Conversation, status: MessageStatus
) -> None:
    text = await make_message(
        sessions, conversation, scene.account.id, enrollment_id=scene.enrollment.id, step_id="hello"
    )
    report = Report("SM1", status, "30005", FailureKind.NUMBER, "Nobody has this number.")
    for _ in range(2):
        await record(sessions, scene, text, report)

    text = await one(sessions, Message)
    assert (text.status, text.error_code, text.failure, text.error) == (
        status,
        "30005",
        FailureKind.NUMBER,
        "Nobody has this number.",
    )
    (entry,) = await rows(sessions, TimelineEntry, kind=TimelineKind.TEXT_FAILED)
    assert (entry.step_id, entry.message_id, entry.detail) == ("hello", text.id, text.error)
    item = await one(sessions, WorkItem)
    assert (item.kind, item.message_id, item.assignee_id, item.reason) == (
        WorkItemKind.FAILED_TEXT,
        text.id,
        scene.seller.id,
        "Nobody has this number. Nothing more is sent to this number.",
    )


async def test_a_number_that_cannot_be_texted_is_marked_and_ends_every_enrollment_that_texts_it(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        same_number = await make_record(session, scene.seller)
        other_number = await make_record(session, scene.seller, phone="+12125550112")
        for lead in (same_number, other_number):
            await make_enrollment(session, lead, scene.version)
    text = await make_message(sessions, conversation, scene.account.id)
    recorded = await record(
        sessions,
        scene,
        text,
        Report("SM1", UNDELIVERED, "30006", FailureKind.NUMBER, "A landline."),
    )

    marked = [each for each in await rows(sessions, Record) if each.unreachable_since is not None]
    assert [each.id for each in marked] == [scene.record.id, same_number.id]
    assert {(each.unreachable_since, each.unreachable_reason) for each in marked} == {
        (LATER, "A landline.")
    }
    ended = [each for each in await rows(sessions, Enrollment) if each.ended_at is not None]
    assert [each.record_id for each in ended] == [scene.record.id, same_number.id]
    assert {each.end_reason for each in ended} == {EndReason.UNREACHABLE}
    assert sorted(recorded.workflow_ids) == sorted(each.workflow_id for each in ended)


async def test_a_failure_of_the_whole_account_pauses_it_and_the_text_waits(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id)
    report = Report("SM1", FAILED, "30002", FailureKind.ACCOUNT, "The account is suspended.")
    await record(sessions, scene, text, report)

    account = await one(sessions, ProviderAccount)
    assert (account.paused_at, account.paused_code) == (LATER, "30002")
    assert account.paused_reason == "The account is suspended."
    assert (await one(sessions, Alert)).kind is AlertKind.ACCOUNT_PAUSED
    (retry,) = await rows(sessions, Message, attempt=2)
    assert (retry.status, retry.held_for) == (HELD, HoldKind.RETRY)
    assert await rows(sessions, WorkItem) == []


async def test_a_number_of_ours_that_may_not_send_is_the_administrators_to_know_of(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id)
    report = Report("SM1", FAILED, "30034", FailureKind.SENDER, "Our number is not registered.")
    await record(sessions, scene, text, report)

    alert = await one(sessions, Alert)
    assert (alert.kind, alert.provider_account_id) == (AlertKind.SENDER_REFUSED, scene.account.id)
    assert alert.text == f"Our number is not registered. It was sent from {OUR_NUMBER}."
    assert (await one(sessions, ProviderAccount)).paused_at is None
    assert (await one(sessions, WorkItem)).message_id == text.id


async def test_what_the_provider_does_not_explain_is_the_sellers_to_settle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id)
    await record(sessions, scene, text, Report("SM1", FAILED, "99999"))
    assert (await one(sessions, Message)).error_code == "99999"
    assert (await one(sessions, WorkItem)).reason == (
        "The provider cannot say whether the customer got this text. Ask before sending it again. "
        "It may have arrived, and is not sent again by itself."
    )


async def test_a_price_is_kept_whenever_it_comes(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id, provider_message_id="SM1")
    priced = Report("SM1", SENT, price=Price(7_900, "USD"))
    assert (await record(sessions, scene, text, Report("SM1", DELIVERED))).moved
    assert (await one(sessions, Message)).price_micros is None

    assert not (await record(sessions, scene, text, priced)).moved
    text = await one(sessions, Message)
    assert (text.status, text.price_micros, text.price_currency) == (DELIVERED, 7_900, "USD")

    assert not (await record(sessions, scene, text, Report("SM1", SENT))).moved
    assert (await one(sessions, Message)).price_micros == 7_900


async def test_a_price_comes_with_a_status(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await make_message(sessions, conversation, scene.account.id, provider_message_id="SM1")
    report = Report("SM1", DELIVERED, price=Price(12_000, "EUR"))
    assert (await record(sessions, scene, None, report)).moved
    text = await one(sessions, Message)
    assert (text.price_micros, text.price_currency) == (12_000, "EUR")


async def test_a_number_that_opted_out_at_the_provider_is_opted_out_here(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text = await make_message(sessions, conversation, scene.account.id)
    report = Report("SM1", FAILED, "21610", FailureKind.OPT_OUT, "They opted out.")

    recorded = await record(sessions, scene, text, report)
    assert recorded == Recorded(moved=True, workflow_ids=[scene.enrollment.workflow_id])
    withdrawn = await one(sessions, OptOut)
    assert (withdrawn.customer_number, withdrawn.source, withdrawn.message_id) == (
        CUSTOMER,
        "provider",
        text.id,
    )
    assert (await one(sessions, Enrollment)).end_reason is EndReason.OPTED_OUT
    assert await rows(sessions, WorkItem) == []  # nothing for a seller to settle


async def test_what_the_provider_names_is_whose_text_it_is(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """One of two equal texts took the other's id from the provider's list; the callback says so."""
    wrong = await make_message(
        sessions, conversation, scene.account.id, provider_message_id="SM1", status=SENT
    )
    right = await make_message(sessions, conversation, scene.account.id, status=SUBMITTING)

    assert (await record(sessions, scene, right, Report("SM1", DELIVERED))).moved
    first, second = await rows(sessions, Message)
    assert (first.id, first.status, first.provider_message_id) == (wrong.id, UNCERTAIN, None)
    assert (second.id, second.status, second.provider_message_id) == (right.id, DELIVERED, "SM1")
    item = await one(sessions, WorkItem)
    assert (item.kind, item.message_id) == (WorkItemKind.UNCERTAIN_TEXT, wrong.id)

    assert (await record(sessions, scene, wrong, Report("SM2", SENT))).moved
    first, _ = await rows(sessions, Message)
    assert (first.status, first.provider_message_id) == (SENT, "SM2")


async def test_a_stale_report_takes_nothing_from_anybody(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await make_message(
        sessions, conversation, scene.account.id, provider_message_id="SM1", status=DELIVERED
    )
    (text,) = await rows(sessions, Message)
    assert not (await record(sessions, scene, text, Report("SM1", SENT))).moved
    assert (await one(sessions, Message)).status is DELIVERED
