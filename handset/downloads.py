"""How does the carrier get the media of a text it is to send? From where the client has them, once."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any, Final

import httpx

from handset.carrier import Carrier
from handset.entities import Download
from handset.files import MAX_BYTES, Files
from handset.log import Entry

_WORKERS: Final = 4
_TIMEOUT_SECONDS: Final = 15


class Downloads:
    """The media still to be fetched. Each is asked for once and recorded, whatever comes.

    What becomes of the text does not depend on it.
    """

    def __init__(
        self, files: Files, carrier: Callable[[], Carrier], record: Callable[..., Entry]
    ) -> None:
        self._files = files
        self._carrier = carrier
        self._record = record
        self._due: asyncio.Queue[Download] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._client = httpx.AsyncClient(
            headers={"User-Agent": "handset"},
            timeout=_TIMEOUT_SECONDS,
            follow_redirects=True,
            trust_env=False,
        )

    def start(self) -> None:
        """Start fetching, first what an earlier process left open."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(_WORKERS)]
        for download in self._carrier().open_downloads.values():
            self.schedule(download)

    async def stop(self) -> None:
        """Stop at once; what is open stays so in the log."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._client.aclose()

    def schedule(self, download: Download) -> None:
        """Fetch `download` soon."""
        self._due.put_nowait(download)

    async def _work(self) -> None:
        while True:
            download = await self._due.get()
            if not self._is_open(download):
                continue  # forgotten by a reset meanwhile
            facts = await self._fetch(download.url)
            if self._is_open(download):
                self._record(
                    "media",
                    key=download.key,
                    account_sid=download.message.account_id,
                    sid=download.message.id,
                    url=download.url,
                    **facts,
                )

    def _is_open(self, download: Download) -> bool:
        return self._carrier().open_downloads.get(download.key) is download

    async def _fetch(self, url: str) -> dict[str, Any]:
        """Return what the log keeps of it: the file, or what went wrong."""
        missing = {"http_status": None, "error": None, "file": None}
        try:
            async with self._client.stream("GET", url) as answer:
                found = missing | {"http_status": answer.status_code}
                if not answer.is_success:
                    return found
                content = bytearray()
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > MAX_BYTES:
                        return found | {"error": f"more than {MAX_BYTES} bytes"}
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return missing | {"error": f"{type(error).__name__}: {error}"}
        kind = answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
        return found | {"file": file_facts(self._files, kind, bytes(content))}


def file_facts(files: Files, content_type: str, content: bytes) -> dict[str, Any]:
    """Keep `content`, and return what the log keeps of it."""
    return {
        "id": secrets.token_hex(16),
        "content_type": content_type,
        "size": len(content),
        "sha256": files.put(content),
    }
