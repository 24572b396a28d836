"""How does an organisation run its work list: what comes first, how many texts at once, how long to think again?"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from domain.work_items import WorkItemKind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ByReply(_Part):
    """Customers who wrote and were not answered come first."""

    by: Literal["reply"] = "reply"


class ByTrouble(_Part):
    """Texts that went wrong come first."""

    by: Literal["trouble"] = "trouble"


class ByDue(_Part):
    """What is overdue comes first, then what is due within an hour, then within a day."""

    by: Literal["due"] = "due"


class ByValue(_Part):
    """Records with the largest number in a field come first; those without a number count as 0."""

    by: Literal["value"] = "value"
    field: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "value"


class ByKind(_Part):
    """Kinds come in the order they are named, the others last."""

    by: Literal["kind"] = "kind"
    order: Annotated[list[WorkItemKind], Field(min_length=1)]


Criterion = Annotated[
    ByReply | ByTrouble | ByDue | ByValue | ByKind,
    Field(discriminator="by"),
]

DEFAULT_PRIORITY: Final = (ByReply(), ByDue(), ByValue())


class WorkListSettings(_Part):
    """What a manager sets for everybody; each field has a default, so that nothing needs to be set."""

    priority: list[Criterion] = list(DEFAULT_PRIORITY)
    """The first criterion decides, the next one where it is even; then what is due first comes first."""
    bulk_limit: Annotated[int, Field(ge=1, le=200)] = 50
    """The most texts that are approved at once."""
    undo_seconds: Annotated[int, Field(ge=5, le=60)] = 10
    """How long an approval from the stack can be taken back."""

    @field_validator("priority")
    @classmethod
    def _each_once(cls, priority: list[Criterion]) -> list[Criterion]:
        names = [criterion.by for criterion in priority]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'"{name}" stands twice in the priority: name it once')
        return priority
