"""Which words of a template does a record get, how long do they come out, and how often are they answered?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

FEWEST_USES: Final = 20
"""Uses under which a reply rate would say nothing."""

_LANGUAGE: Final = r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$"
_LONGEST_LANGUAGE: Final = 8

Language = Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=_LONGEST_LANGUAGE)]
"""A language tag in lower case, such as "de" or "pt-br"."""

TemplateKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
"""What a sequence calls a template by; it never changes."""


class Sharing(StrEnum):
    """Who sees a template and may use it."""

    ME = "me"
    TEAM = "team"
    BUSINESS_UNIT = "business_unit"
    ORGANISATION = "organisation"


class Pinned(BaseModel):
    """The words of a template as a sequence was published with them: no later edit reaches them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template_id: UUID
    default: Language
    texts: dict[Language, str]


@dataclass(frozen=True, slots=True)
class SegmentRange:
    """How many segments a text needs over a sample of records; None where it could be filled for nobody."""

    least: int | None
    usual: int | None
    """The median, the lower of two."""
    most: int | None
    unfilled: int
    """Records that it cannot be sent to, since they lack a value."""


def is_language(tag: str) -> bool:
    """Return whether this is a `Language`."""
    return len(tag) <= _LONGEST_LANGUAGE and re.fullmatch(_LANGUAGE, tag) is not None


def choose(variants: Mapping[str, str], default: str, language: str | None) -> tuple[str, str]:
    """Return the language and the words that somebody of this language gets; None: it is not known.

    First the language itself; then its primary part ("pt" for "pt-br"); then another variant of that part, the first
    by name ("pt-br" for "pt-ao"); else the default. Raises KeyError if `default` is no variant.
    """
    if language is not None:
        primary = language.partition("-")[0]
        siblings = sorted(each for each in variants if each.partition("-")[0] == primary)
        for each in (language, primary, *siblings):
            if each in variants:
                return each, variants[each]
    return default, variants[default]


def range_of(segments: Sequence[int | None]) -> SegmentRange:
    """Return the range of these numbers of segments, one for each record; None: it could not be filled."""
    filled = [each for each in segments if each is not None]
    unfilled = len(segments) - len(filled)
    if not filled:
        return SegmentRange(None, None, None, unfilled)
    return SegmentRange(min(filled), median_low(filled), max(filled), unfilled)


def reply_rate(uses: int, replied: int) -> float | None:
    """Return which part of the uses was answered, between 0 and 1; None while there are too few to tell."""
    return None if uses < FEWEST_USES else replied / uses
