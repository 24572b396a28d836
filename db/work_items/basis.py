"""What the draft of a work item rests on, as one column: read with the item, stored when it is opened."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from db.consent.tables import ConsentEntry
from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.records.tables import Record
from domain.messages import Direction


def basis_of(is_running: ColumnElement[Any]) -> ColumnElement[dict[str, Any]]:
    """Return domain.basis.Basis of a selected record; `is_running` says whether the item's enrollment runs."""
    return func.jsonb_build_object(
        "inbound_id",
        _last_inbound_id(),
        "owner",
        func.coalesce(Record.owner_team_id, Record.owner_user_id),
        "record_status",
        Record.status,
        "stage",
        Record.fields["stage"].astext,
        "consent",
        _consent(),
        "is_running",
        is_running,
        type_=JSONB,
    )


def wrote_at() -> ColumnElement[Any]:
    """Return when the customer of a selected record wrote last."""
    return _of_inbound(func.max(Message.created_at))


def _last_inbound_id() -> ColumnElement[Any]:
    # by id: it is drawn as the text is stored, while two processes' clocks may disagree about the instant;
    # and as a word: an index over all texts of all customers would else look like the way to the highest
    return _of_inbound(func.max(cast(Message.id, String)))


def with_the_customer() -> ColumnElement[bool]:
    """Return whether a conversation is with the customer of a selected record, about whichever of their records.

    And one about that record, whatever number it was held with: who has another number now has still said it.
    """
    return or_(
        Conversation.record_id == Record.id,
        and_(
            Conversation.organisation_id == Record.organisation_id,
            Conversation.customer_number == Record.phone,
        ),
    )


def _of_inbound(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # for each conversation by itself: a server that has counted nothing yet would else read all texts there are
    last = (
        select(column)
        .where(Message.conversation_id == Conversation.id, Message.direction == Direction.INBOUND)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return (
        select(func.max(last))
        .select_from(Conversation)
        .where(with_the_customer())
        .correlate(Record)
        .scalar_subquery()
    )


def _consent() -> ColumnElement[Any]:
    return (
        select(ConsentEntry.id)
        .where(
            ConsentEntry.organisation_id == Record.organisation_id,
            ConsentEntry.customer_number == Record.phone,
        )
        .order_by(ConsentEntry.id.desc())
        .limit(1)
        .correlate(Record)
        .scalar_subquery()
    )
