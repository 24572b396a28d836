"""What sellers must do now, and what they decided lately: lists, counts, one item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment
from db.matching import holds
from db.pages import PageOf, PageRequest, first_key, read_page
from db.records.tables import Record
from db.sequences.tables import Sequence as SequenceTable
from db.users.absences import is_unattended
from db.users.tables import Team, User
from db.visibility import is_mine, visible_to
from db.work_items.basis import basis_of
from db.work_items.marks import IS_FOLLOWED, IS_OPENED, marked_by
from db.work_items.ordering import Group, Sort, group_key, group_label, sort_keys
from db.work_items.tables import WorkItem, WorkItemMark
from domain import basis
from domain.basis import Basis
from domain.priority import TODAY, Ranked, Rule
from domain.privileges import Actor, Entity, Level, Ownership, Privilege, level_of
from domain.records import RecordKind
from domain.work_items import ABOUT_TEXTS, KEPT, TROUBLE, WorkItemKind, WorkItemStatus

# made once: an alias is costlier than all that a request asks of it
_ITS_OWN: Final = aliased(Conversation)


class WorkItemRow(NamedTuple):
    """A work item with all a seller needs to decide it."""

    item: WorkItem
    record: Record | None
    """None: what somebody unknown wrote waits in the inbox."""
    assignee: User | None
    team: Team | None
    enrollment: Enrollment | None
    sequence: SequenceTable | None
    decided_by: User | None
    created_by: User | None
    conversation_id: UUID | None
    customer_number: str | None
    """That of the conversation it is about, else the record's."""
    is_opened: bool
    """By who reads it."""
    is_followed: bool
    stands: dict[str, Any]
    """What the draft would rest on if it were read now."""
    record_unit_id: UUID | None
    """The business unit of whose record it is, if it is about one."""

    @property
    def owned(self) -> Ownership:
        """Whose it is: its assignee's or its team's, and the team's whose record it is about; or nobody's."""
        owner = self.assignee or self.team
        team_id = None if self.record is None else self.record.owner_team_id
        return Ownership(
            user_id=self.item.assignee_id,
            team_id=self.item.team_id or team_id,
            unit_id=None if owner is None else owner.business_unit_id,
        )

    @property
    def record_owned(self) -> Ownership | None:
        """Whose its record is, if it has one."""
        record = self.record
        if record is None:
            return None
        return Ownership(record.owner_user_id, record.owner_team_id, self.record_unit_id)

    @property
    def ranked(self) -> Ranked:
        """What the priority looks at."""
        fields = {} if self.record is None else self.record.fields
        return Ranked(self.item.kind, self.item.due_at, fields)

    @property
    def basis(self) -> Basis:
        """What the draft rests on now: nothing, if it is of no record."""
        return Basis() if self.record is None else Basis.model_validate(self.stands)

    @property
    def filled_on(self) -> Basis:
        """What the draft rested on when it was filled in; of an item of before that was noted, what it rests on now."""
        return basis.parse(self.item.basis) or self.basis


