"""In which order work items are listed, and by what they are grouped, as keys that a page can go on from.

The order by priority is domain.priority.key in SQL; tests/db/test_ordering.py compares the two.
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy import (
    DateTime,
    Integer,
    Numeric,
    String,
    case,
    cast,
    func,
    literal,
)

from db.enrollments.tables import Enrollment
from db.pages import Key
from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import Team, User
from db.work_items.tables import WorkItem
from domain.priority import NUMBER, SOON, TODAY, Rule
from domain.work_items import TROUBLE, WorkItemKind
from domain.work_list_settings import ByDue, ByKind, ByReply, ByTrouble, ByValue, Criterion


class Sort(StrEnum):
    PRIORITY = "priority"
    """By the organisation's rule."""
    DUE = "due"
    CREATED = "created"
    RECORD = "record"
    VALUE = "value"
    """By the field that the organisation's rule looks at, the largest first."""


class Group(StrEnum):
    NONE = "none"
    KIND = "kind"
    SEQUENCE = "sequence"
    STEP = "step"
    DUE = "due"
    RECORD_KIND = "record_kind"
    ASSIGNEE = "assignee"


def sort_keys(sort: Sort, group: Group, rule: Rule, as_of: datetime) -> list[Key]:
    """Return what the list is ordered by, together unique.

    `as_of` is the first of them, so that the next page is read by the same bands however much later it is asked for.
    """
    keys: list[Key] = [literal(as_of, DateTime(timezone=True))]
    if group is not Group.NONE:
        keys += [*_places(group, as_of), group_key(group, as_of)]
    match sort:
        case Sort.PRIORITY:
            keys += [_priority(criterion, as_of) for criterion in rule]
        case Sort.CREATED:
            keys.append(WorkItem.created_at)
        case Sort.RECORD:
            names = (Record.last_name, Record.first_name)
            # an item of no record stands with those whose name nobody knows
            keys += [func.coalesce(func.lower(name), "") for name in names]
        case Sort.VALUE:
            keys.append(_value(_field(rule)))
        case Sort.DUE:
            pass
        case _:
            assert_never(sort)
    return [*keys, WorkItem.due_at, WorkItem.id]


def group_key(group: Group, as_of: datetime) -> Key:
    """Return the name of the group that an item is in; empty where it is in none."""
    match group:
        case Group.NONE:
            return literal("", String)
        case Group.KIND:
            return _word(WorkItem.kind)
        case Group.SEQUENCE:
            return func.coalesce(Sequence.key, "")
        case Group.STEP:
            step = func.concat(Sequence.key, "/", WorkItem.step_id, type_=String)
            return case((Enrollment.id.is_(None), ""), else_=step)
        case Group.DUE:
            return _word(due_band(as_of))
        case Group.RECORD_KIND:
            return _word(Record.kind)
        case Group.ASSIGNEE:
            return _word(func.coalesce(WorkItem.assignee_id, WorkItem.team_id))
        case _:
            assert_never(group)


def group_label(group: Group) -> Key:
    """Return what people call the group of a selected item, where it is not its key."""
    match group:
        case Group.SEQUENCE:
            return func.coalesce(Sequence.name, "")
        case Group.STEP:
            return func.concat_ws(": ", Sequence.name, WorkItem.title, type_=String)
        case Group.ASSIGNEE:
            name = func.concat_ws(" ", User.first_name, User.last_name, type_=String)
            return func.coalesce(Team.name, name, type_=String)
        case _:
            return literal("", String)


def due_band(as_of: datetime) -> Key:
    """Return 0 for what is overdue, 1 for what is due within an hour, 2 within a day, 3 later."""
    return case(
        (WorkItem.due_at <= as_of, 0),
        (WorkItem.due_at <= as_of + SOON, 1),
        (WorkItem.due_at <= as_of + TODAY, 2),
        else_=literal(3, Integer),
    )


def _places(group: Group, as_of: datetime) -> list[Key]:
    """Return what groups are ordered by before their key."""
    if group is Group.ASSIGNEE:
        return [func.lower(group_label(group), type_=String)]
    return []


def _priority(criterion: Criterion, as_of: datetime) -> Key:
    match criterion:
        case ByReply():
            return case((WorkItem.kind == WorkItemKind.REPLY, 0), else_=literal(1, Integer))
        case ByTrouble():
            return case((WorkItem.kind.in_(TROUBLE), 0), else_=literal(1, Integer))
        case ByDue():
            return due_band(as_of)
        case ByValue(field=name):
            return _value(name)
        case ByKind(order=order):
            places = {kind: place for place, kind in reversed(list(enumerate(order)))}
            return case(places, value=WorkItem.kind, else_=literal(len(order), Integer))
        case _:
            assert_never(criterion)


def _value(name: str) -> Key:
    """Return the number in a field, negated so that the largest comes first; 0 where there is none."""
    written = Record.fields[name].astext
    # only what the first condition lets through is ever cast
    return case((written.op("~")(NUMBER), -cast(written, Numeric)), else_=literal(0, Numeric))


def _word(value: Key) -> Key:
    # not a cast, which would go by the column's own name beside the column itself
    return func.concat(value, type_=String)


def _field(rule: Rule) -> str:
    return next((each.field for each in rule if isinstance(each, ByValue)), ByValue().field)
