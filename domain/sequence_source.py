"""Reads a sequence from YAML or JSON, and says what is wrong with it: where, on which line, and what to do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, walk_tree
from ruamel.yaml.tokens import (
    AliasToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
)

from domain.placeholders import check, known_fields
from domain.segments import is_blank
from domain.sequence import (
    AutomatedText,
    Branch,
    Email,
    End,
    ManualText,
    Replied,
    SequenceDocument,
    Step,
    TextStep,
    Wait,
)

_LONGEST_WAIT: Final = timedelta(days=400)
_DEEPEST: Final = 100
"""Levels of YAML: some thirty branches inside one another."""

_OPENING: Final = (
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingStartToken,
    FlowSequenceStartToken,
)
_CLOSING: Final = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)

_Location = tuple[str | int, ...]
"""Where a part of a document is: the keys and places that lead to it, such as ("steps", 2, "else", 0)."""

_RARE_LINE_BREAKS: Final = ("\x85", "\u2028", "\u2029")
"""What YAML 1.1 took for ends of lines and YAML 1.2 does not: kept only where they are escaped."""


@dataclass(frozen=True)
class Problem:
    """What is wrong: the path (`steps[2].text`), the line counted from 1 where there is a source, and what to do."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.path)))
        return f"{place}: {self.message}" if place else self.message


