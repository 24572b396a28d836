"""Which work item comes first, and why: the organisation's rule applied to one item.

db/work_items/ordering.py says the same in SQL; tests/db/test_ordering.py compares the two.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, assert_never

from domain.work_items import TROUBLE, WorkItemKind
from domain.work_list_settings import ByDue, ByKind, ByReply, ByTrouble, ByValue, Criterion

Rule = Sequence[Criterion]

SOON: Final = timedelta(hours=1)
TODAY: Final = timedelta(days=1)

NUMBER: Final = r"^ *[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})? *$"
"""What counts as a number in a record's field, for Python and PostgreSQL alike."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the rule looks at: the item, and the fields of its record."""

    kind: WorkItemKind
    due_at: datetime
    fields: Mapping[str, object] = field(default_factory=dict)


def number_of(value: object) -> Decimal | None:
    """Return the number that a field holds, or None if it holds none."""
    written = "" if isinstance(value, bool) else str(value)
    return Decimal(written.strip()) if re.fullmatch(NUMBER, written) else None


def key(rule: Rule, item: Ranked, now: datetime) -> tuple[Decimal, ...]:
    """Return what items are ordered by, the smallest first; even ones by `due_at`. `now` is aware."""
    return tuple(_key(criterion, item, now) for criterion in rule)


def explain(rule: Rule, item: Ranked, now: datetime) -> list[str]:
    """Return why the item stands where it stands: a sentence for each criterion that speaks for it."""
    sentences = (_why(criterion, item, now) for criterion in rule)
    return [sentence for sentence in sentences if sentence is not None]


def describe(rule: Rule) -> list[str]:
    """Return the rule in words, a sentence for each criterion."""
    return [
        *(_in_words(criterion) for criterion in rule),
        "Where all that is even, what is due first comes first.",
    ]


def _key(criterion: Criterion, item: Ranked, now: datetime) -> Decimal:
    match criterion:
        case ByReply():
            return Decimal(item.kind is not WorkItemKind.REPLY)
        case ByTrouble():
            return Decimal(item.kind not in TROUBLE)
        case ByDue():
            return Decimal(_band(item.due_at, now))
        case ByValue(field=name):
            # not -value, which would round to the context's digits
            return (number_of(item.fields.get(name)) or Decimal(0)).copy_negate()
        case ByKind(order=order):
            return Decimal(order.index(item.kind) if item.kind in order else len(order))
        case _:
            assert_never(criterion)


def _band(due_at: datetime, now: datetime) -> int:
    """Bands rather than instants: no two items are due at the same one, so nothing behind it would ever decide."""
    ends = (timedelta(0), SOON, TODAY)
    return next((band for band, end in enumerate(ends) if due_at - now <= end), len(ends))


def _why(criterion: Criterion, item: Ranked, now: datetime) -> str | None:
    match criterion:
        case ByReply():
            if item.kind is WorkItemKind.REPLY:
                return "The customer wrote and nobody has answered."
        case ByTrouble():
            if item.kind in TROUBLE:
                return "A text went wrong."
        case ByDue():
            match _band(item.due_at, now):
                case 0:
                    return _overdue(now - item.due_at)
                case 1:
                    return "Due within the hour."
                case 2:
                    return "Due within a day."
        case ByValue(field=name):
            value = number_of(item.fields.get(name))
            if value:
                return f"{name.replace('_', ' ').capitalize()} {value:,f}."
        case ByKind(order=order):
            if item.kind in order:
                return f"{_plural(item.kind).capitalize()} stand {_place(order.index(item.kind))}."
        case _:
            assert_never(criterion)
    return None


def _in_words(criterion: Criterion) -> str:
    match criterion:
        case ByReply():
            return "Customers who wrote and were not answered come first."
        case ByTrouble():
            return "Texts that went wrong come first."
        case ByDue():
            return (
                "What is overdue comes first, then what is due within an hour, then within a day."
            )
        case ByValue(field=name):
            return f'The largest number in the field "{name}" comes first.'
        case ByKind(order=order):
            return f"Kinds come in this order: {', '.join(map(_plural, order))}; then the others."
        case _:
            assert_never(criterion)


def _overdue(since: timedelta) -> str:
    minutes = int(since.total_seconds()) // 60
    if minutes < 1:
        return "Due now."
    if minutes < 60:
        return f"Due since {minutes} min."
    return (
        f"Due since {minutes // 60} h." if minutes < 48 * 60 else f"Due since {minutes // 1440} d."
    )


def _plural(kind: WorkItemKind) -> str:
    words = kind.replace("_", " ")
    return f"{words[:-1]}ies" if kind is WorkItemKind.REPLY else f"{words}s"


def _place(index: int) -> str:
    return f"no. {index + 1} in the order of kinds"
