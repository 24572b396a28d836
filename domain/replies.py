"""Which text a customer's reply answers, and whether that ends the enrollment."""

from collections.abc import Mapping
from datetime import datetime

from domain.sequence import Branch, Replied, SequenceDocument


def answered_step(submitted: Mapping[str, datetime], received_at: datetime) -> str | None:
    """Return the step of the last text that was handed to the provider when the reply came; None if none was.

    `submitted` has the instants by step id. Providers do not say which text a reply answers.
    """
    before = [(at, step_id) for step_id, at in submitted.items() if at <= received_at]
    return max(before)[1] if before else None


def ends_enrollment(document: SequenceDocument, step_id: str | None) -> bool:
    """Return whether a reply to this step's text ends the enrollment.

    It does where the sequence says so, unless a branch asks about that very reply; what came before the first
    text answers nothing.
    """
    if step_id is None or document.settings.on_reply == "continue":
        return False
    return not any(
        isinstance(step, Branch)
        and isinstance(step.when, Replied)
        and step.when.replied.to == step_id
        for step in document.all_steps()
    )
