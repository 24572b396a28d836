"""One organisation of a test's own on a running stack: who works there, and what a test has them do through the API."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

import psycopg

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from domain.users import Role
from tests.makers import make_account, make_number, make_organisation, make_user
from tests.stack import Person, Stack, eventually

PASSWORD = "correct horse battery staple"

_HASH = hash_password(PASSWORD)
_serial = count(1)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Office:
    """One organisation on a stack: its people, its seller's number, and what it has to do with."""

    stack: Stack
    number: str
    admin_email: str
    manager_email: str
    seller_email: str
    other_seller_email: str
    """Who is in the seller's team and has no number of their own."""
    team_id: str
    """The team of the manager and both sellers."""

    @cached_property
    def admin(self) -> Person:
        return self.stack.client(self.admin_email, PASSWORD)

    @cached_property
    def manager(self) -> Person:
        return self.stack.client(self.manager_email, PASSWORD)

    @cached_property
    def seller(self) -> Person:
        return self.stack.client(self.seller_email, PASSWORD)

    def publish(self, source: str) -> None:
        """Store a sequence and let records be enrolled."""
        key = source.split("key: ", 1)[1].split("\n", 1)[0]
        self.save_draft(source)
        self.admin.post(f"/sequences/{key}/publish")
        self.admin.post(f"/sequences/{key}/activate")

    def save_draft(self, source: str) -> None:
        key = source.split("key: ", 1)[1].split("\n", 1)[0]
        answer = self.admin.request(
            "PUT",
            f"/sequences/{key}/draft",
            content=source,
            headers={"Content-Type": "application/yaml"},
        )
        assert answer.is_success, answer.text

    def lead(self, first_name: str, **values: Any) -> Any:
        """Add a lead of the seller's, with a number that nobody else has; on UTC unless told otherwise."""
        phone = f"+1303555{next(_serial):04}"
        body = {"first_name": first_name, "phone": phone, "timezone": "UTC"} | values
        return self.seller.post("/records", {"kind": "lead", **body})

    def enroll(self, sequence: str, *records: Any) -> list[str]:
        """Enroll records; returns the ids of the enrollments."""
        body = {"sequence": sequence, "record_ids": [record["id"] for record in records]}
        report = self.seller.post("/enrollments", body)
        assert report["refused"] == []
        return [enrolled["id"] for enrolled in report["enrolled"]]

    def work_item(self, record: Any) -> Any:
        """Return the record's open work item, once it is there."""
        return eventually(
            lambda: next(
                (
                    item
                    for item in self.seller.all("/work-items")
                    if item["record"]["id"] == record["id"]
                ),
                None,
            )
        )

    def hear(self, record: Any, text: str) -> None:
        """Have the customer write to the seller's number."""
        said = self.stack.carrier.say(record["phone"], self.number, text)
        assert said["webhook"]["answered"]

    def conversation(self, record: Any) -> Any:
        """Return the conversation with the record, once it is there."""
        return eventually(
            lambda: next(
                (
                    one
                    for one in self.seller.all("/conversations")
                    if one["record"]["id"] == record["id"]
                ),
                None,
            )
        )

    def received(self, record: Any) -> list[str]:
        """Return what the handset was asked to send to the record's number."""
        return self.stack.carrier.received(record["phone"])


def open_office(stack: Stack, **values: Any) -> Office:
    """Set up a new organisation with an administrator, a manager, and two sellers, of whom one has a number."""
    serial = next(_serial)
    number = f"+1212555{serial:04}"
    account_sid = f"AC{serial:032x}"
    admin, manager = f"admin{serial}@example.org", f"manager{serial}@example.org"
    seller, other = f"seller{serial}@example.org", f"other{serial}@example.org"

    async def seed() -> tuple[str, list[str]]:
        engine = create_engine(stack.database_url, pool_size=1)
        async with create_sessions(engine).begin() as session:
            organisation = await make_organisation(session, **values)
            await make_user(
                session,
                organisation.id,
                email=admin,
                first_name="Alex",
                last_name="Admin",
                role=Role.ADMINISTRATOR,
                password_hash=_HASH,
            )
            head = await make_user(
                session,
                organisation.id,
                email=manager,
                first_name="Mia",
                last_name="Manager",
                role=Role.SALES_MANAGER,
                password_hash=_HASH,
            )
            user = await make_user(session, organisation.id, email=seller, password_hash=_HASH)
            colleague = await make_user(
                session, organisation.id, email=other, first_name="Ben", password_hash=_HASH
            )
            account = await make_account(
                session,
                organisation.id,
                api_base_url=stack.carrier.url,
                account_sid=account_sid,
            )
            await make_number(session, account, e164=number, owner_user_id=user.id, is_default=True)
            ids = str(account.id), [str(one.id) for one in (head, user, colleague)]
        await engine.dispose()
        return ids

    account_id, member_ids = _run_aside(seed())
    stack.carrier.connect(number, sms_url=stack.inbound_url(account_id), account=account_sid)
    team = stack.client(admin, PASSWORD).post(
        "/teams", {"name": "Sellers", "member_ids": member_ids}
    )
    return Office(stack, number, admin, manager, seller, other, team["id"])


def expire_sessions(stack: Stack, email: str) -> None:
    """Let time run out for everything `email` is signed in with."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE sessions SET expires_at = %s FROM users"
            " WHERE users.id = sessions.user_id AND users.email = %s",
            (datetime.now(UTC), email),
        )


def _run_aside(work: Coroutine[Any, Any, _T]) -> _T:
    # Playwright's own event loop runs in the thread of the tests
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
