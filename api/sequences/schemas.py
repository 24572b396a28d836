"""Sequences as they are sent and shown."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, RecordRef, Sent, Shown, TextFindingOut, UserRef
from db.records.tables import Record
from db.sequences.queries import SequenceRow, VersionRow
from domain.enrollments import EndReason
from domain.records import RecordKind
from domain.sequence import SequenceDocument
from domain.sequence_source import Problem
from domain.simulation import SimulatedKind
from domain.text_policy import StepFinding


class Counts(Shown):
    """How many enrollments have each status."""

    active: int = 0
    paused: int = 0
    completed: int = 0
    disconnected: int = 0


class DraftProblem(Shown):
    """What keeps a draft from being published."""

    path: str
    line: int | None
    message: str


class StepFindingOut(TextFindingOut):
    """What the policy for texts has against a step's words: in which language of its template, for which country's
    customers; null: wherever they are."""

    model_config = ConfigDict(title="StepFinding")

    step_id: str
    language: str | None
    country: str | None

    @classmethod
    def of(cls, found: StepFinding) -> "StepFindingOut":
        return cls(
            step_id=found.step_id,
            language=found.language,
            country=found.country,
            **TextFindingOut.model_validate(found.finding).model_dump(),
        )


class SequenceSummary(Shown):
    key: str
    name: str
    record_kind: RecordKind
    is_active: bool
    published_version: int | None
    counts: Counts

    @classmethod
    def of(cls, row: SequenceRow) -> "SequenceSummary":
        return cls(**_summary(row))


class SequenceOut(SequenceSummary):
    """A sequence with the draft that is being worked on, as a document and as YAML."""

    model_config = ConfigDict(title="Sequence")

    draft: SequenceDocument
    draft_source: str
    draft_problems: list[DraftProblem]
    findings: list[StepFindingOut]
    """What the policy for texts has against the draft, wherever customers are."""
    stale_templates: list[str]
    """Templates whose words are others now than those of the newest version: publishing again takes them over."""

    @classmethod
    def showing(
        cls,
        row: SequenceRow,
        *,
        document: SequenceDocument,
        source: str,
        problems: list[Problem],
        findings: list[StepFinding],
        stale_templates: list[str],
    ) -> "SequenceOut":
        return cls(
            **_summary(row),
            draft=document,
            draft_source=source,
            draft_problems=[DraftProblem.model_validate(p, from_attributes=True) for p in problems],
            findings=[StepFindingOut.of(each) for each in findings],
            stale_templates=stale_templates,
        )


def _summary(row: SequenceRow) -> dict[str, Any]:
    return {
        "key": row.sequence.key,
        "name": row.sequence.name,
        "record_kind": row.sequence.record_kind,
        "is_active": row.sequence.is_active,
        "published_version": row.published_version,
        "counts": Counts.model_validate(row.counts or {}),
    }


class VersionOut(Shown):
    """One published state of a sequence; it never changes."""

    model_config = ConfigDict(title="Version")

    number: int
    published_at: Instant
    published_by: UserRef
    document: SequenceDocument

    @classmethod
    def of(cls, row: VersionRow) -> "VersionOut":
        return cls(
            number=row.version.number,
            published_at=row.version.published_at,
            published_by=UserRef.of(row.published_by),
            document=SequenceDocument.model_validate(row.version.document),
        )


class PublishedVersion(VersionOut):
    """A version with what the policy for texts has against it: warnings, since errors are not published."""

    model_config = ConfigDict(title="PublishedVersion")

    findings: list[StepFindingOut]

    @classmethod
    def with_findings(cls, row: VersionRow, findings: list[StepFinding]) -> "PublishedVersion":
        shown = VersionOut.of(row)
        return cls(
            number=shown.number,
            published_at=shown.published_at,
            published_by=shown.published_by,
            document=shown.document,
            findings=[StepFindingOut.of(each) for each in findings],
        )


class SimulationOrder(Sent):
    """With which records to rehearse the draft: those named, else the newest `limit` of its kind."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 5, "replies": "none"}]})

    record_ids: list[UUID] = Field(default=[], max_length=200)
    limit: int = Field(default=10, ge=1, le=200)
    starting_at: Instant | None = None
    replies: Literal["none", "all"] = "none"


class SimulatedEventOut(Shown):
    """One thing that would happen. `local_time` is on the customer's clock."""

    model_config = ConfigDict(title="SimulatedEvent")

    at: Instant
    local_time: datetime
    step_id: str
    kind: SimulatedKind
    text: str | None
    until: Instant | None
    why: str | None


class SimulatedRecord(Shown):
    record: RecordRef
    ending: EndReason
    events: list[SimulatedEventOut]

    @classmethod
    def of(
        cls, record: Record, ending: EndReason, events: list[SimulatedEventOut]
    ) -> "SimulatedRecord":
        return cls(record=RecordRef.of(record), ending=ending, events=events)


class SimulationOut(Shown):
    model_config = ConfigDict(title="Simulation")

    records: list[SimulatedRecord]
