from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class Reconciliation(OfOrganisation, Base):
    """One comparison of our texts with the list of a provider account."""

    __tablename__ = "reconciliations"
    __table_args__ = (
        Index(
            "reconciliations_provider_account_id_started_at_idx",
            "provider_account_id",
            "started_at",
            "id",
        ),
    )

    id: Mapped[Id]
    provider_account_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_accounts.id", ondelete="CASCADE")
    )
    since: Mapped[datetime]
    until: Mapped[datetime]
    """Texts that the provider created in this time were compared."""
    started_at: Mapped[Now]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    """Why it could not be finished, in words for an administrator."""
    seen: Mapped[int] = mapped_column(server_default="0")
    """Texts in the provider's list."""
    replies_adopted: Mapped[int] = mapped_column(server_default="0")
    statuses_adopted: Mapped[int] = mapped_column(server_default="0")
    prices_adopted: Mapped[int] = mapped_column(server_default="0")
    unknown_texts: Mapped[int] = mapped_column(server_default="0")
    """Texts the provider sent from this account that are none of ours."""
    findings: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    """The first hundred differences: kind and the provider's id, never a number or a text."""
