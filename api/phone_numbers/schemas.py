"""Sending numbers as they are sent and shown."""

from decimal import Decimal
from math import ceil
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Instant, Sent, Shown
from db.providers.numbers import Dependents
from db.providers.tables import PhoneNumber
from domain.numbers import NumberKind

PerSecond = Annotated[Decimal, Field(gt=0, le=1000, max_digits=8, decimal_places=3)]
DailyCap = Annotated[int, Field(gt=0, le=10_000_000)]
Country = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")
]


class NewPhoneNumber(Sent):
    """A number of a provider account, owned by a user or by a team.

    `e164` is also a short code, a sender's name or the SID of a messaging service, as `kind` says. `per_second` and
    `daily_cap` are segments; what is left out follows from the kind and the number.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "e164": "+12025550143",
                    "provider_account_id": "0199a0b0-0000-7000-8000-000000000001",
                    "kind": "long_code",
                    "owner_user_id": "0199a0b0-0000-7000-8000-000000000002",
                    "is_default": True,
                }
            ]
        }
    )

    e164: str = Field(max_length=40)
    provider_account_id: UUID
    kind: NumberKind = NumberKind.LONG_CODE
    country: Country | None = None
    can_sms: bool = True
    can_mms: bool = False
    can_receive: bool | None = None
    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    is_default: bool = False
    per_second: PerSecond | None = None
    daily_cap: DailyCap | None = None


class PhoneNumberChanges(Sent):
    """What to change. A number with a user as its owner loses its team, and the other way round.

    `daily_cap` and `country` are taken back by null. Numbers of one `brand` belong together where a customer's
    withdrawal of consent applies to the brand.
    """

    kind: NumberKind | None = None
    country: Country | None = None
    can_sms: bool | None = None
    can_mms: bool | None = None
    can_receive: bool | None = None
    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    is_default: bool | None = None
    per_second: PerSecond | None = None
    daily_cap: DailyCap | None = None
    brand: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] | None = None


class PhoneNumberOut(Shown):
    """`waiting` texts wait for their turn at the number, which at its pace takes about `drains_in_seconds`."""

    model_config = ConfigDict(title="PhoneNumber")

    id: UUID
    e164: str
    provider_account_id: UUID
    kind: NumberKind
    country: str | None
    can_sms: bool
    can_mms: bool
    can_receive: bool
    owner_user_id: UUID | None
    owner_team_id: UUID | None
    is_default: bool
    per_second: float
    daily_cap: int | None
    brand: str
    waiting: int
    drains_in_seconds: int
    removed_at: Instant | None

    @classmethod
    def of(cls, number: PhoneNumber, waiting: int) -> "PhoneNumberOut":
        return cls(
            id=number.id,
            e164=number.e164,
            provider_account_id=number.provider_account_id,
            kind=number.kind,
            country=number.country,
            can_sms=number.can_sms,
            can_mms=number.can_mms,
            can_receive=number.can_receive,
            owner_user_id=number.owner_user_id,
            owner_team_id=number.owner_team_id,
            is_default=number.is_default,
            per_second=float(number.per_second),
            daily_cap=number.daily_cap,
            brand=number.brand,
            waiting=waiting,
            drains_in_seconds=ceil(waiting / number.per_second),
            removed_at=number.removed_at,
        )


class DependentsOut(Shown):
    """What goes over a number: running enrollments whose next text leaves from it, and conversations with a text
    within the last 30 days."""

    model_config = ConfigDict(title="Dependents")

    enrollments: int
    conversations: int

    @classmethod
    def of(cls, dependents: Dependents) -> "DependentsOut":
        return cls(enrollments=dependents.enrollments, conversations=dependents.conversations)
