"""No text twice, no text lost: 200 enrollments while everything around them fails.

The worker, the API and Temporal are killed with SIGKILL at random; the carrier loses answers, refuses, repeats and
disorders its callbacks. Afterwards the handset's log is the referee.
"""

import asyncio
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select, update

from db.engine import create_engine, create_sessions
from db.tables import Conversation, Message, Organisation, Record, User, WorkItem
from tests.carrier import Carrier
from tests.e2e.conftest import PASSWORD, seed
from tests.makers import OUR_NUMBER
from tests.stack import Person, Stack, eventually

LEADS: Final = 200
NIGHT: Final = 10
"""Of them, how many customers are asleep."""

KILLS: Final = 21
WITHIN: Final = timedelta(seconds=30)

SEQUENCE = f"""
key: storm
name: Through the storm
record: lead
steps:
  - {{id: hello, type: automated_text, text: "Hello {{{{ record.first_name }}}}"}}
  - {{id: pause, type: wait, for: 2s}}
  - id: answered
    type: branch
    when: {{replied: {{to: hello, within: {WITHIN.seconds}s}}}}
    then:
      - {{id: book, type: manual_text, text: "When, {{{{ record.first_name }}}}?"}}
    else:
      - {{id: nudge, type: automated_text, text: "Still there, {{{{ record.first_name }}}}?"}}
  - {{id: rest, type: wait, for: 2s}}
  - {{id: bye, type: automated_text, text: "Bye {{{{ record.first_name }}}}"}}
"""

MISBEHAVIOUR = {
    "throttle": 0.04,
    "server_error": 0.03,
    "cut_before": 0.03,
    "lose_answer": 0.05,
    "error_after": 0.02,
    "callback_duplicate": 0.3,
    "callback_out_of_order": 0.3,
    "callback_before_answer": 0.1,
    "webhook_attempts": 9,
}


def customer(index: int) -> str:
    """Return a fictional number; each fourth customer plays the same part."""
    return f"+44770090{index:04d}"


@dataclass
class Play:
    """What the customers and the seller did."""

    stack: Stack
    seller: Person
    answered: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    decided: dict[str, str] = field(default_factory=dict)
    texts_said: Counter[str] = field(default_factory=Counter)

    def act(self) -> None:
        """Let everybody who can do their part do it."""
        self._customers()
        self._seller()

    def _customers(self) -> None:
        greeted = {
            entry["to"]
            for entry in self.stack.carrier.log("request")
            if entry["accepted"] and entry["body"].startswith("Hello")
        }
        for index in range(LEADS):
            number = customer(index)
            if number not in greeted:
                continue
            match index % 4:
                case 1 | 2 if number not in self.answered:
                    self._say(number, "Yes please")
                    self.answered.add(number)
                case 3 if number not in self.stopped:
                    self._say(number, "STOP")
                    self.stopped.add(number)
                case _:
                    pass

    def _say(self, number: str, words: str) -> None:
        self.stack.carrier.post(number, OUR_NUMBER, words)
        self.texts_said[number] += 1

    def _seller(self) -> None:
        with suppress(httpx.HTTPError, AssertionError):  # the API may be away: then later
            for item in self.seller.all("/work-items?kind=manual_text"):
                action = "skip" if self._index(item) % 4 == 2 else "approve"
                answer = self.seller.request("POST", f"/work-items/{item['id']}/{action}", json={})
                if answer.is_success:
                    self.decided[item["record"]["phone"]] = action

    @staticmethod
    def _index(item: Any) -> int:
        return int(item["record"]["phone"][-4:])


def storm(stack: Stack, seed_: int) -> int:
    """Kill parts at random, each started again at once; return how many were killed.

    In the main thread, since a part ends with the thread that started it.
    """
    chance = random.Random(seed_)  # noqa: S311 - it only decides whom to kill
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.5, 2.5))
        part = chance.choice(["worker", "worker", "api", "temporal"])
        stack.kill(part)
        stack.start(part)
    return KILLS


@contextmanager
def playing(play: Play) -> Iterator[None]:
    """Let customers and seller act in a thread beside the block."""
    over = threading.Event()
    failures: list[Exception] = []

    def run() -> None:
        while not over.wait(0.2):
            try:
                play.act()
            except Exception as error:
                failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not failures, failures


@pytest.mark.parametrize("seed_", [pytest.param(20261123, id="seed 20261123")])
def test_two_hundred_enrollments_survive_every_crash(
    database_url: str, tmp_path: Path, seed_: int
) -> None:
    settings = {"RECONCILE_SECONDS": "4", "OUTBOX_SECONDS": "2", "PROVIDER_TIMEOUT_SECONDS": "5"}
    stack = Stack(tmp_path, database_url, settings)
    _, account_id = asyncio.run(seed(database_url, stack))
    asyncio.run(fill(database_url))
    with stack:
        stack.carrier.connect(OUR_NUMBER, sms_url=stack.inbound_url(account_id))
        stack.carrier.behave(**MISBEHAVIOUR)
        admin = stack.client("admin@example.org", PASSWORD)
        play = Play(stack, stack.client("seller@example.org", PASSWORD))
        enroll(admin)
        carrier = stack.carrier
        with playing(play):
            assert storm(stack, seed_) >= 20
            eventually(
                lambda: has_settled(admin) and not carrier.open_webhooks(), within=240, every=1
            )
        check(carrier, admin, play, asyncio.run(rows(database_url)))


