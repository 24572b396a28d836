"""What should a seller know before a text leaves, and what forbids it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from domain import segments, sending
from domain.enrollments import EndReason
from domain.sending import Account, Facts, Refuse

MANY_SEGMENTS: Final = 3

_CODES: Final = {
    EndReason.OPTED_OUT: "opted_out",
    EndReason.UNREACHABLE: "unreachable",
    EndReason.RECORD_DEACTIVATED: "record_closed",
}


About = Literal["words", "cost", "customer"]
"""Words and their cost are gone with the words; what is about the customer stands whatever the text says."""


@dataclass(frozen=True, slots=True)
class TextWarning:
    """One thing to know about a text: `blocks` if it must not be approved so."""

    code: str
    sentence: str
    about: About
    blocks: bool = False
    until: datetime | None = None
    """When the text would leave, if it would wait and that is known."""


def warnings(
    body: str,
    facts: Facts,
    now: datetime,
    *,
    reason: str | None = None,
    wrote: bool = False,
) -> list[TextWarning]:
    """Return what stands against a text or is worth knowing of it, what blocks it first.

    `reason`: why it could not be filled in; `wrote`: whether the customer wrote since it was offered.
    """
    found = [*_of_words(body, reason), *_of_customer(facts, now)]
    if wrote:
        found.append(
            TextWarning("customer_wrote", "The customer wrote since this was offered.", "customer")
        )
    found += _of_cost(body)
    return sorted(found, key=lambda warning: not warning.blocks)


def blocking(warnings: Sequence[TextWarning], *, about: About | None = None) -> TextWarning | None:
    """Return the first one that forbids the text, of those `about` one thing if that is named; None if none does."""
    return next(
        (each for each in warnings if each.blocks and about in (None, each.about)),
        None,
    )


def is_unfilled(body: str) -> bool:
    """Return whether a text still holds a placeholder, which a customer would read as it stands."""
    return "{{" in body or "{%" in body


def _of_words(body: str, reason: str | None) -> list[TextWarning]:
    if segments.is_blank(body):
        return [TextWarning("empty", "There are no words to send yet.", "words", blocks=True)]
    if is_unfilled(body):
        why = reason or "A placeholder is not filled in."
        return [TextWarning("unfilled", why, "words", blocks=True)]
    return []


def _of_cost(body: str) -> list[TextWarning]:
    counted = segments.count(body)
    takes = f"It takes {counted.segments} segments to send"
    otherwise = segments.count_in_gsm_7(body)
    if counted.forced_by is not None and counted.segments > otherwise:
        why = f'because of "{counted.forced_by}" and the like'
        return [TextWarning("unicode", f"{takes} instead of {otherwise}, {why}.", "cost")]
    if counted.segments > MANY_SEGMENTS:
        return [TextWarning("many_segments", f"{takes}.", "cost")]
    return []


def _of_customer(facts: Facts, now: datetime) -> list[TextWarning]:
    verdict = sending.verdict(facts, Account(), None, now)
    if isinstance(verdict, Refuse):
        code = "refused" if verdict.ends is None else _CODES.get(verdict.ends, "refused")
        return [TextWarning(code, verdict.why, "customer", blocks=True)]
    if isinstance(verdict, sending.Hold):
        return [TextWarning("leaves_later", verdict.why, "customer", until=verdict.known_end)]
    return []
