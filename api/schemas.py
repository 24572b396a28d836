"""Shapes that several resources share."""

from datetime import UTC, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    StringConstraints,
    WithJsonSchema,
)

from db.records.tables import Record
from db.sequences.tables import Sequence
from db.users.tables import User
from domain import erasure, segments
from domain.records import RecordKind
from domain.text_policy import Severity, When


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the years 1 to 9999 have no such instant") from error


def _in_calendar(local: datetime) -> datetime:
    if not datetime(1900, 1, 1) <= local < datetime(9999, 1, 1):  # noqa: DTZ001 - of no zone
        raise ValueError("choose a year from 1900 to 9998")
    return local


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant, written in UTC. What is sent must say its offset."""

LocalTime = Annotated[NaiveDatetime, AfterValidator(_in_calendar)]
"""A time on the clock of a zone that is found elsewhere."""

CustomerNumber = Annotated[str, AfterValidator(erasure.shown)]
"""A conversation's: E.164, or what the provider brought; `erased` once the person was."""

ClockTime = Annotated[
    time,
    # a JSON schema's own "time" has an offset
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d\d:\d\d:\d\d(\.\d+)?$"}, mode="serialization"
    ),
]
"""A time of day, on whoever's clock it is."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]

Password = Annotated[str, Field(min_length=8, max_length=1000)]
"""A password that somebody chooses."""


class Shown(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(from_attributes=True)


class Sent(BaseModel):
    """A request's body: unknown names are refused, so that a misspelt one is not silently lost."""

    model_config = ConfigDict(extra="forbid")


class UserRef(Shown):
    id: UUID
    first_name: str
    last_name: str

    @classmethod
    def of(cls, user: User) -> "UserRef":
        return cls.model_validate(user)


class RecordRef(Shown):
    id: UUID
    kind: RecordKind
    first_name: str
    last_name: str
    phone: str | None
    timezone: str | None

    @classmethod
    def of(cls, record: Record) -> "RecordRef":
        return cls.model_validate(record)


class SequenceRef(Shown):
    key: str
    name: str

    @classmethod
    def of(cls, sequence: Sequence) -> "SequenceRef":
        return cls.model_validate(sequence)


class SegmentsOut(Shown):
    """What a text costs: its encoding, its length in that encoding, and how many segments carry it."""

    model_config = ConfigDict(from_attributes=True, title="Segments")

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int

    @classmethod
    def of(cls, text: str) -> "SegmentsOut":
        return cls.model_validate(segments.count(text))


class TextFindingOut(Shown):
    """A rule that a text breaks (getTextPolicy). `start` and `end` are characters of it, from 0; null: something lacks.
    What is about `first` texts matters only if this is the first one."""

    model_config = ConfigDict(from_attributes=True, title="TextFinding")

    rule: str
    when: When
    severity: Severity
    message: str
    start: int | None
    end: int | None


class Reason(Sent):
    """Why somebody did it, for whoever asks later."""

    reason: Annotated[str, Field(max_length=300)] | None = None
