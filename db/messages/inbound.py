"""Stores a customer's text, with all that follows: by one statement where that is enough, else in one transaction.

Where exactly one record holds the customer's number, the text belongs to it, and one statement sees that. Else
domain/routing.py says which record it is; a sender whom none knows becomes a lead, or waits in the inbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.compiled import Compiled
from db.consent import asking
from db.consent import queries as consent
from db.consent.queries import Said
from db.conversations.locking import lock_customer
from db.conversations.tables import Conversation
from db.media import queries as media
from db.media.queries import Link
from db.messages import routing
from db.messages.tables import Message
from db.records.tables import Record
from db.roles.queries import holds
from db.users.tables import TeamMember, User
from db.work_items import replies
from domain import opt_out, segments
from domain.consent import Source
from domain.opt_out import Keyword
from domain.records import RecordKind
from domain.routing import To, UnknownSender, route
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

    None if it takes more, as `store` does: the first text of a conversation, one that could belong to several records,
    a keyword, a picture, an unknown number.
    Nothing is stored then.
    """
    keyword = opt_out.heard(text.body, text.keyword)
    if text.media or keyword in _ABOUT_CONSENT:
        return None
    place = await _insert(connection, _ALONE, text, keyword, now)
    if place is None or place.conversation_id is None:
        return None
    return Stored(place.message_id, place.workflow_ids)


async def store(session: AsyncSession, text: InboundText, now: datetime) -> Stored:
    """Store a customer's text, once however often it is brought. Raises UnknownNumber, and has stored nothing then."""
    connection = await connection_of(session)
    keyword = opt_out.heard(text.body, text.keyword)
    place = await _insert(connection, _ALONE, text, keyword, now)
    if place is not None and place.conversation_id is None:
        await lock_customer(session, place.organisation_id, text.from_number)
        if await _is_stored(session, text):
            return Stored(None)
        record_id = await _record_of(session, place, text)
        await _begin_conversation(session, place, record_id, text, now)
        if record_id is None:
            inbox = and_(
                Conversation.organisation_id == place.organisation_id,
                Conversation.customer_number == text.from_number,
                Conversation.phone_number_id != place.phone_number_id,
                # a text that is found late takes it back to no number of before
                func.coalesce(Conversation.last_inbound_at <= now, True),
            )
            await replies.follow_number(session, inbox, place.phone_number_id)
        place = await _insert(connection, _CHOSEN, text, keyword, now, record_id)
    if place is None:
        raise UnknownNumber(f"no number of this account is {text.to_number}")
    if place.message_id is None:
        return Stored(None)
    workflow_ids = list(place.workflow_ids)
    said = Said(
        Source.REPLY, now, phone_number_id=place.phone_number_id, message_id=place.message_id
    )
    match keyword:
        case Keyword.STOP:
            workflow_ids += await consent.withdraw(
                session, place.organisation_id, text.from_number, said, now
            )
        case Keyword.UNCLEAR:
            workflow_ids += await asking.ask(
                session, place.organisation_id, text.from_number, said, now
            )
        case Keyword.START:
            workflow_ids += await consent.restore(
                session, place.organisation_id, text.from_number, said, now
            )
    fetching = await media.note(session, place.organisation_id, place.message_id, text.media)
    if fetching is not None:
        workflow_ids.append(fetching)
    return Stored(place.message_id, workflow_ids)


_ABOUT_CONSENT: Final = frozenset({Keyword.STOP, Keyword.UNCLEAR, Keyword.START})


class _Place(NamedTuple):
    """Where a text belongs: no conversation if there is none yet, no message if the text was stored before."""

    organisation_id: UUID
    phone_number_id: UUID
    owner_user_id: UUID | None
    owner_team_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    workflow_ids: list[str]


_NUMBER: Final = """
    WITH number AS (
        SELECT id, organisation_id, owner_user_id, owner_team_id, removed_at
        FROM phone_numbers
        WHERE provider_account_id = :account_id AND e164 IN (:to_number, :service)
        ORDER BY e164 = :to_number DESC
        LIMIT 1
"""

_OF_THE_ONLY_RECORD: Final = """
    ), place AS (
        SELECT number.*, conversation.id AS conversation_id, conversation.record_id
        FROM number
        CROSS JOIN LATERAL (
            SELECT array_agg(id) AS ids
            FROM (
                SELECT id FROM records
                WHERE organisation_id = number.organisation_id AND phone = :from_number
                LIMIT 2
            ) record
        ) holders
        LEFT JOIN conversations conversation
            ON conversation.organisation_id = number.organisation_id
            AND conversation.customer_number = :from_number
            AND conversation.record_id = holders.ids[1] AND cardinality(holders.ids) = 1
"""

_OF_THE_RECORD: Final = """
    ), place AS (
        SELECT number.*, conversation.id AS conversation_id, conversation.record_id
        FROM number
        LEFT JOIN conversations conversation
            ON conversation.organisation_id = number.organisation_id
            AND conversation.customer_number = :from_number
            AND conversation.record_id IS NOT DISTINCT FROM CAST(:record_id AS uuid)
"""

