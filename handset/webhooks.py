"""How do webhooks get out? Over one pooled client, some at a time, retried until they are taken.

Where a protocol has one webhook tell of several things, those due within `GATHER_SECONDS` go together.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from handset.behaviour import Rules
from handset.carrier import Carrier
from handset.entities import Call
from handset.log import Entry
from handset.protocols.interface import CarrierProtocol

CONCURRENCY: Final = 32
GATHER_SECONDS: Final = 0.005


class Webhooks:
    """The calls the carrier owes, each made when it is due until it is answered or given up.

    `record` writes a log entry and applies it; every attempt is recorded. `url` is where the
    carrier itself is reached.
    """

    def __init__(
        self,
        protocols: Mapping[str, CarrierProtocol],
        carrier: Callable[[], Carrier],
        record: Callable[..., Entry],
        url: str,
    ) -> None:
        self._protocols = protocols
        self._carrier = carrier
        self._record = record
        self._url = url
        self._due: asyncio.Queue[Sequence[Call]] = asyncio.Queue()
        self._gathering: dict[tuple[str, str, str], list[Call]] = {}
        self._waiting: dict[str, asyncio.Future[Entry | None]] = {}
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start working, first on what an earlier process left open."""
        # aiohttp, not httpx: at this concurrency a request costs it a twentieth.
        self._client = ClientSession(
            # A connection idle for longer may be closed by the other side just as it is used again.
            connector=TCPConnector(limit=CONCURRENCY, keepalive_timeout=2),
            cookie_jar=DummyCookieJar(),
        )
        self._workers = [asyncio.create_task(self._work()) for _ in range(CONCURRENCY)]
        for call in self._carrier().open_calls.values():
            self.schedule(call)

    async def stop(self) -> None:
        """Stop at once; what is open stays so in the log."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._client.close()

    def schedule(self, call: Call) -> None:
        """Make `call` when it is due."""
        call.carrier_url = self._url
        self._after((call.due_at - datetime.now(UTC)).total_seconds(), call)

    def forget(self) -> None:
        """Let go who waits for a call; the calls themselves are no longer open."""
        for waiting in self._waiting.values():
            waiting.set_result(None)
        self._waiting.clear()

    async def finished(self, call: Call) -> Entry | None:
        """Wait until `call` is answered or given up; return the log entry of its last attempt.

        None if everything was forgotten meanwhile.
        """
        if call.key not in self._waiting:
            self._waiting[call.key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._waiting[call.key])

    def _after(self, seconds: float, call: Call) -> None:
        asyncio.get_running_loop().call_later(max(0.0, seconds), self._gather, call)

    def _gather(self, call: Call) -> None:
        """Have `call` made now, or a moment later with others that may go with it."""
        if not self._is_open(call):
            return  # forgotten by a reset meanwhile
        most = min(self._protocol(call).most_in_webhook, self._carrier().behaviour.webhook_batch)
        if most == 1:
            self._due.put_nowait([call])
            return
        place = (call.message.account_id, call.kind, call.url)
        if place not in self._gathering:
            self._gathering[place] = []
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._let_go, place)
        self._gathering[place].append(call)
        if len(self._gathering[place]) == most:
            self._let_go(place)

    def _let_go(self, place: tuple[str, str, str]) -> None:
        if calls := self._gathering.pop(place, None):
            self._due.put_nowait(calls)

    async def _work(self) -> None:
        while True:
            calls = self._open_among(await self._due.get())
            if forged := [call for call in calls if call.is_forged_first]:
                status, error = await self._make(forged, forged=True)
                for call in self._open_among(forged):
                    self._note("forged", call, status, error)
                calls = self._open_among(calls)
            if not calls:
                continue
            status, error = await self._make(calls, forged=False)
            for call in self._open_among(calls):
                self._settle(call, status, error, batch=len(calls))

    async def _make(self, calls: Sequence[Call], *, forged: bool) -> tuple[int | None, str | None]:
        """Make one attempt; return the HTTP status of the answer, or what went wrong instead."""
        account = self._carrier().accounts[calls[0].message.account_id]
        request = self._protocol(calls[0]).webhook(calls, account, forged=forged)
        limit = min(self._rules(call).webhook_timeout_seconds for call in calls)
        try:
            # The URL as it is: what it would be normalised to is not what was signed.
            async with self._client.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.content or None,
                headers=request.headers,
                timeout=ClientTimeout(sock_connect=limit, sock_read=limit),
                allow_redirects=False,
            ) as answer:
                await answer.read()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            return None, f"ConnectError: {error}"
        except (ClientError, TimeoutError, ValueError) as error:
            return None, f"{type(error).__name__}: {error}"
        return answer.status, None

    def _settle(self, call: Call, status: int | None, error: str | None, *, batch: int) -> None:
        protocol, rules = self._protocol(call), self._rules(call)
        attempt = call.attempts + 1
        answered = status is not None and protocol.is_taken(status)
        tries = protocol.attempts(call, rules.webhook_attempts, status, error)
        done = answered or attempt >= tries
        entry = self._note(
            call.kind,
            call,
            status,
            error,
            attempt=attempt,
            answered=answered,
            done=done,
            batch=batch,
        )
        if not done:
            self._after(rules.webhook_backoff_seconds * protocol.backoff(attempt), call)
        elif waiting := self._waiting.pop(call.key, None):
            waiting.set_result(entry)

    def _is_open(self, call: Call) -> bool:
        return self._carrier().open_calls.get(call.key) is call

    def _open_among(self, calls: Sequence[Call]) -> list[Call]:
        return [call for call in calls if self._is_open(call)]

    def _rules(self, call: Call) -> Rules:
        return self._carrier().behaviour.rules_for(call.message.customer)

    def _protocol(self, call: Call) -> CarrierProtocol:
        return self._protocols[self._carrier().accounts[call.message.account_id].protocol]

    def _note(
        self, kind: str, call: Call, http_status: int | None, error: str | None, **more: object
    ) -> Entry:
        return self._record(
            kind,
            key=call.key,
            account_sid=call.message.account_id,
            sid=call.message.id,
            customer=call.message.customer,
            status=call.status,
            part=call.part,
            url=call.url,
            http_status=http_status,
            error=error,
            **more,
        )