class InvalidSequence(ValueError):
    """A document that cannot be a sequence; `problems` says why, as much as can be said at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def parse_yaml(source: str) -> SequenceDocument:
    """Return the sequence written in `source`. Raises InvalidSequence, its problems with lines."""
    try:
        _refuse_bombs(source)
        data = YAML().load(source)
    except InvalidSequence:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        problem = Problem("", mark.line + 1 if mark else None, f"This is not YAML: {what}")
        raise InvalidSequence([problem]) from error
    except Exception as error:  # of a date such as 2026-13-45, the library lets Python's own pass
        raise InvalidSequence([Problem("", None, f"This is not YAML: {error}")]) from error
    return parse(data)


def _refuse_bombs(source: str) -> None:
    """Raise InvalidSequence for what is small to write and costs minutes to read."""
    depth = 0
    for token in YAML().scan(source):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if isinstance(token, AliasToken):
            message = "Write it out: aliases are not read"
        elif depth > _DEEPEST:
            message = f"Nested deeper than {_DEEPEST} levels"
        else:
            continue
        raise InvalidSequence([Problem("", token.start_mark.line + 1, message)])


def parse(data: object) -> SequenceDocument:
    """Return the sequence that `data`, read from JSON or YAML, describes. Raises InvalidSequence."""
    if not isinstance(data, dict):
        message = "A sequence is a mapping with key, name, record and steps"
        raise InvalidSequence([Problem("", None, message)])
    try:
        document = SequenceDocument.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise InvalidSequence(_of_pydantic(data, error)) from error
    contradictions = _contradictions(
        document.steps, ("steps",), set(), set(), known_fields(document.record), goes_on=False
    )
    problems = [_problem(data, where, message) for where, message in contradictions]
    if problems:
        raise InvalidSequence(problems)
    return document


def paths_of(document: SequenceDocument) -> dict[str, str]:
    """Return where each step stands, by its id: `steps[2].else[0]`."""
    return dict(_paths(document.steps, "steps"))


def _paths(steps: Sequence[Step], place: str) -> Iterator[tuple[str, str]]:
    for index, step in enumerate(steps):
        path = f"{place}[{index}]"
        yield step.id, path
        if isinstance(step, Branch):
            yield from _paths(step.then, f"{path}.then")
            yield from _paths(step.otherwise, f"{path}.else")


def to_yaml(document: SequenceDocument) -> str:
    """Return the document as YAML that `parse_yaml` reads back to an equal one; defaults are left out."""
    yaml = YAML()
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    data = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    walk_tree(data, dict.fromkeys(_RARE_LINE_BREAKS, DoubleQuotedScalarString))
    yaml.dump(data, out)
    return out.getvalue()


def _contradictions(
    steps: Sequence[Step],
    place: _Location,
    ids: set[str],
    texts: set[str],
    fields: Mapping[str, Collection[str]],
    *,
    goes_on: bool,
) -> Iterator[tuple[_Location, str]]:
    """Yield what the types cannot say about `steps`, one side of a branch or the whole, which stand at `place`.

    `ids` has those of all steps before, `texts` those of the text steps on the way here; both are filled up.
    `fields` are what texts may refer to. `goes_on` says whether anything follows the last of `steps`.
    """
    for index, step in enumerate(steps):
        where = (*place, index)
        is_last = index + 1 == len(steps)
        if step.id in ids:
            message = f"The id {step.id!r} is used more than once: give each step its own"
            yield (*where, "id"), message
        ids.add(step.id)
        match step:
            case AutomatedText() | ManualText():
                for part, message in _wrong_words(step, fields):
                    yield (*where, part), message
                texts.add(step.id)
            case Email():
                for part, text in (("subject", step.subject), ("description", step.description)):
                    for problem in check(text, fields):
                        yield (*where, part), problem.message
            case Wait():
                if step.length > _LONGEST_WAIT:
                    yield (*where, "for"), f"A wait lasts at most {_LONGEST_WAIT.days} days"
                if is_last and not goes_on:
                    message = f"The wait {step.id!r} comes last: put a step after it, or remove it"
                    yield where, message
            case Branch():
                if not step.then and not step.otherwise:
                    yield where, f"The branch {step.id!r} has no steps on either side"
                if isinstance(step.when, Replied) and step.when.replied.to not in texts:
                    asked = step.when.replied.to
                    message = f"{asked!r} is no text step that comes before this branch"
                    yield (*where, "when", "replied", "to"), message
                then, otherwise = set(texts), set(texts)
                for side, key, known in (
                    (step.then, "then", then),
                    (step.otherwise, "else", otherwise),
                ):
                    yield from _contradictions(
                        side, (*where, key), ids, known, fields, goes_on=goes_on or not is_last
                    )
                texts |= then | otherwise
            case End() if not is_last:
                yield where, f"Nothing is reached after the end {step.id!r}: remove what follows it"
            case _:
                pass


def _wrong_words(
    step: TextStep, fields: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    if step.pinned is not None:
        yield "pinned", "Publishing writes the words of a template down: take this out"
    if step.template is not None and step.text:
        yield "template", "Say what it says with text or with template, not with both"
    elif step.template is None and isinstance(step, AutomatedText) and is_blank(step.text):
        yield "text", "An automated text needs words to send: give it a text or a template"
    for problem in check(step.text, fields):
        yield "text", problem.message


_STEP_TYPES: Final = "automated_text, manual_text, call, task, email, wait, branch, end"
_MESSAGES: Final = {
    "missing": "This is missing",
    "extra_forbidden": "There is no such setting here: check the spelling",
    "union_tag_not_found": f"Say what the step is, with type: one of {_STEP_TYPES}",
    "union_tag_invalid": f"There is no step of this type: use one of {_STEP_TYPES}",
    "string_type": "This should be text: put it in quotes",
    "string_too_short": "This should not be empty",
    "string_pattern_mismatch": "Use small letters, digits and hyphens, a letter first, at most 64",
    "list_type": "This should be a list, each item after a dash",
    "too_short": "There should be at least one step",
    "model_type": "This should be a mapping, such as {key: value}",
    "model_attributes_type": "This should be a mapping, such as {key: value}",
}


def _of_pydantic(data: dict[str, Any], error: ValidationError) -> list[Problem]:
    """Return one problem for each path: of a union, pydantic says for each member why it does not fit."""
    problems: dict[str, Problem] = {}
    for detail in error.errors():
        kind, where = detail["type"], _without_members(detail["loc"])
        if kind.startswith("union_tag"):
            where = (*where, "type")
        message = _MESSAGES.get(kind) or detail["msg"].removeprefix("Value error, ")
        message = message.replace("Input should", "This should")
        problem = _problem(data, where, message)
        problems.setdefault(problem.path, problem)
    return list(problems.values())


def _without_members(where: _Location) -> _Location:
    """Return pydantic's location without the names of union members, which the data does not have.

    They come after a place in a list of steps, and after the keys of the other unions.
    """
    return tuple(
        part
        for before, part in zip((None, *where), where, strict=False)
        if not (isinstance(before, int) or before in ("when", "equals"))
    )


def _problem(data: object, where: _Location, message: str) -> Problem:
    """Return the problem with the path of `where`, and the line of the innermost part that `data` has."""
    path = ""
    line: int | None = None
    for part in where:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
        line = _line(data, part) or line
        data = _inside(data, part)
    return Problem(path.removeprefix("."), line, message)


def _line(container: object, part: str | int) -> int | None:
    if isinstance(container, CommentedMap | CommentedSeq) and part in (container.lc.data or {}):
        return int(container.lc.data[part][0]) + 1
    return None


def _inside(container: Any, part: str | int) -> object:
    try:
        return container[part]
    except (KeyError, IndexError, TypeError):
        return None
