from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.quiet_hours import AllowedHours, WeeklyHours
from domain.sequence_source import parse_yaml
from domain.up_next import AfterCurrent, AfterWait, Hours, Known, Upcoming, upcoming

DOCUMENT = parse_yaml("""
key: test
name: Test
steps:
  - {id: hello, type: automated_text, text: "Hello."}
  - id: heard
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: ring, type: call}
    else:
      - {id: pause, type: wait, for: 2d}
      - {id: again, type: automated_text, text: "Still there?"}
      - id: is_hot
        type: branch
        when: {field: {name: stage, equals: hot}}
        then:
          - {id: visit, type: task}
        else: []
  - {id: rest, type: wait, for: 1d}
  - {id: book, type: manual_text, name: Book a date, text: "Shall we talk?"}
  - id: is_warm
    type: branch
    when: {field: {name: stage, equals: warm}}
    then:
      - id: is_large
        type: branch
        when: {field: {name: size, equals: large}}
        then: [{id: dine, type: task}]
        else: [{id: mail, type: task}]
    else:
      - {id: stop, type: end}
""")
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 7, 1, 23, tzinfo=UTC)
ALWAYS = Hours(AllowedHours.parse("00:00-24:00"), [ZoneInfo("Europe/Lisbon")])
BY_DAY = Hours(AllowedHours(), [ZoneInfo("Europe/Lisbon")])
WEEKENDS = Hours(
    AllowedHours(), [ZoneInfo("Europe/Lisbon")], WeeklyHours.parse({"sat": "10:00-12:00"})
)
DAY = timedelta(days=1)
ANSWERED, SILENT = "if they answer within 3d", "else"

RING = ("ring", "call", "Ring")
AGAIN = ("again", "automated_text", "Again")
BOOK = ("book", "manual_text", "Book a date")
VISIT = ("visit", "task", "Visit")


@pytest.mark.parametrize(
    ("current", "at", "hours", "expected"),
    [
        pytest.param(
            "hello",
            None,
            ALWAYS,
            [
                Upcoming(*RING, AfterCurrent(), ANSWERED),
                Upcoming(*AGAIN, AfterWait(5 * DAY), SILENT),
            ],
            id="a text whose answer is asked about",
        ),
        pytest.param(
            "hello",
            AT,
            ALWAYS,
            [
                Upcoming(*RING, AfterCurrent(), ANSWERED),
                Upcoming(*AGAIN, Known(AT + 5 * DAY), SILENT),
            ],
            id="a text that is held until an instant",
        ),
        pytest.param(
            "heard",
            AT,
            ALWAYS,
            [
                Upcoming(*RING, AfterCurrent(), ANSWERED),
                Upcoming(*AGAIN, Known(AT + 2 * DAY), SILENT),
            ],
            id="a branch that waits for an answer",
        ),
        pytest.param(
            "heard",
            None,
            ALWAYS,
            [
                Upcoming(*RING, AfterCurrent(), ANSWERED),
                Upcoming(*AGAIN, AfterWait(2 * DAY), SILENT),
            ],
            id="a paused branch",
        ),
        pytest.param(
            "ring", None, ALWAYS, [Upcoming(*BOOK, AfterWait(DAY))], id="out of a side, over a wait"
        ),
        pytest.param("pause", AT, ALWAYS, [Upcoming(*AGAIN, Known(AT))], id="a wait inside a side"),
        pytest.param("pause", None, ALWAYS, [Upcoming(*AGAIN, AfterCurrent())], id="a paused wait"),
        pytest.param(
            "pause",
            NIGHT,
            BY_DAY,
            [Upcoming(*AGAIN, Known(datetime(2026, 7, 2, 7, tzinfo=UTC)))],
            id="a wait that ends at night",
        ),
        pytest.param(
            "pause",
            AT,
            WEEKENDS,
            [Upcoming(*AGAIN, Known(datetime(2026, 7, 4, 9, tzinfo=UTC)))],
            id="a wait that ends on a day off",
        ),
        pytest.param(
            "rest", NIGHT, BY_DAY, [Upcoming(*BOOK, Known(NIGHT))], id="people may work at night"
        ),
        pytest.param(
            "again",
            None,
            ALWAYS,
            [
                Upcoming(*VISIT, AfterCurrent(), "if stage is hot"),
                Upcoming(*BOOK, AfterWait(DAY), "else"),
            ],
            id="a side without steps goes on behind the branch",
        ),
        pytest.param(
            "is_hot",
            AT,
            ALWAYS,
            [
                Upcoming(*VISIT, Known(AT), "if stage is hot"),
                Upcoming(*BOOK, Known(AT + DAY), "else"),
            ],
            id="a branch about a field",
        ),
        pytest.param(
            "visit", None, ALWAYS, [Upcoming(*BOOK, AfterWait(DAY))], id="out of two sides"
        ),
        pytest.param("rest", AT, ALWAYS, [Upcoming(*BOOK, Known(AT))], id="a wait"),
        pytest.param(
            "book",
            None,
            ALWAYS,
            [Upcoming("is_large", "branch", "Is large", AfterCurrent(), "if stage is warm")],
            id="a branch in a branch is one thing, and an end is nothing",
        ),
        pytest.param("dine", None, ALWAYS, [], id="the last step"),
        pytest.param("stop", None, ALWAYS, [], id="an end"),
    ],
)
def test_what_comes_next_is_named_with_its_time(
    current: str, at: datetime | None, hours: Hours, expected: list[Upcoming]
) -> None:
    assert upcoming(DOCUMENT, current, at=at, hours=hours) == expected


def test_a_text_that_no_hour_allows_is_shown_for_when_its_turn_comes() -> None:
    never = Hours(AllowedHours.parse("08:00-09:00"), [ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")])
    assert upcoming(DOCUMENT, "pause", at=AT, hours=never) == [Upcoming(*AGAIN, Known(AT))]


def test_a_step_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        upcoming(DOCUMENT, "nowhere", at=None, hours=ALWAYS)
