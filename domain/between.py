"""Did somebody speak between what a seller has seen and what the seller sends?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.messages import Direction


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text to or from a customer, in any conversation with that number."""

    message_id: UUID
    direction: Direction
    author_id: UUID | None
    author_name: str | None
    at: datetime


def objection(since: Sequence[Spoken], me: UUID, now: datetime) -> str | None:
    """Return what speaks against sending, in a sentence for the seller `me`; None if nothing does.

    `since` is what came after the newest text that the seller had seen, in any order. What the seller wrote does not
    count. Colleagues come first, since two answers are worse than a late one.
    """
    others = sorted(
        (spoken for spoken in since if spoken.author_id != me),
        key=lambda spoken: spoken.at,
        reverse=True,
    )
    ours = next((spoken for spoken in others if spoken.direction is Direction.OUTBOUND), None)
    if ours is not None:
        who = ours.author_name or "A sequence"
        return f"{who} answered {_ago(now, ours.at)}."
    return f"The customer wrote again {_ago(now, others[0].at)}." if others else None


def _ago(now: datetime, then: datetime) -> str:
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago"
