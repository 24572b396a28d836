"""Absences as they are sent and shown."""

from uuid import UUID

from pydantic import ConfigDict, model_validator

from api.schemas import Instant, Sent, Shown, UserRef
from db.users.absences import AbsenceRow


class NewAbsence(Sent):
    """From when until when somebody is away: oneself unless a `user_id` is named.

    Who stands in is `cover_user_id`; without one, or while that one is away too, the members of the user's teams.
    """

    user_id: UUID | None = None
    starts_at: Instant
    ends_at: Instant
    cover_user_id: UUID | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> "NewAbsence":
        if self.ends_at <= self.starts_at:
            raise ValueError("an absence ends after it starts")
        return self


class AbsenceOut(Shown):
    model_config = ConfigDict(title="Absence")

    id: UUID
    user: UserRef
    starts_at: Instant
    ends_at: Instant
    cover: UserRef | None

    @classmethod
    def of(cls, row: AbsenceRow) -> "AbsenceOut":
        return cls(
            id=row.absence.id,
            user=UserRef.of(row.user),
            starts_at=row.absence.starts_at,
            ends_at=row.absence.ends_at,
            cover=None if row.cover is None else UserRef.of(row.cover),
        )


class AbsencesOut(Shown):
    model_config = ConfigDict(title="Absences")

    items: list[AbsenceOut]
