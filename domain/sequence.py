"""The sequence document: what a sequence is, as an ordered tree of typed steps.

domain/sequence_source.py reads it from YAML or JSON and says what is wrong with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from domain.consent import Purpose
from domain.durations import Duration
from domain.quiet_hours import WeeklyHours
from domain.records import RecordKind
from domain.segments import MAX_CHARACTERS
from domain.templates import Pinned, TemplateKey, choose

StepId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Text = Annotated[str, StringConstraints(max_length=MAX_CHARACTERS)]
Title = Annotated[str, StringConstraints(max_length=100)]
Description = Annotated[str, StringConstraints(max_length=2000)]
Subject = Annotated[str, StringConstraints(max_length=300)]

_DEFAULT_DUE: Final = timedelta(days=1)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Step(_Part):
    id: StepId
    name: Title = ""
    """What sellers see; the id when it is empty."""

    @property
    def title(self) -> str:
        return self.name or self.id.replace("_", " ").replace("-", " ").capitalize()


FromNumber = Annotated[
    str | None,
    Field(alias="from", exclude_if=lambda number: number is None),
    StringConstraints(min_length=3, max_length=40),
]
"""One of our numbers that the text leaves from, unless the customer talks with another one already."""


UsedTemplate = Annotated[TemplateKey | None, Field(exclude_if=lambda key: key is None)]
"""The template whose words the text has, instead of its own."""
PinnedWords = Annotated[Pinned | None, Field(exclude_if=lambda pinned: pinned is None)]
"""The template's words as they were when the version was published; a draft has none."""


class AutomatedText(_Step):
    """A text the system sends by itself."""

    type: Literal["automated_text"]
    text: Text = ""
    template: UsedTemplate = None
    pinned: PinnedWords = None
    from_number: FromNumber = None


class ManualText(_Step):
    """A text a seller must approve; it is offered filled in."""

    type: Literal["manual_text"]
    text: Text = ""
    template: UsedTemplate = None
    pinned: PinnedWords = None
    from_number: FromNumber = None
    due: Duration = _DEFAULT_DUE
    """How long after it opens the seller should have decided."""


class Call(_Step):
    type: Literal["call"]
    description: Description = ""
    due: Duration = _DEFAULT_DUE


class Task(_Step):
    type: Literal["task"]
    description: Description = ""
    due: Duration = _DEFAULT_DUE


class Email(_Step):
    """An e-mail that the seller sends with a program of their own: Touchline sends none."""

    type: Literal["email"]
    subject: Subject = ""
    description: Description = ""
    """What it is to say; the seller's program is opened with it."""
    due: Duration = _DEFAULT_DUE


class Wait(_Step):
    type: Literal["wait"]
    length: Duration = Field(alias="for")


class End(_Step):
    """Ends the enrollment here, on one side of a branch."""

    type: Literal["end"]


class ReplyTo(_Part):
    to: StepId
    """The text step whose answer is asked about."""
    within: Duration
    """Counted from the moment that text was handed to the provider."""


class Replied(_Part):
    """Whether the customer answered a text in time: then at once, else at the end of the time."""

    replied: ReplyTo


class FieldValue(_Part):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    equals: str | bool | int


class FieldIs(_Part):
    """Whether a field of the record has a value, at the moment the branch is reached."""

    field: FieldValue


def _condition_of(value: object) -> str | None:
    if isinstance(value, BaseModel):
        value = type(value).model_fields
    return next(
        (key for key in ("replied", "field") if isinstance(value, dict) and key in value), None
    )


Condition = Annotated[
    Annotated[Replied, Tag("replied")] | Annotated[FieldIs, Tag("field")],
    Discriminator(
        _condition_of,
        custom_error_type="unknown_condition",
        custom_error_message="Say what the branch asks: replied: {to: <step>, within: <time>} or "
        "field: {name: <field>, equals: <value>}",
    ),
]


def matches(condition: FieldValue, fields: Mapping[str, object]) -> bool:
    """Return whether a record with these fields meets the condition; a field it lacks never does.

    Imported fields are words, so 3 equals "3", and true equals "true".
    """
    value = fields.get(condition.name)
    return value is not None and _word(value) == _word(condition.equals)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


class Branch(_Step):
    """Goes one of two ways; after either, the steps that follow the branch go on."""

    type: Literal["branch"]
    when: Condition
    then: list["Step"] = []
    otherwise: list["Step"] = Field(default=[], alias="else")


Step = Annotated[
    AutomatedText | ManualText | Call | Task | Email | Wait | Branch | End,
    Field(discriminator="type"),
]
TextStep = AutomatedText | ManualText
HumanStep = ManualText | Call | Task | Email


TextPurpose = Annotated[Purpose, Field(exclude_if=lambda purpose: purpose is Purpose.MARKETING)]


