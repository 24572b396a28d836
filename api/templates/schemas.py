"""Templates as they are sent and shown."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, Name, RecordRef, Sent, Shown, TextFindingOut, UserRef
from db.templates.queries import COUNTED, Statistics, TemplateRow
from domain.records import RecordKind
from domain.templates import Language, SegmentRange, Sharing, TemplateKey, reply_rate
from domain.text_policy import Finding

Variants = Annotated[dict[Language, str], Field(min_length=1, max_length=50)]
"""The words by language."""


class NewTemplate(Sent):
    """Without `key` the name makes one, without `record_kind` it is for every kind.

    `team_id` and `business_unit_id` name whom it is shared with; the unit is yours if none is named.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "book-a-call",
                    "name": "Book a call",
                    "record_kind": "lead",
                    "default_language": "en",
                    "sharing": "organisation",
                    "variants": {
                        "en": "Hi {{ record.first_name | default: 'there' }}, shall we talk?",
                        "de": "Hallo {{ record.first_name }}, wollen wir telefonieren?",
                    },
                }
            ]
        }
    )

    key: TemplateKey | None = None
    name: Name
    record_kind: RecordKind | None = None
    default_language: Language = "en"
    sharing: Sharing = Sharing.ME
    team_id: UUID | None = None
    business_unit_id: UUID | None = None
    variants: Variants


class TemplateChanges(Sent):
    """What to change. `variants` replace the words as a whole."""

    name: Name | None = None
    record_kind: RecordKind | None = None
    default_language: Language | None = None
    sharing: Sharing | None = None
    team_id: UUID | None = None
    business_unit_id: UUID | None = None
    variants: Variants | None = None


class VariantFinding(TextFindingOut):
    model_config = ConfigDict(from_attributes=True, title="VariantFinding")

    language: str

    @classmethod
    def of(cls, language: str, finding: Finding) -> "VariantFinding":
        shown = TextFindingOut.model_validate(finding)
        return cls(language=language, **shown.model_dump())


class StatisticsOut(Shown):
    """Texts that left with these words in the last `days`, and how many were answered within a week.

    `reply_rate` is null under 20 uses: too few to tell."""

    model_config = ConfigDict(title="TemplateStatistics")

    days: int = COUNTED.days
    uses: int
    replied: int
    reply_rate: float | None

    @classmethod
    def of(cls, found: Statistics) -> "StatisticsOut":
        rate = reply_rate(found.uses, found.replied)
        return cls(uses=found.uses, replied=found.replied, reply_rate=rate)


class TemplateOut(Shown):
    model_config = ConfigDict(title="Template")

    id: UUID
    key: str
    name: str
    record_kind: RecordKind | None
    default_language: str
    sharing: Sharing
    team_id: UUID | None
    business_unit_id: UUID | None
    owner: UserRef
    variants: dict[str, str]
    findings: list[VariantFinding]
    """What the organisation's policy has against the words, wherever the customer may be."""
    statistics: StatisticsOut
    used_by: list[str]
    """Keys of the sequences whose drafts name it."""
    created_at: Instant
    updated_at: Instant
    archived_at: Instant | None

    @classmethod
    def of(
        cls,
        row: TemplateRow,
        *,
        findings: Sequence[VariantFinding],
        statistics: Statistics,
        used_by: Sequence[str],
    ) -> "TemplateOut":
        template = row.template
        return cls(
            id=template.id,
            key=template.key,
            name=template.name,
            record_kind=template.record_kind,
            default_language=template.default_language,
            sharing=template.sharing,
            team_id=template.team_id,
            business_unit_id=template.business_unit_id,
            owner=UserRef.of(row.owner),
            variants=row.variants,
            findings=list(findings),
            statistics=StatisticsOut.of(statistics),
            used_by=list(used_by),
            created_at=template.created_at,
            updated_at=template.updated_at,
            archived_at=template.archived_at,
        )


class PreviewOrder(Sent):
    """Over which records to preview: those named, else the newest; `limit` of them are shown, and the segments of
    `sample` counted. `variants` and `default_language` are tried instead of the template's.

    `seller` says whose name the seller's placeholders have: each record's owner's, as in a sequence, or yours, as in a
    text that you write.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 5, "sample": 200}]})

    record_ids: list[UUID] = Field(default=[], max_length=200)
    limit: int = Field(default=5, ge=1, le=50)
    sample: int = Field(default=200, ge=1, le=200)
    variants: Variants | None = None
    default_language: Language | None = None
    seller: Literal["owner", "me"] = "owner"


class PreviewedRecord(Shown):
    """What one record would be sent. `text` is null where it could not go, and `problem` says why; `missing` are the
    placeholders without value and default."""

    record: RecordRef
    language: str
    text: str | None
    problem: str | None
    missing: list[str]
    segments: int | None
    encoding: Literal["GSM-7", "UCS-2"] | None
    forced_by: str | None
    """The first character that makes the text UCS-2."""
    forced_at: int | None
    """Where it stands, in characters from 0."""
    findings: list[TextFindingOut]


class SegmentRangeOut(Shown):
    """Segments over the sample; null if it could be filled for nobody."""

    model_config = ConfigDict(from_attributes=True, title="SegmentRange")

    least: int | None
    usual: int | None
    most: int | None
    unfilled: int
    """Records that lack a value, or whose text is too long."""
    sampled: int

    @classmethod
    def of(cls, found: SegmentRange, sampled: int) -> "SegmentRangeOut":
        return cls(
            least=found.least,
            usual=found.usual,
            most=found.most,
            unfilled=found.unfilled,
            sampled=sampled,
        )


class PreviewOut(Shown):
    model_config = ConfigDict(title="TemplatePreview")

    records: list[PreviewedRecord]
    range: SegmentRangeOut


class PlaceholderOut(Shown):
    """A field that a text may name, with the value of the newest record that has one."""

    model_config = ConfigDict(title="Placeholder")

    name: str
    example: Any = None
