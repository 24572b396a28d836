"""Sending numbers as they are sent and shown."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Sent, Shown
from domain.numbers import NumberKind

PerSecond = Annotated[Decimal, Field(gt=0, le=1000, max_digits=8, decimal_places=3)]


class NewPhoneNumber(Sent):
    """A number of a provider account, owned by a user or by a team. `per_second`: segments it may send."""

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
    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    is_default: bool = False
    per_second: PerSecond = Decimal(1)


class PhoneNumberChanges(Sent):
    """What to change. A number with a user as its owner loses its team, and the other way round."""

    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    is_default: bool | None = None
    per_second: PerSecond | None = None


class PhoneNumberOut(Shown):
    model_config = ConfigDict(from_attributes=True, title="PhoneNumber")

    id: UUID
    e164: str
    provider_account_id: UUID
    kind: NumberKind
    owner_user_id: UUID | None
    owner_team_id: UUID | None
    is_default: bool
    per_second: float
