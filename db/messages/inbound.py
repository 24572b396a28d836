"""Stores a customer's text, with all that follows: by one statement where that is enough, else in one transaction.

Which record it belongs to: the conversation last held with that number, over the number it came to before others; else
a record with that number by the order of capabilities C09; else a new lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.consent import queries as consent
from db.conversations.tables import Conversation
from db.media import queries as media
from db.media.queries import Link
from db.records.tables import Record
from db.users.tables import TeamMember, User
from domain import opt_out, segments
from domain.opt_out import Keyword
from domain.records import RecordKind, RecordStatus
from domain.users import Role


class UnknownNumber(LookupError):
    """The provider account has no such number of ours: nobody to deliver the text to."""


@dataclass(frozen=True)
class InboundText:
    """A customer's text as a provider brought it.

    `keyword` is what the provider itself made of it; `service` the messaging service that the number it came to
    belongs to: where that number is not ours, the service may be.
    """

    account_id: UUID
    provider_message_id: str
    from_number: str
    to_number: str
    body: str
    keyword: Keyword | None = None
    service: str | None = None
    media: Sequence[Link] = ()


@dataclass(frozen=True)
class Stored:
    """`message_id` is None if the text was stored before; `workflow_ids` must be told what waits for them."""

    message_id: UUID | None
    workflow_ids: Sequence[str] = ()


async def store_plain(connection: Connection, text: InboundText, now: datetime) -> Stored | None:
    """Store a text that one statement can store, once however often it is brought; `connection` may commit by itself.

    None if it takes more, as `store` does: the first text of a conversation, a keyword, a picture, an unknown number.
    Nothing is stored then.
    """
    keyword = _keyword_of(text)
    if text.media or keyword in (Keyword.STOP, Keyword.START):
        return None
    place = await _insert(connection, text, keyword, now)
    if place is None or place.conversation_id is None:
        return None
    return Stored(place.message_id, place.workflow_ids)


async def store(session: AsyncSession, text: InboundText, now: datetime) -> Stored:
    """Store a customer's text, once however often it is brought. Raises UnknownNumber, and has stored nothing then."""
    connection = await connection_of(session)
    keyword = _keyword_of(text)
    place = await _insert(connection, text, keyword, now)
    if place is not None and place.conversation_id is None:
        await _begin_conversation(session, place, text, now)
        place = await _insert(connection, text, keyword, now)
    if place is None:
        raise UnknownNumber(f"no number of this account is {text.to_number}")
    if place.message_id is None:
        return Stored(None)
    workflow_ids = list(place.workflow_ids)
    if keyword is Keyword.STOP:
        workflow_ids += await consent.withdraw(
            session,
            place.organisation_id,
            text.from_number,
            message_id=place.message_id,
            source="reply",
            now=now,
        )
    elif keyword is Keyword.START:
        await consent.restore(session, place.organisation_id, text.from_number, now=now)
    fetching = await media.note(session, place.organisation_id, place.message_id, text.media)
    if fetching is not None:
        workflow_ids.append(fetching)
    return Stored(place.message_id, workflow_ids)


def _keyword_of(text: InboundText) -> Keyword | None:
    return text.keyword or opt_out.read(text.body)


class _Place(NamedTuple):
    """Where a text belongs: no conversation if there is none yet, no message if the text was stored before."""

    organisation_id: UUID
    phone_number_id: UUID
    owner_user_id: UUID | None
    owner_team_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    workflow_ids: list[str]


