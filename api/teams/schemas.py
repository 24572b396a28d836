"""Teams as they are sent and shown."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Name, Sent, Shown, UserRef
from db.users.teams import TeamRow

_MemberIds = Annotated[list[UUID], Field(max_length=1000)]


class NewTeam(Sent):
    """Without `business_unit_id` it is yours."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "North", "member_ids": []}]})

    name: Name
    member_ids: _MemberIds = Field(default=[])
    business_unit_id: UUID | None = None


class TeamChanges(Sent):
    """What to change. `member_ids` are all its members then."""

    name: Name | None = None
    member_ids: _MemberIds | None = None
    business_unit_id: UUID | None = None


class TeamOut(Shown):
    model_config = ConfigDict(title="Team")

    id: UUID
    name: str
    business_unit_id: UUID
    members: list[UserRef]

    @classmethod
    def of(cls, row: TeamRow) -> "TeamOut":
        return cls(
            id=row.team.id,
            name=row.team.name,
            business_unit_id=row.team.business_unit_id,
            members=[UserRef.of(user) for user in row.members],
        )
