"""Saved views as they are sent and shown."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, StringConstraints

from api.schemas import Sent, Shown, UserRef
from db.views.queries import ViewRow

ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
ListName = Literal["work_items", "records", "conversations", "enrollments"]


def _few(query: dict[str, Any]) -> dict[str, Any]:
    if len(query) > 40 or len(str(query)) > 4000:
        raise ValueError("a view keeps at most 40 settings and 4,000 characters")
    return query


Query = Annotated[dict[str, Any], AfterValidator(_few)]


class NewView(Sent):
    """How a list is looked at: `query` holds the list's own parameters."""

    list: ListName
    name: ViewName
    query: Query
    is_shared: bool = False
    """Whether everybody in the organisation sees it."""


class ViewChanges(Sent):
    """What is left out stays."""

    name: ViewName | None = None
    query: Query | None = None
    is_shared: bool | None = None


class ViewOut(Shown):
    model_config = ConfigDict(title="SavedView")

    id: UUID
    list: str
    name: str
    query: dict[str, Any]
    is_shared: bool
    owner: UserRef

    @classmethod
    def of(cls, row: ViewRow) -> "ViewOut":
        view = row.view
        return cls(
            id=view.id,
            list=view.list,
            name=view.name,
            query=view.query,
            is_shared=view.is_shared,
            owner=UserRef.of(row.owner),
        )


class ViewsOut(Shown):
    model_config = ConfigDict(title="SavedViews")

    items: Sequence[ViewOut]
