"""When may a text go out, by the customer's own clock, and what does the seller read meanwhile?

A customer may be in one of several time zones; then a text goes out only when the clocks of all of
them allow it. Source: 47 CFR 64.1200(c)(1), hours at the called party's location.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic_core import CoreSchema, core_schema

_MIDNIGHT: Final = time(0)
_DAY: Final = timedelta(days=1)
_SEARCHED: Final = timedelta(days=8)
"""How far `next_allowed` looks: a week of working hours, and a day that a clock change may cost."""

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class NeverAllowed(Exception):
    """No instant of the coming days is allowed by the clocks of all zones at once."""


@dataclass(frozen=True, slots=True)
class AllowedHours:
    """Clock times of a day between which texts go out: `start` inclusive, `end` exclusive.

    An `end` of 00:00 is the midnight that ends the day, so 00:00-00:00 is the whole day.
    Raises ValueError if no time lies between.
    """

    start: time = time(8)
    end: time = time(21)

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("allowed hours are clock times, without a zone")
        if self.end <= self.start and self.end != _MIDNIGHT:
            raise ValueError(f'"{self}" ends before it begins')

    @classmethod
    def parse(cls, raw: str) -> "AllowedHours":
        """Return the hours written as "09:00-17:00". Raises ValueError."""
        start, dash, end = raw.partition("-")
        try:
            if not dash:
                raise ValueError
            hours = [
                datetime.strptime(part.strip(), "%H:%M").time()  # noqa: DTZ007 - a clock time
                for part in (start, end.replace("24:00", "00:00"))
            ]
        except ValueError:
            raise ValueError(f'"{raw}" are no hours: write them like "09:00-17:00"') from None
        return cls(*hours)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def contains(self, clock: time) -> bool:
        return self.start <= clock and (clock < self.end or self.end == _MIDNIGHT)

    def overlap(self, other: "AllowedHours") -> "AllowedHours | None":
        """Return the hours that lie in both, or None."""
        start = max(self.start, other.start)
        end = min(self.end, other.end, key=lambda end: (end == _MIDNIGHT, end))
        return AllowedHours(start, end) if start < end or end == _MIDNIGHT else None


LAWFUL: Final = AllowedHours()
"""The widest hours that an organisation may choose. Source: 47 CFR 64.1200(c)(1)."""


def chosen(start: time, end: time) -> AllowedHours:
    """Return the hours that an organisation chooses for itself. Raises ValueError if they are none, or not `LAWFUL`."""
    hours = AllowedHours(start, end)
    if LAWFUL.overlap(hours) != hours:
        raise ValueError(f'"{hours}" is not within {LAWFUL}, in which the law lets texts go out')
    return hours


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The working hours of a week, Monday first; None is a day off."""

    days: tuple[AllowedHours | None, ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(_DAYS):
            raise ValueError("working hours are seven days")
        if not any(self.days):
            raise ValueError(
                'working hours name no day: write them like {"mon-fri": "09:00-17:00"}'
            )

    @classmethod
    def parse(cls, raw: Mapping[str, str]) -> "WeeklyHours":
        """Return what {"mon-fri": "09:00-17:00", "sat": "10:00-12:00"} says. Raises ValueError."""
        days: list[AllowedHours | None] = [None] * len(_DAYS)
        for name, hours in raw.items():
            first, last = _day_range(name)
            for day in range(first, last + 1):
                if days[day] is not None:
                    raise ValueError(f'"{name}": {_DAYS[day]} is given twice')
                days[day] = AllowedHours.parse(hours)
        return cls(tuple(days))

    def write(self) -> dict[str, str]:
        """Return what `parse` reads back; days in a row with the same hours are one range."""
        written: dict[str, str] = {}
        first = 0
        for day, hours in enumerate(self.days):
            if day + 1 < len(self.days) and self.days[day + 1] == hours:
                continue
            if hours is not None:
                name = _DAYS[first] if first == day else f"{_DAYS[first]}-{_DAYS[day]}"
                written[name] = str(hours)
            first = day + 1
        return written

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        """In a pydantic model it is read by `parse` and written by `write`."""
        written = core_schema.dict_schema(core_schema.str_schema(), core_schema.str_schema())
        return core_schema.no_info_plain_validator_function(
            cls._validated,
            json_schema_input_schema=written,
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls.write, return_schema=written
            ),
        )

    @classmethod
    def _validated(cls, raw: object) -> "WeeklyHours":
        if isinstance(raw, WeeklyHours):
            return raw
        if not isinstance(raw, Mapping) or not all(isinstance(v, str) for v in raw.values()):
            raise ValueError('working hours are written like {"mon-fri": "09:00-17:00"}')
        return cls.parse({str(name): hours for name, hours in raw.items()})


@dataclass(frozen=True, slots=True)
class Send:
    """The text may go out now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The text waits: `until` in UTC, `why` in a sentence for the seller."""

    until: datetime
    why: str


