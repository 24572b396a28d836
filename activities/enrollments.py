"""The activities of an enrollment that touch only the database."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.journal import step_journal
from db.conversations.tables import Conversation
from db.engine import Sessions
from db.enrollments import progress
from db.enrollments.progress import Entry
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.records.tables import Record
from db.sequences.documents import document_of
from db.work_items import opening
from domain.enrollments import TimelineKind
from domain.interpreter import position_behind
from domain.messages import Direction
from domain.sequence import Branch, FieldIs, SequenceDocument, matches
from workflows.activities import AskField, CloseEnrollment, FindReply, OpenWorkItem


class EnrollmentActivities:
    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock

    @activity.defn
    async def open_work_item(self, order: OpenWorkItem) -> None:
        now = self._clock()
        visit = order.visit
        async with self._sessions.begin() as session:
            await opening.for_step(
                session, visit.enrollment_id, order.step_id, order.work_item_id, now
            )
            opened = Entry(TimelineKind.WORK_ITEM_OPENED, now, work_item_id=order.work_item_id)
            await step_journal(visit, order.step_id)(session, opened)

    @activity.defn
    async def ask_field(self, order: AskField) -> bool:
        async with self._sessions.begin() as session:
            row = await session.execute(
                select(Record.fields, Enrollment.version_id)
                .join(Enrollment, Enrollment.record_id == Record.id)
                .where(Enrollment.id == order.enrollment_id)
            )
            fields, version_id = row.one()
            document = await document_of(session, version_id)
            branch = document.step(order.step_id)
            if not (isinstance(branch, Branch) and isinstance(branch.when, FieldIs)):
                raise TypeError(f"step {order.step_id} asks about no field")
            holds = matches(branch.when.field, fields)
            await self._pass(session, order.enrollment_id, document, branch, holds=holds)
        return holds

    @activity.defn
    async def find_reply(self, order: FindReply) -> bool:
        async with self._sessions.begin() as session:
            found = await session.scalar(
                select(Message.id)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .join(Enrollment, Enrollment.record_id == Conversation.record_id)
                .where(
                    Enrollment.id == order.enrollment_id,
                    Message.direction == Direction.INBOUND,
                    Message.created_at > order.after,
                    Message.created_at <= order.until,
                )
                .limit(1)
            )
            holds = found is not None
            if order.step_id is not None:
                enrollment = await session.get_one(Enrollment, order.enrollment_id)
                document = await document_of(session, enrollment.version_id)
                branch = document.step(order.step_id)
                if isinstance(branch, Branch):
                    await self._pass(session, order.enrollment_id, document, branch, holds=holds)
        return holds

    @activity.defn
    async def close_enrollment(self, order: CloseEnrollment) -> None:
        visit = order.visit
        async with self._sessions.begin() as session:
            await progress.write_entries(
                session, [(visit.enrollment_id, each) for each in progress.entries_of(visit.notes)]
            )
            await progress.end(
                session,
                Enrollment.id == visit.enrollment_id,
                order.reason,
                self._clock(),
                tell_workflows=False,
            )

    async def _pass(
        self,
        session: AsyncSession,
        enrollment_id: UUID,
        document: SequenceDocument,
        branch: Branch,
        *,
        holds: bool,
    ) -> None:
        """Write where the enrollment stands now that a branch has its answer."""
        behind = position_behind(document, branch, self._clock(), holds=holds)
        await progress.move(session, enrollment_id, behind)
