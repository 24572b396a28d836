"""What does a provider's code mean to us? The shape of each provider's table of codes."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.failures import FailureKind


@dataclass(frozen=True, slots=True)
class Failure:
    """What a code asks of us, and what it means in a sentence a seller understands."""

    kind: FailureKind
    reason: str


Groups = Mapping[FailureKind, Mapping[tuple[int, ...], str]]
"""A provider's codes as its table is written: by kind, several codes a sentence."""


def by_code(groups: Groups) -> dict[int, Failure]:
    """Return the failure of every code. Raises ValueError if a code stands there twice."""
    found: dict[int, Failure] = {}
    for kind, sentences in groups.items():
        for codes, reason in sentences.items():
            for code in codes:
                if code in found:
                    raise ValueError(f"code {code} stands in the table twice")
                found[code] = Failure(kind, reason)
    return found
