from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class EmbedKey(OfOrganisation, Base):
    """With which a form of another system signs tokens, and where that form may stand."""

    __tablename__ = "embed_keys"
    __table_args__ = (
        CheckConstraint("cardinality(allowed_origins) BETWEEN 1 AND 20", name="some_origins"),
        Index("embed_keys_organisation_id_name_key", "organisation_id", "name", unique=True),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed (db/secrets.py)."""
    allowed_origins: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Now]
