"""How did one HTTP request to Twilio end? The transport under the official SDK, which knows apart
what was never sent, what was refused, and what was lost on the way.

NoAnswer
├── NotConnected    the request did not leave: nothing happened at Twilio
├── Refused         Twilio, or what stands in its place, answered with another status than 2xx
└── AnswerLost      the request may have been carried out, but no readable answer came

It drives an httpx transport and not an `httpx.AsyncClient`, which writes the whole URL, and so the
customer's number in a query string, into the log; and which costs more time a request.
"""

import asyncio
import json
import logging
from base64 import b64encode
from datetime import timedelta
from typing import Any

import httpx

# The SDK ships no type information.
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

_KEEPALIVE_SECONDS = 2.0
"""Shorter than servers keep an idle connection (uvicorn: 5 s): a request that meets the closing of
its connection cannot be told from a lost answer."""

_LONGEST_RETRY_AFTER = timedelta(days=1)


class NoAnswer(Exception):
    """The base of the three. Their words hold no URL and nothing of the answer's text."""


class NotConnected(NoAnswer):
    pass


class AnswerLost(NoAnswer):
    pass


class Refused(NoAnswer):
    """`code` is Twilio's own, if the answer was readable; `retry_after` is what a header asked."""

    def __init__(self, status: int, code: int | None, retry_after: timedelta | None) -> None:
        super().__init__(f"Twilio answered HTTP {status}" + (f", error {code}" if code else ""))
        self.status = status
        self.code = code
        self.retry_after = retry_after


def pooled_transport() -> httpx.AsyncHTTPTransport:
    """Return connections to one provider account, kept open for a short while between requests."""
    return httpx.AsyncHTTPTransport(
        limits=httpx.Limits(
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=_KEEPALIVE_SECONDS,
        )
    )


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the base class is untyped
    """One account's way to Twilio. Follows no redirect, repeats nothing, logs nothing."""

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout_seconds: float) -> None:
        """`timeout_seconds` is the longest a request may take in all, connecting included."""
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._transport = transport
        self._timeout_seconds = timeout_seconds
        # Waiting for a free connection, for TCP and for TLS together stay below the whole, so that
        # what never connected shows as such before the whole time is over.
        connecting = timeout_seconds / 4
        self._timeouts = httpx.Timeout(
            timeout_seconds, connect=connecting, pool=connecting
        ).as_dict()

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the SDK's signature; ours is fixed
        allow_redirects: bool = False,
    ) -> Response:
        """Return the answer, a JSON object. Raises NotConnected, AnswerLost, Refused."""
        request = httpx.Request(
            method,
            uri,
            params=params,
            data=data,
            headers=_with_credentials(headers or {}, auth),
            extensions={"timeout": self._timeouts},
        )
        answer = await self._exchange(request)
        if not answer.is_success:
            raise Refused(answer.status_code, _error_code(answer), _retry_after(answer))
        if _json_object(answer) is None:
            raise AnswerLost("Twilio's answer could not be read")
        return Response(answer.status_code, answer.text, answer.headers)

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._transport.handle_async_request(request)
                try:
                    await answer.aread()
                finally:
                    await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise NotConnected("Twilio could not be reached") from None
        except (TimeoutError, httpx.TimeoutException):
            raise AnswerLost("Twilio did not answer in time") from None
        except httpx.RequestError:
            # Also when a kept connection turns out to be closed: whether its other end had already
            # read the request cannot be told from here.
            raise AnswerLost("the connection to Twilio broke before its answer was read") from None
        return answer

    async def close(self) -> None:
        await self._transport.aclose()


def _with_credentials(headers: dict[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return headers
    return {**headers, "Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _json_object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        content = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _error_code(answer: httpx.Response) -> int | None:
    code = (_json_object(answer) or {}).get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _retry_after(answer: httpx.Response) -> timedelta | None:
    """Read seconds; the header's other form, a date, would need the server's clock to be ours."""
    seconds = answer.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 10):
        return None
    return min(timedelta(seconds=int(seconds)), _LONGEST_RETRY_AFTER)
