"""What happens to texts whose workflows wait, once what they wait for is no more? They are looked at, and at once."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.outbox import queries as outbox
from domain.enrollments import EnrollmentStatus
from domain.messages import HoldKind, MessageStatus
from domain.notices import TextReleased, text_workflow_id
from domain.sending import ABOUT_TO_GO, IS_PAUSED


async def release(
    session: AsyncSession, organisation_id: UUID, waiting: ColumnElement[bool], now: datetime
) -> list[str]:
    """Have those held texts looked at that fit `waiting`; return the workflows to tell.

    Whether one may go is decided anew, and those to one customer go in the order in which they were written: each is
    behind those that are about to.
    """
    released = await session.execute(
        update(Message)
        .where(
            Message.organisation_id == organisation_id,
            Message.status == MessageStatus.HELD,
            waiting,
        )
        .values(
            held_for=case((_IS_PAUSED, HoldKind.PAUSE), else_=HoldKind.START),
            held_reason=case((_IS_PAUSED, IS_PAUSED), else_=ABOUT_TO_GO),
            held_until=now,
        )
        .returning(Message.id, _WORKFLOW_ID)
        .execution_options(synchronize_session=False)
    )
    notices = [
        TextReleased(workflow_id=workflow_id or text_workflow_id(message_id))
        for message_id, workflow_id in released
    ]
    await outbox.add(session, organisation_id, notices)
    return [notice.workflow_id for notice in notices]


_IS_PAUSED: Final = (
    select(Enrollment.id)
    .where(Enrollment.id == Message.enrollment_id, Enrollment.status == EnrollmentStatus.PAUSED)
    .correlate(Message)
    .exists()
)
_WORKFLOW_ID: Final = (
    select(Enrollment.workflow_id)
    # a text that is tried again has a workflow of its own, as one outside of a sequence has
    .where(Enrollment.id == Message.enrollment_id, Message.retry_of.is_(None))
    .correlate(Message)
    .scalar_subquery()
)
