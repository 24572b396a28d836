"""How a work item looks to the person who asks: by the organisation's rule, and in whose place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends

from api.auth import AnySignIn
from api.context import Now
from api.schemas import RecordRef, SegmentsOut, SequenceRef, UserRef
from api.work_items.schemas import ChangeOut, InHandOut, TeamRef, WarningOut, WorkItemOut
from db.users.tables import User
from db.work_items.queries import WorkItemRow
from db.work_items.warning import InHand, Words, offered
from domain.basis import to_token
from domain.priority import explain
from domain.privileges import Actor, Entity, Ownership, Privilege, reaches
from domain.work_list_settings import WorkListSettings


@dataclass(frozen=True)
class Desk:
    """Through whose eyes, at what instant, and by which rule items are shown."""

    actor: Actor
    settings: WorkListSettings
    now: datetime

    def show(self, row: WorkItemRow, group: str = "") -> WorkItemOut:
        """Return the item as this person sees it."""
        return WorkItemOut(**self._fields(row, offered(row), group))

    def show_in_hand(self, found: InHand) -> InHandOut:
        """Return the item as this person decides it."""
        return InHandOut(
            **self._fields(found.row, found.words),
            warnings=[WarningOut.of(warning) for warning in found.warnings],
            changes=[ChangeOut.of(change) for change in found.changes],
            may_write=self._may(Entity.WORK_ITEM, Privilege.WRITE, found.row.owned),
            may_assign=self._may(Entity.WORK_ITEM, Privilege.ASSIGN, found.row.owned),
            may_append_to=self._may(Entity.RECORD, Privilege.APPEND_TO, found.row.record_owned),
        )

    def _may(self, entity: Entity, privilege: Privilege, owned: Ownership | None) -> bool:
        return owned is not None and reaches(self.actor, entity, privilege, owned)

    def _fields(self, row: WorkItemRow, words: Words, group: str = "") -> dict[str, Any]:
        item = row.item
        is_covered = row.assignee is not None and row.assignee.id in self.actor.covers
        return {
            "id": item.id,
            "kind": item.kind,
            "status": item.status,
            "title": item.title,
            "text": words.text,
            "segments": None if words.text is None else SegmentsOut.of(words.text),
            "reason": words.reason,
            "record": None if row.record is None else RecordRef.of(row.record),
            "customer_number": row.customer_number,
            "assignee": _user(row.assignee),
            "team": None if row.team is None else TeamRef.model_validate(row.team),
            "covered_for": _user(row.assignee) if is_covered else None,
            "sequence": None if row.sequence is None else SequenceRef.of(row.sequence),
            "enrollment_id": item.enrollment_id,
            "step_id": item.step_id,
            "conversation_id": row.conversation_id,
            "message_id": item.message_id,
            "due_at": item.due_at,
            "created_at": item.created_at,
            "created_by": _user(row.created_by),
            "snoozed_until": item.snoozed_until,
            "leaves_at": item.leaves_at,
            "decided_at": item.decided_at,
            "decided_by": _user(row.decided_by),
            "is_opened": row.is_opened,
            "is_followed": row.is_followed,
            "why": explain(self.settings.priority, row.ranked, self.now),
            "group": group,
            "seen": to_token(row.basis),
        }


async def _desk(sign_in: AnySignIn, now: Now) -> Desk:
    settings = WorkListSettings.model_validate(sign_in.organisation.work_list)
    return Desk(sign_in.actor, settings, now)


AtDesk = Annotated[Desk, Depends(_desk)]


def _user(user: User | None) -> UserRef | None:
    return None if user is None else UserRef.of(user)
