"""Puts work items before sellers. Their ids are derived, so that a repeated activity opens one once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.sequences.documents import document_of
from db.users.tables import User
from db.work_items.basis import basis_of
from db.work_items.tables import WorkItem
from domain.identifiers import derived_id
from domain.placeholders import UnfilledPlaceholder, fill
from domain.sequence import Email, HumanStep, ManualText, words_of
from domain.work_items import WorkItemKind, WorkItemStatus

_LONGEST_TITLE: Final = 300

_TITLES = {
    WorkItemKind.FAILED_TEXT: "A text was not delivered",
    WorkItemKind.UNCERTAIN_TEXT: "A text may not have been sent",
}


async def about_text(
    session: AsyncSession, message_id: UUID, kind: WorkItemKind, reason: str, now: datetime
) -> None:
    """Open an item about a text that went wrong, for the seller whose text it is."""
    seller = func.coalesce(Enrollment.seller_id, Message.author_id, Record.owner_user_id)
    row = (
        select(
            literal(derived_id(message_id, kind)).label("id"),
            Message.organisation_id,
            literal(kind.value).label("kind"),
            Conversation.record_id,
            seller.label("assignee_id"),
            Message.enrollment_id,
            Message.step_id,
            Message.id.label("message_id"),
            literal(_TITLES[kind]).label("title"),
            Message.body.label("text"),
            literal(reason).label("reason"),
            literal(now).label("due_at"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Record, Record.id == Conversation.record_id)
        .outerjoin(Enrollment, Enrollment.id == Message.enrollment_id)
        .where(Message.id == message_id)
    )
    columns = [column.name for column in row.selected_columns]
    await session.execute(
        postgresql.insert(WorkItem).from_select(columns, row).on_conflict_do_nothing()
    )


async def withdraw_uncertain(session: AsyncSession, message_id: UUID, now: datetime) -> None:
    """Close the item about a text of which nobody knew whether it went, since the provider says so now."""
    await session.execute(
        update(WorkItem)
        .where(
            WorkItem.id == derived_id(message_id, WorkItemKind.UNCERTAIN_TEXT),
            WorkItem.status == WorkItemStatus.OPEN,
        )
        .values(
            status=WorkItemStatus.CANCELLED,
            decided_at=now,
            reason="Settled by itself: the provider reported what became of the text.",
        )
    )


async def about_step(
    session: AsyncSession,
    enrollment_id: UUID,
    step_id: str,
    kind: WorkItemKind,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Open an item about a step whose text could not even be written, for the enrollment's seller."""
    await _open_for_enrollment(
        session,
        enrollment_id,
        id=derived_id(enrollment_id, step_id, kind),
        kind=kind,
        step_id=step_id,
        title=_TITLES[kind],
        reason=reason,
        due_at=now,
    )


async def for_step(
    session: AsyncSession, enrollment_id: UUID, step_id: str, item_id: UUID, now: datetime
) -> None:
    """Open the item of a step that a seller does, its text filled in.

    A text that cannot be filled in wholly is offered with what is left, and the reason.
    """
    draft = await draft_of(session, enrollment_id, step_id)
    await _open_for_enrollment(
        session,
        enrollment_id,
        id=item_id,
        kind=WorkItemKind(draft.step.type),
        step_id=step_id,
        title=draft.title,
        text=draft.text,
        reason=draft.reason,
        due_at=now + draft.step.due,
    )


@dataclass(frozen=True, slots=True)
class StepDraft:
    """What a seller is offered to do: `text` is what a text or an e-mail says, `reason` what is to be known of it.

    The title of an e-mail is its subject, as of one that was put on the list by hand.
    """

    step: HumanStep
    title: str
    text: str | None
    reason: str | None


async def draft_of(session: AsyncSession, enrollment_id: UUID, step_id: str) -> StepDraft:
    """Return what an enrollment's step asks of its seller, filled in from what is known now."""
    row = (
        await session.execute(
            select(Enrollment.version_id, *FILLING)
            .join(Record, Record.id == Enrollment.record_id)
            .join(User, User.id == Enrollment.seller_id)
            .join(Organisation, Organisation.id == Enrollment.organisation_id)
            .where(Enrollment.id == enrollment_id)
        )
    ).one()
    step = (await document_of(session, row.version_id)).step(step_id)
    if not isinstance(step, HumanStep):
        raise TypeError(f"step {step_id} of enrollment {enrollment_id} is not for a seller")
    values = filling_of(row)
    if isinstance(step, Email):
        subject, missing_there = _filled(step.subject, values)
        text, missing = _filled(step.description, values)
        title = subject[:_LONGEST_TITLE] or step.title
        return StepDraft(step, title, text or None, _why([*missing_there, *missing]))
    if not isinstance(step, ManualText):
        return StepDraft(step, step.title, None, step.description or None)
    text, missing = fill(words_of(step, row.language), values)
    return StepDraft(step, step.title, text, _why(missing))


def _filled(words: str, values: Mapping[str, object]) -> tuple[str, list[str]]:
    """Fill in what an e-mail says. Those of sequences that were published before it was checked stay as they are."""
    try:
        return fill(words, values)
    except ValueError:
        return words, []


def _why(missing: Sequence[str]) -> str | None:
    return str(UnfilledPlaceholder(missing[0])) if missing else None


async def _open_for_enrollment(session: AsyncSession, enrollment_id: UUID, **values: Any) -> None:
    columns = ["organisation_id", "record_id", "assignee_id", "enrollment_id", "basis", *values]
    row = (
        select(
            Enrollment.organisation_id,
            Enrollment.record_id,
            Enrollment.seller_id,
            Enrollment.id,
            basis_of(Enrollment.ended_at.is_(None)),
            *(literal(value, WorkItem.__table__.c[name].type) for name, value in values.items()),
        )
        .join(Record, Record.id == Enrollment.record_id)
        .where(Enrollment.id == enrollment_id, Enrollment.ended_at.is_(None))
    )
    await session.execute(
        postgresql.insert(WorkItem).from_select(columns, row).on_conflict_do_nothing()
    )
