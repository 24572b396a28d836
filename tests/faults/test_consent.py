"""No text after a STOP: 300 customers are texted in every way at once, and half of them withdraw, while workers and API
are killed.

A STOP counts from the moment its webhook was answered. Afterwards the handset's log, by its own clock, is the referee:
no request to text that number came later, but for what the withdrawal lists as handed over that moment. Nobody else
lost a text or got one twice, and each text that was kept here is listed with the STOP that kept it.
"""

import asyncio
import os
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from db.engine import create_engine, create_sessions
from db.tables import Conversation, PhoneNumber, Record
from tests.e2e.conftest import PASSWORD
from tests.faults.evidence import Evidence, gather, inbound_ids, unsettled
from tests.faults.play import storm
from tests.faults.referee import check_every_text_is_known, check_nothing_twice, check_rows
from tests.faults.stage import ACCOUNTS, ADMIN, SELLERS, Crowd, connect, enroll, seed
from tests.faults.withdrawing import Cue, Withdrawals, cast, playing
from tests.makers import make_conversation
from tests.stack import Person, Stack, eventually

CROWD: Final = Crowd(size=int(os.environ.get("CONSENT_CUSTOMERS", "300")), sleepers=0)
SECONDS: Final = 30.0
"""Until all sellers have written what they write."""
KILLS: Final = 14

_AT_MOST: Final = timedelta(seconds=1)
"""How long a text may be on its way from its row to the carrier: a sender that is later looks at consent once more."""

SEQUENCE: Final = """
key: offer
name: Offer
record: lead
steps:
  - {id: hello, type: automated_text, text: "Hello {{ record.first_name }}"}
  - {id: ask, type: manual_text, text: "Shall we talk, {{ record.first_name }}?"}
  - {id: thanks, type: automated_text, text: "Thanks, {{ record.first_name }}"}
"""

MISBEHAVIOUR: Final = {
    "throttle": 0.02,
    "lose_answer": 0.02,
    "delay_seconds": 0.05,
    "sent_after_seconds": 0.1,
    "final_after_seconds": 0.3,
    "callback_duplicate": 0.2,
    "webhook_attempts": 20,
}

SETTINGS: Final = {
    "RECONCILE_SECONDS": "4",
    "RECONCILE_EVERY_SECONDS": "20",
    "OUTBOX_SECONDS": "2",
    "PROVIDER_TIMEOUT_SECONDS": "5",
}


@pytest.mark.parametrize("seed_", [pytest.param(20261124, id="seed 20261124")])
def test_no_text_leaves_after_a_stop_was_answered_while_workers_and_api_are_killed(
    database_url: str, tmp_path: Path, seed_: int
) -> None:
    stack = Stack(tmp_path, database_url, SETTINGS)
    account_ids = asyncio.run(seed(database_url, stack, CROWD))
    conversations = asyncio.run(begin_conversations(database_url))
    with stack:
        stack.start("worker-2")
        for side in ACCOUNTS:
            url = stack.inbound_url(account_ids[side.provider], side.provider)
            connect(stack.carrier, side, url)
        stack.carrier.behave(**MISBEHAVIOUR)
        admin = stack.client(ADMIN, PASSWORD)
        sellers = [stack.client(email, PASSWORD) for email in SELLERS]
        play = Withdrawals(
            stack,
            {seller.get("/session")["user"]["id"]: seller for seller in sellers},
            cast(admin.all("/records"), conversations, seed=seed_, seconds=SECONDS),
        )
        assert enroll(admin, "offer", SEQUENCE) == CROWD.size
        with playing(play) as all_did_their_part:
            parts = ("worker", "worker-2", "worker", "worker-2", "api")
            storm(stack, seed_, kills=KILLS, parts=parts)
            eventually(all_did_their_part, within=120, every=0.5)
            eventually(lambda: is_over(database_url, play), within=150, every=1)
        found = asyncio.run(gather(database_url, stack.carrier))
        check_nothing_came_late(found, play, listed_as_under_way(admin))
        check_nothing_twice(found.log)
        check_rows(found, CROWD)
        check_every_text_is_known(found)
        check_nobody_else_lost_a_text(found, play)
        check_what_was_kept_is_listed(found, play, admin)
        check_nothing_is_left_to_do(found, play)


