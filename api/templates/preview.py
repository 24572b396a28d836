"""How a template would come out for real records."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.schemas import RecordRef, TextFindingOut
from api.templates.schemas import PreviewedRecord, PreviewOut, SegmentRangeOut
from db.organisations.tables import Organisation
from db.records.queries import Subject
from db.records.tables import Record
from domain import segments
from domain.phone import country_of
from domain.placeholders import UnfilledPlaceholder, render, unfilled
from domain.templates import choose, range_of
from domain.text_policy import findings, severities_of


def preview(
    variants: Mapping[str, str],
    default: str,
    subjects: Sequence[Subject],
    organisation: Organisation,
    *,
    shown: int,
    seller: Mapping[str, Any] | None,
) -> PreviewOut:
    """Return what the first `shown` of `subjects` would be sent, and the range of segments over all of them.

    `seller` fills the seller's placeholders; None: each record's owner does.
    """
    previewed = [
        _previewed(variants, default, subject, organisation, seller=seller) for subject in subjects
    ]
    range_ = range_of([each.segments for each in previewed])
    return PreviewOut(
        records=previewed[:shown], range=SegmentRangeOut.of(range_, sampled=len(previewed))
    )


def _previewed(
    variants: Mapping[str, str],
    default: str,
    subject: Subject,
    organisation: Organisation,
    *,
    seller: Mapping[str, Any] | None,
) -> PreviewedRecord:
    record = subject.record
    values = subject.values if seller is None else {**subject.values, "seller": seller}
    language, words = choose(variants, default, record.language)
    text: str | None = None
    problem: str | None = None
    try:
        text = segments.normalise(render(words, values))
    except UnfilledPlaceholder as unfilled_one:
        problem = str(unfilled_one)
    else:
        if len(text) > segments.MAX_CHARACTERS:
            problem = (
                f"It has {len(text)} characters: at most {segments.MAX_CHARACTERS} can be sent."
            )
            text = None
    counted = None if text is None else segments.count(text)
    found = findings(
        words if text is None else text,
        is_first=True,
        country=_country(record),
        organisation_name=organisation.name,
        severities=severities_of(organisation.text_policy),
    )
    return PreviewedRecord(
        record=RecordRef.of(record),
        language=language,
        text=text,
        problem=problem,
        missing=unfilled(words, values),
        segments=counted and counted.segments,
        encoding=counted and counted.encoding,
        forced_by=counted and counted.forced_by,
        forced_at=counted and counted.forced_at,
        findings=[TextFindingOut.model_validate(each) for each in found],
    )


def _country(record: Record) -> str | None:
    return record.country or (country_of(record.phone) if record.phone else None)
