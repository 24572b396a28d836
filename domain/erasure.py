"""What stands where a person's number stood, once the person was erased."""

from typing import Final

ERASED: Final = "erased"
"""In place of a number. A conversation's goes on with its id, since no two of the same kind may be alike."""


def is_erased(number: str) -> bool:
    """Return whether this stands where a number stood."""
    return number.startswith(ERASED)


def shown(number: str) -> str:
    """Return a number as people see it: of an erased one, that it is erased."""
    return ERASED if is_erased(number) else number
