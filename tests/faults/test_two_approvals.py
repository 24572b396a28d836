"""One text however often it is approved: two sellers of a team at two API processes, and one of these killed amid it.

The handset's log is the referee.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any, Final

import httpx
import pytest

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from db.tables import TeamMember
from domain.users import Role
from tests.e2e.conftest import PASSWORD
from tests.faults.evidence import unsettled
from tests.faults.stage import ADMIN, enroll
from tests.faults.withdrawing import persistently
from tests.makers import (
    OUR_NUMBER,
    make_account,
    make_number,
    make_organisation,
    make_record,
    make_team,
    make_user,
)
from tests.stack import Person, Stack, eventually

ITEMS: Final = 50
SELLERS: Final = {"Ada": "ada@example.org", "Ben": "ben@example.org"}

SEQUENCE: Final = """
key: asked
name: Asked
record: lead
steps:
  - {id: ask, type: manual_text, text: "A question for {{ record.first_name }}"}
"""


@dataclass(frozen=True)
class Floor:
    """A team's two sellers, each at an API process of their own, and what is there to be approved by either."""

    stack: Stack
    ada: Person
    ben: Person
    items: list[Any]


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    stack = Stack(tmp_path, database_url)
    account_id = asyncio.run(seed(database_url, stack))
    with stack:
        stack.start("api-2")
        stack.carrier.connect(OUR_NUMBER, sms_url=stack.inbound_url(account_id))
        assert enroll(stack.client(ADMIN, PASSWORD), "asked", SEQUENCE) == ITEMS
        ada = stack.client(SELLERS["Ada"], PASSWORD)
        ben = stack.client(SELLERS["Ben"], PASSWORD, api="api-2")

        def all_there() -> list[Any]:
            items = ben.all("/work-items?kind=manual_text")
            return items if len(items) == ITEMS else []

        yield Floor(stack, ada, ben, eventually(all_there))


async def seed(database_url: str, stack: Stack) -> str:
    engine = create_engine(database_url, pool_size=1)
    hashed = hash_password(PASSWORD)
    async with create_sessions(engine).begin() as session:
        made = await make_organisation(session)
        await make_user(
            session, made.id, email=ADMIN, role=Role.ADMINISTRATOR, password_hash=hashed
        )
        account = await make_account(session, made.id, api_base_url=stack.carrier.url)
        team = await make_team(session, made.id)
        for name, email in SELLERS.items():
            seller = await make_user(
                session, made.id, email=email, first_name=name, password_hash=hashed
            )
            session.add(TeamMember(team_id=team.id, user_id=seller.id))
        await make_number(session, account, owner_user_id=seller.id, is_default=True)
        for serial in range(ITEMS):
            await make_record(
                session,
                seller,
                first_name=f"Customer {serial}",
                phone=f"+44770090{serial:04d}",
                timezone="Europe/London",
                owner_team_id=team.id,
            )
    await engine.dispose()
    return str(account.id)


def approve(person: Person, item: Any, key: str) -> httpx.Response:
    return persistently(person, f"/work-items/{item['id']}/approve", {}, key=key)


def left(floor: Floor) -> Counter[str]:
    """Return how often each text was handed to the carrier."""
    return Counter(each["body"] for each in floor.stack.carrier.log("request"))


def once(floor: Floor) -> Counter[str]:
    return Counter({f"A question for {each['record']['first_name']}": 1 for each in floor.items})


def test_of_two_who_approve_at_two_processes_one_does_and_the_other_is_told_who(
    floor: Floor,
) -> None:
    for item in floor.items:
        together = Barrier(2)

        def at_once(person: Person, item: Any = item, together: Barrier = together) -> Any:
            together.wait(timeout=30)
            return approve(person, item, f"{id(person)} {item['id']}")

        with ThreadPoolExecutor(2) as pool:
            answers = dict(
                zip(SELLERS, pool.map(at_once, (floor.ada, floor.ben), timeout=60), strict=True)
            )
        (first,) = [name for name, answer in answers.items() if answer.status_code == 200]
        (late,) = [answer for answer in answers.values() if answer.status_code != 200]
        assert late.status_code == 409
        assert late.json()["type"].endswith("already-decided")
        assert f"by {first}" in late.json()["detail"]
    eventually(lambda: not asyncio.run(unsettled(floor.stack.database_url)), every=0.5)
    assert left(floor) == once(floor)


def test_an_approval_that_is_sent_again_after_its_process_was_killed_sends_one_text(
    floor: Floor,
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - it only decides when to kill
    answers = []
    with ThreadPoolExecutor(10) as pool:
        for first in range(0, ITEMS, 10):
            asked = [
                pool.submit(approve, floor.ben, item, f"approval of {item['id']}")
                for item in floor.items[first : first + 10]
            ]
            time.sleep(chance.uniform(0, 0.15))
            floor.stack.kill("api-2")
            floor.stack.start("api-2")
            answers += [each.result() for each in asked]
    assert {answer.status_code for answer in answers} == {200}
    eventually(lambda: not asyncio.run(unsettled(floor.stack.database_url)), every=0.5)
    assert left(floor) == once(floor)
