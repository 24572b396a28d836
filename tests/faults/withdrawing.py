"""What do customers and sellers do in the run of withdrawals, and when does each customer say STOP?

Everybody is texted by a sequence, by a seller who approves, by one who writes, and by one who chose the hour. Those who
withdraw do so at their own moment: as the sequence begins, or just as one of these texts is about to leave.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx

from tests.stack import Person, Stack

WORDS: Final = ("STOP", "Stopp!", "please stop texting me", "unsubscribe me")
"""The carrier itself knows the first alone: whatever else it gets is ours to have kept."""

_AT_ONCE: Final = 24
_AHEAD: Final = timedelta(seconds=12)
"""How far ahead texts are scheduled: an API that was just killed is back before."""


class Cue(StrEnum):
    """What a withdrawal comes close upon."""

    BEGINNING = "beginning"
    WRITTEN = "written"
    SCHEDULED = "scheduled"
    APPROVED = "approved"
    NEVER = "never"
    """This customer withdraws nothing."""


@dataclass(frozen=True)
class Customer:
    record: Any
    conversation_id: str
    our_number: str
    cue: Cue
    moment: float
    """Seconds from the beginning until the seller writes."""
    hesitates: float
    """Seconds after the cue."""
    words: str

    @property
    def number(self) -> str:
        return str(self.record["phone"])


@dataclass
class Withdrawals:
    """Who takes part, and what they did."""

    stack: Stack
    sellers: dict[str, Person]
    """By their ids."""
    customers: dict[str, Customer]
    """By their numbers."""
    said: dict[str, str] = field(default_factory=dict)
    """The carrier's id of each STOP, by the customer's number."""
    written: dict[str, set[str]] = field(default_factory=dict)
    """What sellers wrote and was taken to be sent, by the customer's number."""
    refused: set[str] = field(default_factory=set)
    """What sellers wrote and was refused at once, as the customer had opted out."""

    def act(self, customer: Customer, began: float) -> None:
        """Let the seller write, and the customer say STOP when it is time."""
        if customer.cue is Cue.BEGINNING:
            self.withdraw(customer, began + customer.moment / 5 + customer.hesitates)
        _sleep_until(began + customer.moment)
        self._write(customer, f"A word, {customer.number}")
        if customer.cue is Cue.WRITTEN:
            self.withdraw(customer, time.monotonic() + customer.hesitates)
        is_to_leave = self._schedule(customer, f"As planned, {customer.number}")
        if customer.cue is Cue.SCHEDULED:
            self.withdraw(customer, is_to_leave + customer.hesitates)

    def withdraw(self, customer: Customer, at: float) -> None:
        """Have the customer say STOP at an instant of `time.monotonic`."""
        _sleep_until(at)
        sid = self.stack.carrier.post(customer.number, customer.our_number, customer.words)["sid"]
        self.said[customer.number] = sid

    def _schedule(self, customer: Customer, text: str) -> float:
        """Write a text that leaves later; return when, by `time.monotonic`."""
        while True:
            leaves_at = datetime.now(UTC) + _AHEAD
            is_to_leave = time.monotonic() + _AHEAD.total_seconds()
            local = leaves_at.astimezone(ZoneInfo(customer.record["timezone"])).replace(tzinfo=None)
            if self._write(customer, text, send_at_local=local.isoformat()):
                return is_to_leave

    def _write(self, customer: Customer, text: str, **more: Any) -> bool:
        """Write a text; return False if the API was away until the time had passed at which it should leave."""
        seller = self.sellers[customer.record["owner"]["id"]]
        path = f"/conversations/{customer.conversation_id}/messages"
        answer = persistently(seller, path, {"text": text, **more}, key=f"{text} {more}")
        match answer.status_code, answer.json().get("type", "").rpartition(":")[2]:
            case 201, _:
                self.written.setdefault(customer.number, set()).add(text)
            case 409, "opted-out":
                self.refused.add(text)
            case 422, "not-in-future":
                return False
            case _:
                raise AssertionError(answer.text)
        return True

    def approve(self, then: Callable[[Customer], object]) -> None:
        """Let every seller approve whatever there is to approve; `then` is told of whom."""
        for seller in self.sellers.values():
            with suppress(httpx.HTTPError, AssertionError):  # the API may be away: then later
                for item in seller.all("/work-items?kind=manual_text"):
                    path = f"/work-items/{item['id']}/approve"
                    answer = seller.request("POST", path, json={})
                    if answer.is_success:
                        then(self.customers[item["record"]["phone"]])


def persistently(person: Person, path: str, body: Any, *, key: str) -> httpx.Response:
    """POST until there is an answer of the product, with the same key each time, as a client does."""
    deadline = time.monotonic() + 60
    while True:
        with suppress(httpx.TransportError):
            answer = person.request("POST", path, json=body, headers={"Idempotency-Key": key})
            if answer.status_code < 500:
                return answer
        assert time.monotonic() < deadline, f"{path} was never answered"
        time.sleep(0.1)


@contextmanager
def playing(play: Withdrawals) -> Iterator[Callable[[], bool]]:
    """Let everybody act in threads beside the block, which is given whether all have done their part."""
    over = threading.Event()
    parts: list[Future[None]] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:

        def answered(customer: Customer) -> None:
            if customer.cue is Cue.APPROVED:
                at = time.monotonic() + customer.hesitates
                parts.append(pool.submit(play.withdraw, customer, at))

        def approving() -> None:
            while not over.wait(0.2):
                play.approve(answered)

        began = time.monotonic()
        parts += [
            pool.submit(play.act, customer, began)
            for customer in sorted(play.customers.values(), key=lambda each: each.moment)
        ]
        approver = pool.submit(approving)
        try:
            yield lambda: all(part.done() for part in list(parts))
        finally:
            over.set()
    for part in (*parts, approver):
        part.result()


def cast(
    records: list[Any], conversations: dict[str, tuple[str, str]], *, seed: int, seconds: float
) -> dict[str, Customer]:
    """Give each record's customer a part; `conversations` are ids and our numbers, by the record's id."""
    chance = random.Random(seed)  # noqa: S311 - it only decides who does what when
    customers = {}
    for serial, record in enumerate(sorted(records, key=lambda each: str(each["phone"]))):
        conversation_id, our_number = conversations[record["id"]]
        cue = [*Cue, *[Cue.NEVER] * 3][serial % (len(Cue) + 3)]
        customers[record["phone"]] = Customer(
            record,
            conversation_id,
            our_number,
            cue,
            moment=chance.uniform(0, seconds),
            hesitates=chance.uniform(0, 0.4),
            words=WORDS[serial % len(WORDS)],
        )
    return customers


def _sleep_until(at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))
