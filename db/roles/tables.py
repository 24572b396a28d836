from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain import users


class Role(OfOrganisation, Base):
    """What its holders may do. A shipped one says so in the code (domain/roles.py), an own one here."""

    __tablename__ = "roles"
    __table_args__ = (
        CheckConstraint("shipped IS NULL OR privileges = '{}'", name="shipped_is_in_the_code"),
        Index("roles_organisation_id_name_key", "organisation_id", "name", unique=True),
        Index(
            "roles_organisation_id_shipped_key",
            "organisation_id",
            "shipped",
            unique=True,
            postgresql_where=text("shipped IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    shipped: Mapped[users.Role | None]
    privileges: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    """The level of each privilege, such as {"record.read": "business_unit"}."""
    created_at: Mapped[Now]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class UserRole(Base):
    __tablename__ = "user_roles"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("roles.id"), primary_key=True, index=True)
