"""Tests of domain/why.py: why a text went, waited, or did not go."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.enrollments import TimelineKind
from domain.messages import Verdict
from domain.why import Decision, Event, Move, ReasonKind, Word, clocks, explain

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEN, ELEVEN, NOON = (NINE + timedelta(hours=hours) for hours in (1, 2, 3))

ZONES = {"zones": ["America/New_York", "America/Chicago"], "step_id": "hello"}
HELD = Decision(NINE, Verdict.HOLD, "hours", "It is 04:00 there.", until=NOON, facts=ZONES)
SENT = Decision(NOON, Verdict.SEND, "allowed", "Nothing spoke against it.", version=3, facts=ZONES)
APPROVED = Word(TEN, "approved", "Mia Chen", "Reworded before.")
MOVED = Move(ELEVEN, "Ana Admin", None, "Ada Lovelace", "Her new number.")
ALL: list[Decision | Event | Word | Move] = [SENT, MOVED, HELD, APPROVED]


def test_reasons_come_in_the_order_in_which_it_happened() -> None:
    assert [(reason.at, reason.sentence) for reason in explain(ALL)] == [
        (NINE, "It is 04:00 there."),
        (TEN, "Mia Chen approved it. Reworded before."),
        (ELEVEN, "Ana Admin moved it from the inbox to Ada Lovelace. Her new number."),
        (NOON, "Nothing spoke against it."),
    ]


@pytest.mark.parametrize(
    ("at", "known"),
    [
        pytest.param(NINE - timedelta(seconds=1), 0, id="before anything"),
        pytest.param(NINE, 1, id="at the very instant"),
        pytest.param(NOON - timedelta(seconds=1), 3, id="before it left"),
        pytest.param(NOON, 4, id="at the end"),
    ],
)
def test_the_answer_at_a_past_instant_knows_nothing_of_what_came_later(
    at: datetime, known: int
) -> None:
    assert len(explain(ALL, at)) == known


def test_a_decision_names_rule_step_version_and_what_the_clocks_showed() -> None:
    held, *_, sent = explain(ALL)

    assert (held.kind, held.verdict, held.rule) == (ReasonKind.DECISION, Verdict.HOLD, "hours")
    assert (held.step_id, held.until) == ("hello", NOON)
    assert held.clocks == (("America/New_York", "04:00 Mon"), ("America/Chicago", "03:00 Mon"))
    assert sent.version == 3
    assert sent.clocks == (("America/New_York", "07:00 Mon"), ("America/Chicago", "06:00 Mon"))


def test_a_hold_that_no_clock_ends_names_no_instant() -> None:
    (waits,) = explain([Decision(NINE, Verdict.HOLD, "consent", "Somebody must say.", until=TEN)])
    assert (waits.rule, waits.until) == ("consent", None)


def test_a_step_tells_what_the_sequence_did_and_who_had_it_do_so() -> None:
    happened: list[Decision | Event | Word | Move] = [
        Event(NINE, TimelineKind.PAUSED, None, actor="Mia Chen"),
        Event(TEN, TimelineKind.BRANCHED, "answered", detail="else"),
        Event(ELEVEN, TimelineKind.ENDED, None),
    ]

    assert [(reason.step_id, reason.sentence) for reason in explain(happened)] == [
        (None, "The enrollment was paused by Mia Chen."),
        ("answered", "The sequence chose a branch: else"),
        (None, "The enrollment ended."),
    ]


@pytest.mark.parametrize("kind", list(TimelineKind))
def test_every_kind_of_entry_has_a_sentence(kind: TimelineKind) -> None:
    (reason,) = explain([Event(NINE, kind, None)])

    assert reason.sentence.endswith(".")


def test_a_clock_shows_the_day_of_its_own_zone() -> None:
    assert clocks(datetime(2026, 11, 23, 3, 5, tzinfo=UTC), ["America/New_York"]) == (
        ("America/New_York", "22:05 Sun"),
    )
