"""A text about to be sent: everything that decides whether it may go and what it says, read at the last moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.compiled import look_up_by_keys
from db.consent import locking
from db.consent.in_force import withdrawal_of
from db.messages import reading
from db.providers.senders import Sender, sender_of
from db.records.filling import filling_of
from db.sequences.documents import document_of
from domain import answers, phone, senders, time_zones
from domain.consent import Purpose
from domain.enrollments import EndReason, EnrollmentStatus
from domain.failures import FailureKind
from domain.identifiers import derived_id
from domain.messages import HoldKind, MessageStatus
from domain.quiet_hours import AllowedHours, WeeklyHours
from domain.records import RecordStatus
from domain.senders import NoSender, Wanted
from domain.sending import Facts
from domain.sequence import SequenceDocument, TextStep, words_of

_IN_ORDER_FOR: Final = timedelta(minutes=2)
"""How long a text waits for the one before it to leave its provider, which may never say that it did."""


class NoSuchRow(LookupError):
    """The row that an activity was asked to work on does not exist: it never will."""


@dataclass(frozen=True)
class Draft:
    """One text about to be sent. `body` may still hold placeholders, which `values` fill."""

    message_id: UUID
    organisation_id: UUID
    conversation_id: UUID
    phone_number_id: UUID
    """Our number the conversation was last held over."""
    to_number: str
    body: str
    is_filled: bool
    values: dict[str, Any] = field(repr=False)
    facts: Facts
    """But for the account, which hangs on the sender."""
    senders: Sequence[Sender]
    wanted: Wanted
    status: MessageStatus | None
    """Of the message's row, if it has one already; so are the next seven."""
    submitted_at: datetime | None
    failure: FailureKind | None
    held_for: HoldKind | None
    held_until: datetime | None
    from_number: str | None
    account_id: UUID | None
    refusals: int
    """How often it was refused under an id that is used up since."""
    zone_source: str
    """What told us the customer's time zones."""
    enrollment_id: UUID | None = None
    version_id: UUID | None = None
    step_id: str | None = None
    author_id: UUID | None = None
    template_id: UUID | None = None
    """The template whose words it has, if the row is still to be written."""

    def sender(self) -> Sender:
        """Return the number the text leaves from. Raises NoSender."""
        chosen = senders.choose([each.candidate for each in self.senders], self.wanted)
        return next(each for each in self.senders if each.candidate is chosen)


@dataclass(frozen=True)
class StepText:
    """Names the text of a sequence's step; one that a seller approved by its work item, which has its words."""

    enrollment_id: UUID
    step_id: str
    work_item_id: UUID | None


def step_message_id(enrollment_id: UUID, step_id: str) -> UUID:
    """Return the id of the text of a step: the same whenever it is asked for, so the text exists once."""
    return derived_id(enrollment_id, step_id, "text", 1)


async def step_draft(
    session: AsyncSession,
    enrollment_id: UUID,
    step_id: str,
    work_item_id: UUID | None,
    now: datetime,
) -> Draft:
    """Return the text of an enrollment's step, locked against consent and ends that come at the same moment.

    A manual text says what its work item says. Raises NoSender, NoSuchRow.
    """
    connection = await connection_of(session)
    conversation_id, version_id = await _conversation_of(connection, enrollment_id)
    document = await document_of(session, version_id)
    text = StepText(enrollment_id, step_id, work_item_id)
    asked = _asked(text, conversation_id, _step_of(document, text))
    row = await reading.STEP.one_or_none(connection, asked | _since(now))
    return _of_step(row, text, version_id, document, now)


async def free_step_drafts(
    session: AsyncSession, texts: Sequence[StepText], now: datetime
) -> dict[StepText, Draft]:
    """Return those texts that nobody else is busy with, locked as `step_draft` does: one for each customer.

    Waits for nobody, so that it neither takes part in a deadlock nor holds up one text for another's sake. What it
    leaves out `step_draft` has.
    """
    connection = await connection_of(session)
    await look_up_by_keys(connection)
    enrollments = {"enrollment_id": sorted(text.enrollment_id for text in texts)}
    await reading.CONVERSATIONS.execute(connection, enrollments)
    free = {
        row.enrollment_id: row
        for row in await reading.FREE_CONVERSATIONS.all(connection, enrollments)
        if row.is_locked
    }
    documents = {
        version_id: await document_of(session, version_id)
        for version_id in {row.version_id for row in free.values()}
    }
    taken: dict[UUID, StepText] = {}
    customers = set()
    asked = []
    for text in texts:
        row = free.get(text.enrollment_id)
        if row is None or (row.organisation_id, row.customer_number) in customers:
            continue
        try:
            step = _step_of(documents[row.version_id], text)
        except NoSuchRow:
            continue
        # of two texts to one customer the second has to see the first
        customers.add((row.organisation_id, row.customer_number))
        taken[text.enrollment_id] = text
        asked.append(_asked(text, row.id, step))
    if not asked:
        return {}
    lists = {name: [each[name] for each in asked] for name in asked[0]}
    rows = await reading.FREE_STEPS.all(connection, lists | _since(now))
    drafts = {}
    for row in rows:
        text, version_id = taken[row.enrollment_id], free[row.enrollment_id].version_id
        drafts[text] = _of_step(row, text, version_id, documents[version_id], now)
    return drafts


def _step_of(document: SequenceDocument, text: StepText) -> TextStep:
    step = document.step(text.step_id)
    if not isinstance(step, TextStep):
        raise NoSuchRow(f"step {text.step_id} of enrollment {text.enrollment_id} is no text")
    return step


