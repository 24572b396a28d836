"""A text about to be sent: everything that decides whether it may go and what it says, read at the last moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.autocommit import Connection, connection_of
from db.compiled import Compiled
from db.consent import locking
from db.consent.in_force import lacks_consent, withdrawal_of, withdrawals_of
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.media.tables import MessageMedia
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.providers.senders import Sender, sender_of, senders_of, sending_number_of, usable
from db.providers.tables import PhoneNumber
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.sequences.documents import document_of
from db.users.tables import User
from db.work_items.tables import WorkItem
from domain import answers, phone, senders, time_zones
from domain.consent import Purpose
from domain.enrollments import EndReason, EnrollmentStatus
from domain.failures import FailureKind
from domain.identifiers import derived_id
from domain.messages import Direction, HoldKind, MessageStatus
from domain.quiet_hours import AllowedHours, WeeklyHours
from domain.records import RecordStatus
from domain.senders import NoSender, Wanted
from domain.sending import Facts
from domain.sequence import TextStep, words_of

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
    """Of the message's row, if it has one already; so are the next six."""
    submitted_at: datetime | None
    failure: FailureKind | None
    held_for: HoldKind | None
    held_until: datetime | None
    from_number: str | None
    account_id: UUID | None
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
    step = document.step(step_id)
    if not isinstance(step, TextStep):
        raise NoSuchRow(f"step {step_id} of enrollment {enrollment_id} is no text")
    message_id = step_message_id(enrollment_id, step_id)
    row = await _STEP.one_or_none(
        connection,
        {
            "enrollment_id": enrollment_id,
            "work_item_id": work_item_id,
            "message_id": message_id,
            "conversation_id": conversation_id,
            "named": step.from_number,
            "in_order_since": now - _IN_ORDER_FOR,
        },
    )
    return Draft(
        message_id=message_id,
        body=row.approved_text if work_item_id else words_of(step, row.language),
        is_filled=work_item_id is not None,
        enrollment_id=enrollment_id,
        version_id=version_id,
        step_id=step_id,
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
    row = await _ROW.one_or_none(
        connection,
        {"message_id": message_id, "in_order_since": now - _IN_ORDER_FOR},
    )
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
    row = await _CONVERSATION.one_or_none(connection, {"enrollment_id": enrollment_id})
    if row is None:
        raise NoSender("The customer has no number to send to, or we have none to send from.")
    return row.id, row.version_id


def _conversation() -> Any:
    any_number = (
        select(PhoneNumber.id)
        .where(PhoneNumber.organisation_id == Enrollment.organisation_id, usable())
        .order_by(PhoneNumber.id)
        .limit(1)
        .correlate(Enrollment)
        .scalar_subquery()
    )
    # one that a text may leave from stands in until the text is submitted, which writes the one it left from
    number = func.coalesce(sending_number_of(Enrollment.seller_id), any_number)
    source = (
        select(Enrollment.organisation_id, Record.phone, Record.id, number)
        .join(Record, Record.id == Enrollment.record_id)
        .where(
            Enrollment.id == bindparam("enrollment_id"),
            Record.phone.is_not(None),
            number.is_not(None),
        )
    )
    version = (
        select(Enrollment.version_id)
        .where(Enrollment.id == bindparam("enrollment_id"))
        .scalar_subquery()
    )
    # the table and not the class, since parameters beside a class are taken for rows to insert
    table = Conversation.metadata.tables[Conversation.__tablename__]
    insert = postgresql.insert(table).from_select(
        ["organisation_id", "customer_number", "record_id", "phone_number_id"], source
    )
    return insert.on_conflict_do_update(
        index_elements=["organisation_id", "customer_number", "record_id"],
        set_={"last_message_at": table.c.last_message_at},
    ).returning(
        table.c.id,
        version.label("version_id"),
        locking.shared(table.c.organisation_id, table.c.customer_number),
    )


def _facts(
    seller_id: SQLColumnExpression[UUID],
    sticky_id: SQLColumnExpression[UUID],
    other: ColumnElement[bool],
) -> Select[Any]:
    """Return what is read of a text in any case; `other` are numbers it may leave from beside the seller's."""
    is_unreachable = and_(
        Record.unreachable_since.is_not(None), Record.phone == Conversation.customer_number
    )
    has_media = (
        select(literal(True))
        .where(MessageMedia.message_id == bindparam("message_id"))
        .correlate(None)
        .exists()
    )
    return (
        select(
            Conversation.id.label("conversation_id"),
            Conversation.organisation_id,
            Conversation.customer_number,
            Conversation.phone_number_id,
            Organisation.allowed_from,
            Organisation.allowed_until,
            Organisation.uses_team_numbers,
            Organisation.fails_over,
            *FILLING,
            Record.status.label("record_status"),
            Record.timezone,
            is_unreachable.label("is_unreachable"),
            withdrawals_of(Conversation.organisation_id, Conversation.customer_number).label(
                "withdrawals"
            ),
            lacks_consent(Conversation.customer_number).label("lacks_consent"),
            _is_behind().label("is_behind"),
            has_media.label("has_media"),
            seller_id.label("seller_id"),
            sticky_id.label("sticky_id"),
            senders_of(seller_id, other).label("senders"),
            Enrollment.status.label("enrollment_status"),
            Enrollment.end_reason,
            Message.status.label("message_status"),
            Message.submitted_at,
            Message.failure,
            Message.held_for,
            Message.held_until,
            Message.from_number,
            Message.provider_account_id,
        )
        .select_from(Conversation)
        .join(Record, Record.id == Conversation.record_id)
        .join(Organisation, Organisation.id == Conversation.organisation_id)
    )


def _is_behind() -> ColumnElement[bool]:
    """Return whether an earlier text to the same customer is still on its way through a provider."""
    earlier, same = aliased(Message), aliased(Conversation)
    of_customer = (
        select(same.id)
        .where(
            same.organisation_id == Conversation.organisation_id,
            same.customer_number == Conversation.customer_number,
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
    return (
        select(literal(True))
        .where(
            # as an array, and not joined: else a server that has counted nothing yet reads all that is under way
            earlier.conversation_id == any_(func.array(of_customer)),
            # written out, as the index has them: so it is used, and the statement is the same each time
            or_(*(earlier.status == _constant(status) for status in _UNDER_WAY)),
            earlier.id != bindparam("message_id"),
            earlier.submitted_at > bindparam("in_order_since"),
        )
        .exists()
    )


_UNDER_WAY: Final = (MessageStatus.SUBMITTING, MessageStatus.QUEUED)
_NEVER_LEFT: Final = (MessageStatus.HELD, MessageStatus.REFUSED)


def _constant(status: MessageStatus) -> ColumnElement[str]:
    return literal_column(f"'{status.value}'")


def _is_talked_over(conversation: Any) -> ColumnElement[bool]:
    """Return whether a text ever went one way or the other in a conversation."""
    talk = aliased(Message)
    return (
        select(literal(True))
        .where(
            talk.conversation_id == conversation.id,
            *(talk.status != _constant(status) for status in _NEVER_LEFT),
        )
        .exists()
    )


def _sticky() -> ColumnElement[UUID]:
    """Return the number this customer already talks with: in this conversation, else in the latest other one."""
    other = aliased(Conversation)
    elsewhere = (
        select(other.phone_number_id)
        .where(
            other.organisation_id == Conversation.organisation_id,
            other.customer_number == Conversation.customer_number,
            other.id != Conversation.id,
            _is_talked_over(other),
        )
        .order_by(other.last_message_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((_is_talked_over(Conversation), Conversation.phone_number_id), else_=elsewhere)


def _step() -> Select[Any]:
    return (
        _facts(Enrollment.seller_id, _sticky(), PhoneNumber.e164 == bindparam("named"))
        .add_columns(WorkItem.text.label("approved_text"), WorkItem.decided_by)
        .join(Enrollment, Enrollment.id == bindparam("enrollment_id"))
        .join(User, User.id == Enrollment.seller_id)
        .outerjoin(WorkItem, WorkItem.id == bindparam("work_item_id"))
        .outerjoin(Message, Message.id == bindparam("message_id"))
        .where(Conversation.id == bindparam("conversation_id"))
        .with_for_update(of=Enrollment)
    )


def _row() -> Select[Any]:
    seller_id = func.coalesce(Message.author_id, Enrollment.seller_id, Record.owner_user_id)
    is_written_now = and_(
        Message.author_id.is_not(None), Message.enrollment_id.is_(None), Message.retry_of.is_(None)
    )
    return (
        # whoever answers for a colleague does so from the number the conversation is held over; the number that its
        # author chose, or was shown, is kept
        _facts(
            seller_id,
            case(
                (
                    is_written_now,
                    func.coalesce(Message.phone_number_id, Conversation.phone_number_id),
                ),
                else_=Conversation.phone_number_id,
            ),
            PhoneNumber.id == Conversation.phone_number_id,
        )
        .add_columns(
            Message.body,
            Message.author_id,
            Message.enrollment_id,
            Message.step_id,
            Enrollment.version_id,
            is_written_now.label("is_written_now"),
            Organisation.answer_minutes,
            last_heard().label("wrote_at"),
        )
        .join(Message, Message.conversation_id == Conversation.id)
        .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
        .outerjoin(User, User.id == seller_id)
        .where(Message.id == bindparam("message_id"), Message.direction == Direction.OUTBOUND)
        # in the order of an inbound text, which may take back the texts of its conversation
        .with_for_update(of=[Conversation, Message])
    )


def last_heard() -> ScalarSelect[datetime | None]:
    """Return when the customer of a selected conversation last wrote to us, about whatever record."""
    same = aliased(Conversation)
    return (
        select(func.max(same.last_inbound_at))
        .where(
            same.organisation_id == Conversation.organisation_id,
            same.customer_number == Conversation.customer_number,
        )
        .correlate(Conversation)
        .scalar_subquery()
    )


def is_answer(row: Any, now: datetime) -> bool:
    """Return whether who writes now answers the customer who just wrote (`wrote_at`, `answer_minutes` of the row)."""
    return answers.may_answer_now(
        row.wrote_at,
        now,
        timedelta(minutes=row.answer_minutes),
        country=row.country or phone.country_of(row.customer_number),
        region=row.region,
    )


_CONVERSATION: Final = Compiled(_conversation())
_STEP: Final = Compiled(_step())
_ROW: Final = Compiled(_row())


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
        "zone_source": zones.source,
        "facts": Facts(
            is_record_active=row.record_status == RecordStatus.ACTIVE,
            is_running=is_running,
            ended=ended,
            is_unreachable=row.is_unreachable,
            is_behind=row.is_behind,
            withdrawals=[withdrawal_of(each) for each in row.withdrawals or ()],
            purpose=purpose,
            is_answer=is_answer,
            lacks_consent=row.lacks_consent,
            allowed=AllowedHours(row.allowed_from, row.allowed_until),
            zones=[ZoneInfo(zone) for zone in zones.zones],
            working_hours=working_hours,
        ),
    }
