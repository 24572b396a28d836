from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from domain import quiet_hours
from domain.quiet_hours import AllowedHours, Hold, NeverAllowed, Send, WeeklyHours

DAY = AllowedHours()
OFFICE = WeeklyHours.parse({"mon-fri": "09:00-17:00", "sat": "10:00-12:00"})
MINUTE = timedelta(minutes=1)

# Zones whose clocks change at midnight, by half an hour, by a day, twice a year, or never.
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Los_Angeles",
        "America/Havana",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Asia/Tokyo",
        "Australia/Lord_Howe",
        "Europe/London",
        "Pacific/Apia",
        "Pacific/Chatham",
    )
]


class Settings(BaseModel):
    working_hours: WeeklyHours | None = None


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def between(start: str, end: str) -> AllowedHours:
    return AllowedHours.parse(f"{start}-{end}")


def zones(*names: str) -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in names]


def is_allowed(
    at: datetime, hours: AllowedHours, places: list[ZoneInfo], working: WeeklyHours | None
) -> bool:
    """The rule said anew, clock by clock, for the properties below."""
    for place in places:
        local = at.astimezone(place)
        minute = local.hour * 60 + local.minute
        for limit in (hours, working.days[local.weekday()] if working else hours):
            if limit is None:
                return False
            start = limit.start.hour * 60 + limit.start.minute
            end = limit.end.hour * 60 + limit.end.minute or 24 * 60
            if not start <= minute < end:
                return False
    return True


@pytest.mark.parametrize(
    ("now", "goes_at"),
    [
        pytest.param("2026-07-01T12:00-04:00", "2026-07-01T12:00-04:00", id="in the day, at once"),
        pytest.param("2026-07-01T08:00-04:00", "2026-07-01T08:00-04:00", id="the start is allowed"),
        pytest.param("2026-07-01T21:00-04:00", "2026-07-02T08:00-04:00", id="the end is quiet"),
        pytest.param(
            "2026-07-01T20:59:59.999-04:00",
            "2026-07-01T20:59:59.999-04:00",
            id="the last moment of the day",
        ),
        pytest.param("2026-07-01T07:59:59-04:00", "2026-07-01T08:00-04:00", id="early morning"),
        pytest.param("2026-07-01T23:30-04:00", "2026-07-02T08:00-04:00", id="late evening"),
        pytest.param("2026-12-31T22:00-05:00", "2027-01-01T08:00-05:00", id="the year ends"),
        pytest.param("2026-03-07T22:00-05:00", "2026-03-08T08:00-04:00", id="the night of spring"),
        pytest.param("2026-10-31T22:00-04:00", "2026-11-01T08:00-05:00", id="the night of autumn"),
    ],
)
def test_a_text_waits_for_the_end_of_quiet_hours(now: str, goes_at: str) -> None:
    there = zones("America/New_York")
    assert quiet_hours.next_allowed(instant(now), DAY, there) == instant(goes_at)


@pytest.mark.parametrize(
    ("start", "end", "now", "goes_at"),
    [
        pytest.param(
            "02:30", "21:00", "2026-03-08T00:15-05:00", "2026-03-08T03:00-04:00",
            id="the start is skipped in spring: the jump is the start",
        ),
        pytest.param(
            "02:30", "21:00", "2026-03-08T00:15:00.5-05:00", "2026-03-08T03:00-04:00",
            id="the jump is found to the second from a part of one",
        ),
        pytest.param(
            "02:15", "02:45", "2026-03-08T00:15-05:00", "2026-03-09T02:15-04:00",
            id="the whole of the hours is skipped in spring",
        ),
        pytest.param(
            "01:30", "21:00", "2026-11-01T00:15-04:00", "2026-11-01T01:30-04:00",
            id="the start comes twice in autumn: the first counts",
        ),
        pytest.param(
            "01:30", "21:00", "2026-11-01T01:15-05:00", "2026-11-01T01:30-05:00",
            id="in the hour that recurs, the start comes again",
        ),
        pytest.param(
            "00:30", "01:30", "2026-11-01T01:45-04:00", "2026-11-01T01:00-05:00",
            id="the clock goes back into the hours",
        ),
        pytest.param(
            "01:30", "21:00", "2026-11-01T01:45-04:00", "2026-11-01T01:45-04:00",
            id="within the hours in the first pass",
        ),
    ],
)  # fmt: skip
def test_hours_hold_by_the_clock_when_it_changes(
    start: str, end: str, now: str, goes_at: str
) -> None:
    there = zones("America/New_York")
    assert quiet_hours.next_allowed(instant(now), between(start, end), there) == instant(goes_at)


def test_a_day_that_an_island_skips_has_no_hours() -> None:
    goes_at = quiet_hours.next_allowed(
        instant("2011-12-29T22:00-10:00"), DAY, zones("Pacific/Apia")
    )
    assert goes_at == instant("2011-12-31T08:00+14:00")