class SequenceSettings(_Part):
    timezone: Literal["customer"] = "customer"
    """Whose clock the hours are read on."""
    working_hours: WeeklyHours | None = None
    """When texts of this sequence may go out, within what the organisation's quiet hours leave."""
    on_reply: Literal["end", "continue"] = "end"
    """What an answer does that no branch asks about."""
    purpose: TextPurpose = Purpose.MARKETING
    """What its texts need consent to."""


class SequenceDocument(_Part):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    record: RecordKind = RecordKind.LEAD
    settings: SequenceSettings = SequenceSettings()
    steps: Annotated[list[Step], Field(min_length=1)]

    def all_steps(self) -> Iterator[Step]:
        """Yield every step, a branch before the steps inside it."""
        yield from _all_steps(self.steps)

    def step(self, step_id: str) -> Step:
        """Return the step of this id. Raises KeyError."""
        for step in self.all_steps():
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def asking_about(self, step_id: str) -> Iterator[tuple[Branch, ReplyTo]]:
        """Yield the branches that ask whether the text of this step was answered, each with what it asks."""
        for step in self.all_steps():
            if isinstance(step, Branch) and isinstance(step.when, Replied):
                asked = step.when.replied
                if asked.to == step_id:
                    yield step, asked

    def skeleton(self) -> "SequenceDocument":
        """Return the document without its names, texts and descriptions: what a workflow's history may hold."""
        return self.model_copy(
            update={"name": self.key, "steps": [_bare(step) for step in self.steps]}
        )


def _bare(step: Step) -> Step:
    changes: dict[str, Any] = {"name": ""}
    if isinstance(step, TextStep):
        changes |= {"text": "", "template": None, "pinned": None, "from_number": None}
    elif isinstance(step, Call | Task):
        changes["description"] = ""
    elif isinstance(step, Email):
        changes |= {"subject": "", "description": ""}
    elif isinstance(step, Branch):
        if isinstance(step.when, FieldIs):
            changes["when"] = FieldIs(field=FieldValue(name="-", equals=""))
        changes["then"] = [_bare(inner) for inner in step.then]
        changes["otherwise"] = [_bare(inner) for inner in step.otherwise]
    return step.model_copy(update=changes)


def words_of(step: TextStep, language: str | None) -> str:
    """Return what a text step says to somebody of this language, placeholders and all; None: it is not known."""
    if step.pinned is None:
        return step.text
    return choose(step.pinned.texts, step.pinned.default, language)[1]


def templates_of(document: SequenceDocument) -> set[str]:
    """Return the keys of the templates whose words the texts have."""
    steps = (step for step in document.all_steps() if isinstance(step, TextStep))
    return {step.template for step in steps if step.template is not None}


def pin(document: SequenceDocument, pins: Mapping[str, Pinned]) -> SequenceDocument:
    """Return the document with the words of its templates, by their keys. Raises KeyError for one that lacks."""
    return document.model_copy(update={"steps": [_pinned(step, pins) for step in document.steps]})


def _pinned(step: Step, pins: Mapping[str, Pinned]) -> Step:
    changes: dict[str, Any] = {}
    if isinstance(step, TextStep) and step.template is not None:
        changes["pinned"] = pins[step.template]
    elif isinstance(step, Branch):
        changes["then"] = [_pinned(inner, pins) for inner in step.then]
        changes["otherwise"] = [_pinned(inner, pins) for inner in step.otherwise]
    return step.model_copy(update=changes)


def first_texts(document: SequenceDocument) -> list[TextStep]:
    """Return the texts that may be the first a customer gets: on each way through the branches, the first."""
    return _first_texts(document.steps)[0]


def _first_texts(steps: Sequence[Step]) -> tuple[list[TextStep], bool]:
    """Return the first texts of these steps, and whether one may come out of them without any."""
    found: list[TextStep] = []
    for step in steps:
        if isinstance(step, TextStep):
            return [*found, step], False
        if isinstance(step, End):
            return found, False
        if isinstance(step, Branch):
            then, passes = _first_texts(step.then)
            otherwise, passes_too = _first_texts(step.otherwise)
            found += then + otherwise
            if not (passes or passes_too):
                return found, False
    return found, True


def following(document: SequenceDocument, step_id: str) -> Step | None:
    """Return the step that comes after `step_id` on its own side, or after the branches around it; None at the end.

    Of a branch it is the step after the branch, whichever way it goes. Raises KeyError.
    """
    return dict(_followings(document.steps, None))[step_id]


def first_behind(document: SequenceDocument, branch: Branch, *, holds: bool) -> Step | None:
    """Return the step that comes first once `branch` has its answer: on its side, or after it where that is empty."""
    side = branch.then if holds else branch.otherwise
    return side[0] if side else following(document, branch.id)


def _followings(steps: Sequence[Step], after: Step | None) -> Iterator[tuple[str, Step | None]]:
    for step, rest in zip(steps, (*steps[1:], after), strict=False):
        yield step.id, rest
        if isinstance(step, Branch):
            yield from _followings(step.then, rest)
            yield from _followings(step.otherwise, rest)


def _all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, Branch):
            yield from _all_steps(step.then)
            yield from _all_steps(step.otherwise)
