"""Roles as they are sent and shown."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Name, Sent, Shown
from db.roles.queries import grants_of
from db.roles.tables import Role
from domain import users
from domain.privileges import Entity, Grants, Level, Need, Privilege


class Grant(Shown):
    """On whose rows of `entity` a role has `privilege`."""

    entity: Entity
    privilege: Privilege
    level: Literal["user", "business_unit", "units_below", "organisation"]

    @classmethod
    def all_of(cls, grants: Grants) -> list["Grant"]:
        return [
            cls.model_validate(
                {"entity": entity, "privilege": privilege, "level": level.name.lower()}
            )
            for (entity, privilege), level in sorted(grants.items())
        ]


class RoleRef(Shown):
    """`shipped` names a role that comes with the product."""

    id: UUID
    name: str
    shipped: users.Role | None


class UnitRef(Shown):
    id: UUID
    name: str


class NewRole(Sent):
    """An own role begins as a copy of another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Team lead", "copy_of": "0199a0b0-0000-7000-8000-000000000001"},
            ]
        }
    )

    name: Name
    copy_of: UUID


class SentGrant(Sent):
    entity: Entity
    privilege: Privilege
    level: Literal["user", "business_unit", "units_below", "organisation"]


class RoleChanges(Sent):
    """What to change. `privileges` are all that the role gives then."""

    name: Name | None = None
    privileges: Annotated[list[SentGrant], Field(max_length=500)] | None = None

    def grants(self) -> dict[Need, Level]:
        return {
            (each.entity, each.privilege): Level[each.level.upper()]
            for each in self.privileges or ()
        }


class RoleOut(Shown):
    model_config = ConfigDict(title="OrganisationRole")

    id: UUID
    name: str
    shipped: users.Role | None
    privileges: list[Grant]

    @classmethod
    def of(cls, role: Role) -> "RoleOut":
        return cls(
            id=role.id,
            name=role.name,
            shipped=role.shipped,
            privileges=Grant.all_of(grants_of(role)),
        )
