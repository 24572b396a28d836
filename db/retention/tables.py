from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class RetentionRun(Base):
    """The last time that what an organisation keeps no longer was let go."""

    __tablename__ = "retention_runs"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """None: it is under way, or was cut short, and is tried again."""
    gone: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """How much of each kind went (domain/retention.py); of what is kept for ever nothing is said."""