class Due(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    """Within a day, and not overdue."""
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are asked for."""

    status: WorkItemStatus | None = WorkItemStatus.OPEN
    """None: all."""
    kinds: Sequence[WorkItemKind] = ()
    """Empty: every kind."""
    texts: bool = False
    assignee: Literal["me", "team", "any"] | UUID = "any"
    """`me`: one's own, those of one's teams, and those of whom one stands in for; `team`: nobody's in particular."""
    due: Due | None = None
    sequence: str | None = None
    step: str | None = None
    record_id: UUID | None = None
    record_kind: RecordKind | None = None
    search: str | None = None
    """Words looked for in names, numbers, titles and texts."""
    snoozed: bool = False
    """Those put off instead of those to do now."""
    unopened: bool = False
    """Those that who asks has not opened."""
    followed: bool = False
    """Those that who asks follows."""
    unattended: bool = False
    """Those of people who are away, with nobody to stand in; and those that are nobody's."""


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many items are in a group."""

    key: str
    label: str
    count: int


class Counts(NamedTuple):
    """How much there is to do; all but `snoozed` without what was put off."""

    open: int
    replies: int
    overdue: int
    texts: int
    trouble: int
    snoozed: int
    unattended: int
    next_change_at: datetime | None
    """When the counts change by themselves, at the earliest: something falls due, or comes back."""


class ListedItem(NamedTuple):
    row: WorkItemRow
    group: str


async def list_work_items(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    asked: Filter,
    *,
    sort: Sort,
    group: Group,
    rule: Rule,
    descending: bool = False,
    now: datetime,
) -> PageOf[ListedItem]:
    """Return work items in the order asked for. Those decided more than `KEPT` ago are not listed.

    Raises InvalidCursor.
    """
    as_of = now if page.after is None else first_key(page.after, datetime)
    statement = (
        _work_items(actor.user_id)
        .where(visible_to(actor, WorkItem), _fits(actor, asked, now))
        .add_columns(group_key(group, as_of).label("listed_group"))
    )
    return await read_page(
        session,
        statement,
        lambda *row: ListedItem(WorkItemRow(*row[:-1]), row[-1]),
        page=page,
        keys=sort_keys(sort, group, rule, as_of),
        descending=descending,
    )


async def find_work_item(
    session: AsyncSession, actor: Actor, work_item_id: UUID
) -> WorkItemRow | None:
    """Return the work item, as it stands now, if the actor may see it."""
    found = await find_work_items(session, actor, WorkItem.id == work_item_id)
    return found[0] if found else None


async def find_work_items(
    session: AsyncSession, actor: Actor, which: ColumnElement[bool], *, limit: int | None = None
) -> list[WorkItemRow]:
    """Return the items for which `which` holds that the actor may see, what is due first first."""
    statement = _work_items(actor.user_id).where(visible_to(actor, WorkItem), which)
    return await _read(session, statement, limit)


async def get_work_item(
    session: AsyncSession, work_item_id: UUID, reader_id: UUID | None = None
) -> WorkItemRow:
    """Return the work item as it stands now, whoever may see it, with the marks of who reads it if it is anybody.

    Raises ValueError if there is none.
    """
    (row,) = await _read(session, _work_items(reader_id).where(WorkItem.id == work_item_id), None)
    return row


async def _read(
    session: AsyncSession, statement: Select[*tuple[Any, ...]], limit: int | None
) -> list[WorkItemRow]:
    found = await session.execute(
        statement.order_by(WorkItem.due_at, WorkItem.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [WorkItemRow(*row) for row in found]


async def count(session: AsyncSession, actor: Actor, asked: Filter, *, now: datetime) -> Counts:
    """Return how many open items fit; `asked.status` and `asked.snoozed` count for nothing here."""
    waits = and_(WorkItem.snoozed_until.is_not(None), WorkItem.snoozed_until > now)
    here = ~waits
    later = func.min(WorkItem.due_at).filter(here, WorkItem.due_at > now)
    back = func.min(WorkItem.snoozed_until).filter(waits)
    # one's own items are attended to: asked only of those who see other people's
    unattended = func.count().filter(here, _unattended(now)) if _sees_others(actor) else literal(0)
    found = await session.execute(
        _joined(
            select(
                func.count().filter(here),
                func.count().filter(here, WorkItem.kind == WorkItemKind.REPLY),
                func.count().filter(here, WorkItem.due_at <= now),
                func.count().filter(here, WorkItem.kind.in_(ABOUT_TEXTS)),
                func.count().filter(here, WorkItem.kind.in_(TROUBLE)),
                func.count().filter(waits),
                unattended,
                func.least(later, back),
            ),
            actor.user_id,
        ).where(visible_to(actor, WorkItem), _is_open(), *_conditions(actor, asked, now))
    )
    return Counts(*found.one())


async def count_groups(
    session: AsyncSession, actor: Actor, asked: Filter, *, group: Group, now: datetime
) -> list[GroupCount]:
    """Return how many items each group has, in the order of their keys; at most 200 groups."""
    key, label = group_key(group, now).label("group_key"), func.min(group_label(group))
    found = await session.execute(
        _joined(select(key, label, func.count()), actor.user_id)
        .where(visible_to(actor, WorkItem), _fits(actor, asked, now))
        .group_by("group_key")
        .order_by("group_key")
        .limit(200)
    )
    return [GroupCount(*row) for row in found]


def _fits(actor: Actor, asked: Filter, now: datetime) -> ColumnElement[bool]:
    return and_(_has_status(asked, now), *_conditions(actor, asked, now))


def _has_status(asked: Filter, now: datetime) -> ColumnElement[bool]:
    waits = and_(WorkItem.snoozed_until.is_not(None), WorkItem.snoozed_until > now)
    if asked.status is WorkItemStatus.OPEN:
        return and_(_is_open(), waits if asked.snoozed else ~waits)
    lately = WorkItem.decided_at > now - KEPT
    if asked.status is None:
        return or_(WorkItem.status == WorkItemStatus.OPEN, lately)
    return and_(WorkItem.status == asked.status, lately)


def _is_open() -> ColumnElement[bool]:
    """Open, and not about to leave: an approval that can still be undone is out of everybody's way."""
    return and_(WorkItem.status == WorkItemStatus.OPEN, WorkItem.leaves_at.is_(None))


def _conditions(actor: Actor, asked: Filter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.kinds:
        conditions.append(WorkItem.kind.in_(asked.kinds))
    if asked.texts:
        conditions.append(WorkItem.kind.in_(ABOUT_TEXTS))
    match asked.assignee:
        case "any":
            pass
        case "me":
            conditions.append(is_mine(actor, WorkItem.assignee_id, WorkItem.team_id))
        case "team":
            conditions.append(WorkItem.team_id.in_(actor.team_ids) if actor.team_ids else false())
        case UUID() as user_id:
            conditions.append(WorkItem.assignee_id == user_id)
    match asked.due:
        case Due.OVERDUE:
            conditions.append(WorkItem.due_at <= now)
        case Due.TODAY:
            conditions.append(and_(WorkItem.due_at > now, WorkItem.due_at <= now + TODAY))
        case Due.LATER:
            conditions.append(WorkItem.due_at > now + TODAY)
        case None:
            pass
    if asked.sequence is not None:
        conditions.append(SequenceTable.key == asked.sequence)
    if asked.step is not None:
        conditions.append(WorkItem.step_id == asked.step)
    if asked.record_id is not None:
        conditions.append(WorkItem.record_id == asked.record_id)
    if asked.record_kind is not None:
        conditions.append(Record.kind == asked.record_kind)
    if asked.unopened:
        conditions.append(~IS_OPENED)
    if asked.followed:
        conditions.append(IS_FOLLOWED)
    if asked.unattended:
        conditions.append(_unattended(now))
    if asked.search and asked.search.strip():
        words = (Record.first_name, Record.last_name, WorkItem.title, WorkItem.text)
        numbers = (Record.phone, _ITS_OWN.customer_number)
        conditions.append(holds(asked.search, words, numbers))
    return conditions


def _sees_others(actor: Actor) -> bool:
    level = level_of(actor, Entity.WORK_ITEM, Privilege.READ)
    return level is not None and level > Level.USER


def _unattended(now: datetime) -> Any:
    assignee, team = WorkItem.assignee_id.expression, WorkItem.team_id.expression
    return or_(is_unattended(assignee, team, now), and_(assignee.is_(None), team.is_(None)))


def _joined(
    statement: Select[*tuple[Any, ...]], reader_id: UUID | None
) -> Select[*tuple[Any, ...]]:
    """Add what items are filtered, ordered and grouped by."""
    return (
        statement.select_from(WorkItem)
        .outerjoin(Record, Record.id == WorkItem.record_id)
        .outerjoin(_ITS_OWN, _ITS_OWN.id == WorkItem.conversation_id)
        .outerjoin(User, User.id == WorkItem.assignee_id)
        .outerjoin(Team, Team.id == WorkItem.team_id)
        .outerjoin(Enrollment, Enrollment.id == WorkItem.enrollment_id)
        .outerjoin(SequenceTable, SequenceTable.id == Enrollment.sequence_id)
        .outerjoin(WorkItemMark, marked_by(reader_id))
    )


def _work_items(reader_id: UUID | None) -> Select[*tuple[Any, ...]]:
    decided_by, created_by, owner = aliased(User), aliased(User), aliased(User)
    return (
        _joined(
            select(
                WorkItem,
                Record,
                User,
                Team,
                Enrollment,
                SequenceTable,
                decided_by,
                created_by,
                func.coalesce(WorkItem.conversation_id, Conversation.id),
                func.coalesce(_ITS_OWN.customer_number, Record.phone),
                IS_OPENED,
                IS_FOLLOWED,
                basis_of(case((Enrollment.id.is_not(None), Enrollment.ended_at.is_(None)))),
                owner.business_unit_id,
            ),
            reader_id,
        )
        .outerjoin(owner, owner.id == Record.owner_user_id)
        .outerjoin(decided_by, decided_by.id == WorkItem.decided_by)
        .outerjoin(created_by, created_by.id == WorkItem.created_by)
        .outerjoin(
            Conversation,
            and_(
                Conversation.organisation_id == Record.organisation_id,
                Conversation.customer_number == Record.phone,
                Conversation.record_id == Record.id,
            ),
        )
    )
