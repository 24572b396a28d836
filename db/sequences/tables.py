from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.records import RecordKind


class Sequence(OfOrganisation, Base):
    __tablename__ = "sequences"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(160))
    record_kind: Mapped[RecordKind]
    is_active: Mapped[bool] = mapped_column(server_default="false")
    """Whether records may be enrolled."""
    draft: Mapped[dict[str, Any]]
    """The document being worked on (domain.sequence)."""
    draft_source: Mapped[str | None]
    """The YAML it was written in, comments and all."""
    is_bulk: Mapped[bool] = mapped_column(server_default="false")
    """Whether it is one text to a selection of records: shown nowhere as a sequence."""
    business_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("business_units.id"))
    """Whose managers may change it; None: the whole organisation's."""
    created_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class SequenceVersion(OfOrganisation, Base):
    """One published state of a sequence: never changed."""

    __tablename__ = "sequence_versions"
    __table_args__ = (UniqueConstraint("sequence_id", "number"),)

    id: Mapped[Id]
    sequence_id: Mapped[UUID] = mapped_column(ForeignKey("sequences.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    published_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[Now]
