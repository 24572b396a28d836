from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from domain.priority import Ranked, describe, explain, key, number_of
from domain.work_items import WorkItemKind
from domain.work_list_settings import ByDue, ByKind, ByReply, ByTrouble, ByValue, Criterion

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def _item(
    kind: str = "task", due: timedelta = timedelta(0), fields: dict[str, object] | None = None
) -> Ranked:
    return Ranked(WorkItemKind(kind), NOW + due, fields or {})


@pytest.mark.parametrize(
    ("criterion", "item", "expected"),
    [
        pytest.param(ByReply(), _item("reply"), 0, id="a reply"),
        pytest.param(ByReply(), _item("manual_text"), 1, id="no reply"),
        pytest.param(ByTrouble(), _item("failed_text"), 0, id="a failed text"),
        pytest.param(ByTrouble(), _item("uncertain_text"), 0, id="an uncertain text"),
        pytest.param(ByTrouble(), _item("reply"), 1, id="a reply is no trouble"),
        pytest.param(ByDue(), _item(due=-DAY), 0, id="overdue"),
        pytest.param(ByDue(), _item(), 0, id="due this instant"),
        pytest.param(ByDue(), _item(due=SECOND), 1, id="due in a second"),
        pytest.param(ByDue(), _item(due=HOUR), 1, id="due in an hour"),
        pytest.param(ByDue(), _item(due=HOUR + SECOND), 2, id="due in more than an hour"),
        pytest.param(ByDue(), _item(due=DAY), 2, id="due in a day"),
        pytest.param(ByDue(), _item(due=DAY + SECOND), 3, id="due in more than a day"),
        pytest.param(ByValue(), _item(fields={"value": "12000"}), -12000, id="a value in words"),
        pytest.param(ByValue(), _item(fields={"value": 7}), -7, id="a value as a number"),
        pytest.param(ByValue(), _item(fields={"value": " 1e3 "}), -1000, id="an exponent"),
        pytest.param(ByValue(), _item(fields={"value": "-5"}), 5, id="a loss comes behind nothing"),
        pytest.param(ByValue(), _item(fields={"value": "abc"}), 0, id="no number"),
        pytest.param(ByValue(), _item(fields={"value": "NaN"}), 0, id="NaN"),
        pytest.param(ByValue(), _item(fields={"value": "Infinity"}), 0, id="infinity"),
        pytest.param(ByValue(), _item(fields={"value": True}), 0, id="yes is not 1"),
        pytest.param(ByValue(), _item(fields={"value": "1_0"}), 0, id="an underscore"),
        pytest.param(ByValue(), _item(fields={"value": "٣"}), 0, id="digits of another script"),
        pytest.param(ByValue(), _item(), 0, id="no such field"),
        pytest.param(
            ByValue(field="size"), _item(fields={"size": "3", "value": "9"}), -3, id="other field"
        ),
        pytest.param(
            ByValue(),
            _item(fields={"value": "1" * 40}),
            -1111111111111111111111111111111111111111,
            id="more digits than the context keeps",
        ),
        pytest.param(
            ByKind(order=[WorkItemKind.CALL, WorkItemKind.TASK]), _item("task"), 1, id="second kind"
        ),
        pytest.param(
            ByKind(order=[WorkItemKind.CALL, WorkItemKind.TASK]), _item("email"), 2, id="other kind"
        ),
    ],
)
def test_a_criterion_alone_gives_an_item_its_place(
    criterion: Criterion, item: Ranked, expected: int
) -> None:
    assert key([criterion], item, NOW) == (Decimal(expected),)


NAMED = {
    "waiting customer": _item("reply", DAY * 3),
    "overdue task": _item("task", -HOUR),
    "large deal": _item("call", DAY * 3, {"value": "90000"}),
}


FIRST = {"reply": "waiting customer", "due": "overdue task", "value": "large deal"}
THREE: list[Criterion] = [ByReply(), ByDue(), ByValue()]


@pytest.mark.parametrize(
    "rule", list(permutations(THREE)), ids=lambda rule: "-".join(each.by for each in rule)
)
def test_the_first_criterion_decides_and_the_next_ones_where_it_is_even(
    rule: tuple[Criterion, ...],
) -> None:
    order = sorted(NAMED, key=lambda name: key(rule, NAMED[name], NOW))
    assert order == [FIRST[criterion.by] for criterion in rule]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (_item("reply"), ["The customer wrote and nobody has answered.", "Due now."]),
        (_item("task", -timedelta(minutes=5)), ["Due since 5 min."]),
        (_item("task", -timedelta(hours=47)), ["Due since 47 h."]),
        (_item("task", -timedelta(hours=49)), ["Due since 2 d."]),
        (_item("task", HOUR), ["Due within the hour."]),
        (_item("task", DAY), ["Due within a day."]),
        (_item("task", DAY * 2), []),
        (_item("failed_text", DAY * 2), ["A text went wrong."]),
        (_item("task", DAY * 2, {"value": "12000"}), ["Value 12,000."]),
        (_item("task", DAY * 2, {"value": "1e3"}), ["Value 1,000."]),
        (_item("call", DAY * 2), ["Calls stand no. 1 in the order of kinds."]),
    ],
)
def test_an_item_says_why_it_stands_where_it_stands(item: Ranked, expected: list[str]) -> None:
    by_kind = ByKind(order=[WorkItemKind.CALL])
    rule: list[Criterion] = [ByReply(), ByTrouble(), ByDue(), ByValue(), by_kind]
    assert explain(rule, item, NOW) == expected


def test_the_rule_is_told_in_words() -> None:
    rule: list[Criterion] = [
        ByValue(field="budget"),
        ByKind(order=[WorkItemKind.REPLY, WorkItemKind.CALL]),
    ]
    assert describe(rule) == [
        'The largest number in the field "budget" comes first.',
        "Kinds come in this order: replies, calls; then the others.",
        "Where all that is even, what is due first comes first.",
    ]


def test_a_number_is_read_as_the_database_reads_it() -> None:
    assert [number_of(value) for value in ("1.5", ".5", "+2", "1e1000", "0x10", "")] == [
        Decimal("1.5"),
        Decimal("0.5"),
        Decimal(2),
        None,
        None,
        None,
    ]
