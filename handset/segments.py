"""How many segments does a carrier cut a text into? (3GPP TS 23.038, 6-byte headers.)"""

from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_GSM_7: Final = _BASIC | _EXTENDED


def count_segments(text: str) -> int:
    """Return the number of segments of `text`, at least 1.

    The text is GSM-7 if every character has a code there, else UCS-2. A character of two
    units (an extended GSM-7 one, or one above U+FFFF) is never cut in two.
    """
    if _GSM_7.issuperset(text):
        if len(text) <= 80:
            return 1
        units = [2 if character in _EXTENDED else 1 for character in text]
        alone, part = 160, 153
    else:
        units = [2 if ord(character) > 0xFFFF else 1 for character in text]
        alone, part = 70, 67
    if sum(units) <= alone:
        return 1
    segments, filled = 1, 0
    for unit in units:
        if filled + unit > part:
            segments, filled = segments + 1, 0
        filled += unit
    return segments
