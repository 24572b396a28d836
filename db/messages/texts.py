"""Texts that sellers write themselves, outside of any sequence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations import reads
from db.conversations.tables import Conversation
from db.media import queries as media
from db.messages import decisions
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.providers.tables import PhoneNumber
from db.users.tables import User
from db.work_items import replies
from domain import segments
from domain.between import Spoken
from domain.messages import Direction, HoldKind, MessageStatus, Verdict
from domain.notices import StartText, text_workflow_id
from domain.pacing import Lane
from domain.sending import ABOUT_TO_GO

_SCHEDULED: Final = "Its author chose when it leaves."


async def spoken_since(
    session: AsyncSession, conversation_id: UUID, seen_id: UUID
) -> list[Spoken] | None:
    """Return what was said with the customer, about whatever record, since the text `seen_id` of this conversation.

    None if there is no such text in it. All conversations with the customer stay locked until the transaction ends,
    so that of two sellers who answer at once the second one finds what the first one wrote.
    """
    place = select(Conversation.organisation_id, Conversation.customer_number).where(
        Conversation.id == conversation_id
    )
    same = tuple_(Conversation.organisation_id, Conversation.customer_number).in_(place)
    await session.execute(
        select(Conversation.id).where(same).order_by(Conversation.id).with_for_update()
    )
    seen = await session.scalar(
        select(Message.created_at).where(
            Message.id == seen_id, Message.conversation_id == conversation_id
        )
    )
    if seen is None:
        return None
    found = await session.execute(
        select(
            Message.id,
            Message.direction,
            Message.author_id,
            User.first_name,
            User.last_name,
            Message.created_at,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(User, User.id == Message.author_id)
        .where(
            same,
            Message.created_at >= seen,
            Message.id != seen_id,
            Message.status != MessageStatus.REFUSED,
        )
        .order_by(Message.created_at.desc())
        .limit(_MOST_SPOKEN)
    )
    return [
        Spoken(
            message_id=row.id,
            direction=row.direction,
            author_id=row.author_id,
            author_name=row.author_id and f"{row.first_name} {row.last_name}".strip(),
            at=row.created_at,
        )
        for row in found
    ]


_MOST_SPOKEN: Final = 20
"""Texts looked at: who has missed more has missed enough."""


async def write(
    session: AsyncSession,
    conversation_id: UUID,
    author_id: UUID,
    body: str,
    now: datetime,
    *,
    sha256s: Sequence[str] = (),
    phone_number_id: UUID | None = None,
    at: datetime | None = None,
    template_id: UUID | None = None,
) -> tuple[UUID, str]:
    """Write a seller's text into a conversation and have it sent; return its id and its workflow's.

    `sha256s` are the media that go with it, kept already; `phone_number_id` the number it is to leave from, else the
    one the conversation was last held over; `at` the instant it waits for.

    Whether it may go is decided when it is sent. Raises NoResultFound if there is no such conversation.
    """
    counted = segments.count(body)
    found = await session.execute(
        select(
            Conversation.organisation_id,
            Conversation.customer_number,
            PhoneNumber.id.label("number_id"),
            PhoneNumber.e164,
            PhoneNumber.per_second,
            PhoneNumber.provider_account_id,
        )
        .join(
            PhoneNumber,
            PhoneNumber.id == func.coalesce(phone_number_id, Conversation.phone_number_id),
        )
        .where(Conversation.id == conversation_id)
    )
    place = found.one()
    organisation_id: UUID = place.organisation_id
    stored = await session.execute(
        postgresql.insert(Message)
        .values(
            organisation_id=organisation_id,
            conversation_id=conversation_id,
            direction=Direction.OUTBOUND,
            status=MessageStatus.HELD,
            held_until=at or now,
            held_for=HoldKind.START if at is None else HoldKind.SCHEDULE,
            held_reason=ABOUT_TO_GO if at is None else _SCHEDULED,
            body=body,
            segments=counted.segments,
            encoding=counted.encoding,
            from_number=place.e164,
            to_number=place.customer_number,
            phone_number_id=place.number_id,
            provider_account_id=place.provider_account_id,
            author_id=author_id,
            template_id=template_id,
            created_at=now,
        )
        .returning(Message.id)
    )
    message_id = stored.scalar_one()
    if at is not None:
        await decisions.keep(
            session,
            organisation_id,
            message_id,
            Verdict.HOLD,
            HoldKind.SCHEDULE.value,
            _SCHEDULED,
            now,
            until=at,
            actor_id=author_id,
        )
    await media.attach(session, organisation_id, message_id, sha256s)
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_message_at=func.greatest(Conversation.last_message_at, now))
    )
    await replies.answered(session, conversation_id, author_id, now)
    await reads.mark_read(session, conversation_id, author_id, now)
    workflow_id = text_workflow_id(message_id)
    lane = Lane(place.number_id, float(place.per_second))
    notice = StartText(workflow_id=workflow_id, message_id=message_id, lane=lane)
    await outbox.add(session, organisation_id, [notice])
    return message_id, workflow_id
