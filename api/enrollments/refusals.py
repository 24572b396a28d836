"""How the API says that a wait cannot be skipped, and what the enrollment waits for instead."""

from typing import assert_never

from api.problems import Problem
from domain.sequence import (
    AutomatedText,
    Branch,
    Call,
    Email,
    End,
    ManualText,
    Replied,
    Step,
    Task,
    Wait,
)


def not_waiting(at: Step | None) -> Problem:
    """Return the answer to skipping a wait that does not run; `at` is where the enrollment stands."""
    return Problem(409, "no-such-wait", f"This wait does not run now. {_instead(at)}")


def _instead(at: Step | None) -> str:
    match at:
        case None:
            return "No step of the enrollment waits: load it again."
        case Wait():
            return f"The enrollment is at another wait by now, “{at.title}”: skip that one by its own step."
        case ManualText() | Call() | Task() | Email():
            return f"“{at.title}” waits for its seller: decide the work item."
        case Branch(when=Replied()):
            return f"“{at.title}” waits for the customer's answer, which cannot be skipped."
        case AutomatedText():
            return f"“{at.title}” leaves as soon as the hours and the number's pace let it."
        case Branch() | End():
            return f"“{at.title}” is being done: load the enrollment again."
        case _:
            assert_never(at)
