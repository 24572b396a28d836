"""What a draft rests on, and what has changed since somebody read it.

Ids and states only: what the customer said last, whose the record is, where it stands, whether texts are consented to.
An approval names the basis it was given on; if the world has moved on since, it is refused with the changes.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.records import RecordStatus


class InvalidToken(ValueError):
    """The token is not one that a work item showed."""


class Basis(BaseModel):
    """The state of everything a draft rests on, at one moment. Our own texts are not among it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inbound_id: UUID | None = None
    """The customer's last text."""
    owner: UUID | None = None
    record_status: RecordStatus = RecordStatus.ACTIVE
    stage: str | None = None
    consent: str | None = None
    """The latest entry about consent, whatever it says: withdrawn and given back is a change too."""
    is_running: bool | None = None
    """Whether the enrollment runs; None for an item of none."""


What = Literal["customer_wrote", "owner", "stage", "consent", "enrollment"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is no longer as it was: `detail` for people, `at` in UTC where it is known."""

    what: What
    detail: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What a change is told with."""

    owner: str
    wrote_at: datetime | None = None
    """When the customer wrote last."""


def changes(seen: Basis, now: Basis, names: Names) -> list[Change]:
    """Return what changed between the two, what the customer did first; nothing if the draft still stands."""
    found: list[Change] = []
    if seen.inbound_id != now.inbound_id:
        found.append(Change("customer_wrote", "The customer wrote again.", names.wrote_at))
    if seen.consent != now.consent:
        found.append(Change("consent", "What the customer consents to has changed."))
    if seen.owner != now.owner:
        found.append(Change("owner", f"The record is {names.owner}'s now."))
    if seen.record_status != now.record_status:
        closed = now.record_status is RecordStatus.INACTIVE
        found.append(Change("stage", f"The record was {'closed' if closed else 'opened again'}."))
    if seen.stage != now.stage:
        found.append(
            Change(
                "stage", f'The stage is "{now.stage}" now.' if now.stage else "The stage is gone."
            )
        )
    if seen.is_running != now.is_running:
        runs = "runs again" if now.is_running else "no longer runs"
        found.append(Change("enrollment", f"The enrollment {runs}."))
    return found


OFFERED: Final = "offered"
"""Under which name an approval that has not left keeps what its draft was offered on, for when it is undone."""


def of_approval(now: Mapping[str, Any], offered: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of an approval until it leaves: what it was given on, and what it is undone to."""
    return {**now, OFFERED: dict(offered)}


def parse(stored: Mapping[str, Any]) -> Basis | None:
    """Return the basis that stands in the database, or None for an item opened without one."""
    own = {name: value for name, value in stored.items() if name != OFFERED}
    return Basis.model_validate(own) if own else None


def to_token(basis: Basis) -> str:
    """Return the basis as one word, to be sent back with the approval.

    It is not signed: whoever makes one up only forgoes being warned.
    """
    return base64.urlsafe_b64encode(basis.model_dump_json().encode()).decode().rstrip("=")


def from_token(token: str) -> Basis:
    """Return the basis that `to_token` wrote. Raises InvalidToken."""
    try:
        return Basis.model_validate_json(
            base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        )
    except (binascii.Error, ValueError, ValidationError) as error:
        raise InvalidToken("`seen` is not what this work item showed: read it again") from error
