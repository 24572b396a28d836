from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.enrollments import EndReason
from domain.quiet_hours import AllowedHours
from domain.sequence_source import parse_yaml
from domain.simulation import SimulatedEvent, SimulatedKind, Simulation, Subject, simulate

HELLO = "  - {id: hello, type: automated_text, text: Hello}\n"


def rehearsed(
    steps: str,
    *,
    starting_at: str,
    zones: Sequence[str] = ("Europe/Berlin",),
    replies: dict[str, timedelta] | None = None,
    fields: dict[str, Any] | None = None,
    settings: str = "{}",
) -> Simulation:
    answers = replies or {}
    return simulate(
        parse_yaml(f"key: test\nname: Test\nsettings: {settings}\nsteps:\n{steps}"),
        Subject(
            values={"record": {"first_name": "Ada", "last_name": None}},
            fields=fields or {},
            zones=[ZoneInfo(name) for name in zones],
        ),
        starting_at=datetime.fromisoformat(starting_at),
        allowed=AllowedHours(),
        replies=answers.get,
    )


def told(simulation: Simulation) -> list[str]:
    return [f"{event.at:%d %H:%M} {event.kind} {event.step_id}" for event in simulation.events]


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_text_in_the_customers_evening_waits_for_the_morning_and_says_why() -> None:
    simulation = rehearsed(
        "  - {id: hello, type: automated_text, text: 'Hello {{ record.first_name }}'}\n",
        starting_at="2026-07-01T20:30:00+00:00",
    )
    assert simulation == Simulation(
        ending=EndReason.COMPLETED,
        events=[
            SimulatedEvent(
                at=utc(2026, 7, 1, 20, 30),
                step_id="hello",
                kind=SimulatedKind.TEXT_HELD,
                until=utc(2026, 7, 2, 6),
                why="It is 22:30 for the customer (Europe/Berlin); texts go out from 08:00.",
            ),
            SimulatedEvent(
                at=utc(2026, 7, 2, 6),
                step_id="hello",
                kind=SimulatedKind.TEXT_SENT,
                text="Hello Ada",
            ),
        ],
    )


@pytest.mark.parametrize(
    ("zones", "starting_at", "sent_at"),
    [
        pytest.param(
            ["America/New_York"],
            "2026-07-01T13:00:00+00:00",
            "2026-07-01T13:00:00+00:00",
            id="nine in the morning",
        ),
        pytest.param(
            ["America/New_York", "America/Los_Angeles"],
            "2026-07-01T13:00:00+00:00",
            "2026-07-01T15:00:00+00:00",
            id="nine or six in the morning",
        ),
        pytest.param(
            ["America/Los_Angeles", "America/New_York"],
            "2026-07-02T01:30:00+00:00",
            "2026-07-02T15:00:00+00:00",
            id="half past six or half past nine in the evening",
        ),
        pytest.param(
            ["Asia/Kathmandu"],
            "2026-07-01T00:00:00+00:00",
            "2026-07-01T02:15:00+00:00",
            id="a clock that is three quarters of an hour off",
        ),
    ],
)
def test_a_text_goes_out_when_all_clocks_of_the_customer_allow_it(
    zones: list[str], starting_at: str, sent_at: str
) -> None:
    *_, last = rehearsed(HELLO, starting_at=starting_at, zones=zones).events
    assert (last.kind, last.at) == (SimulatedKind.TEXT_SENT, datetime.fromisoformat(sent_at))


def test_a_wait_is_hours_on_no_clock_so_the_morning_after_the_clocks_go_back_may_be_too_early() -> (
    None
):
    simulation = rehearsed(
        HELLO
        + "  - {id: pause, type: wait, for: 1d}\n"
        + "  - {id: bye, type: automated_text, text: Bye}\n",
        starting_at="2026-10-24T08:00:00+02:00",
    )
    assert [(event.kind, event.at) for event in simulation.events] == [
        (SimulatedKind.TEXT_SENT, utc(2026, 10, 24, 6)),
        (SimulatedKind.TEXT_HELD, utc(2026, 10, 25, 6)),
        (SimulatedKind.TEXT_SENT, utc(2026, 10, 25, 7)),
    ]


def test_after_friday_evening_the_working_hours_of_a_sequence_begin_on_monday() -> None:
    simulation = rehearsed(
        HELLO,
        starting_at="2026-07-03T18:00:00+02:00",
        settings='{working_hours: {mon-fri: "09:00-17:00"}}',
    )
    assert told(simulation) == ["03 18:00 text_held hello", "06 07:00 text_sent hello"]


