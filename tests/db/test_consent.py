"""Tests of db/consent, and of what happens when a customer says STOP while a text is about to leave."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import asking
from db.consent import queries as consent
from db.consent.imports import Imported, import_numbers
from db.consent.queries import Said
from db.engine import Sessions
from db.messages import drafts, inbound, sending, statuses, texts
from db.messages.drafts import Draft
from db.messages.inbound import Stored
from db.messages.sending import Leaving
from db.messages.statuses import Report
from db.tables import (
    ConsentEntry,
    Conversation,
    Enrollment,
    Message,
    MessageDecision,
    OptOut,
    Organisation,
    OutboxItem,
    TimelineEntry,
    WorkItem,
)
from domain.consent import BY_HAND, ConsentKind, OurNumber, Purpose, Scope, Source, covers
from domain.do_not_contact import ListedNumber
from domain.enrollments import EndReason, TimelineKind
from domain.failures import FailureKind
from domain.messages import Direction, HoldKind, MessageStatus
from domain.notices import text_workflow_id
from domain.sending import Account, Hold, Refuse, verdict
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, inbound_text, make_message, one, rows, someone_waits
from tests.makers import (
    CUSTOMER,
    Scene,
    make_conversation,
    make_enrollment,
    make_number,
    make_organisation,
    make_record,
    make_user,
)

LATER = NOW + timedelta(days=1)


async def withdraw(
    session: AsyncSession, scene: Scene, conversation: Conversation, number: str = CUSTOMER
) -> list[str]:
    """Opt a number out, with its latest text as the evidence."""
    evidence = await session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1))
    assert evidence is not None
    said = Said(Source.REPLY, NOW, phone_number_id=scene.number.id, message_id=evidence)
    return await consent.withdraw(session, scene.organisation.id, number, said, NOW)


async def start(session: AsyncSession, scene: Scene, at: datetime) -> None:
    """Have the customer say START at `at`."""
    said = Said(Source.REPLY, at, phone_number_id=scene.number.id)
    await consent.restore(session, scene.organisation.id, CUSTOMER, said, at)


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    """One with a text in it."""
    async with sessions.begin() as session:
        made = await make_conversation(session, scene.record, scene.number)
    await make_message(sessions, made, scene.account.id)
    return made


async def is_opted_out(sessions: Sessions, scene: Scene) -> bool:
    async with sessions() as session:
        return await consent.is_opted_out(session, scene.organisation.id, CUSTOMER)


async def test_an_opt_out_ends_every_enrollment_that_texts_the_number(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        same_number = await make_record(session, scene.seller)
        other_number = await make_record(session, scene.seller, phone="+12125550112")
        for record in (same_number, other_number):
            await make_enrollment(session, record, scene.version)
        told = await withdraw(session, scene, conversation)

    assert sorted(told) == sorted(
        [scene.enrollment.workflow_id, f"enrollment-{same_number.id}-test"]
    )
    (left,) = [each for each in await rows(sessions, Enrollment) if each.ended_at is None]
    assert left.record_id == other_number.id
    assert sorted(item.workflow_id for item in await rows(sessions, OutboxItem)) == sorted(told)
    assert await is_opted_out(sessions, scene)


async def test_an_opt_out_holds_for_the_organisation_it_was_said_to(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        seller = await make_user(session, other.id)
        record = await make_record(session, seller)
        await make_enrollment(session, record, scene.version)
        told = await withdraw(session, scene, conversation)
        assert not await consent.is_opted_out(session, other.id, CUSTOMER)
    assert told == [scene.enrollment.workflow_id]


async def test_an_opt_out_takes_back_what_waits_to_go_to_the_number(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await texts.write(session, conversation.id, scene.seller.id, "One more thing", NOW)
        await withdraw(session, scene, conversation)
    gone, held = await rows(sessions, Message)
    assert gone.status is MessageStatus.QUEUED
    assert (held.status, held.failure) == (MessageStatus.REFUSED, FailureKind.OPT_OUT)
    assert held.error == "The customer opted out before this text could go out."


async def test_an_opt_out_said_twice_is_one_until_it_is_lifted(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(2):
        async with sessions.begin() as session:
            await withdraw(session, scene, conversation)
    assert (await one(sessions, OptOut)).created_at == NOW

    async with sessions.begin() as session:
        await start(session, scene, LATER)
    assert not await is_opted_out(sessions, scene)
    assert (await one(sessions, OptOut)).ended_at == LATER

    async with sessions.begin() as session:
        await withdraw(session, scene, conversation)
    assert await is_opted_out(sessions, scene)
    assert len(await rows(sessions, OptOut)) == 2


async def say_stop(sessions: Sessions, scene: Scene) -> Stored:
    async with sessions.begin() as session:
        return await inbound.store(session, inbound_text(scene, "STOP"), NOW)


async def read_draft(sessions: Sessions, scene: Scene) -> Draft:
    """Read the text of the first step as it is read before it leaves."""
    async with sessions.begin() as session:
        return await drafts.step_draft(session, scene.enrollment.id, "hello", None, NOW)


@pytest.mark.parametrize("has_texted_before", [True, False])
async def test_a_text_about_to_leave_waits_for_a_stop_that_is_being_stored(
    sessions: Sessions, scene: Scene, has_texted_before: bool
) -> None:
    if has_texted_before:
        async with sessions.begin() as session:
            await make_conversation(session, scene.record, scene.number)
    async with sessions() as session:
        await inbound.store(session, inbound_text(scene, "STOP"), NOW)
        leaving = asyncio.create_task(read_draft(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    assert (await leaving).facts.withdrawals


async def test_a_stop_waits_for_a_text_that_is_leaving(sessions: Sessions, scene: Scene) -> None:
    async with sessions() as session:
        draft = await drafts.step_draft(session, scene.enrollment.id, "hello", None, NOW)
        await sending.submit(session, [Leaving(draft, draft.sender(), "Hello")], NOW)
        stopping = asyncio.create_task(say_stop(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    assert (await stopping).workflow_ids == [scene.enrollment.workflow_id]
    text = await one(sessions, Message, direction=Direction.OUTBOUND)
    assert text.status is MessageStatus.SUBMITTING
    assert (await read_draft(sessions, scene)).facts.withdrawals


async def test_a_stop_about_another_record_holds_up_every_text_to_the_number(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller)
        await make_conversation(session, other, scene.number)
    async with sessions() as session:
        await inbound.store(session, inbound_text(scene, "STOP"), NOW)
        leaving = asyncio.create_task(read_draft(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    facts = (await leaving).facts
    decision = verdict(facts, Account(), None, NOW)
    assert isinstance(decision, Refuse)
    assert decision.withdrawal == (await one(sessions, ConsentEntry)).id


async def test_a_stop_and_a_sellers_own_text_do_not_wait_for_each_other_in_a_circle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """Both take the conversation before its texts; the STOP is kept between the two by a third."""
    async with sessions.begin() as session:
        text_id, _ = await texts.write(session, conversation.id, scene.seller.id, "Hello", NOW)

    async def leave() -> Draft:
        async with sessions.begin() as session:
            return await drafts.row_draft(session, text_id, NOW)

    async with sessions() as third:
        await third.get(Enrollment, scene.enrollment.id, with_for_update=True)
        stopping = asyncio.create_task(say_stop(sessions, scene))
        await someone_waits(sessions)
        leaving = asyncio.create_task(leave())
        await someone_waits(sessions, count=2)
        await third.commit()

    assert (await stopping).workflow_ids == [scene.enrollment.workflow_id]
    assert (await leaving).status is MessageStatus.REFUSED


async def test_a_start_that_is_found_late_does_not_lift_an_opt_out_that_came_after_it(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await withdraw(session, scene, conversation)
        before = NOW - timedelta(hours=1)
        await start(session, scene, before)
    assert await is_opted_out(sessions, scene)


async def write_in_another_conversation(sessions: Sessions, scene: Scene) -> UUID:
    """Have the seller write a text to the customer's number about another record."""
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller)
        conversation = await make_conversation(session, other, scene.number)
        text_id, _ = await texts.write(session, conversation.id, scene.seller.id, "Hello", NOW)
    return text_id


