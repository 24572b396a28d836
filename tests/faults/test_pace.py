"""The pace of numbers: a bulk over 5 numbers with 4 workers, and a seller's text in its midst.

The handset's log is the referee: no number ever faster than it may be, none idle while texts wait for it, and what a
seller waits for leaves at once.
"""

import asyncio
import os
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from db.tables import Record
from domain.users import Role
from tests.e2e.conftest import PASSWORD
from tests.makers import make_account, make_number, make_organisation, make_user
from tests.stack import Person, Stack, eventually

RATES: Final = ("0.5", "1", "2", "3", "4")
"""Texts a second; the numbers have as many texts to send as they can in `SECONDS`: 2,000 in 191."""

SECONDS: Final = int(os.environ.get("PACE_SECONDS", "50"))
WINDOW: Final = 5.0
ENROLLING: Final = 10.0
"""Seconds after a line's first text, until which its others may still be on their way into the engine."""
WORKERS: Final = 4

BULK = """
key: bulk
name: Bulk
record: lead
steps:
  - {id: news, type: automated_text, text: "News for {{ record.first_name }}"}
"""
ASKED = """
key: asked
name: Asked
record: lead
steps:
  - {id: ask, type: manual_text, text: "A question for {{ record.first_name }}"}
"""


@dataclass(frozen=True)
class Line:
    """One number with its seller, and the records of those who are texted from it."""

    number: str
    per_second: float
    record_ids: list[str]


@dataclass(frozen=True)
class Floor:
    stack: Stack
    admin: Person
    seller: Person
    """Who is asked about, of the busiest line."""
    lines: list[Line]
    asked_id: str
    """A record of the busiest line that is in no sequence yet."""


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    stack = Stack(tmp_path, database_url)
    account_id, lines, asked_id = asyncio.run(seed(database_url, stack))
    with stack:
        for serial in range(2, WORKERS + 1):
            stack.start(f"worker-{serial}")
        for line in lines:
            stack.carrier.connect(line.number, sms_url=stack.inbound_url(account_id))
        yield Floor(
            stack,
            stack.client("admin@example.org", PASSWORD),
            stack.client(f"seller{len(RATES) - 1}@example.org", PASSWORD),
            lines,
            asked_id,
        )


async def seed(database_url: str, stack: Stack) -> tuple[str, list[Line], str]:
    engine = create_engine(database_url, pool_size=1)
    hashed = hash_password(PASSWORD)
    async with create_sessions(engine).begin() as session:
        organisation = await make_organisation(session)
        await make_user(
            session,
            organisation.id,
            email="admin@example.org",
            role=Role.ADMINISTRATOR,
            password_hash=hashed,
        )
        account = await make_account(session, organisation.id, api_base_url=stack.carrier.url)
        lines: list[Line] = []
        serial = 0
        for index, rate in enumerate(RATES):
            seller = await make_user(
                session, organisation.id, email=f"seller{index}@example.org", password_hash=hashed
            )
            e164 = f"+1212555010{index}"
            await make_number(
                session,
                account,
                e164=e164,
                owner_user_id=seller.id,
                is_default=True,
                per_second=Decimal(rate),
            )
            texts = round(float(rate) * SECONDS)
            records = [
                Record(
                    organisation_id=organisation.id,
                    owner_user_id=seller.id,
                    kind="lead",
                    first_name=f"Customer {serial + each}",
                    phone=f"+44770090{serial + each:04d}",
                    timezone="Europe/London",
                )
                for each in range(texts + 1)
            ]
            serial += len(records)
            session.add_all(records)
            await session.flush()
            lines.append(Line(e164, float(rate), [str(record.id) for record in records]))
        asked_id = lines[-1].record_ids.pop()
    await engine.dispose()
    return str(account.id), lines, asked_id


def publish(admin: Person, key: str, source: str) -> None:
    answer = admin.request(
        "PUT",
        f"/sequences/{key}/draft",
        content=source,
        headers={"Content-Type": "application/yaml"},
    )
    assert answer.is_success, answer.text
    admin.post(f"/sequences/{key}/publish")
    admin.post(f"/sequences/{key}/activate")


def test_numbers_keep_their_pace_and_a_sellers_text_overtakes_a_bulk(floor: Floor) -> None:
    publish(floor.admin, "bulk", BULK)
    publish(floor.admin, "asked", ASKED)
    floor.admin.post("/enrollments", {"sequence": "asked", "record_ids": [floor.asked_id]})
    (item,) = eventually(lambda: floor.seller.all("/work-items?kind=manual_text"))

    for line in floor.lines:
        for first in range(0, len(line.record_ids), 500):
            ids = line.record_ids[first : first + 500]
            floor.admin.post("/enrollments", {"sequence": "bulk", "record_ids": ids})

    total = sum(len(line.record_ids) for line in floor.lines)
    eventually(lambda: accepted(floor) > total / 3, within=SECONDS, every=1)
    approved_at = time.time()
    floor.seller.post(f"/work-items/{item['id']}/approve", {})

    eventually(lambda: accepted(floor) == total + 1, within=2 * SECONDS, every=2)
    sent: dict[str, list[float]] = defaultdict(list)
    asked: list[float] = []
    for entry in floor.stack.carrier.log("request"):
        at = datetime.fromisoformat(entry["at"]).timestamp()
        if entry["accepted"]:
            sent[entry["from"]].append(at)
        if entry["body"].startswith("A question"):
            asked.append(at)

    (asked_at,) = asked
    figures: list[Any] = [f"seller's text after {asked_at - approved_at:.2f} s"]
    for line in floor.lines:
        instants = sorted(sent[line.number])
        figures.append(
            (line.per_second, most_in_a_window(instants), round(used(line, instants), 3))
        )
    for line in floor.lines:
        instants = sorted(sent[line.number])
        # one more for what a busy machine delays on the way to the carrier
        assert most_in_a_window(instants) <= ceil(line.per_second * WINDOW * 1.1) + 1, figures
        assert 0.5 <= used(line, instants) <= 1, figures
    overtook = [at for at in sent[floor.lines[-1].number] if approved_at < at < asked_at]
    assert len(overtook) <= 5 * floor.lines[-1].per_second, figures


def used(line: Line, instants: list[float]) -> float:
    """Return which part of its pace a line used once all its texts were enrolled, and until they ran out."""
    busy = [at for at in instants if at >= instants[0] + ENROLLING]
    return (len(busy) - 1) / (line.per_second * (busy[-1] - busy[0]))


def accepted(floor: Floor) -> int:
    health = httpx.get(f"{floor.stack.carrier.url}/handset/health").json()
    count: int = health["messages"]
    return count


def most_in_a_window(instants: list[float]) -> int:
    """Return how many texts came within the fullest stretch of so many seconds."""
    return max(
        bisect_left(instants, start + WINDOW) - index for index, start in enumerate(instants)
    )
