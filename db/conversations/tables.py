from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, UniqueConstraint, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation


class Conversation(OfOrganisation, Base):
    """All texts between one customer number and us about one record."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id",
            "customer_number",
            "record_id",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "conversations_organisation_id_last_message_at_idx",
            "organisation_id",
            "last_message_at",
            "id",
        ),
        Index(
            "conversations_unassigned_idx",
            "organisation_id",
            "last_message_at",
            "id",
            postgresql_where=text("record_id IS NULL"),
        ),
        Index(
            "conversations_customer_number_trgm_idx",
            "customer_number",
            postgresql_using="gin",
            postgresql_ops={"customer_number": "gin_trgm_ops"},
        ),
    )

    id: Mapped[Id]
    customer_number: Mapped[str] = mapped_column(String(40))
    """E.164; of a sender that is no phone, its short code or its name."""
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"), index=True)
    """None: nobody knows yet whom it concerns, and it waits in the inbox of the unassigned."""
    phone_number_id: Mapped[UUID] = mapped_column(ForeignKey("phone_numbers.id"), index=True)
    """Our number it was last held over; the next text leaves from it."""
    last_message_at: Mapped[Now]
    last_inbound_at: Mapped[datetime | None]
    """When the customer last wrote; None if never."""
    created_at: Mapped[Now]


class ConversationRead(Base):
    """How far one person has read a conversation."""

    __tablename__ = "conversation_reads"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    read_until: Mapped[datetime]


class ConversationMove(OfOrganisation, Base):
    """Texts that somebody filed with another record."""

    __tablename__ = "conversation_moves"

    id: Mapped[Id]
    from_conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    to_conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    from_record_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"))
    to_record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    message_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    is_whole: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(300))
    salt: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    """Keeps what a transcript says of the move under a seal from being guessed (domain/transcript.py)."""
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    moved_at: Mapped[Now]
