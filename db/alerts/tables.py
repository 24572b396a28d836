from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.alerts import AlertKind


class Alert(OfOrganisation, Base):
    """Something an administrator must know of, until it is over."""

    __tablename__ = "alerts"
    __table_args__ = (
        # one open alert of a kind an account: what happens again is counted on it
        Index(
            "alerts_open_key",
            "organisation_id",
            "kind",
            "provider_account_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("alerts_organisation_id_raised_at_idx", "organisation_id", "raised_at", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[AlertKind]
    provider_account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("provider_accounts.id", ondelete="CASCADE")
    )
    text: Mapped[str] = mapped_column(String(500))
    """What happened and what to do, in a sentence or two; no names, numbers of customers or texts."""
    times: Mapped[int] = mapped_column(server_default="1")
    raised_at: Mapped[Now]
    last_at: Mapped[Now]
    resolved_at: Mapped[datetime | None]
