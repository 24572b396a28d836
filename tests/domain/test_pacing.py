"""Tests of domain/pacing.py."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain import pacing
from domain.messages import Urgency

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("segments", "per_second", "throttle", "seconds"),
    [
        pytest.param(1, "1", 1.0, 1.04, id="a US long code"),
        pytest.param(3, "1", 1.0, 3.12, id="a long text counts by its segments"),
        pytest.param(1, "100", 1.0, 0.0104, id="a short code"),
        pytest.param(1, "0.25", 1.0, 4.16, id="a slow number"),
        pytest.param(1, "1", 0.5, 2.08, id="an account that found us too fast"),
    ],
)
def test_a_text_keeps_its_number_busy(
    segments: int, per_second: str, throttle: float, seconds: float
) -> None:
    busy = pacing.interval(segments, Decimal(per_second), throttle)
    assert busy.total_seconds() == pytest.approx(seconds)


def test_what_a_seller_waits_for_reaches_past_what_is_automated() -> None:
    a_tenth = timedelta(seconds=0.1)
    assert pacing.patience(Urgency.REPLY, a_tenth) == timedelta(seconds=10)
    assert pacing.patience(Urgency.MANUAL, a_tenth) == timedelta(seconds=10)
    assert pacing.patience(Urgency.AUTOMATED, a_tenth) == timedelta(seconds=1)


def test_the_next_turn_of_a_slow_number_can_be_taken() -> None:
    assert pacing.patience(Urgency.AUTOMATED, timedelta(seconds=4)) == timedelta(seconds=4.4)


@pytest.mark.parametrize(
    ("now", "day", "ends"),
    [
        pytest.param(
            datetime(2026, 11, 23, 7, 59, tzinfo=UTC),
            date(2026, 11, 22),
            datetime(2026, 11, 23, 8, tzinfo=UTC),
            id="23:59 in Los Angeles",
        ),
        pytest.param(
            datetime(2026, 11, 23, 8, tzinfo=UTC),
            date(2026, 11, 23),
            datetime(2026, 11, 24, 8, tzinfo=UTC),
            id="midnight in Los Angeles",
        ),
        pytest.param(
            datetime(2026, 11, 1, 7, tzinfo=UTC),
            date(2026, 11, 1),
            datetime(2026, 11, 2, 8, tzinfo=UTC),
            id="the day of 25 hours",
        ),
    ],
)
def test_a_day_of_the_carriers_caps_ends_at_midnight_in_los_angeles(
    now: datetime, day: date, ends: datetime
) -> None:
    assert pacing.cap_day(now) == day
    assert pacing.cap_ends(now) == ends


def test_an_account_that_found_us_too_fast_is_slowed_down_and_recovers() -> None:
    slow = pacing.slowed_down(1.0)
    assert slow == 0.5
    assert pacing.throttle_now(slow, NOON, NOON) == 0.5
    assert pacing.throttle_now(0.25, NOON, NOON + timedelta(seconds=30)) == 0.5
    assert pacing.throttle_now(0.25, NOON, NOON + timedelta(seconds=60)) == 1.0
    assert pacing.throttle_now(0.25, NOON, NOON + timedelta(days=300)) == 1.0
    assert pacing.throttle_now(1.0, None, NOON) == 1.0


def test_it_never_stands_still() -> None:
    throttle = 1.0
    for _ in range(20):
        throttle = pacing.slowed_down(throttle)
    assert throttle == 1 / 64


@pytest.mark.parametrize(
    ("pauses", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (500, 60)]
)
def test_each_pause_of_an_account_in_a_row_is_longer(pauses: int, minutes: int) -> None:
    assert pacing.pause_length(pauses) == timedelta(minutes=minutes)
