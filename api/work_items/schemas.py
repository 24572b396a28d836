"""Work items as they are shown, and decisions as they are sent."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from api.problems import ProblemOut
from api.schemas import (
    CustomerNumber,
    Instant,
    RecordRef,
    SegmentsOut,
    Sent,
    SequenceRef,
    Shown,
    UserRef,
)
from domain.basis import Change
from domain.text_warnings import About, TextWarning
from domain.work_items import BY_HAND, WorkItemKind, WorkItemStatus

Seen = Annotated[
    str,
    Field(
        max_length=1000,
        description="The `seen` of the work item as it was read: what has changed since refuses the approval.",
    ),
]


class Approval(Sent):
    """`text` is what goes out; without it, the text as it was offered. `seen` says what the draft was read with."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Hi Ada, shall we talk on Thursday at ten?"}]}
    )

    # longer ones are refused by the router, with words of their own
    text: Annotated[str, Field(max_length=20_000)] | None = None
    seen: Seen | None = None


class StackApproval(Approval):
    id: UUID


def _each_once(items: list[StackApproval]) -> list[StackApproval]:
    if len({item.id for item in items}) < len(items):
        raise ValueError("an item is approved once: it stands here twice")
    return items


class Approvals(Sent):
    """Texts to leave together, each as it was shown or edited."""

    items: Annotated[
        list[StackApproval], Field(min_length=1, max_length=200), AfterValidator(_each_once)
    ]


class Undo(Sent):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class Skip(Sent):
    reason: Annotated[str, Field(max_length=300)] | None = None


class Completion(Sent):
    note: Annotated[str, Field(max_length=300)] | None = None


class Snooze(Sent):
    until: Instant


class _ForSomebody(Sent):
    user_id: UUID | None = None
    team_id: UUID | None = None


class HandOver(_ForSomebody):
    """To a colleague, or to a team whose members may all do it."""

    note: Annotated[str, Field(max_length=300)] | None = None

    @model_validator(mode="after")
    def _to_one(self) -> "HandOver":
        if (self.user_id is None) == (self.team_id is None):
            raise ValueError("name a user_id or a team_id")
        return self


def _by_hand(kind: WorkItemKind) -> WorkItemKind:
    if kind not in BY_HAND:
        raise ValueError(f"by hand there are {', '.join(sorted(BY_HAND))}")
    return kind


class NewWorkItem(_ForSomebody):
    """Something to do, put on the list by hand: one's own unless a `user_id` or a `team_id` is named."""

    record_id: UUID
    kind: Annotated[WorkItemKind, AfterValidator(_by_hand)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    text: Annotated[str, Field(max_length=1000)] | None = None
    due_at: Instant

    @model_validator(mode="after")
    def _for_one(self) -> "NewWorkItem":
        if self.user_id is not None and self.team_id is not None:
            raise ValueError("name a user_id or a team_id, not both")
        return self


class TeamRef(Shown):
    id: UUID
    name: str


class WorkItemOut(Shown):
    """`text` is filled in; after approval it is the text as approved. `reason` says why it is here.

    `why` says why it stands where it stands in the order by priority. `seen` goes back with the approval.
    """

    model_config = ConfigDict(title="WorkItem")

    id: UUID
    kind: WorkItemKind
    status: WorkItemStatus
    title: str
    text: str | None
    segments: SegmentsOut | None
    reason: str | None
    record: RecordRef | None
    """Null: a text of somebody unknown waits in the inbox."""
    customer_number: CustomerNumber | None
    """That of the conversation it is about, else the record's."""
    assignee: UserRef | None
    team: TeamRef | None
    covered_for: UserRef | None
    """The colleague in whose place the reader has it."""
    sequence: SequenceRef | None
    enrollment_id: UUID | None
    step_id: str | None
    conversation_id: UUID | None
    message_id: UUID | None
    due_at: Instant
    created_at: Instant
    created_by: UserRef | None
    snoozed_until: Instant | None
    leaves_at: Instant | None
    """Until when its approval can be undone."""
    decided_at: Instant | None
    decided_by: UserRef | None
    is_opened: bool
    """By the reader."""
    is_followed: bool
    """By the reader."""
    why: list[str]
    group: str
    """Of the group it is listed in; empty without groups."""
    seen: str


class GroupOut(Shown):
    key: str
    label: str
    count: int


class CountsOut(Shown):
    """How much there is to do. `next_change_at`: when that changes by itself, at the earliest."""

    model_config = ConfigDict(from_attributes=True, title="WorkItemCounts")

    open: int
    replies: int
    overdue: int
    texts: int
    trouble: int
    snoozed: int
    unattended: int
    groups: list[GroupOut]
    next_change_at: Instant | None


class WarningOut(Shown):
    """What is to be known of a text before it leaves; one that `blocks` must be dealt with first.

    Those about `words` and `cost` are of the text as it is shown; an edited one has others.
    """

    model_config = ConfigDict(from_attributes=True, title="TextWarning")

    code: str
    sentence: str
    about: About
    blocks: bool
    until: Instant | None

    @classmethod
    def of(cls, warning: TextWarning) -> "WarningOut":
        return cls.model_validate(warning)


class ChangeOut(Shown):
    model_config = ConfigDict(from_attributes=True, title="Change")

    what: str
    detail: str
    at: Instant | None

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        return cls.model_validate(change)


class InHandOut(WorkItemOut):
    """A work item with what stands against its text, and the `changes` since the `seen` it was asked for with.

    It says of its reader whether they may decide it (`may_write`), hand it over (`may_assign`), and add to its record
    what their roles let them (`may_append_to`).
    """

    model_config = ConfigDict(title="WorkItemInHand")

    warnings: list[WarningOut]
    changes: list[ChangeOut]
    may_write: bool
    may_assign: bool
    may_append_to: bool


class StackOut(Shown):
    """Texts of the same step that wait for an approval. `more`: how many there are beyond those shown."""

    model_config = ConfigDict(title="Stack")

    items: list[InHandOut]
    more: int
    undo_seconds: int


class StaleApprovalOut(ProblemOut):
    """409 `stale-approval`: what has changed since the draft was seen; `work_item` is filled in anew."""

    model_config = ConfigDict(title="StaleApproval")

    changes: list[ChangeOut]
    work_item: WorkItemOut


class ApprovalOut(Shown):
    """What became of one approval; `problem` says why it does not leave, `work_item` is the item as it is now."""

    model_config = ConfigDict(title="ApprovalResult")

    id: UUID
    outcome: Literal["leaving", "stale", "refused", "taken"]
    problem: ProblemOut | None
    work_item: WorkItemOut | None


class ApprovalsOut(Shown):
    """Until `leaves_at` what is leaving can be undone; null if nothing leaves."""

    model_config = ConfigDict(title="ApprovalResults")

    leaves_at: Instant | None
    results: list[ApprovalOut]


class UndoneOut(Shown):
    model_config = ConfigDict(title="Undone")

    undone: list[UUID]
    too_late: list[UUID]
