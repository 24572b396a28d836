"""Reads a template from YAML, and says what is wrong with its words: in which language, where, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from domain.placeholders import check, known_fields
from domain.records import RecordKind
from domain.segments import MAX_CHARACTERS
from domain.templates import Language, Sharing, TemplateKey

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class TemplateDocument(BaseModel):
    """A template as a file: what its owner decides of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: TemplateKey
    name: Name
    record: RecordKind | None = None
    """The kind of record whose fields it may name; None: every kind's."""
    default_language: Language = "en"
    sharing: Sharing = Sharing.ORGANISATION
    texts: Annotated[dict[Language, str], Field(min_length=1)]
    """The words by language."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with the words in one language; `line` and `column` are theirs and count from 1."""

    language: str | None
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.language, f"line {self.line}" if self.line else "")))
        return f"{place}: {self.message}" if place else self.message


class InvalidTemplate(ValueError):
    """What cannot be a template; `problems` says why."""

    def __init__(self, problems: list[TemplateProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def check_template(
    kind: RecordKind | None, variants: Mapping[str, str], default: str
) -> list[TemplateProblem]:
    """Return what is wrong with the words of a template for records of `kind`; None: of any kind."""
    found = []
    if default not in variants:
        message = f"The default language {default} has no words: write them, or choose another"
        found.append(TemplateProblem(None, None, None, message))
    fields = known_fields(kind)
    for language, text in variants.items():
        if not text.strip():
            found.append(TemplateProblem(language, None, None, "This has no words"))
        if len(text) > MAX_CHARACTERS:
            message = f"This has {len(text)} characters: a text has at most {MAX_CHARACTERS}"
            found.append(TemplateProblem(language, None, None, message))
        found += [
            TemplateProblem(language, problem.line, problem.column, problem.message)
            for problem in check(text, fields)
        ]
    return found


def parse_yaml(source: str) -> TemplateDocument:
    """Return the template written in `source`. Raises InvalidTemplate."""
    try:
        data = YAML(typ="safe").load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"This is not YAML: {error.problem}"
        line = mark.line + 1 if mark else None
        raise InvalidTemplate([TemplateProblem(None, line, None, message)]) from error
    try:
        document = TemplateDocument.model_validate(data)
    except ValidationError as error:
        raise InvalidTemplate(
            [
                TemplateProblem(
                    None, None, None, f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}"
                )
                for each in error.errors()
            ]
        ) from error
    problems = check_template(document.record, document.texts, document.default_language)
    if problems:
        raise InvalidTemplate(problems)
    return document
