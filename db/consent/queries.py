"""What follows when a customer withdraws consent, may have, or gives it back: the ledger, what is in force, and
texts."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import locking
from db.consent.in_force import withdrawal_of, withdrawals_of, withdrawn
from db.consent.releasing import release
from db.consent.tables import ConsentEntry, OptOut
from db.conversations.tables import Conversation
from db.enrollments import progress
from db.enrollments.tables import Enrollment
from db.messages import held
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.providers.tables import PhoneNumber
from db.records.tables import Record
from db.work_items import replies
from db.work_items.tables import WorkItem
from domain.consent import (
    BY_START,
    ConsentKind,
    Grant,
    OurNumber,
    Purpose,
    Scope,
    Source,
    Withdrawal,
    lifted_by_grant,
    lifted_by_start,
    scoped,
    settles,
)
from domain.enrollments import EndReason
from domain.messages import MessageStatus
from domain.sending import HANDED_OVER_WITHIN
from domain.work_items import WorkItemKind, WorkItemStatus

_KEY: Final = (
    *("organisation_id", "customer_number", "scope", "phone_number_id"),
    *("brand", "purpose", "is_unclear"),
)
"""One withdrawal of a kind is in force at a time."""


def _is_lifted_by_start(source: Any) -> ColumnElement[bool]:
    # written out: a list of values would be expanded anew for each of many rows
    return or_(*(source == literal_column(f"'{each.value}'") for each in sorted(BY_START)))


def _put() -> postgresql.Insert:
    # the table and not the class: rows of a class are flushed one by one
    new = postgresql.insert(OptOut.metadata.tables[OptOut.__tablename__])
    was_by_start = _is_lifted_by_start(OptOut.source)
    is_by_start = _is_lifted_by_start(new.excluded.source)
    is_newer = new.excluded.created_at > OptOut.created_at
    # what a START lifts becomes what it does not lift, and never the other way round
    replaces = or_(and_(was_by_start, ~is_by_start), and_(was_by_start == is_by_start, is_newer))
    names = ("entry_id", "source", "message_id")
    return new.on_conflict_do_update(
        index_elements=_KEY,
        index_where=OptOut.ended_at.is_(None),
        set_={
            **{
                name: case((replaces, new.excluded[name]), else_=getattr(OptOut, name))
                for name in names
            },
            # said again: consent that was given in between does not lift it
            "created_at": func.greatest(OptOut.created_at, new.excluded.created_at),
        },
        where=or_(replaces, is_newer),
    )


PUT_INTO_FORCE: Final = _put()
"""Takes rows of opt-outs; of one that is in force already, what was said last counts."""


@dataclass(frozen=True)
class Said:
    """What was said about consent: how, when, to which number of ours, and the evidence.

    `message_id` is the text that said so, or the one a provider refused for it; `purpose` None is all texts; `scope`
    None is what the organisation has chosen.
    """

    source: Source
    at: datetime
    phone_number_id: UUID | None = None
    message_id: UUID | None = None
    actor_id: UUID | None = None
    purpose: Purpose | None = None
    scope: Scope | None = None
    wording: str | None = None
    reference: str | None = None
    expires_at: datetime | None = None


async def withdraw(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> list[str]:
    """Write a withdrawal down and into force, and take back what waits; return the workflows to tell.

    Waits for the texts that are just being handed over, and lists them as under way. One of all texts ends every
    enrollment that texts the number; one of marketing alone stops an enrollment at its next text.
    """
    _, workflows = await withdraw_by_hand(session, organisation_id, customer_number, said, now)
    return workflows


async def withdraw_by_hand(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> tuple[UUID, list[str]]:
    """Do what `withdraw` does; return the entry, too, for whoever recorded it to see."""
    await locking.exclusive(session, organisation_id, [customer_number])
    entry_id = await _put_into_force(session, organisation_id, customer_number, said, now)
    standing = await in_force(session, organisation_id, customer_number)
    certain = [each for each in standing if not each.is_unclear]
    if all(any(settles(one, each) for one in certain) for each in standing if each.is_unclear):
        await settle_questions(session, organisation_id, [customer_number], now)
    if said.purpose is Purpose.MARKETING:
        # what a seller writes may go, if nothing else was asked
        return entry_id, await release(session, organisation_id, [customer_number], now)
    await replies.cancel_for_number(
        session,
        organisation_id,
        customer_number,
        "The customer opted out: no answer is wanted.",
        now,
    )
    workflows = await take_back(session, organisation_id, [customer_number], entry_id, now)
    return entry_id, workflows


async def take_back(
    session: AsyncSession,
    organisation_id: UUID,
    customer_numbers: Collection[str],
    withdrawal: UUID | ScalarSelect[UUID],
    now: datetime,
) -> list[str]:
    """End every enrollment that texts these numbers and refuse what waits, for the `withdrawal` that forbids it.

    Returns the workflows to tell.
    """
    records = select(Record.id).where(
        Record.organisation_id == organisation_id, Record.phone.in_(customer_numbers)
    )
    workflows = await progress.end(
        session,
        Enrollment.record_id.in_(records),
        EndReason.OPTED_OUT,
        now,
        withdrawal=withdrawal,
    )
    waiting = Message.conversation_id.in_(_conversations(organisation_id, customer_numbers))
    await held.keep_here(session, waiting, withdrawal, now)
    return workflows


async def suspect(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> None:
    """Write down that a customer may have withdrawn consent: nothing leaves until a person has said."""
    await locking.exclusive(session, organisation_id, [customer_number])
    await _put_into_force(
        session, organisation_id, customer_number, said, now, kind=ConsentKind.UNCLEAR
    )


async def dismiss(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> list[str]:
    """Write down that a person read what was unclear, and that it was no withdrawal.

    What waits goes on, unless another question about the number is open; returns the workflows to tell.
    """
    await locking.exclusive(session, organisation_id, [customer_number])
    await _write_entry(session, organisation_id, customer_number, ConsentKind.DISMISSED, said)
    return await end_unclear(session, organisation_id, customer_number, now)


async def end_unclear(
    session: AsyncSession, organisation_id: UUID, customer_number: str, now: datetime
) -> list[str]:
    """Let what was unclear forbid nothing any more, unless a question is open; return the workflows to tell."""
    still_open = _questions(organisation_id, [customer_number])
    if await session.scalar(select(WorkItem.id).where(still_open).limit(1)) is not None:
        return []
    await _end(session, organisation_id, customer_number, now, which=OptOut.is_unclear.is_(True))
    return await release(session, organisation_id, [customer_number], now)


async def restore(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> list[str]:
    """Lift what the customer's START lifts; return the workflows to tell. What was ended stays ended.

    Those that came after the START stay: a text may be found days later, and another one have taken it back meanwhile.
    """
    await locking.exclusive(session, organisation_id, [customer_number])
    number = await _our_number(session, said.phone_number_id)
    standing = await in_force(session, organisation_id, customer_number)
    lifted = [
        each
        for each in standing
        if each.at <= said.at and number is not None and lifted_by_start(each, number)
    ]
    if not lifted:
        return []
    await _write_entry(session, organisation_id, customer_number, ConsentKind.RESTORED, said)
    entries = [each.entry_id for each in lifted]
    await _end(session, organisation_id, customer_number, now, which=OptOut.entry_id.in_(entries))
    if not any(each.is_unclear for each in standing if each not in lifted):
        await settle_questions(session, organisation_id, [customer_number], now)
    return await release(session, organisation_id, [customer_number], now)


async def grant(
    session: AsyncSession, organisation_id: UUID, customer_number: str, said: Said, now: datetime
) -> tuple[UUID, list[str]]:
    """Write consent down that a person recorded, and lift the withdrawals it lifts.

    Returns the entry's id, and the workflows to tell.
    """
    await locking.exclusive(session, organisation_id, [customer_number])
    entry_id = await _write_entry(
        session, organisation_id, customer_number, ConsentKind.GRANTED, said
    )
    given = Grant(said.at, said.purpose, bool(said.wording) or said.message_id is not None)
    lifted = [
        each.entry_id
        for each in await in_force(session, organisation_id, customer_number)
        if lifted_by_grant(each, given)
    ]
    has_expired = said.expires_at is not None and said.expires_at <= now
    if has_expired or not lifted:
        return entry_id, []
    await _end(session, organisation_id, customer_number, now, which=OptOut.entry_id.in_(lifted))
    return entry_id, await release(session, organisation_id, [customer_number], now)


async def in_force(
    session: AsyncSession, organisation_id: UUID, customer_number: str
) -> list[Withdrawal]:
    """Return a number's withdrawals in force."""
    found = await session.scalar(select(withdrawals_of(organisation_id, customer_number)))
    return [withdrawal_of(each) for each in found or ()]


