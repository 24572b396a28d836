from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.records import RecordKind
from domain.templates import Sharing


class Template(OfOrganisation, Base):
    """A text to send again and again, in one or more languages."""

    __tablename__ = "templates"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        CheckConstraint("(sharing = 'team') = (team_id IS NOT NULL)", name="team_if_shared_so"),
        CheckConstraint(
            "(sharing = 'business_unit') = (business_unit_id IS NOT NULL)",
            name="unit_if_shared_so",
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    record_kind: Mapped[RecordKind | None]
    """None: for every kind."""
    default_language: Mapped[str] = mapped_column(String(8))
    owner_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    sharing: Mapped[Sharing]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    business_unit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("business_units.id"), index=True
    )
    created_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    archived_at: Mapped[datetime | None]


class TemplateVariant(Base):
    __tablename__ = "template_variants"

    template_id: Mapped[UUID] = mapped_column(
        ForeignKey("templates.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
