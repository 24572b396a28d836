"""How an item changes hands, is put off, and is put on the list by hand."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.business_units.tables import BusinessUnit
from db.conversations.tables import Conversation
from db.records.tables import Record
from db.users.sign_in import active_user, sign_in_of
from db.users.tables import Team, TeamMember, User
from db.visibility import is_within_reach
from db.work_items.tables import WorkItem
from domain.privileges import Actor, Privilege
from domain.roles import SHIPPED
from domain.users import Role
from domain.work_items import WorkItemKind, WorkItemStatus

_MAY_CHANGE = (WorkItem.status == WorkItemStatus.OPEN, WorkItem.leaves_at.is_(None))


class CannotSeeRecord(Exception):
    """Who should do it may not see the record it is about."""


class CannotSeeConversation(Exception):
    """Who should answer what waits in the inbox may not read it."""


class NobodyThere(LookupError):
    """The organisation has no such active user, or no such team with anybody in it."""


async def snooze(session: AsyncSession, work_item_id: UUID, until: datetime) -> bool:
    """Hide an open item until `until`, when it is due; return whether it was open."""
    moved = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == work_item_id, *_MAY_CHANGE)
        .values(due_at=until, snoozed_until=until, snooze_count=WorkItem.snooze_count + 1)
        .returning(WorkItem.id)
    )
    return moved is not None


async def unsnooze(session: AsyncSession, work_item_id: UUID, now: datetime) -> bool:
    """Bring an item that was put off back, due now; return whether it was open."""
    moved = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == work_item_id, *_MAY_CHANGE)
        .values(due_at=func.least(WorkItem.due_at, now), snoozed_until=None)
        .returning(WorkItem.id)
    )
    return moved is not None


async def hand_over(
    session: AsyncSession,
    actor: Actor,
    work_item_id: UUID,
    *,
    user_id: UUID | None,
    team_id: UUID | None,
    note: str | None,
) -> bool:
    """Make an open item somebody else's, or a team's; return whether it was open.

    Raises NobodyThere, CannotSeeRecord, CannotSeeConversation.
    """
    taker = await _taker_of(session, actor, user_id=user_id, team_id=team_id)
    about = await session.execute(
        select(WorkItem.record_id, WorkItem.conversation_id).where(WorkItem.id == work_item_id)
    )
    record_id, conversation_id = about.one()
    if record_id is not None:
        await _require_sight(session, taker, record_id)
    elif not await is_within_reach(
        session, taker, Conversation, Conversation.id == conversation_id, Privilege.READ
    ):
        raise CannotSeeConversation
    moved = await session.scalar(
        update(WorkItem)
        .where(WorkItem.id == work_item_id, *_MAY_CHANGE)
        .values(
            assignee_id=user_id,
            team_id=team_id,
            reason=func.coalesce(literal(note), WorkItem.reason),
        )
        .returning(WorkItem.id)
    )
    return moved is not None


async def add_by_hand(
    session: AsyncSession,
    actor: Actor,
    record_id: UUID,
    kind: WorkItemKind,
    *,
    title: str,
    text: str | None,
    due_at: datetime,
    user_id: UUID | None,
    team_id: UUID | None,
) -> UUID:
    """Put an item on somebody's list, or on a team's, and return its id. Raises NobodyThere, CannotSeeRecord."""
    if user_id != actor.user_id:
        taker = await _taker_of(session, actor, user_id=user_id, team_id=team_id)
        await _require_sight(session, taker, record_id)
    item = WorkItem(
        organisation_id=actor.organisation_id,
        kind=kind,
        record_id=record_id,
        assignee_id=user_id,
        team_id=team_id,
        title=title,
        reason=text,
        due_at=due_at,
        created_by=actor.user_id,
    )
    session.add(item)
    await session.flush()
    return item.id


async def _require_sight(session: AsyncSession, taker: Actor, record_id: UUID) -> None:
    if not await is_within_reach(session, taker, Record, Record.id == record_id, Privilege.READ):
        raise CannotSeeRecord


async def _taker_of(
    session: AsyncSession, actor: Actor, *, user_id: UUID | None, team_id: UUID | None
) -> Actor:
    """Return what a user, or any seller of a team, may do. Raises NobodyThere."""
    taker = await (
        _actor_of(session, actor, user_id)
        if user_id is not None
        else _actor_of_team(session, actor, team_id)
    )
    if taker is None:
        raise NobodyThere
    return taker


async def _actor_of(session: AsyncSession, actor: Actor, user_id: UUID) -> Actor | None:
    user = select(literal(user_id)).scalar_subquery()
    found = await session.execute(
        active_user(user).where(User.organisation_id == actor.organisation_id)
    )
    row = found.one_or_none()
    return None if row is None else sign_in_of(row, datetime.max.replace(tzinfo=UTC)).actor


async def _actor_of_team(session: AsyncSession, actor: Actor, team_id: UUID | None) -> Actor | None:
    """Return what any seller of the team may do for being one, if there is one."""
    team = await session.scalar(
        select(Team).where(
            Team.id == team_id,
            Team.organisation_id == actor.organisation_id,
            exists()
            .where(TeamMember.team_id == Team.id, User.id == TeamMember.user_id, User.is_active)
            .correlate(Team),
        )
    )
    if team is None:
        return None
    return Actor(
        user_id=team.id,
        organisation_id=team.organisation_id,
        grants=SHIPPED[Role.SALESPERSON],
        unit_id=team.business_unit_id,
        team_ids=frozenset({team.id}),
        # the team's own unit, and not all there is
        other_units=await session.scalar(_has_other_units(team)) or False,
    )


def _has_other_units(team: Team) -> Select[bool]:
    return select(
        exists().where(
            BusinessUnit.organisation_id == team.organisation_id,
            BusinessUnit.id != team.business_unit_id,
        )
    )
