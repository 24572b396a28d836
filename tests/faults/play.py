"""What do customers and sellers do while everything around them fails, and what fails when?"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.stage import Crowd, Part
from tests.stack import Person, Stack

_WORDS = {
    Part.APPROVED: "Yes please",
    Part.SKIPPED: "Yes please",
    Part.STOPS: "STOP",
    Part.UNHEARD: "Yes please",
}


@dataclass
class Play:
    """The customers and the sellers, and what they did."""

    stack: Stack
    crowd: Crowd
    sellers: list[Person]
    listed: set[str]
    """Our numbers whose provider lists what customers wrote: where a webhook is lost for good, the customer writes
    to these alone."""
    said: dict[str, str] = field(default_factory=dict)
    """Customers' texts: the carrier's id of each, by the customer's number."""
    _seen: int = 0

    def answer(self) -> None:
        """Let every customer whom a first text reached since the last time answer as they do."""
        for request in self._new_requests():
            if request["accepted"] and request["body"].startswith("Hello"):
                self._answer(request["to"], request["from"])

    def decide(self) -> None:
        """Let every seller decide on all that is asked."""
        for seller in self.sellers:
            self._decide(seller)

    def _new_requests(self) -> Iterator[Any]:
        while True:
            query: dict[str, str | int] = {"kind": "request", "after": self._seen, "limit": 1000}
            page = httpx.get(f"{self.stack.carrier.url}/handset/log", params=query).json()
            yield from page["items"]
            if not page["items"]:
                return
            self._seen = page["items"][-1]["n"]

    def _answer(self, customer: str, number: str) -> None:
        part = self.crowd.part(customer)
        words = _WORDS.get(part)
        if words is None or customer in self.said:
            return
        if part is Part.UNHEARD and number not in self.listed:
            return
        self.said[customer] = self.stack.carrier.post(customer, number, words)["sid"]

    def _decide(self, seller: Person) -> None:
        with suppress(httpx.HTTPError, AssertionError):  # the API may be away: then later
            for item in seller.all("/work-items?kind=manual_text"):
                customer = item["record"]["phone"]
                skips = self.crowd.part(customer) is Part.SKIPPED
                action = "skip" if skips else "approve"
                seller.request("POST", f"/work-items/{item['id']}/{action}", json={})


@contextmanager
def playing(play: Play) -> Iterator[None]:
    """Let customers and sellers act beside the block, each in a thread: no customer waits until a seller has time."""
    over = threading.Event()
    failures: list[Exception] = []

    def keep_at(act: Callable[[], None]) -> None:
        while not over.wait(0.2):
            try:
                act()
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=keep_at, args=[act]) for act in (play.answer, play.decide)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not failures, failures


def storm(
    stack: Stack,
    seed: int,
    *,
    kills: int,
    events: Mapping[int, Callable[[], None]] | None = None,
    parts: Sequence[str] = ("worker", "worker-2", "worker", "worker-2", "api", "temporal"),
) -> None:
    """Kill parts at random, each started again at once; before the kill of its number, each event happens.

    In the main thread, since a part ends with the thread that started it.
    """
    chance = random.Random(seed)  # noqa: S311 - it only decides whom to kill
    for serial in range(kills):
        if events and serial in events:
            events[serial]()
        time.sleep(chance.uniform(0.5, 4))
        part = chance.choice(parts)
        stack.kill(part)
        stack.start(part)
