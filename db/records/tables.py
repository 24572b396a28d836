from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.records import RecordKind, RecordStatus


class Record(OfOrganisation, Base):
    __tablename__ = "records"
    __table_args__ = (
        Index(
            "records_external_id_key",
            "organisation_id",
            "kind",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index("records_organisation_id_phone_idx", "organisation_id", "phone"),
        Index("records_parent_id_idx", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    )

    id: Mapped[Id]
    kind: Mapped[RecordKind]
    status: Mapped[RecordStatus] = mapped_column(server_default=RecordStatus.ACTIVE.value)
    external_id: Mapped[str | None] = mapped_column(String(200))
    first_name: Mapped[str] = mapped_column(String(100), server_default="")
    last_name: Mapped[str] = mapped_column(String(100), server_default="")
    phone: Mapped[str | None] = mapped_column(String(40))
    """E.164; of a sender that is no phone, its short code or its name."""
    unreachable_since: Mapped[datetime | None]
    """Since when the provider says that no text can reach `phone`; another number begins anew."""
    unreachable_reason: Mapped[str | None] = mapped_column(String(300))
    timezone: Mapped[str | None] = mapped_column(String(64))
    """IANA name, where it is known of the person."""
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2, of the address."""
    region: Mapped[str | None] = mapped_column(String(100))
    """State or province of the address, such as "TX" or "California"."""
    language: Mapped[str | None] = mapped_column(String(8))
    """Such as "de" or "pt-br", in lower case: which variant of a template the customer gets."""
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"))
    """A contact's account; an opportunity's contact or account."""
    owner_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Who acts for it: sends its texts, and is the owner unless a team is."""
    owner_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    erased_at: Mapped[datetime | None]
    """Since when nothing of the person is left in it."""
    created_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Note(OfOrganisation, Base):
    """What somebody wrote down about a record."""

    __tablename__ = "notes"
    __table_args__ = (Index("notes_record_id_created_at_idx", "record_id", "created_at", "id"),)

    id: Mapped[Id]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Now]
