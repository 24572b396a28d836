"""How soon is a customer's text on its seller's screen? `python -m bench.live`: 500 sellers signed in and listening.

Each seller keeps an event stream open, as a page does. Signed webhooks come at a steady pace, to random sellers. A page
that hears of a text gathers for a moment and asks for its counters and its conversation anew; on screen is the text
when both are answered and the text is among them. The time counts from the first byte of the webhook's request. A
seller who hears of somebody else's text fails the measurement as much as a text that never comes.
"""

import asyncio
import json
import random
import resource
import secrets
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

# The SDK ships no type information.
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from api.auth import hash_of, new_token
from bench.ground import ground
from bench.load import Load, form_post
from db.engine import create_engine, create_sessions
from db.users.sign_in import open_session
from tests.makers import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    make_account,
    make_conversation,
    make_number,
    make_organisation,
    make_record,
    make_user,
)

TARGET_MS: Final = 500
SELLERS: Final = 500
_PER_SECOND: Final = 20
_SECONDS: Final = 30
_WARM_UP: Final = 40
_GATHER_SECONDS: Final = 0.15
"""As web/src/app/live.ts waits for more of the same before it asks."""
_PATIENCE_SECONDS: Final = 15.0
_HEAD: Final = b"\r\n\r\n"


@dataclass
class Seller:
    """One page: whose it is, and when each text was on it."""

    token: str
    conversation_id: UUID
    customer: str
    number: str
    on_screen: dict[str, float] = field(default_factory=dict)
    strangers: int = 0
    """Events of conversations that are not this seller's."""

    async def look(self, port: int, ready: asyncio.Event) -> None:
        """Listen, and look at what changed, until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_get("/api/v1/events", self.token))
        changed = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._show(port, changed))
                async for name, data in events(reader, ready):
                    if name != "message.changed":
                        continue
                    if data["conversation_id"] == str(self.conversation_id):
                        changed.set()
                    else:
                        self.strangers += 1
        finally:
            writer.close()

    async def _show(self, port: int, changed: asyncio.Event) -> None:
        messages = f"/api/v1/conversations/{self.conversation_id}/messages?limit=5"
        while True:
            await changed.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            changed.clear()
            # anew each time: the server closes what was idle for some seconds
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(_get("/api/v1/work-items/counts", self.token))
                counts = await _answer(reader)
                writer.write(_get(messages, self.token))
                shown = await _answer(reader)
            finally:
                writer.close()
            assert counts["replies"] == 1, counts
            for message in shown["items"]:
                self.on_screen.setdefault(message["body"], time.perf_counter())


async def events(
    lines: asyncio.StreamReader, ready: asyncio.Event
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield the events of a stream as they come; `ready` is set once it is connected."""
    name = ""
    while line := await lines.readline():
        if line.startswith(b": connected"):
            ready.set()
        elif line.startswith(b"event: "):
            name = line.removeprefix(b"event: ").decode().strip()
        elif line.startswith(b"data: "):
            yield name, json.loads(line.removeprefix(b"data: "))


