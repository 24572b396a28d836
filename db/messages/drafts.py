"""A text about to be sent: everything that decides whether it may go and what it says, read at the last moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, ScalarSelect, Select, bindparam, literal, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.consent.tables import OptOut
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.providers.tables import PhoneNumber, ProviderAccount
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.sequences.documents import document_of
from db.users.tables import TeamMember, User
from db.work_items.tables import WorkItem
from domain import time_zones
from domain.enrollments import EndReason, EnrollmentStatus
from domain.failures import FailureKind
from domain.identifiers import derived_id
from domain.messages import Direction, MessageStatus
from domain.quiet_hours import AllowedHours
from domain.records import RecordStatus
from domain.sending import Facts
from domain.sequence import TextStep


class NoSuchRow(LookupError):
    """The row that an activity was asked to work on does not exist: it never will."""


class NoSender(LookupError):
    """The seller has no number to send from, or the record none to send to."""


@dataclass(frozen=True)
class Draft:
    """One text about to be sent. `body` may still hold placeholders, which `values` fill."""

    message_id: UUID
    organisation_id: UUID
    conversation_id: UUID
    phone_number_id: UUID
    account_id: UUID
    from_number: str
    to_number: str
    body: str
    is_filled: bool
    values: dict[str, Any] = field(repr=False)
    facts: Facts
    status: MessageStatus | None
    """Of the message's row, if it has one already."""
    submitted_at: datetime | None
    failure: FailureKind | None
    enrollment_id: UUID | None = None
    step_id: str | None = None
    author_id: UUID | None = None


def step_message_id(enrollment_id: UUID, step_id: str) -> UUID:
    """Return the id of the text of a step: the same whenever it is asked for, so the text exists once."""
    return derived_id(enrollment_id, step_id, "text", 1)


async def step_draft(
    session: AsyncSession, enrollment_id: UUID, step_id: str, work_item_id: UUID | None
) -> Draft:
    """Return the text of an enrollment's step, locked against consent and ends that come at the same moment.

    A manual text says what its work item says. Raises NoSender, NoSuchRow.
    """
    conversation_id = await _conversation_of(session, enrollment_id)
    message_id = step_message_id(enrollment_id, step_id)
    found = await session.execute(
        _STEP,
        {
            "enrollment_id": enrollment_id,
            "work_item_id": work_item_id,
            "message_id": message_id,
            "conversation_id": conversation_id,
        },
    )
    row = found.one()
    document = await document_of(session, row.version_id)
    step = document.step(step_id)
    if not isinstance(step, TextStep):
        raise NoSuchRow(f"step {step_id} of enrollment {enrollment_id} is no text")
    return Draft(
        message_id=message_id,
        body=row.approved_text if work_item_id else step.text,
        is_filled=work_item_id is not None,
        status=row.message_status,
        submitted_at=row.submitted_at,
        failure=row.failure,
        enrollment_id=enrollment_id,
        step_id=step_id,
        author_id=row.decided_by,
        **_common(
            row,
            is_running=row.enrollment_status is EnrollmentStatus.ACTIVE,
            ended=row.end_reason,
            working_hours=document.settings.working_hours,
        ),
    )


