"""How did one HTTP request to a provider end? What was never sent, refused, and lost on the way, told apart.

NoAnswer
├── NotConnected    the request did not leave: nothing happened at the provider
├── Refused         the provider, or what stands in its place, answered with another status than 2xx
└── AnswerLost      the request may have been carried out, but no readable answer came
    ├── Unreadable  an answer came, but nothing can be made of it
    └── TooLarge    an answer came, and was larger than asked for

It drives a transport and not an `httpx.AsyncClient`, which writes the whole URL, and so the
customer's number in a query string, into the log; and which costs more time a request.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from channels.transport import PooledTransport

_LONGEST_RETRY_AFTER = timedelta(days=1)


class NoAnswer(Exception):
    """The base of them all. Their words hold no URL and nothing of the answer's text."""


class NotConnected(NoAnswer):
    pass


class AnswerLost(NoAnswer):
    pass


class Unreadable(AnswerLost):
    pass


class TooLarge(AnswerLost):
    pass


class Refused(NoAnswer):
    """`code` is the provider's own, if the answer was readable; `retry_after` is what a header asked."""

    def __init__(
        self, provider: str, status: int, code: int | str | None, retry_after: timedelta | None
    ) -> None:
        super().__init__(f"{provider} answered HTTP {status}" + (f", error {code}" if code else ""))
        self.status = status
        self.code = code
        self.retry_after = retry_after


def pooled_transport() -> httpx.AsyncBaseTransport:
    """Return connections to one provider account, for one event loop."""
    return PooledTransport()


class ProviderHttp:
    """One account's way to its provider. Follows no redirect, repeats no POST, logs nothing."""

    def __init__(
        self, provider: str, transport: httpx.AsyncBaseTransport, timeout_seconds: float
    ) -> None:
        """`provider` is its label; `timeout_seconds` the longest a request may take, connecting included."""
        self._provider = provider
        self._transport = transport
        self._timeout_seconds = timeout_seconds
        # Waiting for a free connection, for TCP and for TLS together stay below the whole, so that
        # what never connected shows as such before the whole time is over.
        connecting = timeout_seconds / 4
        self._limits = httpx.Timeout(timeout_seconds, connect=connecting, pool=connecting).as_dict()

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, read whole, whatever its status. Raises NotConnected, AnswerLost."""
        async with self._answer(request) as answer:
            await answer.aread()
        return answer

    async def download(
        self, request: httpx.Request, *, max_bytes: int
    ) -> tuple[httpx.Response, bytes]:
        """Return an answer and its content, counted while it comes. Raises TooLarge and as `exchange` does."""
        content = bytearray()
        async with self._answer(request) as answer:
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > max_bytes:
                    raise TooLarge(f"{self._provider}'s answer is larger than {max_bytes} bytes")
        return answer, bytes(content)

    def unreadable(self) -> Unreadable:
        """Return what to raise when an answer is there but cannot be read."""
        return Unreadable(f"{self._provider}'s answer could not be read")

    async def close(self) -> None:
        await self._transport.aclose()

    @asynccontextmanager
    async def _answer(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        request.extensions["timeout"] = self._limits
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._transport.handle_async_request(request)
                try:
                    yield answer
                finally:
                    await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise NotConnected(f"{self._provider} could not be reached") from None
        except (TimeoutError, httpx.TimeoutException):
            raise AnswerLost(f"{self._provider} did not answer in time") from None
        except httpx.RequestError:
            # Also when a kept connection turns out to be closed: whether its other end had already
            # read the request cannot be told from here.
            raise AnswerLost(
                f"the connection to {self._provider} broke before its answer was read"
            ) from None


def json_object(answer: httpx.Response) -> dict[str, Any] | None:
    """Return the JSON object an answer holds, None if it holds none."""
    try:
        content = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def retry_after(answer: httpx.Response) -> timedelta | None:
    """Read seconds; the header's other form, a date, would need the server's clock to be ours."""
    seconds = answer.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10):
        return None
    return min(timedelta(seconds=int(seconds)), _LONGEST_RETRY_AFTER)
