from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Now, OfOrganisation
from domain.media import MediaStatus


class Media(OfOrganisation, Base):
    """A picture or the like, kept once however many texts carry it."""

    __tablename__ = "media"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the content, in hexadecimal digits."""
    content_type: Mapped[str] = mapped_column(String(100))
    """By its first bytes, not by what anybody claims."""
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[Now]


class MessageMedia(OfOrganisation, Base):
    """What goes with one text, in its order."""

    __tablename__ = "message_media"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "sha256"],
            ["media.organisation_id", "media.sha256"],
            name="message_media_media_fkey",
        ),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 0."""
    status: Mapped[MediaStatus]
    sha256: Mapped[str | None] = mapped_column(String(64))
    source_url: Mapped[str | None] = mapped_column(String(1000))
    """Where the provider has it, of a customer's text."""
    claimed_type: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(300))
    """Why it was refused."""
