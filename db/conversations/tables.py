from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class Conversation(OfOrganisation, Base):
    """All texts between one customer number and us about one record."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("organisation_id", "customer_number", "record_id"),
        Index(
            "conversations_organisation_id_last_message_at_idx",
            "organisation_id",
            "last_message_at",
            "id",
        ),
    )

    id: Mapped[Id]
    customer_number: Mapped[str] = mapped_column(String(40))
    """E.164; of a sender that is no phone, its short code or its name."""
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"), index=True)
    phone_number_id: Mapped[UUID] = mapped_column(ForeignKey("phone_numbers.id"), index=True)
    """Our number it was last held over; the next text leaves from it."""
    last_message_at: Mapped[Now]
    unread_count: Mapped[int] = mapped_column(server_default="0")
    """Inbound texts since somebody of ours last opened it or answered."""
    created_at: Mapped[Now]
    read_at: Mapped[datetime | None]