async def fill(database_url: str) -> None:
    """Write the leads; the last ones live where it is the middle of the night."""
    now = datetime.now(UTC)
    day, night = zone_at(now, 13), zone_at(now, 2)
    engine = create_engine(database_url, pool_size=1)
    async with create_sessions(engine).begin() as session:
        await session.execute(
            update(Organisation).values(allowed_from="08:00", allowed_until="21:00")
        )
        seller = (
            await session.scalars(select(User).where(User.email == "seller@example.org"))
        ).one()
        session.add_all(
            Record(
                organisation_id=seller.organisation_id,
                owner_user_id=seller.id,
                kind="lead",
                first_name=f"Lead{index}",
                phone=customer(index),
                timezone=night if index >= LEADS - NIGHT else day,
            )
            for index in range(LEADS)
        )
    await engine.dispose()


def zone_at(now: datetime, hour: int) -> str:
    """Return a time zone in which it is about `hour` o'clock at `now`."""
    offset = (hour - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-offset:+d}"


def enroll(admin: Person) -> None:
    answer = admin.request(
        "PUT",
        "/sequences/storm/draft",
        content=SEQUENCE,
        headers={"Content-Type": "application/yaml"},
    )
    assert answer.is_success, answer.text
    admin.post("/sequences/storm/publish")
    admin.post("/sequences/storm/activate")
    ids = [record["id"] for record in admin.all("/records")]
    enrolled = admin.post("/enrollments", {"sequence": "storm", "record_ids": ids})
    assert (len(enrolled["enrolled"]), enrolled["refused"]) == (LEADS, [])


def has_settled(admin: Person) -> bool:
    running = [each for each in admin.all("/enrollments") if each["ended_at"] is None]
    return len(running) == NIGHT and all(each["waiting_reason"] for each in running)


@dataclass
class Rows:
    outbound: list[Message]
    inbound: list[Message]
    uncertain_items: set[Any]
    conversations: dict[Any, Conversation]


async def rows(database_url: str) -> Rows:
    engine = create_engine(database_url, pool_size=1)
    async with create_sessions(engine)() as session:
        messages = list(await session.scalars(select(Message)))
        items = await session.scalars(
            select(WorkItem.message_id).where(WorkItem.kind == "uncertain_text")
        )
        found = Rows(
            [message for message in messages if message.direction == "outbound"],
            [message for message in messages if message.direction == "inbound"],
            set(items),
            {each.id: each for each in await session.scalars(select(Conversation))},
        )
    await engine.dispose()
    return found


def check(carrier: Carrier, admin: Person, play: Play, found: Rows) -> None:
    """Ask the referee."""
    requests = carrier.log("request")
    created = Counter((each["to"], each["body"]) for each in requests if each["accepted"])
    asleep = {customer(index) for index in range(LEADS - NIGHT, LEADS)}

    twice = {text: times for text, times in created.items() if times > 1}
    assert twice == {}, "texts that went out twice"
    assert not [each for each in requests if each["to"] in asleep], "sent in quiet hours"
    taken = {each["customer"]: each["n"] for each in carrier.log("webhook") if each["answered"]}
    assert play.stopped | play.answered <= set(taken), "every text a customer wrote was taken"
    for number in play.stopped:
        late = [each for each in requests if each["to"] == number and each["n"] > taken[number]]
        assert late == [], f"sent to {number} after STOP"

    left: dict[tuple[str, str], str] = {}
    for message in found.outbound:
        if message.failure == "opt_out":  # the carrier knew of the STOP before we were told
            assert message.to_number in play.stopped
            continue
        text = (message.to_number, message.body)
        assert text not in left, "two rows for one text"
        left[text] = message.status
        if message.status == "uncertain":
            assert message.id in found.uncertain_items
        elif message.status not in ("held", "refused"):
            assert created[text] == 1, f"{text} is {message.status}, but the carrier has none"
            assert message.status == "delivered", f"{text} is {message.status}"
    assert set(created) <= set(left), "the carrier has texts that we know nothing of"
    for text in created:
        assert left[text] not in ("held", "refused", "submitting")

    stored = Counter(message.from_number for message in found.inbound)
    assert stored == play.texts_said, "every text a customer wrote, once"
    for message in found.inbound:
        assert found.conversations[message.conversation_id].customer_number == message.from_number

    bodies = defaultdict(set)
    for number, body in left:
        bodies[number].add(body.split()[0].strip("?,"))
    for each in admin.all("/enrollments"):
        number = each["record"]["phone"]
        seen = (each["status"], each["end_reason"], bodies[number])
        assert seen == expected(each, admin, play, asleep), number


def expected(each: Any, admin: Person, play: Play, asleep: set[str]) -> tuple[Any, Any, set[str]]:
    """Return where an enrollment must stand by what its customer and the seller did."""
    number = each["record"]["phone"]
    if number in asleep:
        return "active", None, {"Hello"}
    if number in play.stopped:
        return "disconnected", "opted_out", {"Hello"}
    if number not in play.answered or not in_time(each, admin):
        return "completed", "completed", {"Hello", "Still", "Bye"}
    if play.decided.get(number) == "skip":
        return "completed", "completed", {"Hello", "Bye"}
    return "completed", "completed", {"Hello", "When", "Bye"}


def in_time(each: Any, admin: Person) -> bool:
    """Return whether the reply was taken before the branch's time was over."""
    timeline = admin.get(f"/enrollments/{each['id']}/timeline")["items"]
    at = {
        (entry["kind"], entry["step_id"]): datetime.fromisoformat(entry["at"]) for entry in timeline
    }
    asked = at.get(("text_submitted", "hello")) or at[("text_uncertain", "hello")]
    return at[("reply_received", None)] <= asked + WITHIN
