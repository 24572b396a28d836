from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Now, OfOrganisation
from domain.work_items import WorkItemKind, WorkItemStatus


class WorkItem(OfOrganisation, Base):
    __tablename__ = "work_items"
    __table_args__ = (
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_has_instant"),
        Index(
            "work_items_open_idx",
            "assignee_id",
            "due_at",
            "id",
            postgresql_where=text("status = 'open'"),
        ),
        CheckConstraint(
            "num_nonnulls(assignee_id, team_id) = 1"
            " OR (record_id IS NULL AND num_nonnulls(assignee_id, team_id) = 0)",
            name="assigned_once",
        ),
        CheckConstraint("record_id IS NOT NULL OR kind = 'reply'", name="record_unless_reply"),
        CheckConstraint(
            "kind <> 'reply' OR conversation_id IS NOT NULL", name="reply_has_conversation"
        ),
        CheckConstraint(
            "leaves_at IS NULL OR (status = 'open' AND decided_by IS NOT NULL)",
            name="leaves_while_open",
        ),
        # one unanswered reply a conversation, however many texts it has
        Index(
            "work_items_reply_key",
            "conversation_id",
            unique=True,
            postgresql_where=text("kind = 'reply' AND status = 'open'"),
        ),
        Index(
            "work_items_team_id_idx",
            "team_id",
            "due_at",
            "id",
            postgresql_where=text("status = 'open' AND team_id IS NOT NULL"),
        ),
        Index(
            "work_items_leaves_at_idx",
            "leaves_at",
            postgresql_where=text("leaves_at IS NOT NULL"),
        ),
        Index(
            "work_items_decided_idx",
            "organisation_id",
            "decided_at",
            "id",
            postgresql_where=text("status <> 'open'"),
        ),
        Index("work_items_organisation_id_idx", "organisation_id", "id"),
        Index("work_items_enrollment_id_idx", "enrollment_id"),
    )

    id: Mapped[Id]
    kind: Mapped[WorkItemKind]
    status: Mapped[WorkItemStatus] = mapped_column(server_default=WorkItemStatus.OPEN.value)
    record_id: Mapped[UUID | None] = mapped_column(ForeignKey("records.id"), index=True)
    """None: a text in the inbox asks for an answer; nobody knows yet whom it concerns."""
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    """Whose members may all do it, where it is nobody's in particular. In the inbox it may be nobody's at all."""
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"))
    enrollment_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrollments.id"))
    step_id: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    """The text it is about (failed, uncertain), or that an approval led to."""
    title: Mapped[str] = mapped_column(String(300), server_default="")
    text: Mapped[str | None] = mapped_column(Text)
    """The filled-in text to approve; after approval the text as approved."""
    reason: Mapped[str | None] = mapped_column(String(1000))
    """Why it needs the seller, or why the seller skipped it."""
    due_at: Mapped[datetime]
    created_at: Mapped[Now]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    snoozed_until: Mapped[datetime | None]
    snooze_count: Mapped[int] = mapped_column(server_default="0")
    leaves_at: Mapped[datetime | None]
    """When an approval that can still be undone becomes one that cannot."""
    basis: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """What its text rests on (domain/basis.py): ids and states."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who set it by hand."""


class WorkItemMark(Base):
    """What one person has noted of a work item, for themselves alone."""

    __tablename__ = "work_item_marks"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    work_item_id: Mapped[UUID] = mapped_column(
        ForeignKey("work_items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_opened: Mapped[bool] = mapped_column(server_default="false")
    is_followed: Mapped[bool] = mapped_column(server_default="false")
