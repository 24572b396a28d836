"""Teams as they are sent and shown."""

from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Name, Sent, Shown, UserRef
from db.users.queries import TeamRow


class NewTeam(Sent):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "North", "member_ids": []}]})

    name: Name
    member_ids: list[UUID] = Field(default=[], max_length=1000)


class TeamOut(Shown):
    model_config = ConfigDict(title="Team")

    id: UUID
    name: str
    members: list[UserRef]

    @classmethod
    def of(cls, row: TeamRow) -> "TeamOut":
        return cls(
            id=row.team.id, name=row.team.name, members=[UserRef.of(user) for user in row.members]
        )
