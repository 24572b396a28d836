from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class SearchableMessage(Base):
    """The words of one text, as a search reads them. A trigger on messages keeps it.

    Apart from the text, whose every change of status would else write all its words into the index again.
    """

    __tablename__ = "searchable_messages"
    __table_args__ = (
        Index("searchable_messages_words_idx", "words", postgresql_using="gin"),
        Index(
            "searchable_messages_conversation_id_created_at_idx",
            "conversation_id",
            "created_at",
            "message_id",
        ),
    )

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    conversation_id: Mapped[UUID]
    created_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(TSVECTOR)
