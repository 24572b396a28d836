from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.consent import ConsentKind, Purpose, Scope, Source


class ConsentEntry(OfOrganisation, Base):
    """What a customer number allowed or withdrew, as it was said. Never changed and never deleted."""

    __tablename__ = "consent_entries"
    __table_args__ = (
        CheckConstraint(
            "kind NOT IN ('withdrawn', 'unclear') OR scope IS NOT NULL", name="withdrawn_has_scope"
        ),
        CheckConstraint(
            "scope <> 'number' OR phone_number_id IS NOT NULL", name="scope_has_number"
        ),
        CheckConstraint("scope <> 'brand' OR brand IS NOT NULL", name="scope_has_brand"),
        Index("consent_entries_customer_number_idx", "organisation_id", "customer_number", "id"),
        Index("consent_entries_organisation_id_idx", "organisation_id", "id"),
    )

    id: Mapped[Id]
    customer_number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ConsentKind]
    purpose: Mapped[Purpose | None]
    """None: both."""
    scope: Mapped[Scope | None]
    phone_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone_numbers.id"))
    brand: Mapped[str | None] = mapped_column(String(100))
    source: Mapped[Source]
    at: Mapped[datetime]
    """When it was said."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    # a text names the withdrawal that blocked it, too: neither table can be made first
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id", use_alter=True))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    wording: Mapped[str | None] = mapped_column(Text)
    """What was said, or shown to who agreed."""
    reference: Mapped[str | None] = mapped_column(String(300))
    """Where the evidence is: a form's address, a file's line, a case."""
    expires_at: Mapped[datetime | None]
    under_way: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """Texts that had been handed to their provider already."""


class OptOut(OfOrganisation, Base):
    """A withdrawal in force from `created_at` until `ended_at`: what a send asks, kept beside the ledger."""

    __tablename__ = "opt_outs"
    __table_args__ = (
        Index(
            "opt_outs_in_force_key",
            "organisation_id",
            "customer_number",
            "scope",
            "phone_number_id",
            "brand",
            "purpose",
            "is_unclear",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("consent_entries.id"))
    customer_number: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    """The text that said so."""
    source: Mapped[Source]
    scope: Mapped[Scope] = mapped_column(server_default=Scope.ORGANISATION.value)
    phone_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone_numbers.id"))
    brand: Mapped[str | None] = mapped_column(String(100))
    purpose: Mapped[Purpose | None]
    is_unclear: Mapped[bool] = mapped_column(server_default="false")
    """Whether a person must still say if it was one."""
    created_at: Mapped[Now]
    ended_at: Mapped[datetime | None]


class Erasure(OfOrganisation, Base):
    """That a person's data were erased: no name and no number."""

    __tablename__ = "erasures"

    id: Mapped[Id]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[Now]
    report: Mapped[dict[str, Any]]
    """Counts by kind, what was kept and why."""
