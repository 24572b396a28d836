"""Conversations and texts as they are sent and shown."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.media.addresses import AddressOf, own_address
from api.pages import Page
from api.problems import ProblemOut
from api.schemas import (
    CustomerNumber,
    Instant,
    LocalTime,
    RecordRef,
    Sent,
    SequenceRef,
    Shown,
    UserRef,
)
from db.conversations.moves import MoveRow
from db.conversations.queries import ConversationRow, MessageRow
from db.media.queries import MediumRow
from domain import erasure
from domain.media import MAX_PER_TEXT, MediaStatus
from domain.messages import Direction, HoldKind, MessageStatus
from domain.time_zones import zones_of

_Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class NewMessage(Sent):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Thursday at ten suits me. Talk soon!"}]}
    )

    # longer ones are refused by the router, with words of their own
    text: Annotated[str, Field(max_length=20_000)] = ""
    media: list[_Sha256] = Field(default_factory=list, max_length=MAX_PER_TEXT)
    """What goes with the text, in this order: as `POST /media` named it."""
    phone_number_id: UUID | None = None
    """The number of ours it leaves from; else the one that the conversation was last held over."""
    template_id: UUID | None = None
    """The template it was written from, to count its use."""
    send_at_local: LocalTime | None = None
    """The customer's clock time at which it leaves, such as 2026-03-04T09:00; of several zones the latest."""
    may_wait: bool = False
    """Whether a text that the hours forbid waits until they allow it; else it is refused."""
    seen_message_id: UUID | None = None
    """The newest text that you have seen: if somebody spoke after it, you are asked first."""


class QuietHoursOut(ProblemOut):
    """409 `quiet-hours`: when the customer's hours allow the text that they forbid now, or when it was to leave.

    Sent again with the `remedy`, it waits until then. `next_allowed` is null if no hour of the week does.
    """

    model_config = ConfigDict(title="QuietHoursProblem")

    next_allowed: Instant | None
    remedy: dict[str, bool]


class SpokenMeanwhileOut(ProblemOut):
    """409 `spoken-meanwhile`: who spoke since, in a sentence (`why`), and the ids of the `texts`."""

    model_config = ConfigDict(title="SpokenMeanwhile")

    why: str
    texts: list[UUID]


class LastMessage(Shown):
    direction: Direction
    body: str
    is_erased: bool
    status: MessageStatus
    created_at: Instant


class ConversationOut(Shown):
    """All texts between one customer number and us about one record."""

    model_config = ConfigDict(title="Conversation")

    id: UUID
    record: RecordRef | None
    """None: nobody has said yet whom it concerns."""
    customer_number: CustomerNumber
    is_erased: bool
    """Whether the person was erased: there is nobody to write to."""
    our_number: str
    our_number_id: UUID
    customer_zones: list[str]
    """Time zones that the customer may be in."""
    is_opted_out: bool
    unread_count: int
    """Of the reader: so many texts, and 10 for ten or more."""
    may_append_to: bool
    """Whether the reader's roles reach it to write into it; texts need privileges of their own."""
    last_message: LastMessage | None
    last_message_at: Instant

    @classmethod
    def of(cls, row: ConversationRow) -> "ConversationOut":
        conversation = row.conversation
        last = row.last_message
        return cls(
            id=conversation.id,
            record=None if row.record is None else RecordRef.of(row.record),
            customer_number=conversation.customer_number,
            is_erased=erasure.is_erased(conversation.customer_number),
            our_number=row.our_number,
            our_number_id=conversation.phone_number_id,
            customer_zones=list(_zones(row)),
            is_opted_out=row.is_opted_out,
            unread_count=row.unread_count,
            may_append_to=row.may_append_to,
            last_message=None if last is None else LastMessage.model_validate(last),
            last_message_at=conversation.last_message_at,
        )


class ConversationCountsOut(Shown):
    model_config = ConfigDict(title="ConversationCounts")

    unread: int
    """Of the reader: so many conversations, and 100 for a hundred or more."""


class MessageMediumOut(Shown):
    """A picture or the like that goes with a text; `url` is there once it is stored, `reason` if it was refused."""

    model_config = ConfigDict(title="MessageMedium")

    status: MediaStatus
    content_type: str | None
    size: int | None
    sha256: str | None
    url: str | None
    reason: str | None

    @classmethod
    def of(cls, row: MediumRow, address_of: AddressOf) -> "MessageMediumOut":
        is_stored = row.status is MediaStatus.STORED
        return cls(
            status=row.status,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            url=address_of(row) if is_stored else None,
            reason=row.reason,
        )


