"""Texts that sellers write themselves, outside of any sequence."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.media import queries as media
from db.messages.tables import Message
from db.outbox import queries as outbox
from db.providers.tables import PhoneNumber
from domain import segments
from domain.messages import Direction, HoldKind, MessageStatus
from domain.notices import StartText, text_workflow_id
from domain.pacing import Lane


async def write(
    session: AsyncSession,
    conversation_id: UUID,
    author_id: UUID,
    body: str,
    now: datetime,
    *,
    sha256s: Sequence[str] = (),
) -> tuple[UUID, str]:
    """Write a seller's text into a conversation and have it sent; return its id and its workflow's.

    `sha256s` are the media that go with it, kept already.

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
        .join(PhoneNumber, PhoneNumber.id == Conversation.phone_number_id)
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
            held_until=now,
            held_for=HoldKind.START,
            held_reason="It is about to be sent.",
            body=body,
            segments=counted.segments,
            encoding=counted.encoding,
            from_number=place.e164,
            to_number=place.customer_number,
            phone_number_id=place.number_id,
            provider_account_id=place.provider_account_id,
            author_id=author_id,
        )
        .returning(Message.id)
    )
    message_id = stored.scalar_one()
    await media.attach(session, organisation_id, message_id, sha256s)
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(last_message_at=func.greatest(Conversation.last_message_at, now), unread_count=0)
    )
    workflow_id = text_workflow_id(message_id)
    lane = Lane(place.number_id, float(place.per_second))
    notice = StartText(workflow_id=workflow_id, message_id=message_id, lane=lane)
    await outbox.add(session, organisation_id, [notice])
    return message_id, workflow_id
