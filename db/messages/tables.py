from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.failures import FailureKind
from domain.messages import Direction, HoldKind, MessageStatus, Verdict, known_end


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
        Index(
            "messages_held_idx",
            "provider_account_id",
            "phone_number_id",
            postgresql_where=text("status = 'held'"),
        ),
        # what has not left yet: the order of texts to one customer, and what a word on their consent is about
        Index(
            "messages_not_left_idx",
            "organisation_id",
            "to_number",
            text("coalesce(held_until, submitted_at)"),
            postgresql_where=text("status IN ('held', 'submitting', 'queued')"),
        ),
        Index(
            "messages_open_idx",
            "provider_account_id",
            "submitted_at",
            postgresql_where=text("status IN ('queued', 'sent')"),
        ),
        Index(
            "messages_error_code_idx",
            "provider_account_id",
            "created_at",
            postgresql_where=text("error_code IS NOT NULL"),
        ),
        Index(
            "messages_blocked_idx",
            "organisation_id",
            "created_at",
            "id",
            postgresql_where=text("consent_entry_id IS NOT NULL"),
        ),
        Index("messages_created_at_brin", "created_at", postgresql_using="brin"),
        Index(
            "messages_template_id_idx",
            "template_id",
            "created_at",
            postgresql_where=text("template_id IS NOT NULL"),
        ),
        Index(
            "messages_retry_of_key",
            "retry_of",
            unique=True,
            postgresql_where=text("retry_of IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    direction: Mapped[Direction]
    status: Mapped[MessageStatus]
    body: Mapped[str] = mapped_column(Text)
    from_number: Mapped[str] = mapped_column(String(40))
    to_number: Mapped[str] = mapped_column(String(40))
    segments: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(8))
    provider_account_id: Mapped[UUID] = mapped_column(ForeignKey("provider_accounts.id"))
    provider_message_id: Mapped[str | None] = mapped_column(String(100))
    used_up_ids: Mapped[list[str]] = mapped_column(ARRAY(String(100)), server_default="{}")
    """The provider's ids under which it refused the text, and takes it no more: what is reported of them is over."""
    phone_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone_numbers.id"))
    """Our number, as `from_number` or `to_number` spells it."""
    retry_of: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    """The text that failed and that this one tries again."""
    attempt: Mapped[int] = mapped_column(server_default="1")
    enrollment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrollments.id"))
    step_id: Mapped[str | None] = mapped_column(String(64))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who wrote or approved it; nobody for an automated text."""
    template_id: Mapped[UUID | None] = mapped_column(ForeignKey("templates.id"))
    consent_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent_entries.id"))
    """The withdrawal that kept it from going."""
    failure: Mapped[FailureKind | None]
    error_code: Mapped[str | None] = mapped_column(String(32))
    """The provider's own code, verbatim."""
    error: Mapped[str | None] = mapped_column(String(500))
    """What went wrong, in a sentence a seller understands."""
    held_until: Mapped[datetime | None]
    held_for: Mapped[HoldKind | None]
    held_reason: Mapped[str | None] = mapped_column(String(300))
    price_micros: Mapped[int | None] = mapped_column(BigInteger)
    """What the provider charged, in millionths of the currency."""
    price_currency: Mapped[str | None] = mapped_column(String(3))
    erased_at: Mapped[datetime | None]
    """Since when its words are gone."""
    created_at: Mapped[Now]
    submitted_at: Mapped[datetime | None]
    """When it was last handed to the provider."""
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When its final state was reported."""

    @property
    def is_erased(self) -> bool:
        """Whether its words are gone."""
        return self.erased_at is not None

    @property
    def known_end(self) -> datetime | None:
        """When it may leave, if it waits; None also if nobody knows, and `held_reason` alone says for what."""
        return known_end(self.held_for, self.held_until)


class MessageDecision(OfOrganisation, Base):
    """What was decided about a text, and on which facts: kept for as long as the text, never changed."""

    __tablename__ = "message_decisions"
    __table_args__ = (Index("message_decisions_message_id_at_idx", "message_id", "at", "id"),)

    id: Mapped[Id]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    verdict: Mapped[Verdict]
    rule: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(500))
    until: Mapped[datetime | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    facts: Mapped[dict[str, Any]]
    """Ids, clocks and settings: no name, no customer's number and no words."""
