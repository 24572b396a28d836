from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.messages import MessageStatus
from domain.numbers import NumberKind


class ProviderAccount(OfOrganisation, Base):
    __tablename__ = "provider_accounts"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    provider: Mapped[str] = mapped_column(String(32))
    """The name of a module in channels/, such as "twilio"."""
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted JSON; see db/secrets.py."""
    former_credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Those before, encrypted likewise: calls of the provider may be proven by them until `former_until`."""
    former_until: Mapped[datetime | None]
    api_base_url: Mapped[str | None] = mapped_column(String(500))
    is_enabled: Mapped[bool] = mapped_column(server_default="true")
    trusted_proxies: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """Networks (CIDR) whose X-Forwarded-Proto and -Host tell the address the provider called; by default the
    product's public address is what it signs."""
    verified_at: Mapped[datetime | None]
    created_at: Mapped[Now]
    paused_at: Mapped[datetime | None]
    """Since when nothing is sent over it, after a failure of the whole account or by hand."""
    paused_until: Mapped[datetime | None]
    """When one text tries whether it works again; None: somebody has to resume it."""
    paused_reason: Mapped[str | None] = mapped_column(String(300))
    paused_code: Mapped[str | None] = mapped_column(String(32))
    pauses: Mapped[int] = mapped_column(server_default="0")
    """In a row, without a text accepted between them."""
    throttle: Mapped[float] = mapped_column(server_default="1")
    """The part of its numbers' pace that the account takes, as of `throttled_at` (domain/pacing.py)."""
    throttled_at: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    last_status_at: Mapped[datetime | None]


class AccountMinute(Base):
    """What became of the requests to an account in one minute, by outcome; counted in memory, written now and then."""

    __tablename__ = "account_minutes"

    provider_account_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_accounts.id", ondelete="CASCADE"), primary_key=True
    )
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(32), primary_key=True)
    """accepted, throttled, not_taken, unknown, or the kind of failure it was rejected with."""
    requests: Mapped[int]
    milliseconds: Mapped[int]
    """Until the answer, of all requests together."""
    slowest: Mapped[int]
    """Milliseconds."""


class ProbeText(OfOrganisation, Base):
    """A text that an administrator has sent to try an account out."""

    __tablename__ = "probe_texts"

    id: Mapped[Id]
    provider_account_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_accounts.id", ondelete="CASCADE"), index=True
    )
    phone_number_id: Mapped[UUID] = mapped_column(ForeignKey("phone_numbers.id"))
    to_number: Mapped[str] = mapped_column(String(16))
    status: Mapped[MessageStatus]
    provider_message_id: Mapped[str | None] = mapped_column(String(100))
    code: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(500))
    submitted_at: Mapped[Now]
    answered_at: Mapped[datetime | None]
    """When the provider answered the request."""
    reported_at: Mapped[datetime | None]
    """When its first status callback came."""
    finished_at: Mapped[datetime | None]


class PhoneNumber(OfOrganisation, Base):
    __tablename__ = "phone_numbers"
    __table_args__ = (
        UniqueConstraint("e164"),
        CheckConstraint("owner_user_id IS NULL OR owner_team_id IS NULL", name="one_owner"),
        Index(
            "phone_numbers_default_of_user_key",
            "owner_user_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[Id]
    provider_account_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_accounts.id"), index=True
    )
    e164: Mapped[str] = mapped_column(String(40))
    """E.164; the bare digits of a short code, the letters of an alphanumeric id, the SID of a messaging service."""
    kind: Mapped[NumberKind]
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2; None where the number belongs to none."""
    can_sms: Mapped[bool] = mapped_column(server_default="true")
    can_mms: Mapped[bool] = mapped_column(server_default="false")
    can_receive: Mapped[bool] = mapped_column(server_default="true")
    owner_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    owner_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    is_default: Mapped[bool] = mapped_column(server_default="false")
    per_second: Mapped[Decimal] = mapped_column(Numeric(8, 3), server_default="1")
    """Segments a second this number may send."""
    daily_cap: Mapped[int | None]
    """Segments a day it may send; None: no cap of its own."""
    brand: Mapped[str] = mapped_column(String(100), server_default="")
    """Numbers of one brand withdraw together; '' is the organisation's only one."""
    removed_at: Mapped[datetime | None]
    """Since when nothing is sent from it; what was said over it stays readable."""
    created_at: Mapped[Now]


class NumberPace(Base):
    """How fast a number was sending: the guard that no worker gets past (db/providers/pace.py)."""

    __tablename__ = "number_paces"
    # rewritten with every text: room on its page, so that no index is touched
    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    phone_number_id: Mapped[UUID] = mapped_column(
        ForeignKey("phone_numbers.id", ondelete="CASCADE"), primary_key=True
    )
    ready_at: Mapped[datetime]
    """When the next text may leave, by the database's clock."""
    day: Mapped[date]
    """The day of the cap, as carriers count it (domain/pacing.py)."""
    used: Mapped[int]
    """Segments sent on that day."""
    last_used_at: Mapped[datetime]
