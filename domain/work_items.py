"""What a seller must do now."""

from enum import StrEnum
from typing import Final


class WorkItemKind(StrEnum):
    MANUAL_TEXT = "manual_text"
    CALL = "call"
    TASK = "task"
    FAILED_TEXT = "failed_text"
    """A text that did not go: the seller decides what now."""
    UNCERTAIN_TEXT = "uncertain_text"
    """A text of which the provider cannot say whether it went: never sent again by itself."""


OF_STEPS: Final = frozenset({WorkItemKind.MANUAL_TEXT, WorkItemKind.CALL, WorkItemKind.TASK})
"""The kinds that an enrollment waits for; the others stay open when it ends."""


class WorkItemStatus(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    SKIPPED = "skipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    """Nobody needs to decide any more: the enrollment ended, or the text was settled by itself."""


DECISIONS: Final = {
    WorkItemKind.MANUAL_TEXT: frozenset({WorkItemStatus.APPROVED, WorkItemStatus.SKIPPED}),
    WorkItemKind.CALL: frozenset({WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED}),
    WorkItemKind.TASK: frozenset({WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED}),
    WorkItemKind.FAILED_TEXT: frozenset({WorkItemStatus.COMPLETED}),
    WorkItemKind.UNCERTAIN_TEXT: frozenset({WorkItemStatus.COMPLETED}),
}
"""What a seller may decide about an open item of each kind."""
