"""Which text a customer's reply answers, and whether that ends the enrollment."""

from collections.abc import Mapping
from datetime import datetime

from domain.interpreter import Outcome
from domain.sequence import SequenceDocument


def answered_step(submitted: Mapping[str, datetime], received_at: datetime) -> str | None:
    """Return the step of the last text that was handed to the provider before the reply came; None if none was.

    `submitted` has the instants by step id, in the order of the texts. Providers do not say which text a reply answers.
    """
    before = [step_id for step_id, at in submitted.items() if at < received_at]
    return before[-1] if before else None


def ends_enrollment(
    document: SequenceDocument, done: Mapping[str, Outcome], step_id: str | None
) -> bool:
    """Return whether a reply to this step's text ends the enrollment.

    It does where the sequence says so, unless a branch asks about that very reply, or took its side already;
    a reply that came too late for its branch ends it. What came before the first text answers nothing.
    """
    if step_id is None or document.settings.on_reply == "continue":
        return False
    return all(done.get(branch.id) is Outcome.ELSE for branch, _ in document.asking_about(step_id))
