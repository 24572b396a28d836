"""Which rows a person may see: the one place where lists are scoped by owner."""

from sqlalchemy import ColumnElement, and_, or_, select

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.providers.tables import PhoneNumber, ProviderAccount
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import Team, User
from db.work_items.tables import WorkItem
from domain.privileges import Actor, Entity, Level, Privilege, level_of

_ENTITIES = {
    User: Entity.USER,
    Team: Entity.TEAM,
    ProviderAccount: Entity.PROVIDER_ACCOUNT,
    PhoneNumber: Entity.PHONE_NUMBER,
    Record: Entity.RECORD,
    Sequence: Entity.SEQUENCE,
    Enrollment: Entity.ENROLLMENT,
    WorkItem: Entity.WORK_ITEM,
    Conversation: Entity.CONVERSATION,
}

Visible = (
    type[User]
    | type[Team]
    | type[ProviderAccount]
    | type[PhoneNumber]
    | type[Record]
    | type[Sequence]
    | type[Enrollment]
    | type[WorkItem]
    | type[Conversation]
)


def visible_to(actor: Actor, table: Visible) -> ColumnElement[bool]:
    """Return the condition on `table` that holds for the rows the actor may read.

    A seller sees the own records and what hangs on them, the own work items, and the conversations held over
    a number of the seller or the seller's team.
    """
    within = table.organisation_id == actor.organisation_id
    level = level_of(actor, _ENTITIES[table], Privilege.READ)
    if level is not None and level > Level.USER:
        return within
    own_records = select(Record.id).where(Record.owner_user_id == actor.user_id)
    if table is Record:
        return and_(within, Record.owner_user_id == actor.user_id)
    if table is Enrollment:
        return and_(within, Enrollment.record_id.in_(own_records))
    if table is WorkItem:
        return and_(within, WorkItem.assignee_id == actor.user_id)
    if table is Conversation:
        own_numbers = select(PhoneNumber.id).where(
            or_(
                PhoneNumber.owner_user_id == actor.user_id,
                PhoneNumber.owner_team_id.in_(actor.team_ids),
            )
        )
        return and_(
            within,
            or_(
                Conversation.record_id.in_(own_records),
                Conversation.phone_number_id.in_(own_numbers),
            ),
        )
    raise ValueError(f"{actor.role} may not read {table.__tablename__}")
