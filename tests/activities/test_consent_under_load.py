"""A withdrawal takes effect before the next text leaves, whatever state its texts are in: many customers at once.

Two senders as two workers would be, each text of another kind, and each customer's STOP at its own moment. The
carrier's own log is the referee: it got nothing after a STOP was stored, not even what was just being handed over.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.sending import TextSender
from db.autocommit import Committing
from db.consent.imports import import_numbers
from db.messages import inbound, texts
from db.messages.drafts import step_message_id
from db.messages.inbound import InboundText
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.tables import ConsentEntry, Message
from domain.consent import ConsentKind, Source
from domain.do_not_contact import ListedNumber
from domain.interpreter import Position
from domain.messages import Direction, MessageStatus
from tests.activities.conftest import SETTINGS, Desk, lane_of
from tests.carrier import Carrier
from tests.db.conftest import rows
from tests.makers import (
    OUR_NUMBER,
    SECRETS,
    make_conversation,
    make_enrollment,
    make_record,
)
from workflows.activities import SendStepText, Visit

CUSTOMERS = 60
UNCLEAR = "please tell your boss to stop it now"


@dataclass
class Customer:
    """Somebody with a sequence and two sellers' texts about to leave, who withdraws consent meanwhile."""

    number: str
    enrollment_id: UUID
    moment: float
    """When its texts leave and it withdraws consent, in seconds from the beginning."""
    text_ids: list[UUID] = field(default_factory=list)
    withdrew_at: datetime | None = None
    """When the withdrawal was stored."""


@pytest.fixture
async def workers(
    desk: Desk, database: AsyncEngine, committing: Committing, database_url: str
) -> AsyncIterator[list[TextSender]]:
    """Two senders that share a database and nothing else."""
    accounts = OpenAccounts(SECRETS, timeout_seconds=5)
    turns = Turns(database_url)
    other = TextSender(
        database, committing, turns, accounts, SETTINGS, AccountMeter(), lambda: desk.at
    )
    yield [desk.sender, other]
    await turns.close()
    await accounts.close()


async def make_customers(desk: Desk) -> list[Customer]:
    customers = []
    async with desk.sessions.begin() as session:
        for serial in range(CUSTOMERS):
            number = f"+1212555{1000 + serial}"
            record, other = [
                await make_record(session, desk.scene.seller, phone=number) for _ in range(2)
            ]
            enrollment = await make_enrollment(session, record, desk.scene.version)
            customer = Customer(number, enrollment.id, random.uniform(0, 3))  # noqa: S311 - no secret
            for of in (record, other):
                conversation = await make_conversation(session, of, desk.scene.number)
                text_id, _ = await texts.write(
                    session, conversation.id, desk.scene.seller.id, f"Hello {uuid4()}", desk.at
                )
                customer.text_ids.append(text_id)
            customers.append(customer)
    return customers


async def withdraw(desk: Desk, customer: Customer, serial: int) -> None:
    """Withdraw consent as this customer does: by a STOP, a sentence nobody is sure of, or a list."""
    await asyncio.sleep(customer.moment + random.uniform(0, 0.1))  # noqa: S311
    async with desk.sessions.begin() as session:
        if serial % 5 == 0:
            listed = [ListedNumber(2, customer.number, None, None, None)]
            await import_numbers(
                session,
                desk.scene.organisation.id,
                listed,
                source=Source.IMPORT,
                file="list.csv",
                actor_id=desk.scene.seller.id,
                now=desk.at,
            )
        else:
            words = UNCLEAR if serial % 5 == 1 else "STOP"
            said = InboundText(
                desk.scene.account.id, str(uuid4()), customer.number, OUR_NUMBER, words
            )
            await inbound.store(session, said, desk.at)
    customer.withdrew_at = datetime.now(UTC)


async def send(desk: Desk, worker: TextSender, customer: Customer, which: int) -> None:
    """Send one of a customer's texts as the engine has it sent: again, until it is settled or waits long."""
    await asyncio.sleep(customer.moment + random.uniform(0, 0.1))  # noqa: S311
    visit = Visit(customer.enrollment_id, Position("pause"))
    for _ in range(20):
        try:
            if which == 2:
                await worker.send_step_text(
                    SendStepText(visit, "hello", None, lane_of(desk.scene.number))
                )
            else:
                await worker.send_text(customer.text_ids[which])
        except ApplicationError as again:
            if again.next_retry_delay is None or again.next_retry_delay.total_seconds() > 10:
                return
            await asyncio.sleep(min(again.next_retry_delay.total_seconds(), 0.2))
        else:
            return


def arrivals(carrier: Carrier) -> dict[tuple[str, UUID], datetime]:
    """Return when the carrier took each text, by its customer and its id with us."""
    return {
        (entry["to"], UUID(entry["status_callback"].rpartition("message=")[2])): (
            datetime.fromisoformat(entry["at"])
        )
        for entry in carrier.log("request")
        if entry["accepted"]
    }


async def test_no_text_leaves_after_a_withdrawal(
    desk: Desk, carrier: Carrier, workers: list[TextSender]
) -> None:
    carrier.behave(throttle=0.1, lose_answer=0.1)
    customers = await make_customers(desk)
    await asyncio.gather(
        *(withdraw(desk, customer, serial) for serial, customer in enumerate(customers)),
        *(
            send(desk, workers[(serial + which) % 2], customer, which)
            for serial, customer in enumerate(customers)
            for which in range(3)
        ),
    )
    stored = {each.id: each for each in await rows(desk.sessions, Message)}
    under_way = [
        each for entry in await rows(desk.sessions, ConsentEntry) for each in entry.under_way
    ]
    arrived = arrivals(carrier)
    late = []
    for customer in customers:
        assert customer.withdrew_at is not None
        for text_id in (*customer.text_ids, step_message_id(customer.enrollment_id, "hello")):
            at = arrived.get((customer.number, text_id))
            if at is not None and at > customer.withdrew_at:
                late.append(text_id)
    assert late == []
    kept = [each for each in stored.values() if each.status is MessageStatus.REFUSED]
    certain = {
        entry.id
        for entry in await rows(desk.sessions, ConsentEntry)
        if entry.kind is ConsentKind.WITHDRAWN
    }
    assert all(each.consent_entry_id in certain for each in kept)
    # else it proves nothing: some were kept here, some had left, and some were just leaving
    sent = [each for each in stored.values() if each.provider_message_id is not None]
    outbound = [each for each in sent if each.direction is Direction.OUTBOUND]
    assert len(kept) >= 20
    assert len(outbound) >= 20
    assert len(under_way) >= 5
