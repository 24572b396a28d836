"""Calls that carry many texts or reports, as Infobip's do: taken together, or brought again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import locking
from db.conversations.locking import lock_customer
from db.engine import Sessions
from db.messages import drafts
from db.tables import Conversation, Message, OptOut, PhoneNumber, ProviderAccount
from domain.messages import Direction, MessageStatus
from tests.api.conftest import PUBLIC_URL, People, problem
from tests.db.conftest import someone_waits
from tests.makers import SECRETS, make_conversation, make_number, make_record, save

SECRET = "a secret of sixteen letters"
OUR_NUMBER = "+442071838750"


@pytest.fixture
async def account(people: People, sessions: Sessions) -> ProviderAccount:
    """An Infobip account with a number of the seller."""
    async with sessions.begin() as session:
        row = ProviderAccount(
            organisation_id=people.organisation.id,
            name="Infobip",
            provider="infobip",
            credentials=b"",
            api_base_url="https://abc12.api.infobip.com",
        )
        await save(session, row)
        credentials = {"api_key": "0123456789abcdef-0123456789abcdef", "webhook_secret": SECRET}
        row.credentials = SECRETS.seal(credentials, row_id=row.id)
        await make_number(session, row, e164=OUR_NUMBER, owner_user_id=people.seller.user.id)
    return row


async def post(
    http: httpx.AsyncClient, account: ProviderAccount, kind: str, *results: dict[str, Any]
) -> httpx.Response:
    url = f"{PUBLIC_URL}/api/v1/webhooks/infobip/{account.id}/{kind}"
    return await http.post(url, params={"key": SECRET}, json={"results": results})


def said(number: int, body: str, *, to: str = OUR_NUMBER, sender: int = 0) -> dict[str, Any]:
    return {"messageId": f"M{number}", "from": f"4477009{sender:05}", "to": to[1:], "text": body}


async def bodies(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(Message.body).order_by(Message.id)))


async def test_all_texts_of_a_call_are_taken_once_and_each_customers_in_their_order(
    account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    texts = [said(n, f"text {n}", sender=n % 3) for n in range(100)]
    for _ in range(2):
        assert (await post(http, account, "inbound", *texts)).status_code == 200
    assert sorted(await bodies(sessions)) == sorted(f"text {n}" for n in range(100))
    async with sessions() as session:
        conversation = (
            await session.scalars(
                select(Conversation.id).where(Conversation.customer_number == "+447700900001")
            )
        ).one()
        of_one = await session.scalars(
            select(Message.body)
            .where(Message.conversation_id == conversation)
            .order_by(Message.created_at, Message.id)
        )
    assert of_one.all() == [f"text {n}" for n in range(1, 100, 3)]


async def test_a_text_for_a_number_that_is_not_ours_does_not_keep_the_others_from_us(
    account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    texts = [said(1, "one"), said(2, "two", to="+442071838751"), said(3, "three")]
    assert problem(await post(http, account, "inbound", *texts)) == (404, "unknown-number")
    assert await bodies(sessions) == ["one", "three"]
    async with sessions.begin() as session:
        await make_number(session, account, e164="+442071838751")
    assert (await post(http, account, "inbound", *texts)).status_code == 200
    assert await bodies(sessions) == ["one", "three", "two"]


TOO_LONG = "A" * 41


async def test_a_text_that_cannot_be_stored_does_not_keep_the_others_from_us(
    account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    unstorable = said(1, "Hello") | {"from": TOO_LONG}
    texts = [unstorable, said(2, "please stop texting me"), said(3, "Yes", to="+442071838751")]
    assert problem(await post(http, account, "inbound", *texts)) == (404, "unknown-number")
    assert (await post(http, account, "inbound", *texts[:2])).status_code == 200
    assert await bodies(sessions) == ["please stop texting me"]
    async with sessions() as session:
        assert list(await session.scalars(select(OptOut.customer_number))) == ["+447700900000"]
    answer = await post(http, account, "inbound", unstorable)
    assert problem(answer) == (400, "unreadable-webhook")
    assert TOO_LONG not in answer.text


async def test_what_breaks_amid_a_call_undoes_all_of_it(
    people: People, account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    texts = [said(n, f"text {n}", sender=n) for n in range(3)]
    async with sessions() as holder:
        await lock_customer(holder, people.organisation.id, "+447700900002")
        call = asyncio.create_task(post(http, account, "inbound", *texts))
        await someone_waits(sessions)
        async with sessions() as other:
            await other.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            )
        assert problem(await call) == (503, "database-away")
    assert await bodies(sessions) == []
    assert (await post(http, account, "inbound", *texts)).status_code == 200
    assert await bodies(sessions) == ["text 0", "text 1", "text 2"]


def report(message: Message, status: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": str(message.id),
        "callbackData": str(message.id),
        "status": status,
        "price": {"pricePerMessage": 0.0125, "currency": "EUR"},
    }


async def test_all_reports_of_a_call_are_adopted(
    people: People, account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    async with sessions.begin() as session:
        sent = [await make_sent(session, people, account, customer) for customer in range(3)]
    delivered = {"id": 5, "groupId": 3, "groupName": "DELIVERED", "name": "DELIVERED_TO_HANDSET"}
    under_way = {"id": 7, "groupId": 1, "groupName": "PENDING", "name": "PENDING_ENROUTE"}
    answer = await post(
        http,
        account,
        "status",
        *(report(sent[0], status) for status in (under_way, delivered)),
        report(sent[1], under_way),
        {"messageId": "of nobody", "status": delivered},
        report(sent[2], delivered),
    )
    assert answer.status_code == 200
    async with sessions() as session:
        found = [await session.get_one(Message, message.id) for message in sent]
    assert [message.status for message in found] == [
        MessageStatus.DELIVERED,
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
    ]
    assert (found[0].price_micros, found[0].price_currency) == (12500, "EUR")


async def test_a_report_that_cannot_be_stored_does_not_keep_the_others_from_us(
    people: People, account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    async with sessions.begin() as session:
        sent = [await make_sent(session, people, account, customer) for customer in range(3)]
        sent[1].provider_message_id = None
    opted_out = {"id": 14, "groupId": 5, "groupName": "REJECTED", "name": "REJECTED_DESTINATION"}
    reports = [report(message, opted_out) for message in sent]
    reports[1]["messageId"] = "9" * 101
    assert (await post(http, account, "status", *reports)).status_code == 200
    async with sessions() as session:
        found = [(await session.get_one(Message, message.id)).status for message in sent]
    assert found == [MessageStatus.FAILED, MessageStatus.QUEUED, MessageStatus.FAILED]
    answer = await post(http, account, "status", reports[1])
    assert problem(answer) == (400, "unreadable-webhook")


async def test_calls_whose_opt_outs_are_of_each_others_customers_are_both_taken(
    people: People, account: ProviderAccount, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    """While a text to each of the two customers is decided on, which locks its customer's number before its row."""
    async with sessions.begin() as session:
        sent = [await make_sent(session, people, account, customer % 2) for customer in range(4)]
    delivered = {"id": 5, "groupId": 3, "groupName": "DELIVERED", "name": "DELIVERED_TO_HANDSET"}
    opted_out = {"id": 14, "groupId": 5, "groupName": "REJECTED", "name": "REJECTED_DESTINATION"}

    async def decide_on(delivered: Message, call: asyncio.Event) -> None:
        async with sessions.begin() as session:
            await locking.share(session, delivered.organisation_id, delivered.to_number)
            locked.release()
            await call.wait()
            await drafts.row_draft(session, delivered.id, datetime.now(UTC))

    locked, are_there = asyncio.Semaphore(0), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for message in sent[:2]:
            tasks.create_task(decide_on(message, are_there))
            await locked.acquire()
        calls = []
        for n in range(2):
            reports = report(sent[n], delivered), report(sent[3 - n], opted_out)
            calls.append(tasks.create_task(post(http, account, "status", *reports)))
        await someone_waits(sessions, count=2)
        are_there.set()
    assert [call.result().status_code for call in calls] == [200, 200]
    async with sessions() as session:
        found = [(await session.get_one(Message, message.id)).status for message in sent]
    assert found == [*[MessageStatus.DELIVERED] * 2, *[MessageStatus.FAILED] * 2]


async def make_sent(
    session: AsyncSession, people: People, account: ProviderAccount, customer: int
) -> Message:
    """Make a text of ours that the provider has."""
    record = await make_record(session, people.seller.user, phone=f"+4477009{customer:05}")
    number = (await session.scalars(select(PhoneNumber).filter_by(e164=OUR_NUMBER))).one()
    conversation = await make_conversation(session, record, number)
    row = Message(
        organisation_id=people.organisation.id,
        conversation_id=conversation.id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.QUEUED,
        body="Hello",
        from_number=OUR_NUMBER,
        to_number=record.phone,
        segments=1,
        encoding="GSM-7",
        provider_account_id=account.id,
        submitted_at=record.created_at,
    )
    await save(session, row)
    row.provider_message_id = str(row.id)
    await session.flush()
    return row
