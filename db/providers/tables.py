from datetime import datetime
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
    api_base_url: Mapped[str | None] = mapped_column(String(500))
    is_enabled: Mapped[bool] = mapped_column(server_default="true")
    verified_at: Mapped[datetime | None]
    created_at: Mapped[Now]


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
    e164: Mapped[str] = mapped_column(String(16))
    kind: Mapped[NumberKind]
    owner_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    owner_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    is_default: Mapped[bool] = mapped_column(server_default="false")
    per_second: Mapped[Decimal] = mapped_column(Numeric(8, 3), server_default="1")
    """Segments a second this number may send."""
    created_at: Mapped[Now]