class MessageOut(Shown):
    """One text. `error_code` is the provider's own; `error` says it in words."""

    model_config = ConfigDict(title="Message")

    id: UUID
    direction: Direction
    status: MessageStatus
    body: str
    is_erased: bool
    """Whether its words are gone: the person was erased, or their period has ended."""
    from_number: str
    to_number: str
    segments: int
    encoding: str
    media: list[MessageMediumOut]
    author: UserRef | None
    enrollment_id: UUID | None
    step_id: str | None
    sequence: SequenceRef | None
    error_code: str | None
    error: str | None
    attempt: int
    """Which try of the text this is, from 1."""
    retry_of: UUID | None
    """The text that failed and that this one tries again."""
    price: Decimal | None
    """What the provider charged, in `price_currency`."""
    price_currency: str | None
    held_for: HoldKind | None
    held_until: Instant | None
    """When a text that waits may leave; null also if nobody knows: `held_reason` says what it waits for."""
    held_reason: str | None
    created_at: Instant
    submitted_at: Instant | None
    sent_at: Instant | None
    finished_at: Instant | None

    @classmethod
    def of(
        cls,
        row: MessageRow,
        media: Sequence[MediumRow],
        address_of: AddressOf = own_address,
    ) -> "MessageOut":
        message = row.message
        return cls(
            id=message.id,
            direction=message.direction,
            status=message.status,
            body=message.body,
            is_erased=message.is_erased,
            from_number=message.from_number,
            to_number=message.to_number,
            segments=message.segments,
            encoding=message.encoding,
            media=[MessageMediumOut.of(medium, address_of) for medium in media],
            author=None if row.author is None else UserRef.of(row.author),
            enrollment_id=message.enrollment_id,
            step_id=message.step_id,
            sequence=None if row.sequence is None else SequenceRef.of(row.sequence),
            error_code=message.error_code,
            error=message.error,
            attempt=message.attempt,
            retry_of=message.retry_of,
            price=_price(message.price_micros),
            price_currency=message.price_currency,
            held_for=message.held_for,
            held_until=message.known_end,
            held_reason=message.held_reason,
            created_at=message.created_at,
            submitted_at=message.submitted_at,
            sent_at=message.sent_at,
            finished_at=message.finished_at,
        )


class ConversationMoveOut(Shown):
    """Texts that somebody moved to this conversation (`came`) or out of it (`left`), and where the others are or were.

    Of a record that the reader may not see there is neither a name nor the `reason`, which may hold it.
    """

    model_config = ConfigDict(title="ConversationMove")

    id: UUID
    at: Instant
    way: Literal["came", "left"]
    count: int
    """Of texts."""
    other: Literal["record", "inbox", "hidden"]
    """What the other side is: `record`, the inbox of what is nobody's yet, or a record that the reader may not see."""
    record: RecordRef | None
    reason: str | None
    moved_by: UserRef

    @classmethod
    def of(cls, row: MoveRow, conversation_id: UUID) -> "ConversationMoveOut":
        has_come = row.move.to_conversation_id == conversation_id
        other = row.source if has_come else row.target
        is_hidden = row.hides_source if has_come else row.hides_target
        return cls(
            id=row.move.id,
            at=row.move.moved_at,
            way="came" if has_come else "left",
            count=row.text_count,
            other="hidden" if is_hidden else "inbox" if other is None else "record",
            record=None if other is None else RecordRef.of(other),
            reason=None if is_hidden else row.move.reason,
            moved_by=UserRef.of(row.moved_by),
        )


class MessagePage(Page[MessageOut]):
    """One page of a conversation's texts, the newest first."""

    model_config = ConfigDict(title="MessagePage")

    has_newer: bool
    """Whether there are texts newer than these: the page begins in the middle."""
    moves: list[ConversationMoveOut]
    """Moves between these texts and after them, up to the page before; the newest first, and at most 200."""


def _zones(row: ConversationRow) -> tuple[str, ...]:
    record, number = row.record, row.conversation.customer_number
    if record is None:
        return zones_of(timezone=None, country=None, region=None, phone=number).zones
    return zones_of(
        timezone=record.timezone, country=record.country, region=record.region, phone=number
    ).zones


def _price(micros: int | None) -> Decimal | None:
    return None if micros is None else Decimal(micros).scaleb(-6)
