"""Erases one person: what names them goes, what must stay says why it does.

Rows of texts are blanked and not deleted: a provider knows their ids, and a reconciliation would bring the texts back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Delete,
    Select,
    String,
    Update,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent import locking
from db.consent import queries as consent
from db.consent.queries import Said
from db.consent.tables import ConsentEntry, Erasure, OptOut
from db.conversations.tables import Conversation, ConversationMove
from db.enrollments.tables import Enrollment, TimelineEntry
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.outbox.tables import IdempotencyKey
from db.people.finding import Person
from db.providers.tables import ProbeText
from db.records.tables import Note, Record
from db.work_items.tables import WorkItem
from domain.consent import Scope, Source
from domain.erasure import ERASED
from domain.messages import Direction, MessageStatus
from domain.records import RecordStatus
from domain.work_items import WorkItemStatus

BLANK_WORK_ITEM: Final = {"title": "", "text": None, "reason": None}

KEPT: Final = (
    "The number, in the list of those who must not be texted and in the ledger of consent, without words: "
    "so that an import does not bring the person back into texts, and as proof against claims "
    "(GDPR art. 17(3)(b) and (e)). Erase everything to remove them, too.",
    "Each text's ids, times, state and price: without words, and without the customer's number.",
    "What the providers and backups keep: ask the provider to delete its texts; histories of the engine hold ids only.",
)


class StillLeaving(Exception):
    """A text to the person is on its way to its provider; the message says what to do."""


@dataclass(frozen=True)
class Erased:
    """How much of each kind was erased."""

    counts: dict[str, int]
    kept: tuple[str, ...]


async def erase(
    session: AsyncSession,
    person: Person,
    *,
    everything: bool,
    actor_id: UUID,
    reason: str,
    now: datetime,
) -> tuple[Erased, list[str]]:
    """Erase a person; return what was, and the workflows to tell. `everything` removes the proof of consent, too.

    Raises StillLeaving.
    """
    organisation_id = person.organisation_id
    # conversations before numbers: the order in which a text that leaves locks them
    await session.execute(
        select(Conversation.id)
        .where(Conversation.id.in_(person.conversation_ids))
        .order_by(Conversation.id)
        .with_for_update()
    )
    await locking.exclusive(session, organisation_id, person.numbers)
    await _refuse_what_leaves(session, person)
    said = Said(Source.ERASURE, now, actor_id=actor_id, scope=Scope.ORGANISATION)
    told: list[str] = []
    for number in person.numbers:
        told += await consent.withdraw(session, organisation_id, number, said, now)
    await session.execute(text("SELECT set_config('touchline.erasing', 'on', true)"))
    counts = {
        "texts": await changed(
            session, update(Message).where(_of_texts(person)).values(blank(now))
        ),
        "media": await drop_media(
            session, person.organisation_id, select(Message.id).where(_of_texts(person))
        ),
        "records": await _blank_records(session, person, now),
        "work_items": await _blank_work_items(session, person),
        "notes": await changed(session, delete(Note).where(Note.record_id.in_(person.record_ids))),
        "timeline_entries": await _blank_timelines(session, person),
        "ledger_entries": await _cut_ledger(session, person, everything=everything),
    }
    await _forget_answers(session, person)
    await _blank_conversations(session, person)
    counts["conversations"] = len(person.conversation_ids)
    kept = KEPT[1:] if everything else KEPT
    session.add(
        Erasure(
            organisation_id=organisation_id,
            requested_by=actor_id,
            reason=reason,
            at=now,
            report={"counts": counts, "kept": list(kept)},
        )
    )
    await session.flush()
    return Erased(counts, tuple(kept)), told


def _of_texts(person: Person) -> ColumnElement[bool]:
    return Message.conversation_id.in_(person.conversation_ids)


async def _refuse_what_leaves(session: AsyncSession, person: Person) -> None:
    leaving = await session.scalar(
        select(Message.id)
        .where(
            _of_texts(person),
            Message.status.in_((MessageStatus.SUBMITTING, MessageStatus.UNCERTAIN)),
        )
        .limit(1)
    )
    if leaving is not None:
        raise StillLeaving(
            "A text to this person is just being handed to its provider, or nobody knows yet whether it was. "
            "Settle it in the work list, or try again in a minute."
        )


def blank(now: datetime) -> dict[str, Any]:
    """Return what a text's row holds once its words, and whose they were, are gone."""
    is_theirs = Message.direction == Direction.INBOUND
    return {
        "body": "",
        "error": None,
        "held_reason": None,
        "erased_at": now,
        "from_number": case((is_theirs, ERASED), else_=Message.from_number),
        "to_number": case((is_theirs, Message.to_number), else_=ERASED),
    }