async def measure() -> int:
    """Print how long texts took and return the exit code."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ground("temporal", "api", "worker") as servers:
        stack = servers.stack
        account_id, sellers = await _make(servers.database_url, stack.carrier.url)
        url = stack.inbound_url(account_id)
        ready = [asyncio.Event() for _ in sellers]
        pages = [
            asyncio.create_task(seller.look(stack.api_port, event))
            for seller, event in zip(sellers, ready, strict=True)
        ]
        async with asyncio.timeout(120):
            await asyncio.gather(*(event.wait() for event in ready))
        await _post(stack.api_port, url, sellers, _WARM_UP)
        sent = await _post(stack.api_port, url, sellers, _PER_SECOND * _SECONDS)
        missing = await _wait_for(sent)
        for page in pages:
            page.cancel()
        ended = [each for each in await asyncio.gather(*pages, return_exceptions=True) if each]
    waits = sorted(
        seller.on_screen[body] - began
        for body, (seller, began) in sent.items()
        if body in seller.on_screen
    )
    broken = [each for each in ended if not isinstance(each, asyncio.CancelledError)]
    return report(
        Load(len(sent) / _SECONDS, waits),
        missing=missing,
        strangers=sum(seller.strangers for seller in sellers),
        broken=len(broken),
    )


def report(load: Load, *, missing: int, strangers: int, broken: int) -> int:
    """Print what was measured and return the exit code: 1 if it was too slow, or anything went wrong."""
    print(
        f"live texts={len(load.waits)} per_second={load.per_second:.0f} "
        f"missing={missing} strangers={strangers} broken={broken}"
    )
    if missing or strangers or broken or not load.waits:
        return 1
    p50, p99 = load.wait_ms(0.50), load.wait_ms(0.99)
    print(
        f"live p50={p50:.0f} p99={p99:.0f} max={load.waits[-1] * 1000:.0f} ms "
        f"target={TARGET_MS} ms sellers={SELLERS}"
    )
    return int(p99 > TARGET_MS)


async def _make(database_url: str, provider_url: str) -> tuple[UUID, list[Seller]]:
    """Make sellers who are signed in, each with a number, a customer and a conversation."""
    database = create_engine(database_url, pool_size=1)
    now = datetime.now(UTC)
    sellers = []
    async with create_sessions(database).begin() as session:
        organisation = await make_organisation(session)
        account = await make_account(session, organisation.id, api_base_url=provider_url)
        for place in range(SELLERS):
            user = await make_user(session, organisation.id)
            number = await make_number(
                session, account, e164=f"+1212555{place:04}", owner_user_id=user.id, is_default=True
            )
            record = await make_record(session, user, phone=f"+1212600{place:04}")
            conversation = await make_conversation(session, record, number)
            token = new_token()
            await open_session(
                session,
                user.id,
                token_hash=hash_of(token),
                expires_at=now + timedelta(hours=1),
            )
            customer = record.phone or ""
            sellers.append(Seller(token, conversation.id, customer, number.e164))
    await database.dispose()
    return account.id, sellers


async def _post(
    port: int, url: str, sellers: list[Seller], count: int
) -> dict[str, tuple[Seller, float]]:
    """Bring texts at a steady pace, however long each takes; return to whom and when each began, by its words."""
    sent: dict[str, tuple[Seller, float]] = {}
    validator = RequestValidator(AUTH_TOKEN)
    posting = []
    began = time.perf_counter()
    for place in range(count):
        await asyncio.sleep(max(0.0, began + place / _PER_SECOND - time.perf_counter()))
        seller = random.choice(sellers)  # noqa: S311 - no secret
        sid = f"SM{secrets.token_hex(16)}"
        body = f"Yes, please ({sid})."
        form = {
            "AccountSid": ACCOUNT_SID,
            "From": seller.customer,
            "To": seller.number,
            "MessageSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "NumMedia": "0",
        }
        signature = validator.compute_signature(url, form)
        request = form_post(url, form, {"X-Twilio-Signature": signature})
        sent[body] = (seller, time.perf_counter())
        posting.append(asyncio.create_task(_bring(port, request)))
    await asyncio.gather(*posting)
    return sent


async def _bring(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    status = await reader.readline()
    assert b" 200 " in status, status
    writer.close()


async def _wait_for(sent: dict[str, tuple[Seller, float]]) -> int:
    """Wait until every text is on its screen, for as long as one waits at most; return how many are not."""
    until = time.perf_counter() + _PATIENCE_SECONDS
    while True:
        missing = sum(body not in seller.on_screen for body, (seller, _) in sent.items())
        if not missing or time.perf_counter() > until:
            return missing
        await asyncio.sleep(0.1)


def _get(path: str, token: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )


async def _answer(reader: asyncio.StreamReader) -> Any:
    head = (await reader.readuntil(_HEAD)).decode().lower()
    assert head.startswith("http/1.1 200"), head
    length = int(head.partition("content-length:")[2].split()[0])
    return json.loads(await reader.readexactly(length))


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
