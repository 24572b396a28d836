"""Tests of activities/making_ready.py: texts of the same moment are one piece of work, and no other's burden."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import String, cast, func, select, text, update
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.making_ready import MakingReady
from db.consent import queries as consent
from db.consent.queries import Said
from db.engine import Sessions
from db.messages import drafts, sending
from db.messages.drafts import step_message_id
from db.messages.sending import Leaving, SubmittedBefore
from db.tables import Conversation, Enrollment, Message, PhoneNumber, Record, TimelineEntry
from domain.consent import Source
from domain.enrollments import EndReason
from domain.interpreter import Held, NotSent, Position, Submitted, TextOutcome
from domain.messages import HoldKind, MessageStatus
from tests.activities.conftest import Desk, lane_of
from tests.carrier import Carrier
from tests.db.conftest import rows
from tests.makers import (
    SECRETS,
    make_conversation,
    make_enrollment,
    make_record,
    make_version,
)
from workflows.activities import SendStepText, Visit

HELLO = "Hi Ada, this is Sam."
OTHER = """
key: other
name: Other
steps:
  - {id: hello, type: automated_text, text: "Hi."}
"""


@pytest.fixture
async def make_ready(desk: Desk, database_url: str) -> AsyncIterator[MakingReady]:
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    yield MakingReady(desk.sessions, desk.turns, accounts, lambda: desk.at)
    await accounts.close()


async def make_enrollments(desk: Desk, count: int, **values: Any) -> list[Enrollment]:
    """Make enrollments of the sequence, each of a customer of their own unless `values` say another number."""
    made = []
    async with desk.sessions.begin() as session:
        for serial in range(count):
            record = await make_record(
                session, desk.scene.seller, **{"phone": f"+1212555{2000 + serial}"} | values
            )
            made.append(await make_enrollment(session, record, desk.scene.version))
    return made


def order_of(desk: Desk, enrollment: Enrollment) -> SendStepText:
    visit = Visit(enrollment.id, Position("pause"))
    return SendStepText(visit, "hello", None, lane_of(desk.scene.number))


async def send(desk: Desk, enrollments: Sequence[Enrollment]) -> list[TextOutcome | str]:
    """Send the first texts of all at once; what the engine would try again comes back as the kind of its error."""

    async def try_to_send(enrollment: Enrollment) -> TextOutcome | str:
        try:
            return await desk.sender.send_step_text(order_of(desk, enrollment))
        except ApplicationError as error:
            return error.type or ""

    return list(await asyncio.gather(*(try_to_send(each) for each in enrollments)))


@asynccontextmanager
async def busy(sessions: Sessions, statement: Any) -> AsyncIterator[None]:
    """Have somebody else hold a lock for the block."""
    async with sessions.begin() as session:
        await session.execute(statement)
        yield


async def message(desk: Desk, enrollment: Enrollment) -> Message | None:
    async with desk.sessions() as session:
        return await session.get(Message, step_message_id(enrollment.id, "hello"))


async def test_texts_of_the_same_moment_are_decided_on_in_few_transactions_and_leave_once_each(
    desk: Desk, carrier: Carrier
) -> None:
    enrollments = await make_enrollments(desk, 20)
    assert await send(desk, enrollments) == [Submitted(desk.at)] * 20

    assert sorted(entry["to"] for entry in carrier.log("request")) == [
        f"+1212555{2000 + serial}" for serial in range(20)
    ]
    assert carrier.received("+12125552007") == [HELLO]
    async with desk.sessions() as session:
        written = await session.execute(
            text("SELECT xmin::text, count(*) FROM message_decisions GROUP BY 1")
        )
        transactions = dict(tuple(row) for row in written)
    assert sum(transactions.values()) == 20
    assert len(transactions) <= 3
    for enrollment in enrollments:
        sent = await message(desk, enrollment)
        assert sent is not None
        assert (sent.status, sent.submitted_at) == (MessageStatus.QUEUED, desk.at)
        assert sent.provider_message_id is not None
        async with desk.sessions() as session:
            now = await session.get_one(Enrollment, enrollment.id)
            told = await session.scalars(
                select(TimelineEntry.kind).where(TimelineEntry.enrollment_id == enrollment.id)
            )
            assert now.current_step_id == "pause"
            assert list(told) == ["text_submitted"]
            conversation = await session.get_one(Conversation, sent.conversation_id)
            assert conversation.last_message_at == desk.at


async def test_a_text_whose_conversation_somebody_is_busy_with_holds_up_no_other(
    desk: Desk, carrier: Carrier
) -> None:
    first, second, third = enrollments = await make_enrollments(desk, 3)
    async with desk.sessions.begin() as session:
        record = await session.get_one(Record, second.record_id)
        conversation = await make_conversation(session, record, desk.scene.number)
    async with busy(
        desk.sessions,
        select(Conversation).where(Conversation.id == conversation.id).with_for_update(),
    ):
        waiting = asyncio.create_task(send(desk, [second]))
        assert await send(desk, [first, third]) == [Submitted(desk.at)] * 2
        assert not waiting.done()
        assert await message(desk, second) is None
    assert await waiting == [Submitted(desk.at)]
    assert len(carrier.log("request")) == len(enrollments)


@pytest.mark.parametrize("lock", ["number", "enrollment"])
async def test_it_waits_for_no_lock_and_leaves_out_what_somebody_else_holds(
    desk: Desk, make_ready: MakingReady, lock: str
) -> None:
    free, held = await make_enrollments(desk, 2)
    if lock == "number":
        key = func.concat(cast(desk.scene.organisation.id, String), "+12125552001")
        statement = select(func.pg_advisory_xact_lock(func.hashtextextended(key, 5)))
    else:
        statement = select(Enrollment).where(Enrollment.id == held.id).with_for_update()
    async with busy(desk.sessions, statement):
        ready = await asyncio.gather(
            *(make_ready(order_of(desk, enrollment)) for enrollment in (held, free))
        )
    assert [each is not None for each in ready] == [False, True]
    assert await message(desk, held) is None


async def test_of_two_texts_to_one_customer_the_second_waits_until_the_first_has_left(
    desk: Desk, carrier: Carrier
) -> None:
    enrollments = await make_enrollments(desk, 2, phone="+12125553000")
    told = await send(desk, enrollments)
    assert sorted(map(str, told)) == [str(Submitted(desk.at)), "Waiting"]
    assert carrier.received("+12125553000") == [HELLO]
    held = [each for each in await rows(desk.sessions, Message) if each.held_for is not None]
    assert [each.held_for for each in held] == [HoldKind.ORDER]


async def test_the_cap_of_the_day_is_kept_by_those_who_go_together(
    desk: Desk, carrier: Carrier
) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(update(PhoneNumber).values(daily_cap=2))
    told = await send(desk, await make_enrollments(desk, 5))
    assert sum(isinstance(each, Submitted) for each in told) == 2
    assert sum(isinstance(each, Held) for each in told) == 3
    assert len(carrier.log("request")) == 2


async def test_those_who_go_together_leave_an_interval_of_their_number_apart(
    desk: Desk, make_ready: MakingReady
) -> None:
    async with desk.sessions.begin() as session:
        await session.execute(update(PhoneNumber).values(per_second=100))
        number = await session.get_one(PhoneNumber, desk.scene.number.id)
        desk.scene.number.per_second = number.per_second
    enrollments = await make_enrollments(desk, 8)
    ready = await asyncio.gather(*(make_ready(order_of(desk, each)) for each in enrollments))
    turns = sorted(each.turn_at for each in ready if each is not None)
    # one of 10 ms each, as many as fit into the 50 ms before a turn that a text is made ready
    assert 4 <= len(turns) < 8
    assert all(later - earlier >= 0.01 for earlier, later in pairwise(turns))
    async with desk.sessions() as session:
        submitting = await session.scalar(
            select(func.count()).where(Message.status == MessageStatus.SUBMITTING)
        )
    assert submitting == len(turns)


async def test_what_speaks_against_one_keeps_no_other_here(desk: Desk, carrier: Carrier) -> None:
    """One has opted out, one has no name to be greeted by, one no number."""
    usual, opted_out, nameless, numberless = await make_enrollments(desk, 4)
    async with desk.sessions.begin() as session:
        said = Said(Source.REPLY, desk.at)
        await consent.withdraw(session, desk.scene.organisation.id, "+12125552001", said, desk.at)
        (await session.get_one(Record, nameless.record_id)).first_name = ""
        (await session.get_one(Record, numberless.record_id)).phone = None
    told = await send(desk, [usual, opted_out, nameless, numberless])
    assert told == [
        Submitted(desk.at),
        NotSent(EndReason.OPTED_OUT),
        NotSent(),
        NotSent(),
    ]
    assert [entry["to"] for entry in carrier.log("request")] == ["+12125552000"]


async def test_a_text_asked_for_twice_at_once_is_made_ready_once(
    desk: Desk, make_ready: MakingReady
) -> None:
    (enrollment,) = await make_enrollments(desk, 1)
    order = order_of(desk, enrollment)
    ready = await asyncio.gather(make_ready(order), make_ready(order), make_ready(order))
    assert sum(each is not None for each in ready) == 1


async def test_a_failure_in_the_midst_of_several_is_the_failure_of_one(
    desk: Desk, carrier: Carrier
) -> None:
    """A document that cannot be read stops the text it is of."""
    good, broken, other = await make_enrollments(desk, 3)
    async with desk.sessions.begin() as session:
        version = await make_version(session, desk.scene.seller, OTHER)
        version.document = {"key": "other"}
        (await session.get_one(Enrollment, broken.id)).version_id = version.id
    told = await asyncio.gather(
        *(desk.sender.send_step_text(order_of(desk, each)) for each in (good, broken, other)),
        return_exceptions=True,
    )
    assert [told[0], told[2]] == [Submitted(desk.at)] * 2
    assert isinstance(told[1], ValidationError)
    assert len(carrier.log("request")) == 2


async def test_a_text_that_may_have_left_is_never_written_as_leaving_again(desk: Desk) -> None:
    """Whoever asks for it: the database says so, not only those who ask."""
    (enrollment,) = await make_enrollments(desk, 1)
    async with desk.sessions.begin() as session:
        draft = await drafts.step_draft(session, enrollment.id, "hello", None, desk.at)
        leaving = [Leaving(draft, draft.sender(), "Hello")]
        await sending.submit(session, leaving, desk.at)
    for status in MessageStatus:
        if status in (MessageStatus.HELD, MessageStatus.RECEIVED):
            continue
        async with desk.sessions.begin() as session:
            await session.execute(update(Message).values(status=status, finished_at=desk.at))
        with pytest.raises(SubmittedBefore):
            async with desk.sessions.begin() as session:
                await sending.submit(session, leaving, desk.at)
