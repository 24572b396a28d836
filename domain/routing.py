"""To which record does a customer's text belong?

Source: capabilities C09, whose order is kept exactly; the records of a number that changed since we texted it come
before a new lead, which the source leaves open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.records import RecordKind, RecordStatus


class UnknownSender(StrEnum):
    """What becomes of a text whose sender no record knows."""

    NEW_LEAD = "new_lead"
    INBOX = "inbox"
    """It waits, belonging to no record, until somebody says whose it is."""


class Because(StrEnum):
    """The first criterion that set the chosen record apart from the next best one."""

    ONLY = "only"
    """There was no other."""
    NUMBER = "number"
    """The number is the record's now; the other had it once."""
    CONVERSATION = "conversation"
    SELLER = "seller"
    TEAM = "team"
    KIND = "kind"
    ACTIVE = "active"
    UPDATED = "updated"
    ID = "id"
    """Nothing set them apart: the newer row."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whose number of ours the text came to; neither for a number that is nobody's."""

    owner_user_id: UUID | None
    team_member_ids: frozenset[UUID] = frozenset()
    """Of the team that owns it."""
    owner_team_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that holds the customer's number, or that we talked to over it."""

    record_id: UUID
    kind: RecordKind
    status: RecordStatus
    owner_user_id: UUID
    updated_at: datetime
    holds_number: bool
    """Whether the number is the record's now."""
    owner_team_id: UUID | None = None
    """The team that it belongs to, if it is a team's: a user acts for it all the same."""
    talked_at: datetime | None = None
    """When the seller of the addressed number and this customer last exchanged a text about the record."""


@dataclass(frozen=True, slots=True)
class To:
    """The text belongs to this record."""

    record_id: UUID
    because: Because


_KINDS: Final = (RecordKind.CONTACT, RecordKind.ACCOUNT, RecordKind.OPPORTUNITY, RecordKind.LEAD)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_CRITERIA: Final = (
    Because.NUMBER,
    Because.CONVERSATION,
    Because.SELLER,
    Because.TEAM,
    Because.KIND,
    Because.ACTIVE,
    Because.UPDATED,
    Because.ID,
)
"""In the order of `_rank`."""


def route(
    addressed: Addressed, candidates: Sequence[Candidate], unknown: UnknownSender
) -> To | UnknownSender:
    """Return the record a text belongs to, or without candidates what `unknown` says. Their order does not matter.

    A record that holds the number comes before one that held it; then the one with the latest exchange with the
    addressed seller, the one of that seller, the one of the number's team or of a seller in it, the kind (contact,
    account, opportunity, lead), an active one, the one last updated.
    """
    if not candidates:
        return unknown
    first, *others = sorted(
        candidates, key=lambda candidate: _rank(addressed, candidate), reverse=True
    )
    if not others:
        return To(first.record_id, Because.ONLY)
    pairs = zip(_CRITERIA, _rank(addressed, first), _rank(addressed, others[0]), strict=True)
    return To(first.record_id, next(criterion for criterion, one, other in pairs if one != other))


def _rank(
    addressed: Addressed, candidate: Candidate
) -> tuple[bool, datetime, bool, bool, int, bool, datetime, UUID]:
    """Return what candidates are compared by: the highest one wins."""
    return (
        candidate.holds_number,
        candidate.talked_at or _NEVER,
        candidate.owner_user_id == addressed.owner_user_id,
        _is_of_team(addressed, candidate),
        -_KINDS.index(candidate.kind),
        candidate.status is RecordStatus.ACTIVE,
        candidate.updated_at,
        candidate.record_id,
    )


def _is_of_team(addressed: Addressed, candidate: Candidate) -> bool:
    if candidate.owner_team_id is not None and candidate.owner_team_id == addressed.owner_team_id:
        return True
    return candidate.owner_user_id in addressed.team_member_ids
