"""How many segments does a text need, and what makes it need so many?

Source: 3GPP TS 23.038 (alphabets), 23.040 (concatenation); reference on SMS, section 4.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

MAX_CHARACTERS: Final = 1600
"""The longest text that providers take, in characters. Source: Twilio's Body, error 21617."""

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_GSM_7: Final = _BASIC | _EXTENSION


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs. `units` are septets in GSM-7 and UTF-16 code units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int
    forced_by: str | None
    """The first character that is not in GSM-7 and so makes the whole text UCS-2."""
    forced_at: int | None = None
    """Where it stands in the normalised text, in characters from 0."""


def normalise(text: str) -> str:
    """Return `text` in NFC, as it is counted and must be sent: a decomposed é forces UCS-2."""
    return unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen: blanks, controls, and marks such as a zero-width space."""
    return all(c.isspace() or unicodedata.category(c) in ("Cc", "Cf") for c in text)


def count(text: str) -> Segments:
    """Return what the normalised `text` costs; an empty text has no segment.

    Neither an escaped GSM-7 character nor a surrogate pair is cut, so a segment may close one unit
    early. It is an estimate where a carrier numbers parts with two bytes (152 or 66 units each).
    """
    text = normalise(text)
    forced_at = next((at for at, c in enumerate(text) if c not in _GSM_7), None)
    if forced_at is None:
        sizes = [2 if c in _EXTENSION else 1 for c in text]
        return Segments("GSM-7", sum(sizes), _parts(sizes, alone=160, joined=153), None)
    sizes = [2 if ord(c) > 0xFFFF else 1 for c in text]
    parts = _parts(sizes, alone=70, joined=67)
    return Segments("UCS-2", sum(sizes), parts, text[forced_at], forced_at)


def count_in_gsm_7(text: str) -> int:
    """Return how many segments `text` would take without the characters that GSM-7 lacks: at least one."""
    return max(1, count("".join(c for c in normalise(text) if c in _GSM_7)).segments)


def _parts(sizes: list[int], *, alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    parts, used = 1, 0
    for size in sizes:
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return parts
