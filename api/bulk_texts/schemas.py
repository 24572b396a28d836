"""One text to a selection of records, as it is sent and shown."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.enrollments.schemas import EnrollReport, RefusedRecord
from api.schemas import Instant, Name, Sent, Shown
from domain.segments import MAX_CHARACTERS

_Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARACTERS)]
_Records = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class BulkTextDraft(Sent):
    """Placeholders are filled for each record by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Hi {{ record.first_name }}, we moved. {{ seller.first_name }}",
                    "record_ids": ["0199a0b0-0000-7000-8000-000000000003"],
                }
            ]
        }
    )

    text: _Text
    record_ids: _Records


class NewBulkText(BulkTextDraft):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "We moved",
                    "text": "Hi {{ record.first_name }}, we moved. {{ seller.first_name }}",
                    "record_ids": ["0199a0b0-0000-7000-8000-000000000003"],
                }
            ]
        }
    )

    name: Name | None = None
    """What it is called in lists and conversations; else its day."""


class WaitingRecord(Shown):
    """Who gets the text later, and why."""

    record_id: UUID
    reason: str
    until: Instant | None
    """When it may leave; null if nobody knows, since somebody has to act first."""


class Sample(Shown):
    record_id: UUID
    text: str
    segments: int
    waits_until: Instant | None
    """When it may leave, if it waits for that alone: the customer's hours forbid it now."""


class BulkTextPreview(Shown):
    """How many of the records will get the text, why the others will not, and what it says to some of them."""

    will_go: int
    will_wait: int
    """Of those, so many not at once."""
    refused: list[RefusedRecord]
    waiting: list[WaitingRecord]
    samples: list[Sample]
    fewest_segments: int
    most_segments: int


class BulkTextOut(EnrollReport):
    """What became of each record. `sequence_key` names what its text belongs to."""

    model_config = ConfigDict(title="BulkText")

    sequence_key: str
