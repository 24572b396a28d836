"""Who looks at the handset's page just now, and when must the page look again?"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

_SHORTEST_SECONDS: Final = 0.2


class Hub:
    """Tells every watcher that something happened, never what: the page asks for what it shows."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Event] = set()
        self._closed = False

    def announce(self) -> None:
        """Wake all watchers."""
        for watcher in self._watchers:
            watcher.set()

    def close(self) -> None:
        """End all watching, so that the server can stop."""
        self._closed = True
        self.announce()

    async def changes(self) -> AsyncIterator[None]:
        """Yield after every change; many changes in a short time are one."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            while not self._closed:
                await watcher.wait()
                watcher.clear()
                if not self._closed:
                    yield
                    await asyncio.sleep(_SHORTEST_SECONDS)
        finally:
            self._watchers.discard(watcher)
