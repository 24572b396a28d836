from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus


class Message(OfOrganisation, Base):
    """One text."""

    __tablename__ = "messages"
    __table_args__ = (
        # two rows never claim one text of the provider: a replayed webhook, a reconciliation
        UniqueConstraint("provider_account_id", "provider_message_id"),
        CheckConstraint(
            "(direction = 'inbound') = (status = 'received')", name="inbound_is_received"
        ),
        CheckConstraint(
            "(status = 'held') = (held_until IS NOT NULL)", name="held_until_an_instant"
        ),
        CheckConstraint(
            "submitted_at IS NOT NULL OR status IN ('held', 'refused', 'received')",
            name="submitted_has_instant",
        ),
        Index("messages_conversation_id_created_at_idx", "conversation_id", "created_at", "id"),
        Index("messages_enrollment_id_idx", "enrollment_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    direction: Mapped[Direction]
    status: Mapped[MessageStatus]
    body: Mapped[str] = mapped_column(Text)
    from_number: Mapped[str] = mapped_column(String(32))
    to_number: Mapped[str] = mapped_column(String(32))
    segments: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(8))
    provider_account_id: Mapped[UUID] = mapped_column(ForeignKey("provider_accounts.id"))
    provider_message_id: Mapped[str | None] = mapped_column(String(100))
    enrollment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrollments.id"))
    step_id: Mapped[str | None] = mapped_column(String(64))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who wrote or approved it; nobody for an automated text."""
    failure: Mapped[FailureKind | None]
    error_code: Mapped[str | None] = mapped_column(String(32))
    """The provider's own code, verbatim."""
    error: Mapped[str | None] = mapped_column(String(500))
    """What went wrong, in a sentence a seller understands."""
    held_until: Mapped[datetime | None]
    held_reason: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[Now]
    submitted_at: Mapped[datetime | None]
    """When it was last handed to the provider."""
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When its final state was reported."""