BRANCH = (
    HELLO
    + """\
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: Shall we talk?}
    else:
      - {id: nudge, type: automated_text, text: Are you there?}
  - {id: pause, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""
)
MORNING = "2026-07-01T09:00:00+00:00"


def test_an_answer_takes_the_then_side_when_it_comes() -> None:
    simulation = rehearsed(BRANCH, starting_at=MORNING, replies={"hello": timedelta(hours=5)})
    assert simulation.ending is EndReason.COMPLETED
    assert told(simulation) == [
        "01 09:00 text_sent hello",
        "01 14:00 reply hello",
        "01 14:00 work_item book",
        "01 14:00 text_sent book",
        "02 14:00 text_sent bye",
    ]


def test_silence_takes_the_else_side_at_the_end_of_the_time() -> None:
    simulation = rehearsed(BRANCH, starting_at=MORNING)
    assert told(simulation) == [
        "01 09:00 text_sent hello",
        "04 09:00 no_reply hello",
        "04 09:00 text_sent nudge",
        "05 09:00 text_sent bye",
    ]


def test_an_answer_that_no_branch_asks_about_ends_the_enrollment() -> None:
    replies = {"hello": timedelta(hours=5), "book": timedelta(hours=2)}
    simulation = rehearsed(BRANCH, starting_at=MORNING, replies=replies)
    assert simulation.ending is EndReason.REPLIED
    assert told(simulation)[-2:] == ["01 14:00 text_sent book", "01 16:00 reply book"]


def test_an_answer_that_no_branch_asks_about_ends_nothing_where_the_sequence_goes_on() -> None:
    replies = {"hello": timedelta(hours=5), "book": timedelta(hours=2)}
    simulation = rehearsed(
        BRANCH, starting_at=MORNING, replies=replies, settings="{on_reply: continue}"
    )
    assert simulation.ending is EndReason.COMPLETED
    assert told(simulation)[-1] == "02 14:00 text_sent bye"


def test_an_answer_that_comes_too_late_answers_the_text_that_went_out_meanwhile() -> None:
    replies = {"hello": timedelta(days=3, hours=1)}
    simulation = rehearsed(BRANCH, starting_at=MORNING, replies=replies)
    assert simulation.ending is EndReason.REPLIED
    assert told(simulation)[1:] == [
        "04 09:00 no_reply hello",
        "04 09:00 text_sent nudge",
        "04 10:00 reply nudge",
    ]


def test_an_answer_after_the_last_text_ends_nothing_before_it() -> None:
    steps = "  - {id: pause, type: wait, for: 1h}\n" + HELLO.replace("hello", "bye")
    simulation = rehearsed(
        HELLO + steps, starting_at=MORNING, replies={"hello": timedelta(hours=5)}
    )
    assert simulation.ending is EndReason.COMPLETED
    assert told(simulation) == ["01 09:00 text_sent hello", "01 10:00 text_sent bye"]


def test_a_branch_that_is_reached_after_its_time_goes_to_the_else_side_at_once() -> None:
    pause = "  - {id: rest, type: wait, for: 5d}\n"
    simulation = rehearsed(HELLO + pause + BRANCH.removeprefix(HELLO), starting_at=MORNING)
    assert told(simulation)[1:3] == ["06 09:00 no_reply hello", "06 09:00 text_sent nudge"]


@pytest.mark.parametrize(
    ("fields", "sent"), [({"region": "north"}, "snow"), ({"region": "south"}, "sun"), ({}, "sun")]
)
def test_a_branch_about_a_field_goes_by_the_record(fields: dict[str, str], sent: str) -> None:
    steps = """\
  - id: northern
    type: branch
    when: {field: {name: region, equals: north}}
    then: [{id: snow, type: automated_text, text: Snow}]
    else: [{id: sun, type: automated_text, text: Sun}]
"""
    assert told(rehearsed(steps, starting_at=MORNING, fields=fields)) == [
        f"01 09:00 text_sent {sent}",
    ]


def test_a_placeholder_without_a_value_refuses_the_text_at_once_and_the_sequence_goes_on() -> None:
    steps = "  - {id: dear, type: automated_text, text: 'Dear {{ record.last_name }}'}\n"
    simulation = rehearsed(steps + HELLO, starting_at="2026-07-01T20:30:00+00:00")
    assert told(simulation) == [
        "01 20:30 text_refused dear",
        "01 20:30 text_held hello",
        "02 06:00 text_sent hello",
    ]
    assert simulation.events[0].why == (
        "The placeholder record.last_name has no value and no default."
    )


def test_a_text_that_no_hour_allows_is_refused_with_what_to_do() -> None:
    simulation = rehearsed(
        HELLO, starting_at=MORNING, settings='{working_hours: {mon-sun: "22:00-23:00"}}'
    )
    [event] = simulation.events
    assert (event.kind, event.why) == (
        SimulatedKind.TEXT_REFUSED,
        "No hour of the week is allowed in all time zones this customer may be in: "
        "set the record's time zone, or change the sequence's working hours.",
    )


def test_calls_tasks_and_emails_are_taken_as_done_at_once() -> None:
    simulation = rehearsed(
        "  - {id: phone, type: call}\n"
        "  - {id: look, type: task}\n"
        "  - {id: offer, type: email}\n" + HELLO,
        starting_at=MORNING,
    )
    assert told(simulation) == [
        "01 09:00 work_item phone",
        "01 09:00 work_item look",
        "01 09:00 work_item offer",
        "01 09:00 text_sent hello",
    ]
