"""What should a seller know before a text leaves, and what forbids it?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import segments, sending
from domain.enrollments import EndReason
from domain.sending import Account, Facts, Refuse

MANY_SEGMENTS: Final = 3

_CODES: Final = {
    EndReason.OPTED_OUT: "opted_out",
    EndReason.UNREACHABLE: "unreachable",
    EndReason.RECORD_DEACTIVATED: "record_closed",
}


@dataclass(frozen=True, slots=True)
class TextWarning:
    """One thing to know about a text: `blocks` if it must not be approved so."""

    code: str
    sentence: str
    blocks: bool = False
    until: datetime | None = None
    """When the text would leave, if it would wait."""


def warnings(
    body: str,
    facts: Facts,
    now: datetime,
    *,
    is_opted_out: bool = False,
    reason: str | None = None,
    wrote: bool = False,
) -> list[TextWarning]:
    """Return what stands against a text or is worth knowing of it, what blocks it first.

    `is_opted_out`: from every number of ours; `reason`: why it could not be filled in; `wrote`: whether the customer
    wrote since it was offered.
    """
    found = _of_words(body, reason)
    if is_opted_out:
        found.append(TextWarning("opted_out", "The customer has opted out of texts.", blocks=True))
    else:
        found += _of_customer(facts, now)
    if wrote:
        found.append(TextWarning("customer_wrote", "The customer wrote since this was offered."))
    counted = segments.count(body)
    if counted.segments > MANY_SEGMENTS:
        found.append(TextWarning("many_segments", f"It takes {counted.segments} segments to send."))
    if counted.forced_by is not None:
        found.append(
            TextWarning(
                "unicode", f'"{counted.forced_by}" makes the whole text cost more segments.'
            )
        )
    return sorted(found, key=lambda warning: not warning.blocks)


def is_unfilled(body: str) -> bool:
    """Return whether a text still holds a placeholder, which a customer would read as it stands."""
    return "{{" in body or "{%" in body


def _of_words(body: str, reason: str | None) -> list[TextWarning]:
    if not body.strip():
        return [TextWarning("empty", "There are no words to send yet.", blocks=True)]
    if is_unfilled(body):
        why = reason or "A placeholder is not filled in."
        return [TextWarning("unfilled", why, blocks=True)]
    return []


def _of_customer(facts: Facts, now: datetime) -> list[TextWarning]:
    verdict = sending.verdict(facts, Account(), None, now)
    if isinstance(verdict, Refuse):
        code = "refused" if verdict.ends is None else _CODES.get(verdict.ends, "refused")
        return [TextWarning(code, verdict.why, blocks=True)]
    if isinstance(verdict, sending.Hold):
        return [TextWarning("leaves_later", verdict.why, until=verdict.until)]
    return []
