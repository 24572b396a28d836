from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class SavedView(OfOrganisation, Base):
    """How somebody likes to look at a list."""

    __tablename__ = "saved_views"
    __table_args__ = (
        UniqueConstraint("owner_user_id", "list", "name"),
        Index("saved_views_organisation_id_list_idx", "organisation_id", "list"),
    )

    id: Mapped[Id]
    list: Mapped[str] = mapped_column(String(32))
    owner_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[Now]
