"""What each role may do, as it is shown."""

from typing import Literal

from pydantic import ConfigDict

from api.schemas import Shown
from domain.privileges import ROLES, Entity, Privilege
from domain.users import Role


class Grant(Shown):
    entity: Entity
    privilege: Privilege
    level: Literal["user", "business_unit", "organisation"]


class RoleOut(Shown):
    model_config = ConfigDict(title="RolePrivileges")

    role: Role
    privileges: list[Grant]

    @classmethod
    def of(cls, role: Role) -> "RoleOut":
        return cls(
            role=role,
            privileges=[
                Grant.model_validate(
                    {"entity": entity, "privilege": privilege, "level": level.name.lower()}
                )
                for (entity, privilege), level in ROLES[role].items()
            ],
        )
