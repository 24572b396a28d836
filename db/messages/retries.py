"""The text that takes the place of one that did not arrive: planned with the report of that, sent like any other."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import insert, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment
from db.media.tables import MessageMedia
from db.messages import held
from db.messages.tables import Message, MessageDecision
from db.outbox import queries as outbox
from db.providers.tables import PhoneNumber
from domain.enrollments import EndReason
from domain.identifiers import derived_id
from domain.messages import HoldKind, MessageStatus, Urgency, Verdict
from domain.notices import StartText, text_workflow_id
from domain.pacing import Lane

_TAKEN_OVER: Final = (
    *("organisation_id", "conversation_id", "direction", "body", "segments", "encoding"),
    *("from_number", "to_number", "provider_account_id", "phone_number_id"),
    *("enrollment_id", "step_id", "author_id"),
)
"""What a retry has in common with the text that failed."""

_LONGEST_REASON: Final = 300
"""Characters the column holds."""


async def plan(
    session: AsyncSession, failed: Message, at: datetime, reason: str, now: datetime
) -> tuple[UUID, str] | None:
    """Have a text that failed tried again at `at`; return the new text's id, and the workflow to tell.

    None if it is not: its enrollment ended before it came to the end of its steps. Whether the retry may go is
    decided anew when it is sent.
    """
    if failed.enrollment_id is not None and await _is_called_off(session, failed.enrollment_id):
        return None
    retry_id = derived_id(failed.id, "retry")
    taken_over = {name: getattr(failed, name) for name in _TAKEN_OVER}
    planned = {
        "id": retry_id,
        "retry_of": failed.id,
        "attempt": failed.attempt + 1,
        "status": MessageStatus.HELD,
        "held_until": at,
        "held_for": HoldKind.RETRY,
        "held_reason": reason[:_LONGEST_REASON],
        "created_at": now,
    }
    await session.execute(postgresql.insert(Message).values(**taken_over, **planned))
    await session.execute(
        insert(MessageDecision).values(
            organisation_id=failed.organisation_id,
            message_id=retry_id,
            at=now,
            verdict=Verdict.HOLD,
            rule=HoldKind.RETRY.value,
            why=reason[:_LONGEST_REASON],
            until=at,
            facts={"retry_of": str(failed.id), "step_id": failed.step_id},
        )
    )
    await _take_media_over(session, failed.id, retry_id)
    notice = StartText(
        workflow_id=text_workflow_id(retry_id),
        message_id=retry_id,
        urgency=_urgency(failed),
        lane=await _lane(session, failed.phone_number_id),
    )
    await outbox.add(session, failed.organisation_id, [notice])
    return retry_id, notice.workflow_id


async def call_off(session: AsyncSession, failed_id: UUID, reason: str, now: datetime) -> None:
    """Refuse the retry of a text that perhaps did not fail after all, if it still waits."""
    await held.refuse(session, Message.retry_of == failed_id, reason, now, rule="not_failed")


async def _is_called_off(session: AsyncSession, enrollment_id: UUID) -> bool:
    # locked, so that an end which comes at the same moment finds the retry and takes it back
    ended = await session.scalar(
        select(Enrollment.end_reason)
        .where(Enrollment.id == enrollment_id)
        .with_for_update(read=True)
    )
    return ended not in (None, EndReason.COMPLETED)


async def _take_media_over(session: AsyncSession, failed_id: UUID, retry_id: UUID) -> None:
    columns = [column for column in MessageMedia.__table__.c if column.name != "message_id"]
    source = select(literal(retry_id), *columns).where(MessageMedia.message_id == failed_id)
    names = ["message_id", *(column.name for column in columns)]
    await session.execute(insert(MessageMedia).from_select(names, source))


async def _lane(session: AsyncSession, number_id: UUID | None) -> Lane | None:
    found = await session.scalar(select(PhoneNumber.per_second).where(PhoneNumber.id == number_id))
    return None if found is None or number_id is None else Lane(number_id, float(found))


def _urgency(text: Message) -> Urgency:
    if text.enrollment_id is None:
        return Urgency.REPLY
    return Urgency.AUTOMATED if text.author_id is None else Urgency.MANUAL
