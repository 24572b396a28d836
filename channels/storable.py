"""What of a provider's words can be kept? All but what PostgreSQL cannot store: no text is lost over one character."""

import re
from typing import Final

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL, and halves of surrogate pairs, which JSON can write."""


def storable(words: str) -> str:
    """Return the words with U+FFFD for each character that cannot be stored."""
    return _UNSTORABLE.sub("\ufffd", words)
