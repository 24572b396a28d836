"""Whom we talk to, or about."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RecordKind(StrEnum):
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    ACCOUNT = "account"


class RecordStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"


PARENTS: Final[Mapping[RecordKind, frozenset[RecordKind]]] = {
    RecordKind.CONTACT: frozenset({RecordKind.ACCOUNT}),
    RecordKind.OPPORTUNITY: frozenset({RecordKind.CONTACT, RecordKind.ACCOUNT}),
}
"""What a record of a kind may hang on. It allows no circle."""


def why_not_parent(kind: RecordKind, parent: RecordKind) -> str | None:
    """Return why a record of `kind` cannot hang on one of the kind `parent`; None if it can."""
    allowed = PARENTS.get(kind, frozenset())
    if parent in allowed:
        return None
    if not allowed:
        return f"A record of kind {kind} hangs on no other: leave parent_id empty."
    named = " or ".join(sorted(allowed))
    return f"A record of kind {kind} hangs on one of kind {named}, not {parent}."