@pytest.mark.parametrize(
    ("names", "now", "goes_at"),
    [
        pytest.param(
            ["America/New_York", "America/Los_Angeles"],
            "2026-07-01T08:30-04:00", "2026-07-01T08:00-07:00",
            id="the western clock opens last",
        ),
        pytest.param(
            ["America/New_York", "America/Los_Angeles"],
            "2026-07-01T18:30-07:00", "2026-07-02T08:00-07:00",
            id="the eastern clock closes first",
        ),
        pytest.param(
            ["America/Los_Angeles", "Pacific/Honolulu", "America/New_York"],
            "2026-01-15T11:00-05:00", "2026-01-15T08:00-10:00",
            id="three clocks",
        ),
    ],
)  # fmt: skip
def test_a_number_of_several_zones_waits_until_all_their_clocks_allow(
    names: list[str], now: str, goes_at: str
) -> None:
    assert quiet_hours.next_allowed(instant(now), DAY, zones(*names)) == instant(goes_at)


@pytest.mark.parametrize(
    ("now", "goes_at"),
    [
        pytest.param("2026-07-01T08:30+02:00", "2026-07-01T09:00+02:00", id="before office hours"),
        pytest.param("2026-07-01T17:00+02:00", "2026-07-02T09:00+02:00", id="after office hours"),
        pytest.param("2026-07-03T18:00+02:00", "2026-07-04T10:00+02:00", id="to Saturday"),
        pytest.param("2026-07-04T12:00+02:00", "2026-07-06T09:00+02:00", id="over Sunday"),
    ],
)
def test_working_hours_are_those_of_the_customers_weekday(now: str, goes_at: str) -> None:
    there = zones("Europe/Berlin")
    assert quiet_hours.next_allowed(instant(now), DAY, there, OFFICE) == instant(goes_at)


def test_working_hours_never_widen_the_allowed_hours() -> None:
    early = WeeklyHours.parse({"mon-sun": "05:00-23:00"})
    goes_at = quiet_hours.next_allowed(
        instant("2026-07-01T05:30+02:00"), DAY, zones("Europe/Berlin"), early
    )
    assert goes_at == instant("2026-07-01T08:00+02:00")


def test_hours_from_midnight_to_midnight_allow_the_whole_day() -> None:
    at = instant("2026-07-01T23:59:59+00:00")
    assert quiet_hours.next_allowed(at, between("00:00", "24:00"), zones("Asia/Tokyo")) == at


@pytest.mark.parametrize(
    ("hours", "names", "working"),
    [
        pytest.param("09:00-17:00", ["America/New_York", "Asia/Tokyo"], None, id="apart"),
        pytest.param("08:00-21:00", ["Europe/Berlin"], {"mon": "22:00-23:00"}, id="no overlap"),
    ],
)
def test_hours_that_never_come_are_reported_instead_of_waited_for(
    hours: str, names: list[str], working: dict[str, str] | None
) -> None:
    with pytest.raises(NeverAllowed, match=names[0]):
        quiet_hours.next_allowed(
            instant("2026-07-01T12:00+00:00"),
            AllowedHours.parse(hours),
            zones(*names),
            WeeklyHours.parse(working) if working else None,
        )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        quiet_hours.next_allowed(datetime(2026, 7, 1, 12), DAY, ZONES)  # noqa: DTZ001


def test_a_customer_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one zone"):
        quiet_hours.next_allowed(datetime(2026, 7, 1, 12, tzinfo=UTC), DAY, [])


def test_a_text_in_allowed_hours_goes_out_now() -> None:
    at = instant("2026-07-01T12:00-04:00")
    assert quiet_hours.verdict(at, DAY, zones("America/New_York")) == Send()


@pytest.mark.parametrize(
    ("now", "names", "working", "until", "why"),
    [
        pytest.param(
            "2026-07-01T22:14-04:00", ["America/New_York"], None, "2026-07-02T12:00+00:00",
            "It is 22:14 for the customer (America/New_York); texts go out from 08:00.",
            id="at night",
        ),
        pytest.param(
            "2026-07-03T18:05-04:00", ["America/New_York"], {"mon-fri": "09:00-17:00"},
            "2026-07-06T13:00+00:00",
            "It is 18:05 for the customer (America/New_York); texts go out from Monday 09:00.",
            id="over a weekend",
        ),
        pytest.param(
            "2026-07-01T09:30-04:00", ["America/New_York", "America/Chicago", "America/Denver"],
            None, "2026-07-01T14:00+00:00",
            "It is 07:30 for the customer in America/Denver, one of 3 possible time zones; "
            "texts go out from 08:00.",
            id="early in one of several zones",
        ),
    ],
)  # fmt: skip
def test_a_held_text_says_until_when_and_why_in_the_customers_own_time(
    now: str, names: list[str], working: dict[str, str] | None, until: str, why: str
) -> None:
    verdict = quiet_hours.verdict(
        instant(now), DAY, zones(*names), WeeklyHours.parse(working) if working else None
    )
    assert verdict == Hold(instant(until), why)


