"""How fast are customers' texts stored? `python -m bench.webhook`: our webhook against a bare FastAPI endpoint.

Both get signed texts of known customers with conversations, over kept connections. The figure is of customers whose
enrollments have ended; below it stands ours for customers with running ones, whose workflows are told meanwhile.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import median
from typing import Final

import sqlalchemy as sa
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

# The SDK ships no type information.
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bench import bare_endpoint
from bench.comparison import median_ratio, show, take_turns, verdict
from bench.ground import ground
from bench.leads import make_leads
from bench.load import CONNECTIONS, Load, form_post, post_all
from db.engine import driver_url
from db.tables import Enrollment, Message
from domain.enrollments import EndReason, EnrollmentStatus
from domain.messages import Direction
from domain.notices import StartEnrollment
from settings import Settings
from tests.makers import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER
from tests.stack import free_port
from workflows.client import Engine

TARGET: Final = 0.70
TARGET_MS: Final = 20
"""Half of the texts are answered within so many milliseconds."""
_CUSTOMERS: Final = 200
_TEXTS: Final = 1200
_ROUNDS: Final = 5

_SEQUENCE: Final = """
key: bench
name: Bench
settings: {on_reply: continue}
steps:
  - {id: pause, type: wait, for: 30d}
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}."}
"""


async def measure() -> int:
    """Print the comparison and return the exit code."""
    with ground("temporal", "api", "worker") as servers:
        stack = servers.stack
        leads = await make_leads(servers.database_url, stack.carrier.url, _SEQUENCE, 2 * _CUSTOMERS)
        starts = list(leads.starts.items())
        ended, running = dict(starts[:_CUSTOMERS]), dict(starts[_CUSTOMERS:])
        _end(servers.database_url, list(ended.values()))
        servers.prepare_bare(bare_endpoint.TABLES)
        url = stack.inbound_url(leads.account_id)
        bare_port = free_port()
        bare_url = f"http://127.0.0.1:{bare_port}/inbound"
        uvicorn = "-m uvicorn --factory bench.bare_endpoint:create_app --no-access-log --port"
        command = [sys.executable, *uvicorn.split(), str(bare_port)]
        environment = {"TOUCHLINE_DATABASE_URL": servers.bare_database_url}
        with servers.running(command, os.environ | environment, port=bare_port):
            ours, bare = await take_turns(
                lambda: post_all(stack.api_port, _texts(url, list(ended))),
                lambda: post_all(bare_port, _texts(bare_url, list(ended))),
                rounds=_ROUNDS,
            )
        await _start(f"127.0.0.1:{stack.temporal_port}", list(running.values()))
        told = await post_all(stack.api_port, _texts(url, list(running)))
        _check_all_stored(servers.database_url, _TEXTS * (_ROUNDS + 2))
    show(
        f"{_TEXTS} texts over {CONNECTIONS} connections, {_ROUNDS} rounds in turns",
        [
            ("texts a second, median", *(f"{_rate(each):.0f}" for each in (ours, bare))),
            ("each round", *(_rates(each) for each in (ours, bare))),
            ("p50 / p99", *(_waits(each) for each in (ours, bare))),
            ("told too: a second", f"{told.per_second:.0f}", "-"),
            ("told too: p50 / p99", _waits([told]), "-"),
        ],
    )
    ratio = median_ratio([load.per_second for load in ours], [load.per_second for load in bare])
    answered_ms = median(load.wait_ms(0.50) for load in ours)
    print(f"webhook p50={answered_ms:.0f} ms target={TARGET_MS} ms")
    return verdict("webhook", ratio, target=TARGET) or int(answered_ms > TARGET_MS)


def _texts(url: str, customers: Sequence[str]) -> list[bytes]:
    """Return requests as Twilio makes them: each another text, from one customer after the other."""
    validator = RequestValidator(AUTH_TOKEN)
    requests = []
    for customer in islice(cycle(customers), _TEXTS):
        sid = f"SM{secrets.token_hex(16)}"
        form = {
            "AccountSid": ACCOUNT_SID,
            "ApiVersion": "2010-04-01",
            "From": customer,
            "To": OUR_NUMBER,
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "Body": f"Yes, tell me more about it, please ({sid}).",
            "NumMedia": "0",
            "NumSegments": "1",
        }
        signature = validator.compute_signature(url, form)
        requests.append(form_post(url, form, {"X-Twilio-Signature": signature}))
    return requests


def _end(database_url: str, starts: Sequence[StartEnrollment]) -> None:
    """Have these enrollments ended before any text comes."""
    database = sa.create_engine(driver_url(database_url))
    with database.begin() as connection:
        connection.execute(
            sa.update(Enrollment)
            .where(Enrollment.id.in_([start.enrollment_id for start in starts]))
            .values(
                status=EnrollmentStatus.COMPLETED,
                end_reason=EndReason.COMPLETED,
                ended_at=sa.func.now(),
            )
        )
    database.dispose()


async def _start(address: str, starts: Sequence[StartEnrollment]) -> None:
    engine = Engine(
        await Client.connect(address, data_converter=pydantic_data_converter),
        Settings().task_queue,
    )
    for start in starts:
        await engine.deliver(start)


def _check_all_stored(database_url: str, count: int) -> None:
    database = sa.create_engine(driver_url(database_url))
    with database.connect() as connection:
        stored = connection.execute(
            sa.select(sa.func.count()).where(Message.direction == Direction.INBOUND)
        ).scalar_one()
    database.dispose()
    assert stored == count, f"{stored} of {count} texts were stored"


def _rate(loads: Sequence[Load]) -> float:
    return median(load.per_second for load in loads)


def _rates(loads: Sequence[Load]) -> str:
    return " ".join(f"{load.per_second:.0f}" for load in loads)


def _waits(loads: Sequence[Load]) -> str:
    p50, p99 = (median(load.wait_ms(share) for load in loads) for share in (0.50, 0.99))
    return f"{p50:.0f} / {p99:.0f} ms"


if __name__ == "__main__":
    sys.exit(asyncio.run(measure()))
