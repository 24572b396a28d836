"""Who takes part in the fault run? Three provider accounts, nine numbers, three sellers, a thousand customers.

Every seller has a number of each account and no default, so that the texts of all three providers mix; where an account
is suspended, texts that have not left yet may leave through another.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from db.tables import Record
from domain.users import Role
from tests.carrier import Carrier
from tests.e2e.conftest import PASSWORD
from tests.makers import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    make_account_of,
    make_number,
    make_organisation,
    make_user,
)
from tests.stack import Person, Stack

ADMIN: Final = "admin@example.org"
SELLERS: Final = tuple(f"seller{serial}@example.org" for serial in range(3))


@dataclass(frozen=True)
class Side:
    """One provider account: as the carrier has it, and what we were told of it."""

    provider: str
    carrier_id: str
    theirs: dict[str, str]
    ours: dict[str, str]
    rates: tuple[str, str, str]
    """Texts a second of its numbers: one is the first seller's, and so on. Even slowed down to a sixty-fourth by
    429s, they do not keep the run waiting."""
    has_list: bool = True
    """Whether the provider says which texts it has."""
    inbound_query: str = ""

    @property
    def numbers(self) -> list[str]:
        place = ACCOUNTS.index(self)
        return [f"+1212555{place + 1}{serial:03d}" for serial in range(len(SELLERS))]


_TELESIGN_KEY: Final = "c3Rvcm0ga2V5IG9mIHRoZSBzdG9ybQ=="

ACCOUNTS: Final = (
    Side(
        "twilio",
        ACCOUNT_SID,
        {"auth_token": AUTH_TOKEN},
        {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN},
        ("500", "700", "900"),
    ),
    Side(
        "telesign",
        "FFFFFFFF-EEEE-DDDD-1234-AB1234567890",
        {"api_key": _TELESIGN_KEY},
        {"customer_id": "FFFFFFFF-EEEE-DDDD-1234-AB1234567890", "api_key": _TELESIGN_KEY},
        ("900", "500", "700"),
        has_list=False,
    ),
    Side(
        "infobip",
        "infobip-1",
        {"api_key": "storm-key"},
        {"api_key": "storm-key", "webhook_secret": "0123456789abcdef"},
        ("700", "900", "500"),
        inbound_query="?key=0123456789abcdef",
    ),
)


class Part(StrEnum):
    """What a customer does when the first text comes, and how the carrier treats texts to that customer."""

    SILENT = "silent"
    APPROVED = "approved"
    """Answers; the seller approves what is to be said then."""
    SKIPPED = "skipped"
    """Answers; the seller says nothing."""
    STOPS = "stops"
    UNHEARD = "unheard"
    """Answers, and no webhook about it, or about a text of ours, is ever made."""
    NO_RECEIPT = "no receipt"
    SWITCHED_OFF = "switched off"
    FILTERED = "filtered"
    NO_PHONE = "no phone"
    INVALID = "invalid"


PARTS: Final = (
    *[Part.SILENT, Part.APPROVED, Part.STOPS] * 4,
    *[Part.SKIPPED, Part.SKIPPED, Part.UNHEARD],
    *[Part.NO_RECEIPT, Part.SWITCHED_OFF, Part.FILTERED, Part.NO_PHONE, Part.INVALID],
)
"""By a customer's number, over and over."""

TREATMENT: Final[dict[Part, dict[str, Any]]] = {
    Part.UNHEARD: {"webhook_lost": 1},
    Part.NO_RECEIPT: {"outcome": "sent"},
    Part.SWITCHED_OFF: {"outcome": "undelivered", "error_code": "unreachable"},
    Part.FILTERED: {"outcome": "failed", "error_code": "filtered"},
    Part.NO_PHONE: {"outcome": "undelivered", "error_code": "unknown_handset"},
    Part.INVALID: {"reject": 1, "reject_code": "invalid_recipient"},
}
"""Where the carrier treats texts to a customer otherwise than all the others."""


@dataclass(frozen=True)
class Crowd:
    """The customers; the last ones are asleep, where it is the middle of the night."""

    size: int
    sleepers: int

    @property
    def numbers(self) -> list[str]:
        return [f"+44770090{index:04d}" for index in range(self.size)]

    @property
    def asleep(self) -> set[str]:
        return set(self.numbers[self.size - self.sleepers :])

    def part(self, number: str) -> Part:
        return PARTS[int(number[-4:]) % len(PARTS)]

    def treatment(self) -> dict[str, dict[str, Any]]:
        """Return how the carrier treats each of them; of the 429s, every other one names a time."""
        return {
            number: TREATMENT.get(self.part(number), {})
            | ({"throttle_retry_after_seconds": 2} if index % 2 else {})
            for index, number in enumerate(self.numbers)
        }


async def seed(database_url: str, stack: Stack, crowd: Crowd) -> dict[str, UUID]:
    """Write the organisation with all that takes part; return the accounts' ids by provider."""
    now = datetime.now(UTC)
    day, night = zone_at(now, 13), zone_at(now, 2)
    hashed = hash_password(PASSWORD)
    engine = create_engine(database_url, pool_size=1)
    async with create_sessions(engine).begin() as session:
        made = await make_organisation(
            session, allowed_from="08:00", allowed_until="21:00", fails_over=True
        )
        await make_user(
            session, made.id, email=ADMIN, role=Role.ADMINISTRATOR, password_hash=hashed
        )
        sellers = [
            await make_user(session, made.id, email=email, password_hash=hashed)
            for email in SELLERS
        ]
        ids: dict[str, UUID] = {}
        for side in ACCOUNTS:
            account = await make_account_of(
                session,
                made.id,
                provider=side.provider,
                credentials=side.ours,
                api_base_url=stack.carrier.url,
            )
            ids[side.provider] = account.id
            for seller, number, rate in zip(sellers, side.numbers, side.rates, strict=True):
                await make_number(
                    session,
                    account,
                    e164=number,
                    owner_user_id=seller.id,
                    per_second=Decimal(rate),
                )
        session.add_all(
            Record(
                organisation_id=made.id,
                owner_user_id=sellers[index % len(sellers)].id,
                kind="lead",
                first_name=f"Lead{index}",
                phone=number,
                timezone=night if number in crowd.asleep else day,
            )
            for index, number in enumerate(crowd.numbers)
        )
    await engine.dispose()
    return ids


def connect(carrier: Carrier, side: Side, inbound_url: str, *, status: str = "active") -> None:
    """Have the carrier know an account, its numbers, and where their inbound texts go."""
    carrier.put_account(side.carrier_id, side.theirs, protocol=side.provider, status=status)
    for number in side.numbers:
        carrier.put_number(side.carrier_id, number, sms_url=inbound_url + side.inbound_query)


def zone_at(now: datetime, hour: int) -> str:
    """Return a time zone in which it is about `hour` o'clock at `now`."""
    offset = (hour - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-offset:+d}"


def enroll(admin: Person, key: str, source: str) -> int:
    """Publish a sequence and enroll everybody; return how many were."""
    answer = admin.request(
        "PUT",
        f"/sequences/{key}/draft",
        content=source,
        headers={"Content-Type": "application/yaml"},
    )
    assert answer.is_success, answer.text
    admin.post(f"/sequences/{key}/publish")
    admin.post(f"/sequences/{key}/activate")
    ids = [record["id"] for record in admin.all("/records")]
    enrolled = admin.post("/enrollments", {"sequence": key, "record_ids": ids})
    assert enrolled["refused"] == []
    return len(enrolled["enrolled"])
