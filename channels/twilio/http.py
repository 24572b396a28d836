"""The transport under Twilio's official SDK: channels/http.py, in the SDK's shape."""

import logging
from base64 import b64encode
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

import httpx

# The SDK ships no type information.
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from channels.http import ProviderHttp, Refused, json_object, retry_after

_LABEL: Final = "Twilio"


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the base class is untyped
    """One account's way to Twilio. Follows no redirect, repeats no POST, logs nothing."""

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout_seconds: float) -> None:
        """`timeout_seconds` is the longest a request may take in all, connecting included."""
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._http = ProviderHttp(_LABEL, transport, timeout_seconds)

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
        """Return an answer of success, for the SDK to read. Raises NotConnected, AnswerLost, Refused."""
        request = httpx.Request(
            method,
            _url(uri),
            params=params,
            content=urlencode(data, doseq=True) if data else None,
            headers=_with_credentials(headers or {}, auth),
        )
        answer = await self._http.exchange(request)
        if not answer.is_success:
            raise Refused(_LABEL, answer.status_code, _error_code(answer), retry_after(answer))
        # Not answer.text, which takes time to guess an encoding: JSON is UTF-8.
        return Response(answer.status_code, answer.content.decode(errors="replace"))

    async def download(
        self, url: str, auth: tuple[str, str] | None, *, max_bytes: int
    ) -> tuple[httpx.Response, bytes]:
        """Return any answer and its content. Raises NotConnected, AnswerLost."""
        request = httpx.Request(
            "GET",
            url,
            headers=_with_credentials({"Accept": "*/*"}, auth),
        )
        return await self._http.download(request, max_bytes=max_bytes)

    async def close(self) -> None:
        await self._http.close()


_url = lru_cache(maxsize=32)(httpx.URL)
"""Texts are created at one address, and reading it again takes as long as sending to it."""


def _with_credentials(headers: dict[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return headers
    return {**headers, "Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _error_code(answer: httpx.Response) -> int | None:
    code = (json_object(answer) or {}).get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
