"""Everything that is kept about one person, as it stands, for the person to have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base
from db.consent.tables import ConsentEntry
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment, TimelineEntry
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.people.finding import Person
from db.records.tables import Note, Record
from db.work_items.tables import WorkItem

_INTERNAL: Final = frozenset({"organisation_id", "basis", "workflow_id"})


class Attachment(NamedTuple):
    """What went with a text."""

    sha256: str
    content_type: str
    content: bytes


async def export(
    session: AsyncSession, person: Person
) -> tuple[Mapping[str, Sequence[Mapping[str, Any]]], Sequence[Attachment]]:
    """Return what is kept about a person by kind, each row by its columns, and what went with their texts."""
    of_texts = Message.conversation_id.in_(person.conversation_ids)
    texts = select(Message.id).where(of_texts)
    enrollments = select(Enrollment.id).where(Enrollment.record_id.in_(person.record_ids))
    kinds: dict[str, tuple[type[Base], ColumnElement[bool]]] = {
        "records": (Record, Record.id.in_(person.record_ids)),
        "conversations": (Conversation, Conversation.id.in_(person.conversation_ids)),
        "texts": (Message, of_texts),
        "attachments": (MessageMedia, MessageMedia.message_id.in_(texts)),
        "notes": (Note, Note.record_id.in_(person.record_ids)),
        "enrollments": (Enrollment, Enrollment.record_id.in_(person.record_ids)),
        "timeline": (TimelineEntry, TimelineEntry.enrollment_id.in_(enrollments)),
        "work_items": (
            WorkItem,
            or_(
                WorkItem.record_id.in_(person.record_ids),
                WorkItem.conversation_id.in_(person.conversation_ids),
            ),
        ),
        "consent": (
            ConsentEntry,
            (ConsentEntry.organisation_id == person.organisation_id)
            & ConsentEntry.customer_number.in_(person.numbers),
        ),
    }
    found = {
        kind: await _rows(session, table.__table__, which)  # type: ignore[arg-type]  # a mapped class has a table
        for kind, (table, which) in kinds.items()
    }
    media = await session.execute(
        select(Media.sha256, Media.content_type, Media.content)
        .where(
            Media.organisation_id == person.organisation_id,
            Media.sha256.in_(select(MessageMedia.sha256).where(MessageMedia.message_id.in_(texts))),
        )
        .order_by(Media.sha256)
    )
    return found, [Attachment(*row) for row in media]


async def _rows(
    session: AsyncSession, table: Table, which: ColumnElement[bool]
) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in _INTERNAL]
    found = await session.execute(
        select(*columns).where(which).order_by(*table.primary_key.columns)
    )
    return [dict(row._mapping) for row in found]