Verdict = Send | Hold


def next_allowed(
    at: datetime,
    hours: AllowedHours,
    zones: Sequence[ZoneInfo],
    working: WeeklyHours | None = None,
) -> datetime:
    """Return the first instant, in UTC and not before `at`, that all `zones`' clocks allow.

    A clock allows it within `hours` and, if given, within the `working` hours of its own weekday.
    When a clock jumps over the start, the jump is the start; a clock time that comes twice in
    autumn is allowed both times. Raises NeverAllowed if there is none within 8 days, ValueError if
    `at` is naive or `zones` is empty.
    """
    if at.tzinfo is None:
        raise ValueError("at must be timezone-aware")
    if not zones:
        raise ValueError("a customer is in at least one zone")
    week = _week(hours, working)
    moment = at.astimezone(UTC)
    last = moment + _SEARCHED
    while moment <= last and any(week):
        # No zone allows anything before its own next instant, so none before the latest of them.
        latest = max(_next_in_zone(moment, zone, week) for zone in zones)
        if latest == moment:
            return moment
        moment = latest
    names = ", ".join(str(zone) for zone in zones)
    raise NeverAllowed(f"no time within {_SEARCHED.days} days is allowed everywhere in: {names}")


def verdict(
    at: datetime,
    hours: AllowedHours,
    zones: Sequence[ZoneInfo],
    working: WeeklyHours | None = None,
) -> Verdict:
    """Return whether a text may go out at `at`; arguments and errors as in `next_allowed`."""
    until = next_allowed(at, hours, zones, working)
    if until == at:
        return Send()
    week = _week(hours, working)
    zone = next(z for z in zones if not _allows(week, at.astimezone(z).replace(tzinfo=None)))
    return Hold(until, _why(at.astimezone(zone), until.astimezone(zone), len(zones)))


def allowed_until(at: datetime, hours: AllowedHours, zones: Sequence[ZoneInfo]) -> datetime | None:
    """Return the first instant after `at`, in UTC, that a clock of `zones` no longer allows.

    None if texts go out around the clock. `at` is an instant that all of them allow. A clock time that comes twice
    in autumn counts the first time.
    """
    if hours == AllowedHours(_MIDNIGHT, _MIDNIGHT):
        return None
    return min(_end_in_zone(at, hours, zone) for zone in zones)


def clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, exact to the second, at which `zone`'s clock changes between two instants; it does once."""
    old = before.astimezone(zone).utcoffset()
    before = before.replace(microsecond=0)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _end_in_zone(at: datetime, hours: AllowedHours, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    day = local.date() + (_DAY if hours.end == _MIDNIGHT else timedelta(0))
    return datetime.combine(day, hours.end, tzinfo=zone).astimezone(UTC)


def _why(now: datetime, then: datetime, zones: int) -> str:
    place = f"({now.tzinfo})"
    if zones > 1:
        place = f"in {now.tzinfo}, one of {zones} possible time zones"
    from_ = f"{then:%H:%M}"
    if then.date() > now.date() + _DAY:
        from_ = f"{then:%A} {from_}"
    return f"It is {now:%H:%M} for the customer {place}; texts go out from {from_}."


_Week = tuple[AllowedHours | None, ...]


@lru_cache(maxsize=256)
def _week(hours: AllowedHours, working: WeeklyHours | None) -> _Week:
    if working is None:
        return (hours,) * len(_DAYS)
    return tuple(day and hours.overlap(day) for day in working.days)


def _allows(week: _Week, clock: datetime) -> bool:
    hours = week[clock.weekday()]
    return hours is not None and hours.contains(clock.time())


def _next_in_zone(moment: datetime, zone: ZoneInfo, week: _Week) -> datetime:
    """Walk the stretches between clock changes: within one, a clock is plain arithmetic."""
    while True:
        local = moment.astimezone(zone)
        offset = local.utcoffset()
        clock = local.replace(tzinfo=None)
        allowed = _next_on_clock(clock, week)
        candidate = moment + (allowed - clock)
        if candidate == moment or candidate.astimezone(zone).utcoffset() == offset:
            return candidate
        moment = clock_change(moment, candidate, zone)


def _next_on_clock(clock: datetime, week: _Week) -> datetime:
    if _allows(week, clock):
        return clock
    day = clock.date()
    while True:
        hours = week[day.weekday()]
        if hours is not None and (start := datetime.combine(day, hours.start)) > clock:
            return start
        day += _DAY


def _day_range(name: str) -> tuple[int, int]:
    first, dash, last = name.strip().lower().partition("-")
    try:
        start = _DAYS.index(first.strip())
        end = _DAYS.index((last if dash else first).strip())
    except ValueError:
        raise ValueError(
            f'"{name}" is no day: write mon, tue, … sun, or a range like mon-fri'
        ) from None
    if end < start:
        raise ValueError(f'"{name}" runs backwards: a range goes from mon towards sun')
    return start, end
