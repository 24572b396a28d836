"""What do all formats of one export have in common?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.transcript import (
    Reach,
    Said,
    SaidMedium,
    Talk,
    Transcript,
    content_hash,
    local,
    standing,
)


@dataclass(frozen=True)
class Export:
    """A transcript as somebody takes it along: in a zone, at an instant, under the hash of its content."""

    transcript: Transcript
    zone: ZoneInfo
    exported_at: datetime
    content_hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_hash", content_hash(self.transcript))

    @property
    def title(self) -> str:
        """What it is a transcript of."""
        if self.transcript.about is not None:
            return f"Transcript: {self.transcript.about.name}"
        (talk,) = self.transcript.talks or (None,)
        return "Transcript" if talk is None else f"Transcript: {talk.customer_number}"

    @property
    def scope(self) -> str | None:
        """What its head says of more records than the one it is about."""
        if self.transcript.reach is Reach.ONE:
            return None
        return (
            "With what was said about the contacts and opportunities that hang on it, "
            "as far as whoever took this along may read it."
        )

    @property
    def colophon(self) -> str:
        """Which zone its times are in, when it was taken, and its hash."""
        return (
            f"Times are {self.zone.key}. Exported {local(self.exported_at, self.zone)}. "
            f"Content hash {self.content_hash}"
        )

    def clock(self, instant: datetime) -> str:
        return local(instant, self.zone)

    def local_at(self, instant: datetime) -> str:
        """Return an instant in the zone, as programs read it (RFC 3339)."""
        return instant.astimezone(self.zone).isoformat()

    def standing(self, said: Said) -> str:
        return standing(said, self.zone)


def heading(talk: Talk) -> str:
    """Return with whom a conversation is held."""
    if talk.about is None:
        return f"Conversation with {talk.customer_number}"
    return f"Conversation with {talk.customer}, {talk.customer_number}"


def our_numbers(talk: Talk) -> str:
    """Return over which of our numbers it was held; no text is there where all of them were moved away."""
    numbers = talk.our_numbers
    if not numbers:
        return "No texts."
    return f"Our number{'s' if len(numbers) > 1 else ''}: {', '.join(numbers)}."


def words(said: Said) -> str:
    """Return what a text said, or that it is gone."""
    return said.body if said.erased_at is None else "(erased)"


def medium(given: SaidMedium) -> str:
    """Return what went with a text: its type, size and hash, never its content."""
    parts = [given.content_type or "unknown type"]
    if given.size is not None:
        parts.append(f"{given.size:,} bytes")
    parts.append(given.status if given.sha256 is None else f"sha256:{given.sha256}")
    return ", ".join(parts)


def in_utc(instant: datetime) -> str:
    """Return an instant in UTC, as programs read it (RFC 3339)."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
