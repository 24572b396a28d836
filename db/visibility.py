"""Which rows a person may reach: the one place where lists are scoped by whose the rows are.

The same rule as domain.privileges.reaches, said in SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    SQLColumnExpression,
    Uuid,
    and_,
    any_,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from db.base import OfOrganisation
from db.business_units.tables import BusinessUnit
from db.conversations.tables import Conversation
from db.embed.tables import EmbedKey
from db.enrollments.tables import Enrollment
from db.providers.tables import PhoneNumber, ProviderAccount
from db.records.tables import Record
from db.roles.tables import Role
from db.sequences.tables import Sequence
from db.templates.tables import Template
from db.users.tables import Team, User
from db.work_items.tables import WorkItem
from domain.privileges import (
    Actor,
    Entity,
    Everything,
    Level,
    Need,
    Own,
    Ownership,
    Privilege,
    Scope,
    Units,
    level_of_all,
    scope_of,
)
from domain.templates import Sharing

_Id = SQLColumnExpression[Any]
_Reach = Callable[[Actor, Own | Units], ColumnElement[bool]]
"""The condition for rows of one table that are within what the actor reaches there."""


def visible_to(actor: Actor, table: type[OfOrganisation]) -> ColumnElement[bool]:
    """Return the condition on `table` that holds for the rows the actor may read."""
    return within_reach(actor, table, Privilege.READ)


def within_reach(
    actor: Actor,
    table: type[OfOrganisation],
    privilege: Privilege,
    *,
    texts_as: Entity = Entity.MESSAGE,
) -> ColumnElement[bool]:
    """Return the condition on `table` that holds for the rows on which the actor has `privilege`.

    Who reads a conversation reads its texts: as messages, or in a transcript (`texts_as`). A token of a host's form
    narrows its bearer to one record, whatever else the person may.
    """
    needs: list[Need] = [(entity_of(table), privilege)]
    if table is Conversation and privilege is Privilege.READ:
        needs.append((texts_as, Privilege.READ))
    level = level_of_all(actor, needs)
    if level is None:
        return false()
    within = and_(table.organisation_id == actor.organisation_id, _narrowed(actor, table))
    if table is Template:
        return and_(within, _shared_with(actor, level))
    scope: Scope = scope_of(actor, level)
    if isinstance(scope, Everything):
        return within
    return and_(within, _REACH[table](actor, scope))


async def is_within_reach(
    session: AsyncSession,
    actor: Actor,
    table: type[OfOrganisation],
    row: ColumnElement[bool],
    privilege: Privilege,
) -> bool:
    """Return whether the actor has `privilege` on the row of `table` for which the condition `row` holds."""
    found = select(true()).select_from(table).where(row, within_reach(actor, table, privilege))
    return await session.scalar(found) is not None


def entity_of(table: type[OfOrganisation]) -> Entity:
    """Return what the rows of `table` are when privileges are asked."""
    return _ENTITIES[table]


async def ownership_of(
    session: AsyncSession, user_id: UUID | None, team_id: UUID | None
) -> Ownership:
    """Return the ownership of a row that belongs to this user or this team."""
    unit = None
    if user_id is not None:
        unit = await session.scalar(select(User.business_unit_id).where(User.id == user_id))
    elif team_id is not None:
        unit = await session.scalar(select(Team.business_unit_id).where(Team.id == team_id))
    return Ownership(user_id, team_id, unit)


def is_mine(actor: Actor, user: _Id, team: _Id | None = None) -> ColumnElement[bool]:
    """Return the condition that a row with these owners is the actor's own, or a team's of the actor."""
    # an equality keeps an index in order, where any of several would not
    mine = user == actor.user_id if not actor.covers else user == _any_of(actor.stands_for)
    if team is None or not actor.team_ids:
        return mine
    return or_(mine, is_my_teams(actor, team))


def is_my_teams(actor: Actor, team: _Id) -> ColumnElement[bool]:
    """Return the condition that a row with this owner belongs to a team of the actor."""
    return team == _any_of(actor.team_ids) if actor.team_ids else false()


@dataclass(frozen=True)
class _OwnedBy:
    """A table whose rows belong to the user or the team that two columns name; to nobody where both are empty."""

    user: InstrumentedAttribute[Any]
    team: InstrumentedAttribute[Any] | None = None

    def __call__(self, actor: Actor, scope: Own | Units) -> ColumnElement[bool]:
        mine = is_mine(actor, self.user, self.team)
        if isinstance(scope, Own):
            return mine
        return or_(mine, _in_units(scope, self.user, self.team), self.is_nobodys())

    def is_nobodys(self) -> ColumnElement[bool]:
        return (
            self.user.is_(None)
            if self.team is None
            else and_(self.user.is_(None), self.team.is_(None))
        )


@dataclass(frozen=True)
class _OfUnit:
    """A table whose rows belong to the business unit that a column names; to nobody where there is none."""

    unit: InstrumentedAttribute[Any] | None = None

    def __call__(self, actor: Actor, scope: Own | Units) -> ColumnElement[bool]:
        if isinstance(scope, Own):
            return false()
        if self.unit is None:
            return true()
        return or_(self.unit.is_(None), self.unit == _any_of(scope.ids))


# made once: an alias is costlier than all that a request asks of it
_owner, _owners = aliased(User), aliased(Team)
_of_record, _of_number = aliased(Conversation), aliased(Conversation)


def _in_units(scope: Units, user: _Id, team: _Id | None) -> ColumnElement[bool]:
    """Return the condition that a row's owner belongs to these units.

    The owner is looked up by key for each row: a list of all owners would be made anew for one row as for many.
    """
    units = _any_of(scope.ids)
    of_user = exists().where(_owner.id == user, _owner.business_unit_id == units)
    if team is None:
        return of_user
    of_team = exists().where(_owners.id == team, _owners.business_unit_id == units)
    return or_(of_user, and_(user.is_(None), of_team))


_record = _OwnedBy(Record.owner_user_id, Record.owner_team_id)
_number = _OwnedBy(PhoneNumber.owner_user_id, PhoneNumber.owner_team_id)
_assigned = _OwnedBy(WorkItem.assignee_id, WorkItem.team_id)


def _enrollment(actor: Actor, scope: Own | Units) -> ColumnElement[bool]:
    of_record = exists().where(Record.id == Enrollment.record_id, _record(actor, scope))
    return of_record.correlate(Enrollment)


def _conversation(actor: Actor, scope: Own | Units) -> ColumnElement[bool]:
    """A conversation is whose its record is, and whose the number is that it is held over."""
    if isinstance(scope, Own):
        # the own ones are few: found from their records and numbers, not among all others
        return Conversation.id.in_(
            select(_of_record.id)
            .join(Record, Record.id == _of_record.record_id)
            .where(_record(actor, scope))
            .correlate(None)
            .union(
                select(_of_number.id)
                .join(PhoneNumber, PhoneNumber.id == _of_number.phone_number_id)
                .where(_number(actor, scope))
                .correlate(None)
            )
        )
    owned = or_(
        is_mine(actor, PhoneNumber.owner_user_id, PhoneNumber.owner_team_id),
        _in_units(scope, PhoneNumber.owner_user_id, PhoneNumber.owner_team_id),
        # a number that is nobody's says nothing of whose a record's conversation is
        and_(Conversation.record_id.is_(None), _number.is_nobodys()),
    )
    # no EXISTS: of that the planner may make a list of all records in reach first, for a page of fifty rows
    by_record = select(_record(actor, scope)).where(Record.id == Conversation.record_id)
    by_number = select(owned).where(PhoneNumber.id == Conversation.phone_number_id)
    return or_(
        by_record.correlate(Conversation).scalar_subquery(),
        by_number.correlate(Conversation).scalar_subquery(),
    )


def _work_item(actor: Actor, scope: Own | Units) -> ColumnElement[bool]:
    """A work item is its assignee's or its team's; every member of the team that owns its record may do it, too.

    Of no record it is whose the number is that its conversation is held over (db/work_items/replies.py), or nobody's.
    """
    mine = is_mine(actor, WorkItem.assignee_id, WorkItem.team_id)
    if actor.team_ids:
        of_team = exists().where(
            Record.id == WorkItem.record_id, Record.owner_team_id == _any_of(actor.team_ids)
        )
        mine = or_(mine, and_(WorkItem.team_id.is_(None), of_team.correlate(WorkItem)))
    if isinstance(scope, Own):
        return mine
    return or_(
        mine, _in_units(scope, WorkItem.assignee_id, WorkItem.team_id), _assigned.is_nobodys()
    )


def _shared_with(actor: Actor, level: Level) -> ColumnElement[bool]:
    """A template is seen by those it is shared with; a privilege on the whole organisation shows private ones, too."""
    if level is Level.ORGANISATION:
        return true()
    units = {actor.unit_id} | (actor.units_below if level is Level.UNITS_BELOW else frozenset())
    return or_(
        is_mine(actor, Template.owner_user_id, Template.team_id),
        Template.sharing == Sharing.ORGANISATION,
        Template.business_unit_id == _any_of(frozenset(units)),
    )


_nobodys = _OfUnit()

_ENTITIES: Final[Mapping[type[OfOrganisation], Entity]] = {
    User: Entity.USER,
    Team: Entity.TEAM,
    Role: Entity.ROLE,
    BusinessUnit: Entity.BUSINESS_UNIT,
    ProviderAccount: Entity.PROVIDER_ACCOUNT,
    PhoneNumber: Entity.PHONE_NUMBER,
    Record: Entity.RECORD,
    Sequence: Entity.SEQUENCE,
    Enrollment: Entity.ENROLLMENT,
    WorkItem: Entity.WORK_ITEM,
    Conversation: Entity.CONVERSATION,
    Template: Entity.TEMPLATE,
    EmbedKey: Entity.EMBED_KEY,
}
_REACH: Final[Mapping[type[OfOrganisation], _Reach]] = {
    User: _nobodys,
    Team: _nobodys,
    Role: _nobodys,
    BusinessUnit: _nobodys,
    ProviderAccount: _nobodys,
    PhoneNumber: _number,
    Record: _record,
    Sequence: _OfUnit(Sequence.business_unit_id),
    Enrollment: _enrollment,
    WorkItem: _work_item,
    Conversation: _conversation,
    EmbedKey: _nobodys,
}


def _narrowed(actor: Actor, table: type[OfOrganisation]) -> ColumnElement[bool]:
    """Return what a token of a host's form leaves of a table."""
    if actor.only_record_id is None or table in (PhoneNumber, Template):
        return true()
    if table is Record:
        return Record.id == actor.only_record_id
    if table is Conversation:
        return Conversation.record_id == actor.only_record_id
    return false()


def _any_of(ids: frozenset[UUID]) -> ColumnElement[Any]:
    return any_(literal(sorted(ids), ARRAY(Uuid())))
