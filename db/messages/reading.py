"""The statements that read a text about to be sent: to whom it goes, from where, and all that may speak against it.

Of a sequence's texts there are two of each: one for a text by itself, which waits for the locks it needs, and one for
many texts at once, which leaves those out whose locks somebody else holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from db.compiled import Compiled, given
from db.consent import locking
from db.consent.in_force import lacks_consent, withdrawals_of
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.media.tables import MessageMedia
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.providers.senders import senders_of, sending_number_of, usable
from db.providers.tables import PhoneNumber
from db.records.filling import FILLING
from db.records.tables import Record
from db.users.tables import User
from db.work_items.tables import WorkItem
from domain.messages import Direction, HoldKind, MessageStatus

_NOT_LEFT: Final = (MessageStatus.HELD, MessageStatus.SUBMITTING, MessageStatus.QUEUED)
_NEXT: Final = (HoldKind.ORDER, HoldKind.PACE, HoldKind.PROVIDER, HoldKind.ACCOUNT)
"""What a text waits for that is the next to leave then. The engine tries it again and again, so it is not forgotten;
not so what starts, which is waited for like a report that may never come."""
_NEVER_LEFT: Final = (MessageStatus.HELD, MessageStatus.REFUSED)

_ASKED: Final[Mapping[str, TypeEngine[Any]]] = {
    "enrollment_id": Uuid(),
    "conversation_id": Uuid(),
    "message_id": Uuid(),
    "work_item_id": Uuid(),
    "named": String(),
}
"""What is said of each text of a sequence that is read. For many at once each of these is a list."""

_Asked = Mapping[str, ColumnElement[Any]]


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


def _begun(enrollments: ColumnElement[bool]) -> postgresql.Insert:
    """Return the statement that begins the conversations of enrollments whose customers have a number."""
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
        .where(enrollments, Record.phone.is_not(None), number.is_not(None))
    )
    # the table and not the class, since parameters beside a class are taken for rows to insert
    table = Conversation.metadata.tables[Conversation.__tablename__]
    return postgresql.insert(table).from_select(
        ["organisation_id", "customer_number", "record_id", "phone_number_id"], source
    )


def _conversation() -> Any:
    table = Conversation.metadata.tables[Conversation.__tablename__]
    version = (
        select(Enrollment.version_id)
        .where(Enrollment.id == bindparam("enrollment_id"))
        .scalar_subquery()
    )
    return (
        _begun(Enrollment.id == bindparam("enrollment_id"))
        .on_conflict_do_update(
            index_elements=["organisation_id", "customer_number", "record_id"],
            set_={"last_message_at": table.c.last_message_at},
        )
        .returning(
            table.c.id,
            version.label("version_id"),
            locking.shared(table.c.organisation_id, table.c.customer_number),
        )
    )


def _conversations() -> Any:
    there = aliased(Conversation)
    is_there = (
        select(there.id)
        .where(
            there.organisation_id == Enrollment.organisation_id,
            there.customer_number == Record.phone,
            there.record_id == Record.id,
        )
        .correlate(Enrollment, Record)
        .exists()
    )
    asked = Enrollment.id == any_(bindparam("enrollment_id", type_=ARRAY(Uuid)))
    return _begun(and_(asked, ~is_there)).on_conflict_do_nothing()


def _free_conversations() -> Any:
    return (
        select(
            Enrollment.id.label("enrollment_id"),
            Enrollment.version_id,
            Conversation.id,
            Conversation.organisation_id,
            Conversation.customer_number,
            locking.shared_if_free(
                Conversation.organisation_id, Conversation.customer_number
            ).label("is_locked"),
        )
        .join(Record, Record.id == Enrollment.record_id)
        .join(
            Conversation,
            and_(
                Conversation.organisation_id == Enrollment.organisation_id,
                Conversation.customer_number == Record.phone,
                Conversation.record_id == Record.id,
            ),
        )
        .where(Enrollment.id == any_(bindparam("enrollment_id", type_=ARRAY(Uuid))))
        .with_for_update(of=Conversation, key_share=True, skip_locked=True)
    )


def _facts(
    source: FromClause,
    *,
    message_id: ColumnElement[UUID],
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
        .where(MessageMedia.message_id == message_id)
        .correlate_except(MessageMedia)
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
            _behind(message_id).label("behind"),
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
            func.coalesce(func.cardinality(Message.used_up_ids), 0).label("refusals"),
        )
        .select_from(source)
        .join(Record, Record.id == Conversation.record_id)
        .join(Organisation, Organisation.id == Conversation.organisation_id)
    )


def _behind(message_id: ColumnElement[UUID]) -> ScalarSelect[bool | None]:
    """Return whether an earlier text to the same customer is still on its way through a provider, or about to be.

    About to be is one that was written before, and waits for nothing but its turn, its provider or its account. NULL if
    there is none, true if one waits for its account: that may take long. Whoever talks with the customer over another
    account meanwhile does not wait for that, unless it may fail over.
    """
    earlier = aliased(Message)
    ours = aliased(PhoneNumber)
    talked_over = (
        select(ours.provider_account_id)
        .where(ours.id == Conversation.phone_number_id)
        .correlate_except(ours)
        .scalar_subquery()
    )
    waits_elsewhere = and_(
        earlier.held_for == _constant(HoldKind.ACCOUNT),
        Organisation.fails_over.is_(False),
        earlier.provider_account_id != talked_over,
    )
    is_written_before = or_(
        # one that has no row yet comes behind all that have
        Message.id.is_(None),
        tuple_(earlier.created_at, earlier.id) < tuple_(Message.created_at, Message.id),
    )
    # what is held is so until an instant, and nothing else is
    is_fresh = func.coalesce(earlier.held_until, earlier.submitted_at) > bindparam("in_order_since")
    starts = and_(earlier.held_for == _constant(HoldKind.START), is_fresh)
    is_next = or_(*(earlier.held_for == _constant(kind) for kind in _NEXT))
    return (
        select(func.bool_or(earlier.held_for.is_not_distinct_from(_constant(HoldKind.ACCOUNT))))
        .where(
            earlier.organisation_id == Conversation.organisation_id,
            earlier.to_number == Conversation.customer_number,
            # written out, as the index has them: so it is used, and the statement is the same each time
            or_(*(earlier.status == _constant(status) for status in _NOT_LEFT)),
            earlier.id != message_id,
            or_(
                and_(earlier.held_until.is_(None), is_fresh),
                and_(is_written_before, or_(is_next, starts), ~waits_elsewhere),
            ),
        )
        .correlate_except(earlier)
        .scalar_subquery()
    )


def _constant(value: MessageStatus | HoldKind) -> ColumnElement[str]:
    return literal_column(f"'{value.value}'")


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


def _of_step(source: FromClause, asked: _Asked) -> Select[Any]:
    """Return what is read of the text of a step: of each that `source` has, by what is `asked` of it."""
    return (
        _facts(
            source,
            message_id=asked["message_id"],
            seller_id=Enrollment.seller_id,
            sticky_id=_sticky(),
            other=PhoneNumber.e164 == asked["named"],
        )
        .add_columns(WorkItem.text.label("approved_text"), WorkItem.decided_by)
        .join(Enrollment, Enrollment.id == asked["enrollment_id"])
        .join(User, User.id == Enrollment.seller_id)
        .outerjoin(WorkItem, WorkItem.id == asked["work_item_id"])
        .outerjoin(Message, Message.id == asked["message_id"])
    )


def _step() -> Select[Any]:
    asked = {name: bindparam(name, type_=type_) for name, type_ in _ASKED.items()}
    return (
        _of_step(Conversation.__table__, asked)
        .where(Conversation.id == asked["conversation_id"])
        .with_for_update(of=Enrollment)
    )


def _free_steps() -> Select[Any]:
    asked = given(_ASKED, name="asked")
    source = asked.join(Conversation, Conversation.id == asked.c.conversation_id)
    return (
        _of_step(source, dict(asked.c.items()))
        .add_columns(asked.c.enrollment_id)
        .with_for_update(of=Enrollment, key_share=True, skip_locked=True)
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
            Conversation.__table__,
            message_id=bindparam("message_id", type_=Uuid()),
            seller_id=seller_id,
            sticky_id=case(
                (
                    is_written_now,
                    func.coalesce(Message.phone_number_id, Conversation.phone_number_id),
                ),
                else_=Conversation.phone_number_id,
            ),
            other=PhoneNumber.id == Conversation.phone_number_id,
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


CONVERSATION: Final = Compiled(_conversation())
"""Begins the conversation of an enrollment if there is none, and locks it with its number."""
CONVERSATIONS: Final = Compiled(_conversations())
"""Begins the conversations of enrollments that have none."""
FREE_CONVERSATIONS: Final = Compiled(_free_conversations())
"""Locks those conversations of enrollments that nobody else holds; a number that somebody does is not `is_locked`."""
STEP: Final = Compiled(_step())
FREE_STEPS: Final = Compiled(_free_steps())
"""Reads the texts of those enrollments that nobody else holds, and locks these."""
ROW: Final = Compiled(_row())
