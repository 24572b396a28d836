"""Tests of domain/answers.py: may a person answer outside the hours?"""

from datetime import UTC, datetime, timedelta

import pytest

from domain.answers import may_answer_now

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def may(
    ago: timedelta | None,
    within: timedelta = HOUR,
    country: str | None = "US",
    region: str | None = "NY",
) -> bool:
    wrote_at = None if ago is None else NOW - ago
    return may_answer_now(wrote_at, NOW, within, country=country, region=region)


def test_who_just_wrote_is_answered_for_an_hour_and_not_a_second_longer() -> None:
    assert may(timedelta(0))
    assert may(HOUR)
    assert not may(HOUR + timedelta(seconds=1))


def test_who_never_wrote_or_writes_in_the_future_is_not_answered() -> None:
    assert not may(None)
    assert not may(timedelta(seconds=-1))


def test_zero_minutes_switch_it_off() -> None:
    assert not may(timedelta(0), within=timedelta(0))


@pytest.mark.parametrize(
    "region",
    [
        *("AL", "CT", "FL", "KY", "LA", "MA", "MD", "MI", "MN", "MS", "NJ", "NM", "NV", "OK", "RI"),
        *("TX", "WA", "CA", "IL", "PA", "Texas", "US-TX", "new jersey", "Washington"),
        *("", None, "Nowhere"),
    ],
)
def test_in_a_state_with_hours_of_its_own_or_none_that_we_know_answers_keep_the_hours(
    region: str | None,
) -> None:
    assert not may(timedelta(0), region=region)
    assert not may(timedelta(0), country=None, region=region)


@pytest.mark.parametrize(
    "region", ["NY", "New York", "new york", "US-NY", "DC", "District of Columbia", "WV", "CO"]
)
def test_in_other_states_answers_go(region: str) -> None:
    assert may(timedelta(0), region=region)


@pytest.mark.parametrize(("country", "region"), [("DE", None), ("FR", "Texas"), ("gb", "")])
def test_elsewhere_answers_go(country: str, region: str | None) -> None:
    assert may(timedelta(0), country=country, region=region)
