"""How fast does a server answer, when its clients cost next to nothing? Kept connections, requests made before."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """How many requests were answered in a second, and after how many seconds each, the fastest first."""

    per_second: float
    waits: Sequence[float]

    def wait_ms(self, share: float) -> float:
        """Return within how many milliseconds this share of the requests was answered."""
        return self.waits[min(int(len(self.waits) * share), len(self.waits) - 1)] * 1000


def form_post(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a request that posts a form."""
    body = urlencode(form).encode()
    lines = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return f"POST {target} HTTP/1.1\r\n{head}\r\n".encode() + body


async def post_all(port: int, requests: Sequence[bytes]) -> Load:
    """Send the requests over `CONNECTIONS` connections, each the next when the last was answered with 200."""
    waits: list[float] = []
    queue = iter(requests)
    began = time.perf_counter()
    await asyncio.gather(*(_post_from(queue, port, waits) for _ in range(CONNECTIONS)))
    return Load(len(waits) / (time.perf_counter() - began), sorted(waits))


async def _post_from(queue: Iterator[bytes], port: int, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in queue:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200"), head
        await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
        waits.append(time.perf_counter() - began)
    writer.close()
    await writer.wait_closed()
