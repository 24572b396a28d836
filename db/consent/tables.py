from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class OptOut(OfOrganisation, Base):
    """A customer number that must not be texted, from `created_at` until `ended_at`."""

    __tablename__ = "opt_outs"
    __table_args__ = (
        Index(
            "opt_outs_in_force_key",
            "organisation_id",
            "customer_number",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    customer_number: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    """The text that said so."""
    source: Mapped[str] = mapped_column(String(32))
    """"reply" or "provider"."""
    created_at: Mapped[Now]
    ended_at: Mapped[datetime | None]
