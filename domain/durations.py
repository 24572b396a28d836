"""How is a length of time written, and what does it mean? ("2d", "1d 12h", "PT30M")."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

LONGEST: Final = timedelta(days=3650)

_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

_SHORT: Final = re.compile(
    r"(?:(?P<w>\d+)\s*w)?\s*(?:(?P<d>\d+)\s*d)?\s*(?:(?P<h>\d+)\s*h)?"
    r"\s*(?:(?P<m>\d+)\s*m)?\s*(?:(?P<s>\d+)\s*s)?",
    re.IGNORECASE,
)
_ISO_8601: Final = re.compile(
    r"P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?",
)


def parse(raw: object) -> timedelta:
    """Return the length of time that `raw` writes: "2d", "1d 12h", "1w", or ISO 8601 "P1DT12H".

    Whole numbers of w, d, h, m (minutes) and s, largest first. A day is 24 hours and a week seven
    of them, also when a clock changes in between; ISO years and months have no fixed length and are
    refused. A timedelta is checked and returned. Raises ValueError unless it is whole seconds,
    above zero, and at most `LONGEST`.
    """
    if isinstance(raw, timedelta):
        return _checked(raw, repr(str(raw)))
    if not isinstance(raw, str):
        raise ValueError(f'{raw!r} is not a length of time: write it with its unit, such as "2d"')
    text = raw.strip()
    match = _ISO_8601.fullmatch(text) or _SHORT.fullmatch(text)
    amounts = {unit: n for unit, n in match.groupdict().items() if n} if match else {}
    if not amounts:
        raise ValueError(
            f'{raw!r} is not a length of time: write "30m", "4h", "2d" or "1d 12h" (w, d, h, m, s)'
        )
    if any(len(n.lstrip("0")) > 9 for n in amounts.values()):
        raise ValueError(f"{raw!r} is too long: at most {LONGEST.days}d")
    return _checked(
        timedelta(
            weeks=int(amounts.get("w", 0)),
            days=int(amounts.get("d", 0)),
            hours=int(amounts.get("h", 0)),
            minutes=int(amounts.get("m", 0)),
            seconds=int(amounts.get("s", 0)),
        ),
        repr(raw),
    )


def format(duration: timedelta) -> str:  # noqa: A001 - the twin of `parse`
    """Return the short form of `duration` in whole seconds, "1d 12h", which `parse` reads back."""
    seconds = int(duration.total_seconds())
    parts = []
    for unit, size in _UNITS.items():
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return " ".join(parts) or "0s"


def _checked(duration: timedelta, written: str) -> timedelta:
    if duration <= timedelta(0):
        raise ValueError(f"{written} is no time at all: it must be longer than zero")
    if duration > LONGEST:
        raise ValueError(f"{written} is too long: at most {LONGEST.days}d")
    if duration.microseconds:
        raise ValueError(f"{written} has a part of a second: whole seconds are the smallest unit")
    return duration


Duration = Annotated[
    timedelta,
    BeforeValidator(parse),
    PlainSerializer(format, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["30m", "4h", "2d", "1d 12h"]}),
]
"""A positive length of time in a pydantic model, read by `parse` and written by `format`."""
