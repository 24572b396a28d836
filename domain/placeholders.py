"""What may a text with placeholders refer to, and what does it say for one record?

Texts are Liquid, cut down to what a text message needs: placeholders with the filters below, and
`if`. No loops, no includes, no variables of its own, nothing that reads a clock.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import LiquidError
from liquid.span import Span
from liquid.stringify import to_liquid_string
from liquid.token import TOKEN_CONTENT, TOKEN_ILLEGAL

from domain.records import RecordKind

_RECORD: Final = (
    "name",
    "first_name",
    "last_name",
    "phone",
    "country",
    "region",
    "language",
    "fields.*",
)
_EVERY_KIND: Final[Mapping[str, Collection[str]]] = {
    "record": _RECORD,
    "seller": ("first_name", "last_name", "email"),
    "organisation": ("name",),
}
_OF_KIND: Final[Mapping[RecordKind, Sequence[str]]] = {
    RecordKind.LEAD: ("lead",),
    RecordKind.OPPORTUNITY: ("opportunity", "contact", "account"),
    RecordKind.CONTACT: ("contact", "account"),
    RecordKind.ACCOUNT: ("account",),
}
"""The record by the name of its kind, and the records it belongs to."""

_TAGS: Final = ("if",)
_FILTERS: Final = ("capitalize", "default", "downcase", "strip", "upcase")
_EXAMPLE: Final = "{{ record.first_name | default: 'there' }}"


class UnfilledPlaceholder(Exception):
    """A placeholder has no value and no default, so the text must not go out. Shown to sellers."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The placeholder {name} has no value and no default.")
        self.name = name


@dataclass(frozen=True, slots=True)
class PlaceholderProblem:
    """What is wrong with a text, for the one who writes it.

    `name` is the unknown field, filter or tag, if it is one. `line` and `column` count from 1; None
    where the text ends too early to say.
    """

    message: str
    name: str | None
    line: int | None
    column: int | None


def known_fields(kind: RecordKind | None) -> Mapping[str, Collection[str]]:
    """Return the fields that a text about a record of `kind` may refer to, by root; None: of any kind.

    `*` stands for one name of a custom field. A record that belongs to none has no values for `contact` and
    `account`, so that defaults stand in.
    """
    roots = () if kind is None else _OF_KIND[kind]
    return {**_EVERY_KIND, **dict.fromkeys(roots, _RECORD)}


def check(text: str, allowed: Mapping[str, Collection[str]]) -> list[PlaceholderProblem]:
    """Return what is wrong with `text`, in its order; nothing if `render` can read it.

    `allowed` names the fields by root, as `known_fields` does. Only the first error of syntax is
    found, and it hides other problems.
    """
    try:
        analysis = _parse(text).analyze()
    except LiquidError as error:
        return [_syntax_problem(error)]
    found: list[tuple[int, str, str]] = []
    for variables in analysis.variables.values():
        for variable in variables:
            if not _is_allowed(variable.segments, allowed):
                message = f"{variable} is not a known field{_meant(str(variable), allowed)}"
                found.append((variable.span.index, str(variable), message))
    for name, spans in analysis.filters.items():
        if name not in _FILTERS:
            message = f"{name} is not a known filter: there are {', '.join(_FILTERS)}"
            found.extend((span.index, name, message) for span in spans)
    return [
        PlaceholderProblem(message, name, *_position(text, index))
        for index, name, message in sorted(found)
    ]


def render(text: str, values: Mapping[str, object]) -> str:
    """Return `text` with its placeholders filled from `values`, a mapping by root and field.

    None and blank text count as no value, so a `default` filter stands in for them. Nothing is
    escaped and no whitespace is changed. Raises UnfilledPlaceholder for a placeholder that comes
    out blank, ValueError for a text that cannot be read.
    """
    try:
        return _parse(text).render(**_with_value(values))
    except LiquidError as error:
        raise ValueError(_syntax_problem(error).message) from error


def fill(text: str, values: Mapping[str, object]) -> tuple[str, list[str]]:
    """Return `text` filled in as far as it can be, and the placeholders that stay in it, each once, in its order.

    What stays has neither value nor default: `render` would not have it. Raises ValueError for a text that cannot be
    read.
    """
    missing: list[str] = []
    try:
        filled = _parse(text).render(**_with_value(values), **{_MISSING: missing})
    except LiquidError as error:
        raise ValueError(_syntax_problem(error).message) from error
    return filled, list(dict.fromkeys(missing))


def unfilled(text: str, values: Mapping[str, object]) -> list[str]:
    """Return the placeholders that `render` would find without value and default, as `fill` does."""
    return fill(text, values)[1]


_MISSING: Final = "-missing"
"""Where a rendering that leaves what it misses as it was written collects it: the name of no field."""


class _FilledOutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        text = to_liquid_string(self.expression.evaluate(context), autoescape=False)
        if not text.strip():
            name = str(self.expression).partition(" | ")[0]
            missing = context.globals.get(_MISSING)
            if not isinstance(missing, list):
                raise UnfilledPlaceholder(name)
            missing.append(name)
            text = f"{{{{ {self.expression} }}}}"
        return buffer.write(text)


class _FilledOutput(Output):
    node_class = _FilledOutputNode


class _Texts(Environment):
    suppress_blank_control_flow_blocks = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: self.tags[name] for name in (*_TAGS, TOKEN_CONTENT, TOKEN_ILLEGAL)}
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.add_tag(_FilledOutput)


_TEXTS: Final = _Texts()


@lru_cache(maxsize=1024)
def _parse(text: str) -> BoundTemplate:
    return _TEXTS.from_string(text)


def _with_value(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _with_value(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _is_allowed(segments: Sequence[object], allowed: Mapping[str, Collection[str]]) -> bool:
    root, *names = segments
    if not isinstance(root, str) or not all(isinstance(name, str) for name in names):
        return False
    return any(
        len(field) == len(names)
        and all(part in ("*", name) for part, name in zip(field, names, strict=True))
        for field in (written.split(".") for written in allowed.get(root, ()))
    )


def _meant(name: str, allowed: Mapping[str, Collection[str]]) -> str:
    known = [f"{root}.{field}" for root, fields in allowed.items() for field in fields]
    by_last_name = {full.rpartition(".")[2]: full for full in reversed(known)}
    close = [by_last_name[name]] if name in by_last_name else []
    close += difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
    return ": " + remedy.replace("*", "<name>")


def _syntax_problem(error: LiquidError) -> PlaceholderProblem:
    reason = str(error.message)
    line = column = None
    name = None
    if error.token is not None and error.token.start_index >= 0:
        line, column = _position(error.token.source, error.token.start_index)
    if reason.startswith("unexpected tag"):
        name = reason.split("'")[1]
        message = f"{{% {name} %}} cannot be used in a text: there are placeholders and if"
    else:
        message = f"This cannot be read ({reason}): write placeholders like {_EXAMPLE}"
    return PlaceholderProblem(message, name, line, column)


def _position(text: str, index: int) -> tuple[int, int]:
    line, column = Span("", index).line_col(text)
    return line, column + 1
