"""What does a person look for in all that was said, and how far back must one look?

Words are looked up in an index that has each text's week among its words: a word that stands in every text is then read
for one week and not for all years. The syntax of a search is PostgreSQL's (`websearch_to_tsquery`): words that all must
be there, "a phrase", or, -without; beside it `word*` finds what begins so.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LONGEST: Final = 200
"""Characters of a search."""
FEWEST_DIGITS: Final = 4
"""Digits from which numbers are searched: fewer are in nearly all of them, and no index helps."""
FEWEST_LETTERS: Final = 4
"""Letters before a `*`."""

AROUND: Final = 90
"""Characters that are shown on each side of what was found."""

_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_WEEK: Final = timedelta(weeks=1)
_STEPS: Final = (1, 4, 16)
_UNHEARD: Final = frozenset({"Cc", "Cs"})
_NUMBER: Final = re.compile(r"[0-9+()\-./\s]+")
_BEGINNING: Final = re.compile(rf'"[^"]*"|(?<!\S)([^\W_]{{{FEWEST_LETTERS},}})\*(?!\S)')


class NothingToLookFor(ValueError):
    """The search names nothing that a text must hold; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: texts that `words` (in PostgreSQL's syntax) and every one of `beginnings` match."""

    words: str
    beginnings: tuple[str, ...] = ()
    digits: str | None = None
    """A part of a number, if that is what was typed."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole weeks, by their numbers, both included; `oldest` None: everything before."""

    newest: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a text that was found: either what was looked for, or what stands around it."""

    text: str
    is_match: bool


MATCH_BEGINS, MATCH_ENDS = "\x02", "\x03"
"""What stands around a match where the database shows one: no text that is shown so has them otherwise."""


def read(typed: str) -> Wanted:
    """Return what somebody looks for who typed this. Raises NothingToLookFor."""
    # what no text can hold; the invisible characters that join letters in some scripts stay
    clean = "".join(" " if unicodedata.category(each) in _UNHEARD else each for each in typed)
    clean = clean.strip()
    if not any(each.isalnum() for each in clean):
        raise NothingToLookFor("Write a word, a phrase in quotes, or part of a number.")
    if len(clean) > LONGEST:
        raise NothingToLookFor(f"Write less: a search has at most {LONGEST} characters.")
    beginnings = tuple(found[1] for found in _BEGINNING.finditer(clean) if found[1] is not None)
    words = _BEGINNING.sub(lambda found: found[0] if found[1] is None else " ", clean)
    return Wanted(words.strip(), beginnings, digits_of(clean))


def week_of(at: datetime) -> int:
    """Return the number of the week that holds an instant: 0 began with 2020, in UTC.

    The database's function `search_words` counts alike.
    """
    return (at - _EPOCH) // _WEEK


def start_of(week: int) -> datetime:
    """Return the instant at which a week begins."""
    return _EPOCH + week * _WEEK


def periods(until: datetime) -> Iterator[Period]:
    """Yield all time until an instant, the newest first: each longer than the one before it.

    What is frequent is found in the first, and what is rare is quickly looked up in the last.
    """
    newest = week_of(until)
    for weeks in _STEPS:
        yield Period(newest, newest - weeks + 1)
        newest -= weeks
    yield Period(newest, None)


def fragments(shown: str) -> tuple[Fragment, ...]:
    """Return the parts of a text in which the database has marked what was looked for.

    What stands far from a match is left out, and "…" in its place.
    """
    before, *marked = shown.split(MATCH_BEGINS)
    parts = [Fragment(_cut(before, starts=True, ends=not marked), False)]
    for number, each in enumerate(marked, start=1):
        match, _, after = each.partition(MATCH_ENDS)
        is_last = number == len(marked)
        parts += [Fragment(match, True), Fragment(_cut(after, starts=False, ends=is_last), False)]
    return tuple(part for part in parts if part.text)


def _cut(between: str, *, starts: bool, ends: bool) -> str:
    """Return what stands before, between or after matches, without the words that are far from them all."""
    left = "" if starts and not ends else between[:AROUND]
    right = "" if ends else between[-AROUND:]
    if len(left) + len(right) >= len(between):
        return between
    # no half words
    left, right = left.rpartition(" ")[0] or left, right.partition(" ")[2] or right
    return " … ".join((left, right)).lstrip(" " if starts else "").rstrip(" " if ends else "")


def spellings(digits: str) -> tuple[str, ...]:
    """Return how these digits may stand in an E.164 number: as they are, and without what is dialled before it."""
    bare = digits.lstrip("0")
    return (digits,) if bare == digits or len(bare) < FEWEST_DIGITS else (digits, bare)


def digits_of(text: str) -> str | None:
    """Return the digits of a number, or a part of one, as people write it; None if it is none, or of too few."""
    if _NUMBER.fullmatch(text) is None:
        return None
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= FEWEST_DIGITS else None