async def leave(sessions: Sessions, text_id: UUID) -> Draft:
    async with sessions.begin() as session:
        return await drafts.row_draft(session, text_id, NOW)


@pytest.mark.parametrize("words", ["STOP", "please tell your boss to stop it now"])
async def test_a_text_of_another_conversation_waits_for_what_is_said_about_consent(
    sessions: Sessions, scene: Scene, conversation: Conversation, words: str
) -> None:
    text_id = await write_in_another_conversation(sessions, scene)
    async with sessions() as session:
        await inbound.store(session, inbound_text(scene, words), NOW)
        leaving = asyncio.create_task(leave(sessions, text_id))
        await someone_waits(sessions)
        await session.commit()

    assert (await leaving).facts.withdrawals


async def test_a_withdrawal_lists_the_texts_that_were_just_being_handed_over(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text_id = await write_in_another_conversation(sessions, scene)
    async with sessions() as session:
        draft = await drafts.row_draft(session, text_id, NOW)
        await sending.submit(session, [Leaving(draft, draft.sender(), "Hello")], NOW)
        stopping = asyncio.create_task(say_stop(sessions, scene))
        await someone_waits(sessions)
        await session.commit()

    await stopping
    assert (await one(sessions, ConsentEntry)).under_way == [str(text_id)]


async def test_texts_do_not_wait_for_each_other(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text_id = await write_in_another_conversation(sessions, scene)
    async with sessions() as session:
        await drafts.step_draft(session, scene.enrollment.id, "hello", None, NOW)
        async with asyncio.timeout(10):
            assert (await leave(sessions, text_id)).message_id == text_id


async def test_a_providers_opt_out_of_a_text_and_that_text_do_not_wait_for_each_other_in_a_circle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """The report takes the number before the text; the text that leaves is kept between the two by a third."""
    async with sessions.begin() as session:
        text_id, _ = await texts.write(session, conversation.id, scene.seller.id, "Hello", NOW)
        await session.execute(
            update(Message)
            .where(Message.id == text_id)
            .values(status=MessageStatus.SUBMITTING, submitted_at=NOW, held_until=None)
        )

    async def report() -> None:
        async with sessions.begin() as session:
            refused = Report(None, MessageStatus.FAILED, "21610", FailureKind.OPT_OUT, "Opted out")
            await statuses.record(session, scene.account.id, text_id, refused, NOW)

    async with sessions() as third:
        await third.get(Message, text_id, with_for_update=True)
        leaving = asyncio.create_task(leave(sessions, text_id))
        await someone_waits(sessions)
        reporting = asyncio.create_task(report())
        await someone_waits(sessions, count=2)
        await third.commit()

    assert (await leaving).status is MessageStatus.SUBMITTING
    await reporting
    entry = await one(sessions, ConsentEntry)
    assert (entry.source, entry.message_id) == (Source.PROVIDER, text_id)


async def test_the_ledger_can_be_neither_changed_nor_deleted(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await withdraw(session, scene, conversation)
    for statement in (update(ConsentEntry).values(wording="never"), delete(ConsentEntry)):
        with pytest.raises(DBAPIError, match="only ever added to"):
            async with sessions.begin() as session:
                await session.execute(statement)
    assert (await one(sessions, ConsentEntry)).wording is None


async def say(sessions: Sessions, scene: Scene, words: str, at: datetime = NOW) -> Stored:
    async with sessions.begin() as session:
        return await inbound.store(
            session, inbound_text(scene, words, provider_message_id=str(uuid4())), at
        )


async def record_by_hand(
    sessions: Sessions, scene: Scene, source: Source, number: str = CUSTOMER
) -> None:
    async with sessions.begin() as session:
        said = Said(source, NOW, actor_id=scene.seller.id)
        await consent.withdraw(session, scene.organisation.id, number, said, NOW)


@pytest.mark.parametrize("source", [*sorted(BY_HAND), Source.IMPORT, Source.ERASURE])
@pytest.mark.parametrize("was_said_by_text_too", [False, True])
async def test_a_start_lifts_nothing_but_what_was_said_by_text(
    sessions: Sessions, scene: Scene, source: Source, was_said_by_text_too: bool
) -> None:
    if was_said_by_text_too:
        await say(sessions, scene, "STOP")
    await record_by_hand(sessions, scene, source)
    await say(sessions, scene, "START", LATER)
    assert await is_opted_out(sessions, scene)


async def test_a_start_to_one_number_of_ours_leaves_the_providers_block_of_another(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        blocked = await make_number(session, scene.account, e164="+12025550177")
        said = Said(Source.PROVIDER, NOW, phone_number_id=blocked.id)
        await consent.withdraw(session, scene.organisation.id, CUSTOMER, said, NOW)
    await say(sessions, scene, "START", LATER)
    assert await is_opted_out(sessions, scene)
    async with sessions.begin() as session:
        said = Said(Source.REPLY, LATER, phone_number_id=blocked.id)
        await consent.restore(session, scene.organisation.id, CUSTOMER, said, LATER)
    assert not await is_opted_out(sessions, scene)


@pytest.mark.parametrize(
    ("wording", "at", "is_lifted"),
    [("I agree to texts.", LATER, True), (None, LATER, False), ("I agree to texts.", NOW, False)],
    ids=["with evidence", "without", "not later"],
)
async def test_a_grant_lifts_a_withdrawal_if_it_came_later_and_has_evidence(
    sessions: Sessions, scene: Scene, wording: str | None, at: datetime, is_lifted: bool
) -> None:
    await record_by_hand(sessions, scene, Source.COMPLAINT)
    async with sessions.begin() as session:
        said = Said(Source.FORM, at, actor_id=scene.seller.id, wording=wording)
        await consent.grant(session, scene.organisation.id, CUSTOMER, said, LATER)
    assert await is_opted_out(sessions, scene) is not is_lifted


async def test_a_withdrawal_is_as_narrow_as_the_organisation_has_chosen(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(withdrawal_scope=Scope.NUMBER))
    await say(sessions, scene, "STOP")
    entry = await one(sessions, ConsentEntry)
    assert (entry.scope, entry.phone_number_id) == (Scope.NUMBER, scene.number.id)
    assert not await is_opted_out(sessions, scene)
    text_id = await write_in_another_conversation(sessions, scene)
    (withdrawal,) = (await leave(sessions, text_id)).facts.withdrawals
    assert covers(withdrawal, OurNumber(scene.number.id), Purpose.SERVICE)
    assert not covers(withdrawal, OurNumber(uuid4()), Purpose.SERVICE)


UNCLEAR = "please tell your boss to stop it now"


async def test_what_may_be_a_withdrawal_stops_texts_and_asks_the_seller(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    stored = await say(sessions, scene, UNCLEAR)
    asked = await one(sessions, WorkItem, kind=WorkItemKind.CONSENT_QUESTION)
    assert (asked.text, asked.assignee_id, asked.message_id) == (
        UNCLEAR,
        scene.seller.id,
        stored.message_id,
    )
    decision = verdict((await read_draft(sessions, scene)).facts, Account(), None, NOW)
    assert isinstance(decision, Hold)
    assert decision.kind is HoldKind.CONSENT
    (noted,) = await rows(sessions, TimelineEntry, kind=TimelineKind.CONSENT_ASKED)
    assert noted.work_item_id == asked.id


async def question(sessions: Sessions) -> WorkItem:
    return await one(sessions, WorkItem, kind=WorkItemKind.CONSENT_QUESTION)


async def answer(sessions: Sessions, scene: Scene, item: WorkItem, *, withdrawn: bool) -> bool:
    """Answer a question; return whether it was still open."""
    async with sessions.begin() as session:
        told = await asking.answer(
            session, item, withdrawn=withdrawn, actor_id=scene.seller.id, now=LATER
        )
    return told is not None


async def test_texts_go_on_once_every_question_is_answered_with_no(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await say(sessions, scene, UNCLEAR)
    await say(sessions, scene, UNCLEAR)
    first, second = await rows(sessions, WorkItem, kind=WorkItemKind.CONSENT_QUESTION)
    assert await answer(sessions, scene, first, withdrawn=False)
    assert (await read_draft(sessions, scene)).facts.withdrawals
    assert await answer(sessions, scene, second, withdrawn=False)
    assert not (await read_draft(sessions, scene)).facts.withdrawals
    assert not await answer(sessions, scene, second, withdrawn=True)


async def test_a_question_answered_with_yes_is_a_withdrawal_by_that_text(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    stored = await say(sessions, scene, UNCLEAR)
    assert await answer(sessions, scene, await question(sessions), withdrawn=True)
    entry = await one(sessions, ConsentEntry, kind=ConsentKind.WITHDRAWN)
    assert (entry.message_id, entry.actor_id, entry.source) == (
        stored.message_id,
        scene.seller.id,
        Source.REPLY,
    )
    assert (await one(sessions, Enrollment)).end_reason is EndReason.OPTED_OUT
    assert await is_opted_out(sessions, scene)


async def test_a_stop_settles_the_question(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await say(sessions, scene, UNCLEAR)
    await say(sessions, scene, "STOP")
    asked = await one(sessions, WorkItem, kind=WorkItemKind.CONSENT_QUESTION)
    assert asked.status is WorkItemStatus.CANCELLED


async def test_what_a_withdrawal_kept_here_names_it(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await texts.write(session, conversation.id, scene.seller.id, "One more thing", NOW)
    await say(sessions, scene, "STOP")
    kept = await one(sessions, Message, status=MessageStatus.REFUSED)
    assert kept.consent_entry_id == (await one(sessions, ConsentEntry)).id


async def test_a_withdrawal_is_the_reason_of_a_sequences_text_that_it_kept_here(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    waiting = await make_message(
        sessions,
        conversation,
        scene.account.id,
        status=MessageStatus.HELD,
        enrollment_id=scene.enrollment.id,
        step_id="hello",
        held_until=NOW,
        held_for=HoldKind.PROVIDER,
    )
    await say(sessions, scene, "STOP")
    kept = await one(sessions, Message, id=waiting.id)
    assert (kept.status, kept.failure) == (MessageStatus.REFUSED, FailureKind.OPT_OUT)
    assert kept.error == "The customer opted out before this text could go out."
    assert kept.consent_entry_id == (await one(sessions, ConsentEntry)).id
    assert (await one(sessions, MessageDecision)).rule == "opt_out"


async def wait_for_answer(
    sessions: Sessions, scene: Scene, conversation: Conversation, **values: Any
) -> Message:
    """Make a text that waits until somebody has answered the question about its customer."""
    values = {
        "status": MessageStatus.HELD,
        "held_for": HoldKind.CONSENT,
        "held_until": LATER,
        "held_reason": "Nothing leaves.",
        "submitted_at": None,
    } | values
    return await make_message(sessions, conversation, scene.account.id, **values)


async def test_an_answer_releases_each_text_that_waited_for_it_and_no_other(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        paused = await make_record(session, scene.seller)
        stopped = await make_enrollment(session, paused, scene.version, status="paused")
        stranger = await make_record(session, scene.seller, phone="+12125550112")
        elsewhere = await make_conversation(session, stranger, scene.number)
    await say(sessions, scene, UNCLEAR)
    of_step = {"enrollment_id": scene.enrollment.id, "step_id": "hello"}
    failed = await make_message(sessions, conversation, scene.account.id, **of_step)
    waiting = [
        await wait_for_answer(sessions, scene, conversation, **of_step),
        await wait_for_answer(sessions, scene, conversation, author_id=scene.seller.id),
        await wait_for_answer(sessions, scene, conversation, retry_of=failed.id, **of_step),
        await wait_for_answer(sessions, scene, conversation, enrollment_id=stopped.id),
    ]
    others = [
        await wait_for_answer(sessions, scene, elsewhere, to_number="+12125550112"),
        await wait_for_answer(sessions, scene, conversation, held_for=HoldKind.SCHEDULE),
    ]
    asked = await question(sessions)
    async with sessions.begin() as session:
        told = await asking.answer(
            session, asked, withdrawn=False, actor_id=scene.seller.id, now=LATER
        )

    workflows = [
        scene.enrollment.workflow_id,
        text_workflow_id(waiting[1].id),
        text_workflow_id(waiting[2].id),
        stopped.workflow_id,
    ]
    assert sorted(told or ()) == sorted(workflows)
    notices = await rows(sessions, OutboxItem, kind="text_released")
    assert sorted(each.workflow_id for each in notices) == sorted(workflows)
    held = [await one(sessions, Message, id=each.id) for each in (*waiting, *others)]
    assert [each.held_for for each in held] == [
        *[HoldKind.START] * 3,
        HoldKind.PAUSE,
        HoldKind.CONSENT,
        HoldKind.SCHEDULE,
    ]
    assert {each.held_reason for each in held[:3]} == {"It is about to be sent."}


@pytest.mark.parametrize("how", ["a START", "consent given anew", "marketing withdrawn", "a list"])
async def test_whatever_else_settles_the_question_releases_what_waited_for_its_answer(
    sessions: Sessions, scene: Scene, conversation: Conversation, how: str
) -> None:
    await say(sessions, scene, UNCLEAR)
    waiting = await wait_for_answer(sessions, scene, conversation, author_id=scene.seller.id)
    told: Sequence[str]
    if how == "a START":
        told = (await say(sessions, scene, "START", LATER)).workflow_ids
    elif how == "a list":
        told = (await bring_in(sessions, scene, CUSTOMER, of=Purpose.MARKETING)).workflow_ids
    else:
        settle = consent.grant if how == "consent given anew" else consent.withdraw_by_hand
        purpose = Purpose.MARKETING if settle is consent.withdraw_by_hand else None
        said = Said(Source.FORM, LATER, purpose=purpose, wording="I agree to texts.")
        async with sessions.begin() as session:
            _, told = await settle(session, scene.organisation.id, CUSTOMER, said, LATER)
    assert text_workflow_id(waiting.id) in told
    assert (await one(sessions, Message, id=waiting.id)).held_for is HoldKind.START


async def bring_in(
    sessions: Sessions, scene: Scene, *numbers: str, of: Purpose | None = None
) -> Imported:
    listed = [ListedNumber(line, each, of, None, None) for line, each in enumerate(numbers, 2)]
    async with sessions.begin() as session:
        return await import_numbers(
            session,
            scene.organisation.id,
            listed,
            source=Source.IMPORT,
            file="list.csv",
            actor_id=scene.seller.id,
            now=LATER,
        )


async def test_an_imported_list_withdraws_once_and_takes_back_what_waits(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    async with sessions.begin() as session:
        await texts.write(session, conversation.id, scene.seller.id, "One more thing", NOW)
    first = await bring_in(sessions, scene, CUSTOMER, "+12125550190")
    assert (first.added, first.unchanged) == (2, 0)
    assert first.workflow_ids == [scene.enrollment.workflow_id]
    again = await bring_in(sessions, scene, CUSTOMER, "+12125550190")
    assert (again.added, again.unchanged) == (0, 2)
    entry = await one(sessions, ConsentEntry, customer_number=CUSTOMER)
    assert (entry.source, entry.reference) == (Source.IMPORT, "list.csv, line 2")
    kept = await one(sessions, Message, status=MessageStatus.REFUSED)
    assert kept.consent_entry_id == entry.id
    assert await is_opted_out(sessions, scene)


async def test_an_import_makes_what_a_start_would_lift_stay(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await say(sessions, scene, "STOP")
    assert (await bring_in(sessions, scene, CUSTOMER)).added == 1
    await say(sessions, scene, "START", LATER + timedelta(hours=1))
    assert await is_opted_out(sessions, scene)


async def test_an_import_and_a_text_that_leaves_do_not_wait_for_each_other_in_a_circle(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    """Both take the number before the enrollment; the import is kept between the two by a third."""
    async with sessions() as third:
        await third.get(Enrollment, scene.enrollment.id, with_for_update=True)
        importing = asyncio.create_task(bring_in(sessions, scene, CUSTOMER))
        await someone_waits(sessions)
        leaving = asyncio.create_task(read_draft(sessions, scene))
        await someone_waits(sessions, count=2)
        await third.commit()

    assert (await importing).added == 1
    assert (await leaving).facts.withdrawals