async def drop_media(
    session: AsyncSession, organisation_id: UUID, texts: Select[UUID] | Collection[UUID]
) -> int:
    """Delete what went with texts, but for what goes with others, too; return how many media."""
    dropped = await session.scalars(
        delete(MessageMedia)
        .where(MessageMedia.message_id.in_(texts))
        .returning(MessageMedia.sha256)
    )
    hashes = [each for each in dropped if each is not None]
    used = exists().where(
        MessageMedia.organisation_id == Media.organisation_id, MessageMedia.sha256 == Media.sha256
    )
    return await changed(
        session,
        delete(Media).where(
            Media.organisation_id == organisation_id, Media.sha256.in_(hashes), ~used
        ),
    )


async def changed(session: AsyncSession, statement: Update | Delete) -> int:
    """Execute a statement; return how many rows it changed."""
    done = await session.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount  # type: ignore[attr-defined, no-any-return]  # of a statement that changes rows


async def _blank_records(session: AsyncSession, person: Person, now: datetime) -> int:
    nothing = dict.fromkeys(
        ("phone", "external_id", "timezone", "country", "region", "language", "unreachable_reason")
    )
    return await changed(
        session,
        update(Record)
        .where(Record.id.in_(person.record_ids))
        .values(
            **nothing,
            first_name="",
            last_name="",
            fields={},
            status=RecordStatus.INACTIVE,
            erased_at=now,
        ),
    )


async def _blank_work_items(session: AsyncSession, person: Person) -> int:
    """Blank what sellers were to do; what is still open is not to be done any more."""
    theirs = or_(
        WorkItem.record_id.in_(person.record_ids),
        WorkItem.conversation_id.in_(person.conversation_ids),
    )
    await session.execute(
        update(WorkItem)
        .where(theirs, WorkItem.status == WorkItemStatus.OPEN)
        .values(status=WorkItemStatus.CANCELLED, decided_at=func.now(), leaves_at=None)
    )
    return await changed(session, update(WorkItem).where(theirs).values(BLANK_WORK_ITEM))


async def _blank_timelines(session: AsyncSession, person: Person) -> int:
    enrollments = select(Enrollment.id).where(Enrollment.record_id.in_(person.record_ids))
    await session.execute(
        update(ConversationMove)
        .where(
            or_(
                ConversationMove.from_conversation_id.in_(person.conversation_ids),
                ConversationMove.to_conversation_id.in_(person.conversation_ids),
            )
        )
        .values(reason=None)
    )
    return await changed(
        session,
        update(TimelineEntry)
        .where(TimelineEntry.enrollment_id.in_(enrollments), TimelineEntry.detail.is_not(None))
        .values(detail=None),
    )


async def _cut_ledger(session: AsyncSession, person: Person, *, everything: bool) -> int:
    """Take the words out of the ledger, or the ledger of these numbers away."""
    theirs = (
        ConsentEntry.organisation_id == person.organisation_id,
        ConsentEntry.customer_number.in_(person.numbers),
    )
    if not everything:
        return await changed(session, update(ConsentEntry).where(*theirs).values(wording=None))
    # also of texts that an earlier erasure has made nobody's
    entries = select(ConsentEntry.id).where(*theirs)
    await session.execute(
        update(Message).where(Message.consent_entry_id.in_(entries)).values(consent_entry_id=None)
    )
    await session.execute(
        delete(OptOut).where(
            OptOut.organisation_id == person.organisation_id,
            OptOut.customer_number.in_(person.numbers),
        )
    )
    return await changed(session, delete(ConsentEntry).where(*theirs))


async def _forget_answers(session: AsyncSession, person: Person) -> None:
    """Delete kept answers of the API that name the person, and the numbers of texts that tried an account out."""
    texts = await session.scalars(select(Message.id).where(_of_texts(person)))
    named = [
        *person.numbers,
        *(str(each) for each in (*person.record_ids, *person.conversation_ids, *texts)),
    ]
    await session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.organisation_id == person.organisation_id,
            exists(
                select(literal(1))
                .select_from(func.unnest(literal(named, ARRAY(String))).alias("named"))
                .where(func.strpos(cast(IdempotencyKey.body, String), literal_column("named")) > 0)
            ),
        )
    )
    await session.execute(
        update(ProbeText)
        .where(
            ProbeText.organisation_id == person.organisation_id,
            ProbeText.to_number.in_(person.numbers),
        )
        .values(to_number=ERASED, reason=None)
    )


async def _blank_conversations(session: AsyncSession, person: Person) -> None:
    # each its own, as there may be several without a record; nobody is left to be answered
    its_own = func.concat(ERASED, func.replace(cast(Conversation.id, String), "-", ""))
    await session.execute(
        update(Conversation)
        .where(Conversation.id.in_(person.conversation_ids))
        .values(customer_number=its_own, last_inbound_at=None)
    )
