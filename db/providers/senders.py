"""Which numbers may a text leave from? All that the choice and the pace hang on, as one column of the statement that
reads the text."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from db.conversations.tables import Conversation
from db.providers.tables import NumberPace, PhoneNumber, ProviderAccount
from db.users.tables import TeamMember
from domain.consent import OurNumber
from domain.numbers import NumberKind
from domain.pacing import Lane, throttle_now
from domain.senders import Candidate
from domain.sending import Account


@dataclass(frozen=True)
class Sender:
    """A number with its account, as they were when the text was read."""

    candidate: Candidate
    account_id: UUID
    account: Account
    is_paused: bool
    """Whether the account is paused, be it that its time to be tried again has come."""
    per_second: Decimal
    """Segments."""
    daily_cap: int | None
    brand: str
    throttle: float
    """The part of its pace that the account takes now."""

    @property
    def number_id(self) -> UUID:
        return self.candidate.number_id

    @property
    def number(self) -> str:
        return self.candidate.number

    @property
    def ours(self) -> OurNumber:
        return OurNumber(self.number_id, self.brand)

    @property
    def lane(self) -> Lane:
        return Lane(self.number_id, float(self.per_second))


_COLUMNS: Final = {
    "number_id": PhoneNumber.id,
    "number": PhoneNumber.e164,
    "brand": PhoneNumber.brand,
    "kind": PhoneNumber.kind,
    "country": PhoneNumber.country,
    "owner_user_id": PhoneNumber.owner_user_id,
    "owner_team_id": PhoneNumber.owner_team_id,
    "is_default": PhoneNumber.is_default,
    "can_mms": PhoneNumber.can_mms,
    "last_used_at": NumberPace.last_used_at,
    "per_second": PhoneNumber.per_second,
    "daily_cap": PhoneNumber.daily_cap,
    "account_id": ProviderAccount.id,
    "is_enabled": ProviderAccount.is_enabled,
    "paused_at": ProviderAccount.paused_at,
    "paused_until": ProviderAccount.paused_until,
    "throttle": ProviderAccount.throttle,
    "throttled_at": ProviderAccount.throttled_at,
}


def senders_of(
    seller_id: SQLColumnExpression[UUID], other: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """Return the numbers of the conversation's organisation that are the seller's, a team's of theirs, or fit `other`.

    Numbers that were taken away are none of them.
    """
    teams = (
        select(TeamMember.team_id)
        .where(TeamMember.user_id == seller_id)
        .correlate_except(TeamMember)
    )
    facts = [part for name, column in _COLUMNS.items() for part in (name, column)]
    return (
        select(func.jsonb_agg(func.jsonb_build_object(*facts)))
        .select_from(PhoneNumber)
        .join(ProviderAccount, ProviderAccount.id == PhoneNumber.provider_account_id)
        .outerjoin(NumberPace, NumberPace.phone_number_id == PhoneNumber.id)
        .where(
            PhoneNumber.organisation_id == Conversation.organisation_id,
            usable(),
            or_(
                PhoneNumber.owner_user_id == seller_id,
                PhoneNumber.owner_team_id.in_(teams),
                other,
            ),
        )
        .correlate_except(PhoneNumber, ProviderAccount, NumberPace)
        .scalar_subquery()
    )


def usable() -> ColumnElement[bool]:
    """Return the condition on a number that texts may leave from it at all."""
    return and_(PhoneNumber.removed_at.is_(None), PhoneNumber.can_sms)


def sender_of(facts: dict[str, Any], seller_id: UUID | None, now: datetime) -> Sender:
    """Read one number of the column that `senders_of` makes."""
    owner = facts["owner_user_id"] or facts["owner_team_id"]
    paused_until = _instant(facts["paused_until"])
    is_stopped = facts["paused_at"] is not None and paused_until is None
    is_enabled = facts["is_enabled"] and not is_stopped
    return Sender(
        candidate=Candidate(
            number_id=UUID(facts["number_id"]),
            number=facts["number"],
            kind=NumberKind(facts["kind"]),
            country=facts["country"],
            owner_id=UUID(owner) if owner else None,
            is_own=facts["owner_user_id"] is not None and facts["owner_user_id"] == str(seller_id),
            is_default=facts["is_default"],
            is_up=is_enabled and (paused_until is None or paused_until <= now),
            can_mms=facts["can_mms"],
            last_used_at=_instant(facts["last_used_at"]),
        ),
        account_id=UUID(facts["account_id"]),
        account=Account(is_enabled, paused_until),
        is_paused=facts["paused_at"] is not None,
        per_second=Decimal(str(facts["per_second"])),
        daily_cap=facts["daily_cap"],
        brand=facts["brand"],
        throttle=throttle_now(facts["throttle"], _instant(facts["throttled_at"]), now),
    )


def _instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def sending_number_of(user_id: InstrumentedAttribute[UUID]) -> ScalarSelect[UUID]:
    """Return the number a seller probably sends from: the default, else another own one, else one of the team's.

    Where a text really leaves from is chosen when it is sent (domain/senders.py).
    """
    teams = (
        select(TeamMember.team_id).where(TeamMember.user_id == user_id).correlate_except(TeamMember)
    )
    return (
        select(PhoneNumber.id)
        .where(
            or_(PhoneNumber.owner_user_id == user_id, PhoneNumber.owner_team_id.in_(teams)),
            usable(),
        )
        .order_by(
            PhoneNumber.is_default.desc(),
            PhoneNumber.owner_user_id.is_(None),
            PhoneNumber.id,
        )
        .limit(1)
        .correlate_except(PhoneNumber)
        .scalar_subquery()
    )
