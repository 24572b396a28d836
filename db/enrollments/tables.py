from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind

_RUNNING = text("ended_at IS NULL")


class Enrollment(OfOrganisation, Base):
    __tablename__ = "enrollments"
    __table_args__ = (
        CheckConstraint(
            "(ended_at IS NULL) = (status IN ('active', 'paused'))", name="ended_has_instant"
        ),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_has_reason"),
        # no record runs a sequence twice at a time…
        Index(
            "enrollments_running_key",
            "record_id",
            "sequence_id",
            unique=True,
            postgresql_where=_RUNNING,
        ),
        # …nor two sequences, unless the organisation allows it
        Index(
            "enrollments_one_running_key",
            "record_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND is_only"),
        ),
        Index("enrollments_sequence_id_status_idx", "sequence_id", "status", "id"),
        Index("enrollments_organisation_id_idx", "organisation_id", "id"),
        Index(
            "enrollments_queue_idx",
            "phone_number_id",
            postgresql_where=text("ended_at IS NULL AND sends_next"),
        ),
    )

    id: Mapped[Id]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("records.id"))
    sequence_id: Mapped[UUID] = mapped_column(ForeignKey("sequences.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("sequence_versions.id"))
    seller_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Who sends: the record's owner when it was enrolled."""
    workflow_id: Mapped[str] = mapped_column(String(200))
    is_only: Mapped[bool]
    """Whether the record may run no other sequence beside this one."""
    status: Mapped[EnrollmentStatus] = mapped_column(server_default=EnrollmentStatus.ACTIVE.value)
    end_reason: Mapped[EndReason | None]
    current_step_id: Mapped[str | None] = mapped_column(String(64))
    sends_next: Mapped[bool] = mapped_column(server_default="false")
    """Whether the current step is a text that waits for nothing but its turn."""
    phone_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("phone_numbers.id"))
    """The number its next text is expected to leave from: where it queues."""
    waiting_until: Mapped[datetime | None]
    waiting_reason: Mapped[str | None] = mapped_column(String(300))
    enrolled_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[Now]
    ended_at: Mapped[datetime | None]


class TimelineEntry(OfOrganisation, Base):
    """One thing that happened to an enrollment; a repeated activity writes it once."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        UniqueConstraint(
            "enrollment_id", "kind", "step_id", "key", postgresql_nulls_not_distinct=True
        ),
        Index("timeline_entries_enrollment_id_at_idx", "enrollment_id", "at", "id"),
        Index("timeline_entries_at_brin", "at", postgresql_using="brin"),
    )

    id: Mapped[Id]
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    at: Mapped[datetime]
    kind: Mapped[TimelineKind]
    step_id: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[str | None] = mapped_column(String(300))
    until: Mapped[datetime | None]
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    work_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_items.id"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str] = mapped_column(String(64), server_default="")
    """Tells entries of one kind and step apart."""
