"""How does a request reach one TeleSign account? Signed by TeleSign's own SDK, carried by channels/http.py.

The SDK's client is not used: it is synchronous, and its session follows redirects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import httpx

# The SDK ships no type information.
from telesign.rest import RestClient  # type: ignore[import-untyped]

from channels.http import ProviderHttp, Refused, json_object, retry_after

LABEL: Final = "TeleSign"

_METHOD_WITH_BODY: Final = "POST"


@dataclass(frozen=True, slots=True)
class TelesignCredentials:
    """`api_key` is base64; what it encodes signs our requests and TeleSign's calls."""

    customer_id: str
    api_key: str = field(repr=False)


class TelesignHttp:
    """One account's way to TeleSign. Follows no redirect, repeats nothing, logs nothing."""

    def __init__(
        self,
        credentials: TelesignCredentials,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash; `timeout_seconds` is the longest a request may take in all."""
        self._credentials = credentials
        self._base_url = base_url
        self._http = ProviderHttp(LABEL, transport, timeout_seconds)

    async def post(self, resource: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Return the JSON object that answers a form. Raises NotConnected, AnswerLost, Refused."""
        return await self._ask(_METHOD_WITH_BODY, resource, urlencode(fields))

    async def get(self, resource: str) -> dict[str, Any]:
        """Return the JSON object at `resource`. Raises NotConnected, AnswerLost, Refused."""
        return await self._ask("GET", resource, "")

    async def close(self) -> None:
        await self._http.close()

    async def _ask(self, method: str, resource: str, form: str) -> dict[str, Any]:
        headers = RestClient.generate_telesign_headers(
            self._credentials.customer_id, self._credentials.api_key, method, resource, form
        )
        answer = await self._http.exchange(
            httpx.Request(
                method,
                self._base_url + resource,
                # The SDK names an empty content type where there is no body.
                headers={name: value for name, value in headers.items() if value},
                content=form.encode() if method == _METHOD_WITH_BODY else None,
            )
        )
        content = json_object(answer)
        if not answer.is_success:
            code = status_code(content or {})
            raise Refused(LABEL, answer.status_code, code, retry_after(answer))
        if content is None:
            raise self._http.unreadable()
        return content


def status_code(content: Mapping[str, Any]) -> int | None:
    """Return `status.code` of an answer or a call; documented as a number, and in places as a string."""
    status = content.get("status")
    code = status.get("code") if isinstance(status, dict) else None
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None
