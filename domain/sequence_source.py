"""Reads a sequence from YAML or JSON, and says what is wrong with it: where, on which line, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from domain import placeholders
from domain.sequence import (
    AutomatedText,
    Branch,
    End,
    Location,
    ManualText,
    Replied,
    SequenceDocument,
    Wait,
    following,
    located,
)

_LONGEST_WAIT: Final = timedelta(days=400)


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
        data = YAML().load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "unreadable"
        problem = Problem("", mark.line + 1 if mark else None, f"This is not YAML: {what}")
        raise InvalidSequence([problem]) from error
    except YAMLError as error:
        raise InvalidSequence([Problem("", None, f"This is not YAML: {error}")]) from error
    return parse(data)


def parse(data: object) -> SequenceDocument:
    """Return the sequence that `data`, read from JSON or YAML, describes. Raises InvalidSequence."""
    if not isinstance(data, dict):
        message = "A sequence is a mapping with key, name, record and steps"
        raise InvalidSequence([Problem("", None, message)])
    try:
        document = SequenceDocument.model_validate(data)
    except ValidationError as error:
        raise InvalidSequence([_of_pydantic(data, detail) for detail in error.errors()]) from error
    problems = [_problem(data, where, message) for where, message in _contradictions(document)]
    if problems:
        raise InvalidSequence(problems)
    return document


def to_yaml(document: SequenceDocument) -> str:
    """Return the document as YAML that `parse_yaml` reads back to an equal one."""
    yaml = YAML()
    yaml.width = 1000
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(document.model_dump(mode="json", by_alias=True, exclude_unset=True), out)
    return out.getvalue()


def _contradictions(document: SequenceDocument) -> Iterator[tuple[Location, str]]:
    """Yield what the types cannot say."""
    seen: set[str] = set()
    texts: set[str] = set()
    for where, step in located(document):
        if step.id in seen:
            yield (
                (*where, "id"),
                f"The id {step.id!r} is used more than once: give each step its own",
            )
        seen.add(step.id)
        match step:
            case AutomatedText() | ManualText():
                if isinstance(step, AutomatedText) and not step.text.strip():
                    yield (*where, "text"), "An automated text needs words to send"
                for problem in placeholders.check(step.text, placeholders.KNOWN_FIELDS):
                    yield (*where, "text"), problem.message
                texts.add(step.id)
            case Wait():
                if step.length > _LONGEST_WAIT:
                    yield (*where, "for"), f"A wait lasts at most {_LONGEST_WAIT.days} days"
                if following(document, step.id) is None:
                    message = f"The wait {step.id!r} comes last: put a step after it, or remove it"
                    yield where, message
            case Branch():
                if not step.then and not step.otherwise:
                    yield where, f"The branch {step.id!r} has no steps on either side"
                if isinstance(step.when, Replied) and step.when.replied.to not in texts:
                    message = (
                        f"{step.when.replied.to!r} is no text step that comes before this branch"
                    )
                    yield (*where, "when", "replied", "to"), message
            case End() if _has_next(document, where):
                yield where, f"Nothing is reached after the end {step.id!r}: remove what follows it"
            case _:
                pass


def _has_next(document: SequenceDocument, where: Location) -> bool:
    *side, index = where
    return any(other == (*side, int(index) + 1) for other, _ in located(document))


_STEP_TYPES: Final = "automated_text, manual_text, call, task, wait, branch, end"
_MESSAGES: Final = {
    "missing": "This is missing",
    "extra_forbidden": "There is no such setting here: check the spelling",
    "union_tag_not_found": f"Say what the step is, with type: one of {_STEP_TYPES}",
    "union_tag_invalid": f"There is no step of this type: use one of {_STEP_TYPES}",
}


def _of_pydantic(data: dict[str, Any], detail: Any) -> Problem:
    message = _MESSAGES.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    where = detail["loc"]
    if detail["type"].startswith("union_tag"):
        where = (*where, "type")
    return _problem(data, where, message)


def _problem(data: object, where: Location, message: str) -> Problem:
    """Return the problem with the path and line of `where` in `data`.

    Pydantic's locations also name the members of unions, which the data does not have: they are passed over,
    except for a last key that is missing from the data.
    """
    path = ""
    line: int | None = None
    for number, part in enumerate(where, start=1):
        if isinstance(data, dict) and (part in data or number == len(where)):
            path += f".{part}" if path else str(part)
        elif isinstance(data, list) and isinstance(part, int):
            path += f"[{part}]"
        else:
            continue
        line = _line(data, part) or line
        data = _inside(data, part)
    return Problem(path, line, message)


def _line(container: object, part: str | int) -> int | None:
    if isinstance(container, CommentedMap | CommentedSeq) and part in (container.lc.data or {}):
        return int(container.lc.data[part][0]) + 1
    return None


def _inside(container: Any, part: str | int) -> object:
    try:
        return container[part]
    except (KeyError, IndexError):
        return None