async def begin_conversations(database_url: str) -> dict[str, tuple[str, str]]:
    """Give every record a conversation over a number of its seller; return ids and numbers, by the record's id."""
    engine = create_engine(database_url, pool_size=1)
    found = {}
    async with create_sessions(engine).begin() as session:
        numbers = defaultdict(list)
        for number in await session.scalars(select(PhoneNumber).order_by(PhoneNumber.e164)):
            numbers[number.owner_user_id].append(number)
        for serial, record in enumerate(await session.scalars(select(Record))):
            ours = numbers[record.owner_user_id]
            number = ours[serial // len(numbers) % len(ours)]
            conversation: Conversation = await make_conversation(session, record, number)
            found[str(record.id)] = (str(conversation.id), number.e164)
    await engine.dispose()
    return found


def is_over(database_url: str, play: Withdrawals) -> bool:
    """Return whether nothing is under way any more, and every STOP is here."""
    return (
        not play.stack.carrier.open_webhooks()
        and not asyncio.run(unsettled(database_url))
        and asyncio.run(inbound_ids(database_url)) >= set(play.said.values())
    )


def listed_as_under_way(admin: Person) -> set[str]:
    """Return the texts of which a withdrawal says that they had been handed over already."""
    return {text for entry in admin.all("/consent/entries") for text in entry["under_way"]}


def check_nothing_came_late(found: Evidence, play: Withdrawals, under_way: set[str]) -> None:
    """Nothing was handed to the carrier for a number whose STOP it had been answered for.

    But for what was on its way there that very moment: the withdrawal itself lists it.
    """
    rows = {(row.to_number, row.body): row for row in (*found.outbound, *found.retries)}
    counted: Counter[str] = Counter()
    for request in found.log.requests:
        number = request["to"]
        if number not in play.said:
            continue
        late = _at(request) - _at(found.log.taken[play.said[number]])
        if late <= timedelta(0):
            counted["before"] += 1
            continue
        row = rows[number, request["body"]]
        assert str(row.id) in under_way, f"{row.body!r} came {late} after STOP"
        assert late < _AT_MOST, f"{row.body!r} came {late} after STOP"
        counted["at the same moment"] += 1
    counted["kept here"] = sum(row.status == "refused" for row in found.outbound)
    # else it proves nothing: some had left, some were kept, and hardly any fell between
    assert counted["before"] > len(play.said) / 2, counted
    assert counted["kept here"] > len(play.said) / 4, counted
    assert counted["at the same moment"] <= len(play.said) / 20, counted
    assert len(play.said) == sum(each.cue is not Cue.NEVER for each in play.customers.values())


def _at(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])


def check_nobody_else_lost_a_text(found: Evidence, play: Withdrawals) -> None:
    """Who did not withdraw got every text, or somebody is asked about it."""
    sent: dict[str, set[str]] = defaultdict(set)
    for row in found.outbound:
        assert row.to_number in play.said or row.status != "refused", (row.to_number, row.body)
        sent[row.to_number].add(row.body)
    for number, customer in play.customers.items():
        if number in play.said:
            continue
        name = customer.record["first_name"]
        told = {f"Hello {name}", f"Shall we talk, {name}?", f"Thanks, {name}"}
        assert sent[number] == told | play.written[number], number


def check_what_was_kept_is_listed(found: Evidence, play: Withdrawals, admin: Person) -> None:
    """The API lists each text that was kept here, once, with the customer's own words as its evidence."""
    listed = {each["message_id"]: each for each in admin.all("/consent/blocked")}
    kept = {str(row.id): row for row in found.outbound if row.status == "refused"}
    assert listed.keys() == kept.keys()
    for message_id, shown in listed.items():
        row = kept[message_id]
        assert row.failure == "opt_out"
        assert shown["entry"]["kind"] == "withdrawn"
        # the carrier, too, refuses whom it knows to have opted out, and may be the first to say so
        if shown["entry"]["source"] != "provider":
            assert shown["entry"]["evidence"]["body"] == play.customers[row.to_number].words
    written = {body for texts in play.written.values() for body in texts}
    there = {row.body for row in found.outbound}
    assert written | play.refused <= there, "what a seller wrote is kept, sent or not"


def check_nothing_is_left_to_do(found: Evidence, play: Withdrawals) -> None:
    """Those who withdrew are out of the sequence, and nobody is asked to do anything for them."""
    for story in found.stories:
        if story.number in play.said:
            assert story.enrollment.ended_at is not None
    left = Counter(
        item.kind
        for item in found.items
        if item.status == "open"
        and item.kind != "uncertain_text"
        and item.conversation_id is not None
        and found.conversations[item.conversation_id].customer_number in play.said
    )
    assert left == {}