async def is_opted_out(session: AsyncSession, organisation_id: UUID, customer_number: str) -> bool:
    """Return whether a number must not be texted at all."""
    return bool(await session.scalar(select(withdrawn(organisation_id, customer_number))))


async def _put_into_force(
    session: AsyncSession,
    organisation_id: UUID,
    customer_number: str,
    said: Said,
    now: datetime,
    kind: ConsentKind = ConsentKind.WITHDRAWN,
) -> UUID:
    """Write the entry, and what it keeps here unless that is in force already; return the entry that is."""
    chosen = said.scope or await session.scalar(
        select(Organisation.withdrawal_scope).where(Organisation.id == organisation_id)
    )
    assert chosen is not None  # noqa: S101 - an organisation that has texts exists
    number = await _our_number(session, said.phone_number_id)
    scope, number_id, brand = scoped(chosen, number)
    if said.source is Source.PROVIDER:
        # which number of ours it blocks: a START to that one lifts it there
        number_id = said.phone_number_id
    named = {"scope": scope, "phone_number_id": number_id, "brand": brand}
    leaving = await under_way(session, organisation_id, [customer_number])
    entry_id = await _write_entry(
        session,
        organisation_id,
        customer_number,
        kind,
        replace(said, phone_number_id=number_id),
        scope=scope,
        brand=brand,
        under_way=leaving.get(customer_number, []),
    )
    opt_out = {
        **named,
        "entry_id": entry_id,
        "organisation_id": organisation_id,
        "customer_number": customer_number,
        "message_id": said.message_id,
        "source": said.source,
        "purpose": said.purpose,
        "is_unclear": kind is ConsentKind.UNCLEAR,
        "created_at": said.at,
    }
    await session.execute(PUT_INTO_FORCE, [opt_out])
    return entry_id


