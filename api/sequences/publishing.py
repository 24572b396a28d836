"""What publishing adds to a draft, and what it refuses: the words of its templates, and texts against the policy."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import Problem, ProblemError
from db.organisations.tables import Organisation
from db.records.queries import list_countries
from db.sequences.queries import find_newest_version
from db.sequences.tables import Sequence
from db.templates.queries import (
    TemplateRow,
    lock_for_publish,
    pinned_of,
    templates_of_keys,
)
from domain import sequence_source
from domain.privileges import Actor
from domain.records import RecordKind
from domain.sequence import SequenceDocument, TextStep, pin, templates_of
from domain.text_policy import Severity, StepFinding, severities_of, step_findings


class WordsOfDraft(NamedTuple):
    """A draft with its templates' words as they are at the moment, if all are there, and what is wrong with them."""

    document: SequenceDocument
    problems: list[sequence_source.Problem]


async def words_of_draft(
    session: AsyncSession, actor: Actor, document: SequenceDocument
) -> WordsOfDraft:
    """Return a draft as it would be published now, or as it is where templates keep it from that."""
    keys = templates_of(document)
    if not keys:
        return WordsOfDraft(document, [])
    rows = await templates_of_keys(session, actor, keys)
    problems = template_problems(document, rows)
    if problems:
        return WordsOfDraft(document, problems)
    return WordsOfDraft(pin(document, {key: pinned_of(row) for key, row in rows.items()}), [])


async def pinned_for_good(
    session: AsyncSession, actor: Actor, document: SequenceDocument
) -> SequenceDocument:
    """Return a draft with its templates' words, which nobody changes before the transaction ends.

    Refuses one that lacks any.
    """
    # locked first: words read in the same statement could be older than the lock
    await lock_for_publish(session, actor, templates_of(document))
    return await pinned_for_now(session, actor, document)


async def pinned_for_now(
    session: AsyncSession, actor: Actor, document: SequenceDocument
) -> SequenceDocument:
    """Return a draft with its templates' words as they are at the moment. Refuses one that lacks any."""
    words = await words_of_draft(session, actor, document)
    if words.problems:
        raise Problem(
            422,
            "invalid-sequence",
            "\n".join(map(str, words.problems)),
            errors=[ProblemError(path=each.path, message=each.message) for each in words.problems],
        )
    return words.document


def template_problems(
    document: SequenceDocument, rows: Mapping[str, TemplateRow]
) -> list[sequence_source.Problem]:
    """Return what keeps a draft from having the words of its templates; `rows` are those the reader may see."""
    found = []
    paths = sequence_source.paths_of(document)
    for step in document.all_steps():
        if isinstance(step, TextStep) and step.template is not None:
            message = _objection(step.template, document.record, rows.get(step.template))
            if message is not None:
                path = f"{paths[step.id]}.template"
                found.append(sequence_source.Problem(path, None, message))
    return found


def _objection(key: str, kind: RecordKind, row: TemplateRow | None) -> str | None:
    if row is None:
        return f"There is no template {key!r} that you may use: make it, or have it shared with you"
    if row.template.archived_at is not None:
        return f"The template {key!r} is archived: restore it, or use another"
    if row.template.record_kind not in (None, kind):
        return f"The template {key!r} is for a {row.template.record_kind}, not for a {kind}"
    return None


async def stale_templates(session: AsyncSession, actor: Actor, sequence: Sequence) -> list[str]:
    """Return the templates whose words are others than the newest version has, or that are out of use, by key."""
    newest = await find_newest_version(session, sequence.id)
    if newest is None:
        return []
    document = SequenceDocument.model_validate(newest.version.document)
    keys = templates_of(document)
    if not keys:
        return []
    rows = await templates_of_keys(session, actor, keys)
    now = {key: pinned_of(row) for key, row in rows.items() if row.template.archived_at is None}
    return sorted(
        {
            step.template
            for step in document.all_steps()
            if isinstance(step, TextStep)
            and step.template is not None
            and step.pinned != now.get(step.template)
        }
    )


def findings_anywhere(document: SequenceDocument, organisation: Organisation) -> list[StepFinding]:
    """Return what the policy has against a draft's texts, wherever the customers may be."""
    return step_findings(
        document,
        countries=(),
        organisation_name=organisation.name,
        severities=severities_of(organisation.text_policy),
    )


async def checked_by_policy(
    session: AsyncSession, document: SequenceDocument, organisation: Organisation
) -> list[StepFinding]:
    """Return what the policy has against a document where the organisation's records are. Refuses errors."""
    found = step_findings(
        document,
        countries=await list_countries(session, organisation.id, document.record),
        organisation_name=organisation.name,
        severities=severities_of(organisation.text_policy),
    )
    refuse_errors(found, sequence_source.paths_of(document))
    return found


def refuse_errors(found: Iterable[StepFinding], paths: Mapping[str, str]) -> None:
    """Refuse texts of which the policy says that they must not be sent; `paths` say where each step's text stands."""
    errors = [
        ProblemError(path=paths[each.step_id], message=_told(each))
        for each in found
        if each.finding.severity is Severity.ERROR
    ]
    if errors:
        detail = "\n".join(error.message for error in errors)
        raise Problem(422, "text-policy", detail, errors=errors)


def _told(each: StepFinding) -> str:
    where = ", ".join(filter(None, (each.language, each.country)))
    place = f"{each.step_id} ({where})" if where else each.step_id
    return f"{place}: {each.finding.message} [{each.finding.rule}]"