_INSERT: Final = """
    WITH number AS (
        SELECT id, organisation_id, owner_user_id, owner_team_id, removed_at
        FROM phone_numbers
        WHERE provider_account_id = %(account_id)s AND e164 IN (%(to_number)s, %(service)s)
        ORDER BY e164 = %(to_number)s DESC
        LIMIT 1
    ), place AS (
        SELECT number.*, conversation.id AS conversation_id, conversation.record_id
        FROM number LEFT JOIN LATERAL (
            SELECT id, record_id
            FROM conversations
            WHERE organisation_id = number.organisation_id AND customer_number = %(from_number)s
            ORDER BY phone_number_id = number.id DESC, last_message_at DESC
            LIMIT 1
        ) conversation ON true
    ), inserted AS (
        INSERT INTO messages (
            organisation_id, conversation_id, direction, status, body, from_number, to_number, segments, encoding,
            provider_account_id, provider_message_id, phone_number_id, created_at, finished_at
        )
        SELECT
            organisation_id, conversation_id, 'inbound', 'received', %(body)s, %(from_number)s, %(to_number)s,
            %(segments)s, %(encoding)s, %(account_id)s, %(provider_message_id)s, id, %(now)s, %(now)s
        FROM place
        WHERE conversation_id IS NOT NULL
        ON CONFLICT (provider_account_id, provider_message_id) DO NOTHING
        RETURNING id
    ), counted AS (
        UPDATE conversations
        SET last_message_at = greatest(last_message_at, %(now)s),
            unread_count = unread_count + 1,
            -- the next text leaves from this number, unless it is no longer there to send from
            phone_number_id = CASE WHEN place.removed_at IS NULL THEN place.id ELSE phone_number_id END
        FROM place, inserted
        WHERE conversations.id = place.conversation_id
    ), running AS (
        SELECT enrollments.id, enrollments.workflow_id, inserted.id AS message_id
        FROM place, inserted, enrollments
        WHERE enrollments.record_id = place.record_id AND enrollments.ended_at IS NULL AND %(tells)s
    ), noted AS (
        INSERT INTO timeline_entries (organisation_id, enrollment_id, at, kind, message_id, key)
        SELECT organisation_id, running.id, %(now)s, 'reply_received', message_id, message_id
        FROM place, running
    ), told AS (
        INSERT INTO outbox (organisation_id, workflow_id, kind, payload)
        SELECT organisation_id, workflow_id, 'reply_received', jsonb_build_object(
            'kind', 'reply_received', 'workflow_id', workflow_id, 'enrollment_id', running.id,
            'message_id', message_id, 'received_at', %(received_at)s::text)
        FROM place, running
    )
    SELECT
        organisation_id, id, owner_user_id, owner_team_id, conversation_id,
        (SELECT id FROM inserted), ARRAY(SELECT workflow_id FROM running)
    FROM place
"""
"""Finds a text's place, stores it once, counts it on its conversation, and notes the reply on every running
enrollment of the record, whose workflow is to be told. Yields nothing if the number is not ours."""


async def _insert(
    connection: Connection, text: InboundText, keyword: Keyword | None, now: datetime
) -> _Place | None:
    """Run `_INSERT`: by the driver alone, since the layers above it cost more than the statement."""
    counted = segments.count(text.body)
    found = await connection.execute(
        _INSERT,
        {
            "account_id": text.account_id,
            "provider_message_id": text.provider_message_id,
            "from_number": text.from_number,
            "to_number": text.to_number,
            "service": text.service,
            "body": text.body,
            "segments": counted.segments,
            "encoding": counted.encoding,
            "now": now,
            "received_at": now.isoformat(),
            # a customer who opts out ends the enrollments instead
            "tells": keyword is not Keyword.STOP,
        },
    )
    row = await found.fetchone()
    return None if row is None else _Place(*row)


async def _begin_conversation(
    session: AsyncSession, place: _Place, text: InboundText, now: datetime
) -> None:
    """Begin the conversation of a number that never wrote, with the record it belongs to."""
    # one after the other, or each text of an unknown sender would become a lead
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(text.from_number, 0)))
    )
    record_id = await session.scalar(_record_of(place, text))
    await session.execute(
        postgresql.insert(Conversation)
        .values(
            organisation_id=place.organisation_id,
            customer_number=text.from_number,
            record_id=record_id or await _new_lead(session, place, text),
            phone_number_id=place.phone_number_id,
            last_message_at=now,
        )
        .on_conflict_do_nothing()
    )


def _record_of(place: _Place, text: InboundText) -> Select[UUID]:
    """Return the query for the record a number belongs to, by the order of capabilities C09."""
    team = select(TeamMember.user_id).where(TeamMember.team_id == place.owner_team_id)
    return (
        select(Record.id)
        .where(Record.organisation_id == place.organisation_id, Record.phone == text.from_number)
        .order_by(
            func.coalesce(Record.owner_user_id == place.owner_user_id, False).desc(),
            Record.owner_user_id.in_(team).desc(),
            case(
                {
                    RecordKind.CONTACT: 0,
                    RecordKind.ACCOUNT: 1,
                    RecordKind.OPPORTUNITY: 2,
                    RecordKind.LEAD: 3,
                },
                value=Record.kind,
            ),
            (Record.status == RecordStatus.ACTIVE).desc(),
            Record.updated_at.desc(),
        )
        .limit(1)
    )


async def _new_lead(session: AsyncSession, place: _Place, text: InboundText) -> UUID:
    """Begin a lead for an unknown sender (capabilities C09), owned by whoever owns the number it came to."""
    team = select(TeamMember.user_id).where(TeamMember.team_id == place.owner_team_id)
    owner = (
        select(User.id)
        .where(User.organisation_id == place.organisation_id, User.is_active)
        .where(
            or_(User.id == place.owner_user_id, User.id.in_(team), User.role == Role.ADMINISTRATOR)
        )
        .order_by(
            func.coalesce(User.id == place.owner_user_id, False).desc(),
            User.id.in_(team).desc(),
            User.id,
        )
        .limit(1)
        .scalar_subquery()
    )
    stored = await session.execute(
        postgresql.insert(Record)
        .values(
            organisation_id=place.organisation_id,
            kind=RecordKind.LEAD,
            phone=text.from_number,
            owner_user_id=owner,
        )
        .returning(Record.id)
    )
    return stored.scalar_one()