async def _write_entry(
    session: AsyncSession,
    organisation_id: UUID,
    customer_number: str,
    kind: ConsentKind,
    said: Said,
    **more: Any,
) -> UUID:
    """Write an entry of the ledger; return its id."""
    stored = await session.execute(
        insert(ConsentEntry)
        .values(
            organisation_id=organisation_id,
            customer_number=customer_number,
            kind=kind,
            purpose=said.purpose,
            phone_number_id=said.phone_number_id,
            source=said.source,
            at=said.at,
            message_id=said.message_id,
            actor_id=said.actor_id,
            wording=said.wording,
            reference=said.reference,
            expires_at=said.expires_at,
            **more,
        )
        .returning(ConsentEntry.id)
    )
    return stored.scalar_one()


async def _end(
    session: AsyncSession, organisation_id: UUID, customer_number: str, now: datetime, *, which: Any
) -> None:
    """Take withdrawals of a number out of force."""
    await session.execute(
        update(OptOut)
        .where(
            OptOut.organisation_id == organisation_id,
            OptOut.customer_number == customer_number,
            OptOut.ended_at.is_(None),
            which,
        )
        .values(ended_at=func.greatest(now, OptOut.created_at))
    )


async def settle_questions(
    session: AsyncSession, organisation_id: UUID, customer_numbers: Collection[str], now: datetime
) -> None:
    """Close the questions about numbers of which it is clear now, and take what was unclear out of force."""
    await session.execute(
        update(OptOut)
        .where(
            OptOut.organisation_id == organisation_id,
            OptOut.customer_number.in_(customer_numbers),
            OptOut.ended_at.is_(None),
            OptOut.is_unclear.is_(True),
        )
        .values(ended_at=func.greatest(now, OptOut.created_at))
    )
    await session.execute(
        update(WorkItem)
        .where(_questions(organisation_id, customer_numbers))
        .values(
            status=WorkItemStatus.CANCELLED,
            decided_at=now,
            reason="Settled by itself: what the customer wants is clear.",
        )
    )


def _questions(organisation_id: UUID, customer_numbers: Collection[str]) -> ColumnElement[bool]:
    """Return the condition on the open questions about numbers."""
    return and_(
        WorkItem.organisation_id == organisation_id,
        WorkItem.kind == WorkItemKind.CONSENT_QUESTION,
        WorkItem.status == WorkItemStatus.OPEN,
        WorkItem.conversation_id.in_(_conversations(organisation_id, customer_numbers)),
    )


async def under_way(
    session: AsyncSession, organisation_id: UUID, customer_numbers: Collection[str]
) -> dict[str, list[str]]:
    """Return the texts that are just being handed to their provider, by customer number; wait until they are.

    The numbers' locks are held alone, so that no other text comes to them, and what is written after it takes effect
    before the next one leaves.
    """
    found = await session.execute(
        select(Message.to_number, Message.id)
        .where(
            Message.organisation_id == organisation_id,
            Message.to_number.in_(customer_numbers),
            Message.status == MessageStatus.SUBMITTING,
        )
        .order_by(Message.id)
    )
    texts: dict[str, list[str]] = {}
    for number, message_id in found:
        texts.setdefault(number, []).append(str(message_id))
    if texts:
        await asyncio.sleep(HANDED_OVER_WITHIN.total_seconds())
    return texts


def _conversations(organisation_id: UUID, customer_numbers: Collection[str]) -> Select[UUID]:
    return select(Conversation.id).where(
        Conversation.organisation_id == organisation_id,
        Conversation.customer_number.in_(customer_numbers),
    )


async def _our_number(session: AsyncSession, number_id: UUID | None) -> OurNumber | None:
    if number_id is None:
        return None
    brand = await session.scalar(select(PhoneNumber.brand).where(PhoneNumber.id == number_id))
    return None if brand is None else OurNumber(number_id, brand)
