"""What does a person read when the local trial cannot start, or cannot go on?

TrialError
├── CannotStart   a part did not start
└── PartEnded     a part that was running ended by itself
"""


class TrialError(Exception):
    """The local trial cannot go on. The message says which part, why, and what to do."""


class CannotStart(TrialError):
    """A part did not start."""


class PartEnded(TrialError):
    """A part that was running ended by itself, and could not be started again."""
