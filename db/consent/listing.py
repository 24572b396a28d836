"""What do people see of consent: the ledger, what is in force, and the texts that it kept here?"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.consent.tables import ConsentEntry, OptOut
from db.conversations.tables import Conversation
from db.matching import holds
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.providers.tables import PhoneNumber
from db.records.tables import Record
from db.users.tables import User
from db.visibility import within_reach
from domain.privileges import Actor, Entity, Everything, Privilege, level_of, scope_of

_evidence = aliased(Message)


class EntryRow(NamedTuple):
    """An entry of the ledger with the text that is its evidence, who recorded it, and the number of ours it names."""

    entry: ConsentEntry
    evidence: Message | None
    actor: User | None
    our_number: str | None


class InForceRow(NamedTuple):
    """A withdrawal in force, with its entry."""

    opt_out: OptOut
    entry: ConsentEntry
    evidence: Message | None
    our_number: str | None


class BlockedRow(NamedTuple):
    """A text that a withdrawal kept here, with the evidence of the withdrawal."""

    message: Message
    entry: ConsentEntry
    evidence: Message | None
    actor: User | None
    our_number: str | None


async def list_entries(
    session: AsyncSession, actor: Actor, page: PageRequest, *, number: str | None = None
) -> PageOf[EntryRow]:
    """Return the ledger, what was written last first."""
    statement = _entries().where(
        _of_actor(actor, ConsentEntry.organisation_id, ConsentEntry.customer_number)
    )
    if number is not None:
        statement = statement.where(ConsentEntry.customer_number == number)
    return await read_page(
        session, statement, EntryRow, page=page, keys=[ConsentEntry.id], descending=True
    )


async def get_entry(session: AsyncSession, entry_id: UUID) -> EntryRow:
    """Return an entry. Raises NoResultFound."""
    found = await session.execute(_entries().where(ConsentEntry.id == entry_id))
    return EntryRow(*found.one())


async def list_in_force(
    session: AsyncSession, actor: Actor, page: PageRequest, *, search: str | None = None
) -> PageOf[InForceRow]:
    """Return the withdrawals in force, the youngest first; `search` is a part of the number."""
    statement = (
        select(OptOut, ConsentEntry, _evidence, PhoneNumber.e164)
        .join(ConsentEntry, ConsentEntry.id == OptOut.entry_id)
        .outerjoin(_evidence, _evidence.id == OptOut.message_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == OptOut.phone_number_id)
        .where(
            _of_actor(actor, OptOut.organisation_id, OptOut.customer_number),
            OptOut.ended_at.is_(None),
        )
    )
    if search and search.strip():
        statement = statement.where(holds(search, [], [OptOut.customer_number]))
    return await read_page(
        session, statement, InForceRow, page=page, keys=[OptOut.id], descending=True
    )


async def list_blocked(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    number: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> PageOf[BlockedRow]:
    """Return the texts that withdrawals kept here, the youngest first: those written from `since` until before
    `until`."""
    statement = (
        select(Message, ConsentEntry, _evidence, User, PhoneNumber.e164)
        .join(ConsentEntry, ConsentEntry.id == Message.consent_entry_id)
        .outerjoin(_evidence, _evidence.id == ConsentEntry.message_id)
        .outerjoin(User, User.id == ConsentEntry.actor_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == ConsentEntry.phone_number_id)
        .where(
            Message.consent_entry_id.is_not(None),
            _of_actor(actor, Message.organisation_id, Message.to_number),
        )
    )
    if number is not None:
        statement = statement.where(Message.to_number == number)
    if since is not None:
        statement = statement.where(Message.created_at >= since)
    if until is not None:
        statement = statement.where(Message.created_at < until)
    return await read_page(
        session,
        statement,
        BlockedRow,
        page=page,
        keys=[Message.created_at, Message.id],
        descending=True,
    )


def _entries() -> Select[ConsentEntry, Message | None, User | None, str | None]:
    return (
        select(ConsentEntry, _evidence, User, PhoneNumber.e164)
        .outerjoin(_evidence, _evidence.id == ConsentEntry.message_id)
        .outerjoin(User, User.id == ConsentEntry.actor_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == ConsentEntry.phone_number_id)
    )


async def is_within_reach(
    session: AsyncSession, actor: Actor, number: str, privilege: Privilege
) -> bool:
    """Return whether the actor has `privilege` on the consent of a customer number."""
    if _reaches_all(actor, privilege):
        return True
    return bool(await session.scalar(select(_of_customer(actor, number, privilege))))


def _of_actor(actor: Actor, organisation_id: Any, number: Any) -> ColumnElement[bool]:
    """Return the condition on rows about customer numbers that the actor may read."""
    of_organisation: ColumnElement[bool] = organisation_id == actor.organisation_id
    if _reaches_all(actor, Privilege.READ):
        return of_organisation
    return of_organisation & _of_customer(actor, number, Privilege.READ)


def _reaches_all(actor: Actor, privilege: Privilege) -> bool:
    level = level_of(actor, Entity.CONSENT, privilege)
    return level is not None and isinstance(scope_of(actor, level), Everything)


def _of_customer(actor: Actor, number: Any, privilege: Privilege) -> ColumnElement[bool]:
    """Return whether a number is that of a record or a conversation which the actor may read, or else change."""
    on_row = Privilege.READ if privilege is Privilege.READ else Privilege.WRITE
    of_record = exists().where(
        Record.organisation_id == actor.organisation_id,
        Record.phone == number,
        within_reach(actor, Record, on_row),
    )
    of_conversation = exists().where(
        Conversation.organisation_id == actor.organisation_id,
        Conversation.customer_number == number,
        within_reach(actor, Conversation, on_row),
    )
    return or_(of_record.correlate_except(Record), of_conversation.correlate_except(Conversation))
