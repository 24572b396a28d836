from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain import durations
from domain.durations import LONGEST, Duration


class Step(BaseModel):
    length: Duration


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("10s", timedelta(seconds=10)),
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(days=7)),
        ("1d 12h", timedelta(hours=36)),
        ("1d12h", timedelta(hours=36)),
        (" 2 D ", timedelta(days=2)),
        ("90m", timedelta(hours=1, minutes=30)),
        ("PT30M", timedelta(minutes=30)),
        ("P1DT12H", timedelta(hours=36)),
        ("P2W", timedelta(days=14)),
        ("P2D", timedelta(days=2)),
        ("3650d", timedelta(days=3650)),
        (timedelta(hours=4), timedelta(hours=4)),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(
    written: str | timedelta, means: timedelta
) -> None:
    assert durations.parse(written) == means


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "not a length of time"),
        ("2", "not a length of time"),
        ("2 days", "not a length of time"),
        ("12h 1d", "not a length of time"),
        ("1h 1h", "not a length of time"),
        ("-2d", "not a length of time"),
        ("1.5h", "not a length of time"),
        ("P", "not a length of time"),
        ("P1DT", "not a length of time"),
        ("P1M", "not a length of time"),
        ("P1Y", "not a length of time"),
        (2, "with its unit"),
        (None, "with its unit"),
        ("0d", "longer than zero"),
        (timedelta(seconds=-1), "longer than zero"),
        ("3651d", "at most 3650d"),
        ("99999999999999999999d", "at most 3650d"),
        (timedelta(milliseconds=1500), "whole seconds"),
    ],
)
def test_what_is_no_length_of_time_is_refused_with_a_reason(written: object, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        durations.parse(written)


@pytest.mark.parametrize(
    ("duration", "short"),
    [
        (timedelta(days=2), "2d"),
        (timedelta(days=14), "14d"),
        (timedelta(hours=36), "1d 12h"),
        (timedelta(minutes=90), "1h 30m"),
        (timedelta(seconds=10), "10s"),
        (timedelta(days=1, seconds=1), "1d 1s"),
        (timedelta(0), "0s"),
    ],
)
def test_a_length_of_time_is_written_in_its_short_form(duration: timedelta, short: str) -> None:
    assert durations.format(duration) == short


@given(st.integers(min_value=1, max_value=int(LONGEST.total_seconds())))
def test_what_is_written_is_read_back(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert durations.parse(durations.format(duration)) == duration


def test_a_model_reads_and_writes_the_short_form() -> None:
    step = Step.model_validate({"length": "P1DT12H"})
    assert step.length == timedelta(hours=36)
    assert step.model_dump_json() == '{"length":"1d 12h"}'


def test_a_model_names_the_field_of_a_bad_length_of_time() -> None:
    with pytest.raises(ValidationError, match=r"length\n.*'soon' is not a length of time"):
        Step.model_validate({"length": "soon"})
