"""What was said in one conversation, or about one record: the same few statements for ten thousand texts as for one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.records.family import family_of
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to, within_reach
from domain.privileges import Actor, Entity, Privilege
from domain.transcript import About, Reach, Said, SaidMedium, Talk, Transcript, ordered, who_sent

LONGEST: Final = 20_000
"""Texts of one transcript."""


class TooLong(ValueError):
    """There are more texts than one transcript holds."""

    def __init__(self, count: int, longest: int) -> None:
        super().__init__(
            f"These are {count:,} texts, and one transcript in this format holds {longest:,}: "
            "take a part of them, with since and until."
        )


@dataclass(frozen=True, slots=True)
class Extent:
    """Which texts: from `since` on and before `until`, where given; at most `longest`."""

    since: datetime | None = None
    until: datetime | None = None
    longest: int = LONGEST


class _Row(NamedTuple):
    message: Message
    first_name: str | None
    last_name: str | None
    sequence_key: str | None
    sequence_name: str | None


async def read_conversation(
    session: AsyncSession, actor: Actor, conversation_id: UUID, extent: Extent
) -> Transcript | None:
    """Return what was said in a conversation; None if the actor may not see it. Raises TooLong."""
    talks = await _talks(session, actor, Conversation.id == conversation_id)
    if not talks:
        return None
    (talk,) = talks
    return Transcript(talk.about, await _with_texts(session, talks, extent))


async def read_record(
    session: AsyncSession, actor: Actor, record_id: UUID, extent: Extent, reach: Reach
) -> Transcript | None:
    """Return what was said about a record, as far as the actor may read it; None if not even the record.

    Raises TooLong.
    """
    record = await session.scalar(
        select(Record).where(Record.id == record_id, visible_to(actor, Record))
    )
    if record is None:
        return None
    match reach:
        case Reach.ONE:
            which = Conversation.record_id == record_id
        case Reach.FAMILY:
            which = Conversation.record_id.in_(family_of(actor, record_id))
    talks = await _talks(session, actor, which)
    return Transcript(_about(record), await _with_texts(session, talks, extent), reach)


async def _talks(session: AsyncSession, actor: Actor, which: ColumnElement[bool]) -> list[Talk]:
    """Return these conversations, without their texts, as far as the actor may see them."""
    found = await session.execute(
        select(Conversation.id, Conversation.customer_number, Record)
        .outerjoin(Record, Record.id == Conversation.record_id)
        .where(
            which,
            within_reach(actor, Conversation, Privilege.READ, texts_as=Entity.TRANSCRIPT),
        )
    )
    return [
        Talk(id_, number, None if record is None else _about(record), ())
        for id_, number, record in found
    ]


async def _with_texts(
    session: AsyncSession, talks: Collection[Talk], extent: Extent
) -> tuple[Talk, ...]:
    within: list[ColumnElement[bool]] = [
        Message.conversation_id.in_([talk.conversation_id for talk in talks])
    ]
    if extent.since is not None:
        within.append(Message.created_at >= extent.since)
    if extent.until is not None:
        within.append(Message.created_at < extent.until)
    rows = await _texts(session, and_(*within), extent.longest)
    media = await _media(session, and_(*within))
    texts: dict[UUID, list[_Row]] = {}
    for row in rows:
        texts.setdefault(row.message.conversation_id, []).append(row)
    return ordered(
        Talk(
            talk.conversation_id,
            talk.customer_number,
            talk.about,
            tuple(
                _said(row, talk.customer, media.get(row.message.id, []))
                for row in texts.get(talk.conversation_id, [])
            ),
        )
        for talk in talks
    )


async def _texts(session: AsyncSession, within: ColumnElement[bool], longest: int) -> list[_Row]:
    found = await session.execute(
        select(Message, User.first_name, User.last_name, Sequence.key, Sequence.name)
        .outerjoin(User, User.id == Message.author_id)
        .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
        .outerjoin(Sequence, Sequence.id == Enrollment.sequence_id)
        .where(within)
        .limit(longest + 1)
    )
    rows = [_Row(*row) for row in found]
    if len(rows) > longest:
        count = await session.scalar(select(func.count()).select_from(Message).where(within))
        raise TooLong(count or 0, longest)
    return rows


async def _media(
    session: AsyncSession, within: ColumnElement[bool]
) -> dict[UUID, list[SaidMedium]]:
    """Return what went with each of the texts, in its order."""
    found = await session.execute(
        select(
            MessageMedia.message_id,
            MessageMedia.status,
            func.coalesce(Media.content_type, MessageMedia.claimed_type),
            Media.size,
            MessageMedia.sha256,
        )
        .join(Message, Message.id == MessageMedia.message_id)
        .outerjoin(
            Media,
            and_(
                Media.organisation_id == MessageMedia.organisation_id,
                Media.sha256 == MessageMedia.sha256,
            ),
        )
        .where(within)
        .order_by(MessageMedia.message_id, MessageMedia.position)
    )
    media: dict[UUID, list[SaidMedium]] = {}
    for message_id, status, content_type, size, sha256 in found:
        medium = SaidMedium(status, content_type, size, sha256)
        media.setdefault(message_id, []).append(medium)
    return media


def _said(row: _Row, customer: str, media: list[SaidMedium]) -> Said:
    message = row.message
    author = None if row.first_name is None else f"{row.first_name} {row.last_name}".strip()
    return Said(
        id=message.id,
        at=message.created_at,
        direction=message.direction,
        from_number=message.from_number,
        to_number=message.to_number,
        who=who_sent(message.direction, customer, author),
        status=message.status,
        status_at=message.finished_at or message.sent_at or message.submitted_at,
        held_for=message.held_for,
        held_until=message.held_until,
        attempt=message.attempt,
        why=message.error or message.held_reason,
        body=message.body,
        erased_at=message.erased_at,
        media=tuple(media),
        sequence_key=row.sequence_key,
        sequence_name=row.sequence_name,
        step_id=message.step_id,
    )


def _about(record: Record) -> About:
    name = f"{record.first_name} {record.last_name}".strip()
    return About(record.id, record.kind, name or record.kind.value)
