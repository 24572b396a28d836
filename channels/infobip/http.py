"""How is Infobip asked? Its JSON over channels/http.py, with the account's API key."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import httpx

from channels.http import ProviderHttp, Refused, json_object, retry_after

LABEL: Final = "Infobip"

_CODE: Final = re.compile(r"[A-Z0-9_]{1,32}")
"""A word of theirs, and nothing that could hold a number."""


class InfobipHttp:
    """One account's way to Infobip. Follows no redirect, repeats nothing, logs nothing."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash; `timeout_seconds` is the longest a request may take."""
        self._base_url = base_url
        self._headers = {
            "Authorization": f"App {api_key}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        self._http = ProviderHttp(LABEL, transport, timeout_seconds)

    async def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the JSON object that answers. Raises NotConnected, AnswerLost, Refused."""
        return await self._ask("GET", path, query, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON object that answers. Raises NotConnected, AnswerLost, Refused."""
        return await self._ask("POST", path, None, json.dumps(body).encode())

    async def close(self) -> None:
        await self._http.close()

    async def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None, content: bytes | None
    ) -> dict[str, Any]:
        request = httpx.Request(
            method,
            self._base_url + path,
            params=query,
            headers=self._headers,
            content=content,
        )
        answer = await self._http.exchange(request)
        if not answer.is_success:
            raise Refused(LABEL, answer.status_code, _error_code(answer), retry_after(answer))
        content_object = json_object(answer)
        if content_object is None:
            raise self._http.unreadable()
        return content_object


def _error_code(answer: httpx.Response) -> str | None:
    """Read the code of a refusal, in the shape of version 3 or in the older one."""
    match json_object(answer):
        case {"errorCode": str(code)} | {
            "requestError": {"serviceException": {"messageId": str(code)}}
        }:
            return code if _CODE.fullmatch(code) else None
        case _:
            return None