_STORED: Final = """
    ), inserted AS (
        INSERT INTO messages (
            organisation_id, conversation_id, direction, status, body, from_number, to_number, segments, encoding,
            provider_account_id, provider_message_id, phone_number_id, created_at, finished_at
        )
        SELECT
            organisation_id, conversation_id, 'inbound', 'received', :body, :from_number, :to_number,
            :segments, :encoding, :account_id, :provider_message_id, id, :now, :now
        FROM place
        WHERE conversation_id IS NOT NULL
        ON CONFLICT (provider_account_id, provider_message_id) DO NOTHING
        RETURNING id
    ), counted AS (
        UPDATE conversations
        SET last_message_at = greatest(last_message_at, :now),
            last_inbound_at = greatest(last_inbound_at, :now),
            -- the next text leaves from the number that was written to last, unless that can no longer send
            phone_number_id = CASE WHEN place.removed_at IS NULL AND coalesce(last_inbound_at <= :now, true)
                THEN place.id ELSE phone_number_id END
        FROM place, inserted
        WHERE conversations.id = place.conversation_id
        RETURNING conversations.id
    ), asked AS (
        -- behind `counted`, which waits for a seller who is just answering: what comes after the answer asks anew
        INSERT INTO work_items (
            organisation_id, kind, record_id, assignee_id, team_id, conversation_id, message_id, title, due_at
        )
        SELECT
            place.organisation_id, 'reply', records.id,
            -- of no record, in the inbox, it is whose the number is
            CASE WHEN records.owner_team_id IS NULL THEN coalesce(records.owner_user_id, place.owner_user_id)
                ELSE place.owner_user_id END,
            CASE WHEN records.id IS NULL THEN place.owner_team_id
                WHEN place.owner_user_id IS NULL THEN records.owner_team_id END,
            counted.id, inserted.id, 'Answer the customer', :now
        FROM place CROSS JOIN inserted CROSS JOIN counted LEFT JOIN records ON records.id = place.record_id
        WHERE :asks
        ON CONFLICT (conversation_id) WHERE kind = 'reply' AND status = 'open'
        DO UPDATE SET snoozed_until = NULL, due_at = excluded.due_at
        WHERE work_items.snoozed_until IS NOT NULL
    ), running AS (
        SELECT enrollments.id, enrollments.workflow_id, inserted.id AS message_id
        FROM place, inserted, enrollments
        WHERE enrollments.record_id = place.record_id AND enrollments.ended_at IS NULL AND :tells
    ), noted AS (
        INSERT INTO timeline_entries (organisation_id, enrollment_id, at, kind, message_id, key)
        SELECT organisation_id, running.id, :now, 'reply_received', message_id, message_id
        FROM place, running
    ), told AS (
        INSERT INTO outbox (organisation_id, workflow_id, kind, payload)
        SELECT organisation_id, workflow_id, 'reply_received', jsonb_build_object(
            'kind', 'reply_received', 'workflow_id', workflow_id, 'enrollment_id', running.id,
            'message_id', message_id, 'received_at', CAST(:received_at AS text))
        FROM place, running
    )
    SELECT
        organisation_id, id, owner_user_id, owner_team_id, conversation_id,
        (SELECT id FROM inserted) AS message_id, ARRAY(SELECT workflow_id FROM running) AS workflow_ids
    FROM place
"""

_ALONE: Final = Compiled(sql(_NUMBER + _OF_THE_ONLY_RECORD + _STORED))
"""Finds a text's place where one record holds its number, stores it once, notes it on its conversation and on every
running enrollment of the record, whose workflow is to be told. Yields nothing if the number is not ours.
"""
_CHOSEN: Final = Compiled(sql(_NUMBER + _OF_THE_RECORD + _STORED))
"""The same for the record that was chosen; with none in the inbox."""


async def _insert(
    connection: Connection,
    statement: Compiled,
    text: InboundText,
    keyword: Keyword | None,
    now: datetime,
    record_id: UUID | None = None,
) -> _Place | None:
    counted = segments.count(text.body)
    row = await statement.one_or_none(
        connection,
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
            # a word for the machine is answered by it
            "asks": keyword in (None, Keyword.UNCLEAR),
            "record_id": record_id,
        },
    )
    return None if row is None else _Place(*row)


async def _is_stored(session: AsyncSession, text: InboundText) -> bool:
    """Return whether the text was stored before: one brought again must not become another lead."""
    found = await session.scalar(
        select(Message.id).where(
            Message.provider_account_id == text.account_id,
            Message.provider_message_id == text.provider_message_id,
        )
    )
    return found is not None


async def _record_of(session: AsyncSession, place: _Place, text: InboundText) -> UUID | None:
    """Return the record the text belongs to, which a new lead may be; None for the inbox."""
    facts = await routing.facts(session, place.phone_number_id, text.from_number)
    match route(*facts):
        case To(record_id):
            return record_id
        case UnknownSender.NEW_LEAD:
            return await _new_lead(session, place, text)
        case UnknownSender.INBOX:
            return None


async def _begin_conversation(
    session: AsyncSession,
    place: _Place,
    record_id: UUID | None,
    text: InboundText,
    now: datetime,
) -> None:
    """Begin the conversation with this number about this record, unless there is one."""
    await session.execute(
        postgresql.insert(Conversation)
        .values(
            organisation_id=place.organisation_id,
            customer_number=text.from_number,
            record_id=record_id,
            phone_number_id=place.phone_number_id,
            last_message_at=now,
        )
        .on_conflict_do_nothing()
    )


async def _new_lead(session: AsyncSession, place: _Place, text: InboundText) -> UUID:
    """Begin a lead for an unknown sender (capabilities C09), owned by whoever owns the number it came to."""
    team = select(TeamMember.user_id).where(TeamMember.team_id == place.owner_team_id)
    owner = (
        select(User.id)
        .where(User.organisation_id == place.organisation_id, User.is_active)
        .where(or_(User.id == place.owner_user_id, User.id.in_(team), holds(Role.ADMINISTRATOR)))
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
            owner_team_id=place.owner_team_id,
        )
        .returning(Record.id)
    )
    return stored.scalar_one()
