"""What was said and moved in one conversation, or about one record.

The same few statements for ten thousand texts as for one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.moves import HAS_MOVES, MoveRow, Span, moves_among
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.records.family import family_of
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from db.visibility import visible_to, within_reach
from domain.erasure import shown
from domain.privileges import Actor, Entity, Privilege
from domain.transcript import (
    About,
    Move,
    Reach,
    Said,
    SaidMedium,
    Talk,
    Told,
    Transcript,
    Way,
    ordered,
    sealed,
    who_sent,
)

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


class _Found(NamedTuple):
    talk: Talk
    has_moves: bool


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
    found = await _talks(session, actor, Conversation.id == conversation_id)
    if not found:
        return None
    ((talk, _),) = found
    return Transcript(talk.about, await _whole(session, actor, found, extent))


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
    found = await _talks(session, actor, which)
    return Transcript(_about(record), await _whole(session, actor, found, extent), reach)


async def _talks(session: AsyncSession, actor: Actor, which: ColumnElement[bool]) -> list[_Found]:
    """Return these conversations, without what happened in them, as far as the actor may see them."""
    found = await session.execute(
        select(Conversation.id, Conversation.customer_number, Record, HAS_MOVES)
        .outerjoin(Record, Record.id == Conversation.record_id)
        .where(
            which,
            within_reach(actor, Conversation, Privilege.READ, texts_as=Entity.TRANSCRIPT),
        )
    )
    return [
        _Found(Talk(id_, shown(number), None if record is None else _about(record), ()), moved)
        for id_, number, record, moved in found
    ]


async def _whole(
    session: AsyncSession, actor: Actor, found: Collection[_Found], extent: Extent
) -> tuple[Talk, ...]:
    within: list[ColumnElement[bool]] = [
        Message.conversation_id.in_([talk.conversation_id for talk, _ in found])
    ]
    if extent.since is not None:
        within.append(Message.created_at >= extent.since)
    if extent.until is not None:
        within.append(Message.created_at < extent.until)
    rows = await _texts(session, and_(*within), extent.longest)
    media = await _media(session, and_(*within))
    # most conversations have none, and are spared a round trip
    moved = {talk.conversation_id for talk, has_moves_ in found if has_moves_}
    moves = await _moves(session, actor, moved, extent) if moved else {}
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
            tuple(moves.get(talk.conversation_id, [])),
        )
        for talk, _ in found
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


async def _moves(
    session: AsyncSession, actor: Actor, conversation_ids: Collection[UUID], extent: Extent
) -> dict[UUID, list[Move]]:
    """Return what was moved, as each of these conversations tells it."""
    found = await session.execute(
        moves_among(actor, conversation_ids, Span(extent.since, extent.until))
    )
    rows = [MoveRow(*row) for row in found]
    sides = {each for row in rows for each in (row.move.from_record_id, row.move.to_record_id)}
    # also of those that the actor may not see, whose names go no further than under the seal
    named = await session.scalars(select(Record).where(Record.id.in_(sides - {None})))
    records = {record.id: _about(record) for record in named}
    moves: dict[UUID, list[Move]] = {}
    for row in rows:
        for conversation_id in (row.move.from_conversation_id, row.move.to_conversation_id):
            if conversation_id in conversation_ids:
                moves.setdefault(conversation_id, []).append(_move(row, conversation_id, records))
    return moves


def _move(row: MoveRow, conversation_id: UUID, records: Mapping[UUID, About]) -> Move:
    move = row.move
    if move.to_conversation_id == conversation_id:
        way, other_id, is_hidden = Way.CAME, move.from_record_id, row.hides_source
    else:
        way, other_id, is_hidden = Way.LEFT, move.to_record_id, row.hides_target
    told = Told(None if other_id is None else records[other_id], move.reason, move.salt)
    return Move(
        id=move.id,
        at=move.moved_at,
        way=way,
        count=row.text_count,
        moved_by=f"{row.moved_by.first_name} {row.moved_by.last_name}".strip(),
        rest=sealed(told) if is_hidden else told,
    )


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
        held_until=message.known_end,
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
