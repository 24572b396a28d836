"""How fast do texts leave? `python -m bench.send`: the whole path of a sequence's text against the bare provider SDK.

Ours: everything that decides is read and locked, the turn of its number taken, the row written and committed, the text
handed over, the answer and the timeline written and committed. Bare: the official SDK as its documentation shows it,
`client.messages.create` in a loop, on as many threads as we have texts in flight; below it stands the SDK with its
asynchronous HTTP client, which does far less for a text. The same texts, the same handset.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

# The SDK ships no type information.
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from activities.accounts import OpenAccounts
from activities.orders import SendingSettings
from activities.sending import TextSender
from bench.comparison import median_ratio, show, take_turns, verdict
from bench.ground import ground
from bench.leads import make_leads
from db.autocommit import Committing
from db.engine import create_engine, driver_url
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.tables import Message
from domain.interpreter import Position, Submitted
from domain.media import MediaLinks
from domain.messages import MessageStatus
from domain.notices import StartEnrollment
from domain.pacing import Lane
from settings import Settings
from tests.makers import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, SECRETS
from workflows.activities import SendStepText, Visit

TARGET: Final = 0.70
_IN_FLIGHT: Final[int] = Settings.model_fields["send_concurrency"].default
"""As many as one worker has under way at a time."""
_POOL_SIZE: Final[int] = Settings.model_fields["database_pool_size"].default
_TEXTS: Final = 800
_ROUNDS: Final = 5

_SEQUENCE: Final = """
key: bench
name: Bench
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}, this is {{ seller.first_name }}."}
  - {id: pause, type: wait, for: 30d}
  - {id: bye, type: automated_text, text: "Bye."}
"""
_BODY: Final = "Hi Ada, this is Sam."


async def measure() -> int:
    """Print the comparison and return the exit code."""
    with ground("handset") as servers:
        url = servers.stack.carrier.url
        servers.stack.carrier.connect(OUR_NUMBER)
        # they come later, and nobody here would take them
        servers.stack.carrier.behave(callbacks=False)
        leads = await make_leads(servers.database_url, url, _SEQUENCE, _TEXTS * (_ROUNDS + 1))
        waiting = iter(leads.starts.values())
        database = create_engine(servers.database_url, pool_size=_POOL_SIZE)
        accounts = OpenAccounts(SECRETS, timeout_seconds=10)
        turns = Turns(servers.database_url)
        committing = Committing(servers.database_url, pool_size=2)
        sender = _sender(database, committing, turns, accounts, url)
        customers = list(leads.starts)[:_TEXTS]
        client = Client(ACCOUNT_SID, AUTH_TOKEN)
        client.api.base_url = url
        ours, bare = await take_turns(
            lambda: _timed(_our_texts(sender, leads.lane, waiting)),
            lambda: asyncio.to_thread(_on_threads, client, customers),
            rounds=_ROUNDS,
        )
        async with AsyncTwilioHttpClient() as http:
            client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)
            client.api.base_url = url
            asynchronous = [await _timed(_bare_texts(client, customers)) for _ in range(_ROUNDS)]
        await turns.close()
        await committing.close()
        await accounts.close()
        await database.dispose()
        _check_all_sent(servers.database_url, _TEXTS * (_ROUNDS + 1))
    show(
        f"{_TEXTS} texts, {_IN_FLIGHT} in flight, {_ROUNDS} rounds in turns",
        [
            ("texts a second, median", *(f"{median(each):.0f}" for each in (ours, bare))),
            ("each round", *(" ".join(f"{one:.0f}" for one in each) for each in (ours, bare))),
            ("asynchronous, median", "-", f"{median(asynchronous):.0f}"),
        ],
    )
    return verdict("send", median_ratio(ours, bare), target=TARGET)


def _sender(
    database: AsyncEngine, committing: Committing, turns: Turns, accounts: OpenAccounts, url: str
) -> TextSender:
    settings = SendingSettings(
        callback_url=url,
        trust_list_after=timedelta(seconds=60),
        media_links=MediaLinks(lambda: b"a key for benches", url),
    )
    return TextSender(
        database, committing, turns, accounts, settings, AccountMeter(), lambda: datetime.now(UTC)
    )


def _our_texts(
    sender: TextSender, lane: Lane, waiting: Iterator[StartEnrollment]
) -> list[Callable[[], Awaitable[None]]]:
    def text(enrollment_id: UUID) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            visit = Visit(enrollment_id, Position("pause"))
            outcome = await sender.send_step_text(SendStepText(visit, "hello", lane=lane))
            assert isinstance(outcome, Submitted), outcome

        return send

    return [text(next(waiting).enrollment_id) for _ in range(_TEXTS)]


def _bare_texts(client: Any, customers: Sequence[str]) -> list[Callable[[], Awaitable[None]]]:
    def text(customer: str) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            message = await client.messages.create_async(
                to=customer, from_=OUR_NUMBER, body=_BODY, validity_period=36000
            )
            assert message.status == "queued"

        return send

    return [text(customer) for customer in customers]


def _on_threads(client: Any, customers: Sequence[str]) -> float:
    """Send all, on as many threads as texts may be in flight; return texts a second."""

    def send(customer: str) -> None:
        message = client.messages.create(
            to=customer, from_=OUR_NUMBER, body=_BODY, validity_period=36000
        )
        assert message.status == "queued"

    began = time.perf_counter()
    with ThreadPoolExecutor(_IN_FLIGHT) as threads:
        list(threads.map(send, customers))
    return len(customers) / (time.perf_counter() - began)


async def _timed(texts: Sequence[Callable[[], Awaitable[None]]]) -> float:
    """Send all, some at a time; return texts a second."""
    left = iter(texts)

    async def loop() -> None:
        for send in left:
            await send()

    began = time.perf_counter()
    await asyncio.gather(*(loop() for _ in range(_IN_FLIGHT)))
    return len(texts) / (time.perf_counter() - began)


def _check_all_sent(database_url: str, count: int) -> None:
    database = sa.create_engine(driver_url(database_url))
    with database.connect() as connection:
        sent = connection.execute(
            sa.select(sa.func.count()).where(
                Message.provider_message_id.is_not(None), Message.status != MessageStatus.SUBMITTING
            )
        ).scalar_one()
    database.dispose()
    assert sent == count, f"{sent} of {count} texts were sent"


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
