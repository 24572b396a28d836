"""How do webhooks get out? Signed, over one pooled client, some at a time, retried by policy."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs, urldefrag, urlencode

import httpx

from handset.behaviour import Rules
from handset.carrier import Call, Carrier
from handset.log import Entry
from handset.signature import sign

CONCURRENCY: Final = 32
_MAX_BACKOFF_SECONDS: Final = 60.0


class Webhooks:
    """The calls the carrier owes, each made when it is due until it is answered or given up.

    `record` writes a log entry and applies it; every attempt is recorded.
    """

    def __init__(self, carrier: Callable[[], Carrier], record: Callable[..., Entry]) -> None:
        self._carrier = carrier
        self._record = record
        self._due: asyncio.Queue[Call] = asyncio.Queue()
        self._waiting: dict[str, asyncio.Future[Entry | None]] = {}
        self._workers: list[asyncio.Task[None]] = []
        self._client = httpx.AsyncClient(
            # A connection idle for longer may be closed by the other side just as it is used again.
            limits=httpx.Limits(max_connections=CONCURRENCY, keepalive_expiry=2),
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
            trust_env=False,
        )

    def start(self) -> None:
        """Start working, first on what an earlier process left open."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(CONCURRENCY)]
        for call in self._carrier().open_calls.values():
            self.schedule(call)

    async def stop(self) -> None:
        """Stop at once; what is open stays so in the log."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._client.aclose()

    def schedule(self, call: Call) -> None:
        """Make `call` when it is due."""
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
        asyncio.get_running_loop().call_later(max(0.0, seconds), self._due.put_nowait, call)

    async def _work(self) -> None:
        while True:
            call = await self._due.get()
            if call.key not in self._carrier().open_calls:
                continue  # forgotten by a reset meanwhile
            rules = self._carrier().behaviour.rules_for(call.customer)
            status, error = await self._post(call, rules.webhook_timeout_seconds)
            self._settle(call, rules, status, error)

    async def _post(self, call: Call, timeout_seconds: float) -> tuple[int | None, str | None]:
        """Make one attempt; return the HTTP status of the answer, or what went wrong instead."""
        # Twilio's connection overrides are the fragment; it is neither sent nor signed.
        url = urldefrag(call.url).url
        form = call.parameters
        if call.method == "GET":
            url += ("&" if "?" in url else "?") + urlencode(form)
            form = []
        account = self._carrier().accounts[call.account_sid]
        headers = {
            "X-Twilio-Signature": sign(account.auth_token, url, form),
            "I-Twilio-Idempotency-Token": call.token,
        }
        if call.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        try:
            answer = await self._client.request(
                call.method,
                url,
                content=urlencode(form) or None,
                headers=headers,
                timeout=httpx.Timeout(timeout_seconds, pool=None),
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return None, f"{type(error).__name__}: {error}"
        return answer.status_code, None

    def _settle(self, call: Call, rules: Rules, status: int | None, error: str | None) -> None:
        if call.key not in self._carrier().open_calls:
            return
        attempt = call.attempts + 1
        answered = status is not None and 200 <= status < 300
        done = answered or attempt >= _attempts(call.url, rules, status, error)
        entry = self._record(
            call.kind,
            key=call.key,
            account_sid=call.account_sid,
            sid=call.sid,
            customer=call.customer,
            status=dict(call.parameters)["SmsStatus"],
            url=call.url,
            attempt=attempt,
            http_status=status,
            error=error,
            answered=answered,
            done=done,
        )
        if not done:
            wait = rules.webhook_backoff_seconds * 2 ** (attempt - 1)
            self._after(min(wait, _MAX_BACKOFF_SECONDS), call)
        elif waiting := self._waiting.pop(call.key, None):
            waiting.set_result(entry)


def _attempts(url: str, rules: Rules, status: int | None, error: str | None) -> int:
    """Return how often a call is tried in all, given how it went this time.

    The URL's fragment may override the rules as with Twilio: `rc` retries (0 to 5), `rp` the
    failures that are retried (ct, rt, 4xx, 5xx, all).
    """
    overrides = parse_qs(urldefrag(url).fragment)
    if "rc" not in overrides and "rp" not in overrides:
        return rules.webhook_attempts
    retries = overrides.get("rc", ["1"])[0]
    policies = set(",".join(overrides.get("rp", ["ct"])).split(","))
    never_connected = (error or "").startswith("Connect")
    failure = "ct" if never_connected else "rt" if status is None else f"{status // 100}xx"
    if not policies & {"all", failure}:
        return 1
    return 1 + min(5, int(retries)) if retries.isdecimal() else 2