def _asked(text: StepText, conversation_id: UUID, step: TextStep) -> dict[str, Any]:
    return {
        "enrollment_id": text.enrollment_id,
        "work_item_id": text.work_item_id,
        "message_id": step_message_id(text.enrollment_id, text.step_id),
        "conversation_id": conversation_id,
        "named": step.from_number,
    }


def _since(now: datetime) -> dict[str, datetime]:
    return {"in_order_since": now - _IN_ORDER_FOR}


def _of_step(
    row: Any, text: StepText, version_id: UUID, document: SequenceDocument, now: datetime
) -> Draft:
    step = _step_of(document, text)
    is_filled = text.work_item_id is not None
    return Draft(
        message_id=step_message_id(text.enrollment_id, text.step_id),
        body=row.approved_text if is_filled else words_of(step, row.language),
        is_filled=is_filled,
        enrollment_id=text.enrollment_id,
        version_id=version_id,
        step_id=text.step_id,
        author_id=row.decided_by,
        template_id=step.pinned.template_id if step.pinned else None,
        **_common(
            row,
            now,
            named=step.from_number,
            is_running=row.enrollment_status == EnrollmentStatus.ACTIVE,
            ended=row.end_reason and EndReason(row.end_reason),
            working_hours=document.settings.working_hours,
            purpose=document.settings.purpose,
        ),
    )


async def row_draft(session: AsyncSession, message_id: UUID, now: datetime) -> Draft:
    """Return a text that stands in the database as it is to be sent. Raises NoSuchRow."""
    connection = await connection_of(session)
    await locking.share_with_text(connection, message_id)
    row = await reading.ROW.one_or_none(connection, {"message_id": message_id} | _since(now))
    if row is None:
        raise NoSuchRow(f"there is no outbound message {message_id}")
    # a sequence's text that is tried again keeps to the sequence's hours
    document = await document_of(session, row.version_id) if row.version_id else None
    # a text that is tried again may outlive its enrollment's last step, but no other end of it
    ended = None if row.end_reason in (None, EndReason.COMPLETED) else EndReason(row.end_reason)
    return Draft(
        message_id=message_id,
        body=row.body,
        is_filled=True,
        enrollment_id=row.enrollment_id,
        version_id=row.version_id,
        step_id=row.step_id,
        author_id=row.author_id,
        **_common(
            row,
            now,
            named=None,
            is_running=row.enrollment_status != EnrollmentStatus.PAUSED,
            ended=ended,
            working_hours=document.settings.working_hours if document else None,
            purpose=document.settings.purpose if document else Purpose.SERVICE,
            is_answer=row.is_written_now and is_answer(row, now),
        ),
    )


async def _conversation_of(connection: Connection, enrollment_id: UUID) -> tuple[UUID, UUID]:
    """Return the conversation an enrollment's texts belong to, and the enrollment's version; locked with its number.

    The locks come in a statement of their own: what is read after it has seen every consent withdrawn before it.
    """
    row = await reading.CONVERSATION.one_or_none(connection, {"enrollment_id": enrollment_id})
    if row is None:
        raise NoSender("The customer has no number to send to, or we have none to send from.")
    return row.id, row.version_id


def is_answer(row: Any, now: datetime) -> bool:
    """Return whether who writes now answers the customer who just wrote (`wrote_at`, `answer_minutes` of the row)."""
    return answers.may_answer_now(
        row.wrote_at,
        now,
        timedelta(minutes=row.answer_minutes),
        country=row.country or phone.country_of(row.customer_number),
        region=row.region,
    )


def _common(
    row: Any,
    now: datetime,
    *,
    named: str | None,
    is_running: bool,
    ended: EndReason | None,
    working_hours: WeeklyHours | None,
    purpose: Purpose,
    is_answer: bool = False,
) -> dict[str, Any]:
    zones = time_zones.zones_of(
        timezone=row.timezone,
        country=row.country,
        region=row.region,
        phone=row.customer_number,
    )
    return {
        "organisation_id": row.organisation_id,
        "conversation_id": row.conversation_id,
        "phone_number_id": row.phone_number_id,
        "to_number": row.customer_number,
        "values": filling_of(row),
        "senders": [sender_of(facts, row.seller_id, now) for facts in row.senders or ()],
        "wanted": Wanted(
            sticky_id=row.sticky_id,
            named=named,
            customer_number=row.customer_number,
            needs_mms=row.has_media,
            uses_team_numbers=row.uses_team_numbers,
            fails_over=row.fails_over,
        ),
        "status": row.message_status and MessageStatus(row.message_status),
        "submitted_at": row.submitted_at,
        "failure": row.failure and FailureKind(row.failure),
        "held_for": row.held_for and HoldKind(row.held_for),
        "held_until": row.held_until,
        "from_number": row.from_number,
        "account_id": row.provider_account_id,
        "refusals": row.refusals,
        "zone_source": zones.source,
        "facts": Facts(
            is_record_active=row.record_status == RecordStatus.ACTIVE,
            is_running=is_running,
            ended=ended,
            is_unreachable=row.is_unreachable,
            is_behind=row.behind is not None,
            is_behind_for_long=bool(row.behind),
            withdrawals=[withdrawal_of(each) for each in row.withdrawals or ()],
            purpose=purpose,
            is_answer=is_answer,
            lacks_consent=row.lacks_consent,
            allowed=AllowedHours(row.allowed_from, row.allowed_until),
            zones=[ZoneInfo(zone) for zone in zones.zones],
            working_hours=working_hours,
        ),
    }