clock_times = st.integers(0, 24 * 60).map(lambda m: time(m % (24 * 60) // 60, m % 60))
hour_ranges = st.tuples(clock_times, clock_times).filter(
    lambda pair: pair[0] < pair[1] or pair[1] == time(0)
)
allowed_hours = hour_ranges.map(lambda pair: AllowedHours(*pair))
weekly_hours = (
    st.lists(st.none() | allowed_hours, min_size=7, max_size=7)
    .filter(any)
    .map(lambda days: WeeklyHours(tuple(days)))
)
places = st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique_by=str)
instants = st.datetimes(datetime(2011, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# Most bugs live within hours of a clock change.
change_nights = st.builds(
    lambda base, minutes: instant(base) + timedelta(minutes=minutes),
    st.sampled_from(
        [
            "2026-03-08T07:00+00:00",
            "2026-11-01T06:00+00:00",
            "2026-03-29T01:00+00:00",
            "2026-10-25T01:00+00:00",
            "2026-03-28T22:00+00:00",
            "2011-12-30T10:00+00:00",
            "2026-04-04T15:00+00:00",
            "2018-11-04T03:00+00:00",
        ]
    ),
    st.integers(-24 * 60, 24 * 60),
)


@settings(max_examples=200, deadline=None)
@given(instants | change_nights, allowed_hours, places, st.none() | weekly_hours)
@example(instant("2026-11-01T06:15+00:00"), between("01:30", "21:00"), [ZONES[0]], None)
def test_the_next_allowed_instant_is_allowed_and_never_before_now(
    at: datetime, hours: AllowedHours, there: list[ZoneInfo], working: WeeklyHours | None
) -> None:
    try:
        goes_at = quiet_hours.next_allowed(at, hours, there, working)
    except NeverAllowed:
        return
    assert goes_at >= at
    assert goes_at.tzinfo is UTC
    assert is_allowed(goes_at, hours, there, working)
    assert quiet_hours.next_allowed(goes_at, hours, there, working) == goes_at


@settings(max_examples=100, deadline=None)
@given(change_nights, allowed_hours, places, st.none() | weekly_hours)
@example(instant("2026-11-01T05:45+00:00"), between("00:30", "01:30"), [ZONES[0]], None)
@example(instant("2026-03-08T05:15+00:00"), between("02:30", "21:00"), [ZONES[0]], None)
def test_no_earlier_minute_is_allowed(
    at: datetime, hours: AllowedHours, there: list[ZoneInfo], working: WeeklyHours | None
) -> None:
    try:
        goes_at = quiet_hours.next_allowed(at, hours, there, working)
    except NeverAllowed:
        goes_at = at + timedelta(days=8)
    # A window of a day and a half around the clock change, where a slip would show.
    minute = at
    while minute < min(goes_at, at + timedelta(hours=36)):
        assert not is_allowed(minute, hours, there, working)
        minute += MINUTE


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("09:00", "are no hours"),
        ("9-17", "are no hours"),
        ("09:00-25:00", "are no hours"),
        ("17:00-09:00", "ends before it begins"),
        ("09:00-09:00", "ends before it begins"),
    ],
)
def test_hours_that_cannot_be_are_refused(written: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        AllowedHours.parse(written)


@pytest.mark.parametrize("written", ["08:00-21:00", "08:00-08:01", "09:00-20:00"])
def test_an_organisation_chooses_hours_within_the_law(written: str) -> None:
    hours = AllowedHours.parse(written)
    assert quiet_hours.chosen(hours.start, hours.end) == hours


@pytest.mark.parametrize(
    "written", ["07:59-21:00", "08:00-21:01", "08:00-24:00", "00:00-24:00", "21:00-22:00"]
)
def test_an_organisation_chooses_no_hours_beyond_the_law(written: str) -> None:
    hours = AllowedHours.parse(written)
    with pytest.raises(ValueError, match="is not within 08:00-21:00"):
        quiet_hours.chosen(hours.start, hours.end)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "name no day"),
        ({"monday": "09:00-17:00"}, '"monday" is no day'),
        ({"mon-": "09:00-17:00"}, '"mon-" is no day'),
        ({"fri-mon": "09:00-17:00"}, "runs backwards"),
        ({"mon-fri": "09:00-17:00", "wed": "10:00-12:00"}, "wed is given twice"),
    ],
)
def test_working_hours_that_cannot_be_are_refused(written: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        WeeklyHours.parse(written)


def test_a_model_reads_and_writes_working_hours_as_people_do() -> None:
    written = {"working_hours": {"mon-fri": "09:00-17:00", "sat": "10:00-12:00"}}
    read = Settings.model_validate(written)
    assert read.working_hours == OFFICE
    assert read.model_dump() == written
    assert Settings.model_validate_json(read.model_dump_json()) == read
    assert Settings(working_hours=OFFICE) == read


@pytest.mark.parametrize("written", ["09:00-17:00", {"mon": 9}, ["mon"]])
def test_a_model_says_how_working_hours_are_written(written: object) -> None:
    with pytest.raises(ValidationError, match="working hours are written like"):
        Settings.model_validate({"working_hours": written})


@given(weekly_hours)
def test_working_hours_are_read_back_as_they_were_written(hours: WeeklyHours) -> None:
    assert WeeklyHours.parse(hours.write()) == hours
