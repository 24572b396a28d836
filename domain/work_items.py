"""What a seller must do now."""

from datetime import timedelta
from enum import StrEnum
from typing import Final


class WorkItemKind(StrEnum):
    MANUAL_TEXT = "manual_text"
    CALL = "call"
    TASK = "task"
    EMAIL = "email"
    FOLLOW_UP = "follow_up"
    """What somebody wants to be reminded of."""
    REPLY = "reply"
    """A customer's text that nobody has answered yet."""
    CONSENT_QUESTION = "consent_question"
    """A customer's text that may withdraw consent: a person must say whether it does."""
    FAILED_TEXT = "failed_text"
    """A text that did not go: the seller decides what now."""
    UNCERTAIN_TEXT = "uncertain_text"
    """A text of which the provider cannot say whether it went: never sent again by itself."""


OF_STEPS: Final = frozenset(
    {WorkItemKind.MANUAL_TEXT, WorkItemKind.CALL, WorkItemKind.TASK, WorkItemKind.EMAIL}
)
"""The kinds that an enrollment waits for; the others stay open when it ends."""

BY_HAND: Final = frozenset(
    {WorkItemKind.CALL, WorkItemKind.TASK, WorkItemKind.EMAIL, WorkItemKind.FOLLOW_UP}
)
"""The kinds that a seller may put on the list by hand."""

ABOUT_TEXTS: Final = frozenset(
    {
        WorkItemKind.MANUAL_TEXT,
        WorkItemKind.REPLY,
        WorkItemKind.CONSENT_QUESTION,
        WorkItemKind.FAILED_TEXT,
        WorkItemKind.UNCERTAIN_TEXT,
    }
)

TROUBLE: Final = frozenset({WorkItemKind.FAILED_TEXT, WorkItemKind.UNCERTAIN_TEXT})
"""The kinds that say that something went wrong."""

KEPT: Final = timedelta(days=30)
"""How long a decided item is listed. Source: capabilities C31."""


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
    WorkItemKind.EMAIL: frozenset({WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED}),
    WorkItemKind.FOLLOW_UP: frozenset({WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED}),
    WorkItemKind.REPLY: frozenset({WorkItemStatus.COMPLETED, WorkItemStatus.SKIPPED}),
    # it is answered with yes or no, which is more than that it is done
    WorkItemKind.CONSENT_QUESTION: frozenset[WorkItemStatus](),
    WorkItemKind.FAILED_TEXT: frozenset({WorkItemStatus.COMPLETED}),
    WorkItemKind.UNCERTAIN_TEXT: frozenset({WorkItemStatus.COMPLETED}),
}
"""What a seller may decide about an open item of each kind."""
