"""No text twice, no text lost: 1,000 enrollments over three providers while everything around them fails.

Two workers, the API and Temporal are killed with SIGKILL at random; the carrier loses answers, refuses, repeats, forges
and disorders its callbacks, and suspends accounts. Afterwards the handset's log is the referee.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.carrier import Carrier
from tests.e2e.conftest import PASSWORD
from tests.faults.evidence import gather, inbound_ids, unsettled
from tests.faults.play import Play, playing, storm
from tests.faults.referee import faults, judge
from tests.faults.stage import ACCOUNTS, ADMIN, SELLERS, Crowd, connect, enroll, seed
from tests.stack import Stack, eventually

CROWD: Final = Crowd(size=int(os.environ.get("STORM_LEADS", "1000")), sleepers=20)
KILLS: Final = 24
WITHIN: Final = timedelta(seconds=45)

SEQUENCE: Final = f"""
key: storm
name: Through the storm
record: lead
steps:
  - {{id: hello, type: automated_text, text: "Hello {{{{ record.first_name }}}}"}}
  - id: answered
    type: branch
    when: {{replied: {{to: hello, within: {WITHIN.seconds}s}}}}
    then:
      - {{id: book, type: manual_text, text: "When, {{{{ record.first_name }}}}?"}}
    else:
      - {{id: nudge, type: automated_text, text: "Still there, {{{{ record.first_name }}}}?"}}
"""

NOT_SENT: Final = {"cut_before": 0.025, "throttle": 0.03, "server_error": 0.025, "redirect": 0.02}
"""Requests that fail."""

SENT_ALL_THE_SAME: Final = {"error_after": 0.02, "lose_answer": 0.04, "malformed": 0.02}
"""Requests that only seem to fail."""

SHARE: Final = CROWD.size // 12
"""Texts that each account takes before anything is killed or suspended: else an account that is suspended early on
a slow machine takes hardly any, and is not proven."""

MISBEHAVIOUR: Final = {
    **NOT_SENT,
    **SENT_ALL_THE_SAME,
    "listing_delay_seconds": 1,
    "sent_after_seconds": 0.3,
    "final_after_seconds": 1,
    "callback_duplicate": 0.3,
    "callback_out_of_order": 0.3,
    "callback_before_answer": 0.1,
    "callback_never": 0.02,
    "webhook_forged": 0.1,
    "webhook_attempts": 20,
}

SETTINGS: Final = {
    "RECONCILE_SECONDS": "4",
    "RECONCILE_EVERY_SECONDS": "20",
    "OUTBOX_SECONDS": "2",
    "PROVIDER_TIMEOUT_SECONDS": "5",
}


@pytest.mark.parametrize("seed_", [pytest.param(20261123, id="seed 20261123")])
def test_a_thousand_enrollments_over_three_providers_survive_every_crash(
    database_url: str, tmp_path: Path, seed_: int
) -> None:
    stack = Stack(tmp_path, database_url, SETTINGS)
    account_ids = asyncio.run(seed(database_url, stack, CROWD))
    with stack:
        stack.start("worker-2")
        carrier = stack.carrier
        by_provider = {side.provider: side for side in ACCOUNTS}

        def put(provider: str, status: str) -> None:
            url = stack.inbound_url(account_ids[provider], provider)
            connect(carrier, by_provider[provider], url, status=status)

        def suspend(provider: str) -> Callable[[], None]:
            return lambda: put(provider, "suspended")

        def restore(provider: str) -> Callable[[], None]:
            """The account works again, which is for us to find out."""
            return lambda: put(provider, "active")

        def restore_and_resume(provider: str) -> Callable[[], None]:
            def act() -> None:
                put(provider, "active")
                admin.post(f"/provider-accounts/{account_ids[provider]}/resume")

            return act

        for side in ACCOUNTS:
            put(side.provider, "active")
        carrier.behave(**MISBEHAVIOUR, numbers=CROWD.treatment())
        admin = stack.client(ADMIN, PASSWORD)
        sellers = [stack.client(email, PASSWORD) for email in SELLERS]
        play = Play(stack, CROWD, sellers, listed=set(by_provider["twilio"].numbers))
        assert enroll(admin, "storm", SEQUENCE) == CROWD.size
        with playing(play):
            eventually(lambda: min(taken(carrier).values()) >= SHARE, within=300, every=1)
            storm(
                stack,
                seed_,
                kills=KILLS,
                events={
                    3: suspend("infobip"),
                    8: restore("infobip"),
                    10: suspend("twilio"),
                    14: restore_and_resume("twilio"),
                    16: suspend("telesign"),
                    19: restore("telesign"),
                },
            )
            eventually(lambda: is_over(database_url, play), within=900, every=1)
        found = asyncio.run(gather(database_url, carrier))
        judge(found, play, WITHIN)
        happened = faults(found.log)
        if CROWD.size < 1000:
            return  # too few for every fault to have come up
        assert {fault for _, fault in happened} >= NOT_SENT.keys() | SENT_ALL_THE_SAME.keys()
        for side in ACCOUNTS:  # single kinds are chance; the conformance cases have each for all
            met = {fault for provider, fault in happened if provider == side.provider}
            assert met & NOT_SENT.keys(), side.provider
            assert met & SENT_ALL_THE_SAME.keys(), side.provider


def taken(carrier: Carrier) -> Counter[str]:
    """Return how many texts each provider has taken."""
    counts = Counter({side.provider: 0 for side in ACCOUNTS})
    counts.update(each["protocol"] for each in carrier.log("request") if each["accepted"])
    return counts


def is_over(database_url: str, play: Play) -> bool:
    """Return whether nothing is under way any more, and every text that a customer wrote is here."""
    return (
        not play.stack.carrier.open_webhooks()
        and not asyncio.run(unsettled(database_url))
        and asyncio.run(inbound_ids(database_url)) >= set(play.said.values())
    )
