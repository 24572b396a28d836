"""Tests of domain/schedule.py: when it is a clock time for the customer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.schedule import clock_of, instant_of, why_not

NEW_YORK, CHICAGO, BERLIN = (
    ZoneInfo(name) for name in ("America/New_York", "America/Chicago", "Europe/Berlin")
)
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def clock(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "zones", "expected"),
    [
        pytest.param("2026-11-24T09:00", [NEW_YORK], "2026-11-24T14:00", id="one zone"),
        pytest.param(
            "2026-11-24T09:00",
            [NEW_YORK, CHICAGO],
            "2026-11-24T15:00",
            id="of two zones the one where it comes later",
        ),
        pytest.param(
            "2026-11-24T09:00",
            [CHICAGO, BERLIN, NEW_YORK],
            "2026-11-24T15:00",
            id="in whatever order",
        ),
        pytest.param(
            "2026-03-08T02:30",
            [NEW_YORK],
            "2026-03-08T07:00",
            id="a clock that jumps over it: when it jumps",
        ),
        pytest.param("2026-03-08T03:00", [NEW_YORK], "2026-03-08T07:00", id="right after the jump"),
        pytest.param("2026-03-08T01:59", [NEW_YORK], "2026-03-08T06:59", id="right before it"),
        pytest.param(
            "2026-11-01T01:30", [NEW_YORK], "2026-11-01T05:30", id="shown twice: the first time"
        ),
        pytest.param(
            "2026-04-24T00:30",
            [ZoneInfo("Africa/Cairo")],
            "2026-04-23T22:00",
            id="a jump at midnight",
        ),
        pytest.param(
            "2011-12-30T09:00",
            [ZoneInfo("Pacific/Apia")],
            "2011-12-30T10:00",
            id="a whole day that was left out",
        ),
    ],
)
def test_a_clock_time_is_the_instant_at_which_no_zone_is_earlier(
    local: str, zones: list[ZoneInfo], expected: str
) -> None:
    assert instant_of(clock(local), zones) == clock(expected).replace(tzinfo=UTC)


def test_the_second_showing_cannot_be_asked_for() -> None:
    assert instant_of(clock("2026-11-01T01:30").replace(fold=1), [NEW_YORK]) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_a_clock_time_has_no_zone_and_the_customer_has_one() -> None:
    with pytest.raises(ValueError, match="no zone of its own"):
        instant_of(NOW, [NEW_YORK])
    with pytest.raises(ValueError, match="at least one zone"):
        instant_of(clock("2026-11-24T09:00"), [])


def test_a_text_is_scheduled_for_later_and_not_for_ever() -> None:
    assert why_not(NOW + timedelta(seconds=1), NOW) is None
    assert why_not(NOW + timedelta(days=90), NOW) is None
    assert why_not(NOW, NOW) == "That time has passed for the customer: choose a later one."
    assert (
        why_not(NOW + timedelta(days=90, seconds=1), NOW)
        == "A text can wait 90 days at most: choose an earlier time."
    )


def test_the_clock_time_of_an_instant_is_the_one_to_schedule_for_in_whatever_zones() -> None:
    at = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    for zones in ([NEW_YORK], [NEW_YORK, CHICAGO], [CHICAGO, BERLIN, NEW_YORK]):
        assert instant_of(clock_of(at, zones), zones) == at
    assert clock_of(at, [NEW_YORK, CHICAGO]) == clock("2026-11-24T09:00")