async def row_draft(session: AsyncSession, message_id: UUID) -> Draft:
    """Return a text that stands in the database as it is to be sent. Raises NoSuchRow."""
    statement = (
        _facts()
        .add_columns(
            Message.body,
            Message.author_id,
            Message.status.label("message_status"),
            Message.submitted_at,
            Message.failure,
        )
        .join(Message, Message.conversation_id == Conversation.id)
        .outerjoin(User, User.id == Message.author_id)
        .where(Message.id == message_id, Message.direction == Direction.OUTBOUND)
        # in the order of an inbound text, which may take back the texts of its conversation
        .with_for_update(of=[Conversation, Message])
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchRow(f"there is no outbound message {message_id}")
    return Draft(
        message_id=message_id,
        body=row.body,
        is_filled=True,
        status=row.message_status,
        submitted_at=row.submitted_at,
        failure=row.failure,
        author_id=row.author_id,
        **_common(row, is_running=True, ended=None, working_hours=None),
    )


def sending_number_of(user_id: InstrumentedAttribute[UUID]) -> ScalarSelect[UUID]:
    """Return the number a seller sends from: the default, else another own one, else one of the team's."""
    teams = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
    return (
        select(PhoneNumber.id)
        .where(or_(PhoneNumber.owner_user_id == user_id, PhoneNumber.owner_team_id.in_(teams)))
        .order_by(
            PhoneNumber.is_default.desc(),
            PhoneNumber.owner_user_id.is_(None),
            PhoneNumber.id,
        )
        .limit(1)
        .correlate_except(PhoneNumber)
        .scalar_subquery()
    )


async def _conversation_of(session: AsyncSession, enrollment_id: UUID) -> UUID:
    """Return the conversation an enrollment's texts belong to, locked.

    The lock comes in a statement of its own: what is read after it has seen every consent withdrawn before it.
    """
    number = sending_number_of(Enrollment.seller_id)
    source = (
        select(Enrollment.organisation_id, Record.phone, Record.id, number)
        .join(Record, Record.id == Enrollment.record_id)
        .where(Enrollment.id == enrollment_id, Record.phone.is_not(None), number.is_not(None))
    )
    insert = postgresql.insert(Conversation).from_select(
        ["organisation_id", "customer_number", "record_id", "phone_number_id"], source
    )
    found: UUID | None = await session.scalar(
        insert.on_conflict_do_update(
            index_elements=["organisation_id", "customer_number", "record_id"],
            set_={"last_message_at": Conversation.last_message_at},
        ).returning(Conversation.id)
    )
    if found is None:
        raise NoSender("The seller has no number to send from, or the customer has none.")
    return found


def _facts() -> Select[Any]:
    opted_out = (
        select(literal(True))
        .where(
            OptOut.organisation_id == Conversation.organisation_id,
            OptOut.customer_number == Conversation.customer_number,
            OptOut.ended_at.is_(None),
        )
        .exists()
    )
    return (
        select(
            Conversation.id.label("conversation_id"),
            Conversation.organisation_id,
            Conversation.customer_number,
            PhoneNumber.id.label("phone_number_id"),
            PhoneNumber.e164,
            ProviderAccount.id.label("account_id"),
            ProviderAccount.is_enabled,
            Organisation.allowed_from,
            Organisation.allowed_until,
            *FILLING,
            Record.status.label("record_status"),
            Record.timezone,
            opted_out.label("is_opted_out"),
        )
        .select_from(Conversation)
        .join(Record, Record.id == Conversation.record_id)
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
        .join(ProviderAccount, ProviderAccount.id == PhoneNumber.provider_account_id)
        .join(Organisation, Organisation.id == Conversation.organisation_id)
    )


def _step() -> Select[Any]:
    return (
        _facts()
        .add_columns(
            Enrollment.version_id,
            Enrollment.status.label("enrollment_status"),
            Enrollment.end_reason,
            WorkItem.text.label("approved_text"),
            WorkItem.decided_by,
            Message.status.label("message_status"),
            Message.submitted_at,
            Message.failure,
        )
        .join(Enrollment, Enrollment.id == bindparam("enrollment_id"))
        .join(User, User.id == Enrollment.seller_id)
        .outerjoin(WorkItem, WorkItem.id == bindparam("work_item_id"))
        .outerjoin(Message, Message.id == bindparam("message_id"))
        .where(Conversation.id == bindparam("conversation_id"))
        .with_for_update(of=Enrollment)
    )


_STEP: Final = _step()


def _common(
    row: Row[Any], *, is_running: bool, ended: EndReason | None, working_hours: Any
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
        "account_id": row.account_id,
        "from_number": row.e164,
        "to_number": row.customer_number,
        "values": filling_of(row),
        "facts": Facts(
            is_record_active=row.record_status is RecordStatus.ACTIVE,
            is_opted_out=row.is_opted_out,
            is_running=is_running,
            ended=ended,
            is_account_enabled=row.is_enabled,
            allowed=AllowedHours(row.allowed_from, row.allowed_until),
            zones=[ZoneInfo(zone) for zone in zones.zones],
            working_hours=working_hours,
        ),
    }
