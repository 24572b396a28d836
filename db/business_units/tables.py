from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class BusinessUnit(OfOrganisation, Base):
    """A part of an organisation; all but one are part of another."""

    __tablename__ = "business_units"
    __table_args__ = (
        CheckConstraint("id <> parent_id", name="not_its_own_parent"),
        Index("business_units_organisation_id_name_key", "organisation_id", "name", unique=True),
        Index(
            "business_units_root_key",
            "organisation_id",
            unique=True,
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("business_units.id"), index=True)
    created_at: Mapped[Now]
