"""Who may do what: the role table as data, and the one question asked of it.

Source: capabilities C03–C05. Where the source grants a seller the whole business unit, a seller here gets
the own rows of customers' data, because there are no business units yet; the level is reserved by its place
in the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from domain.users import Role


class Entity(StrEnum):
    USER = "user"
    TEAM = "team"
    ROLE = "role"
    PROVIDER_ACCOUNT = "provider_account"
    PHONE_NUMBER = "phone_number"
    RECORD = "record"
    SEQUENCE = "sequence"
    ENROLLMENT = "enrollment"
    WORK_ITEM = "work_item"
    CONVERSATION = "conversation"
    MESSAGE = "message"


class Privilege(StrEnum):
    CREATE = "create"
    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    ASSIGN = "assign"
    """Change whose it is."""


class Level(IntEnum):
    """Whose rows a privilege reaches; a higher level includes the lower ones."""

    USER = 1
    """The own rows, and those of the own teams."""
    BUSINESS_UNIT = 2
    ORGANISATION = 3


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person on whose behalf something is done."""

    user_id: UUID
    organisation_id: UUID
    role: Role
    team_ids: frozenset[UUID] = field(default_factory=frozenset)


Grants = Mapping[tuple[Entity, Privilege], Level]

_OWN, _ALL = Level.USER, Level.ORGANISATION
_LETTERS: Final = {privilege.value[0].upper(): privilege for privilege in Privilege}


def _grants(table: Mapping[Entity, Mapping[Level, str]]) -> dict[tuple[Entity, Privilege], Level]:
    return {
        (entity, _LETTERS[letter]): level
        for entity, row in table.items()
        for level, letters in row.items()
        for letter in letters
    }


# C: create, R: read, W: write, D: delete, A: assign.
_SALESPERSON: Final = _grants(
    {
        Entity.USER: {_ALL: "R"},
        Entity.TEAM: {_ALL: "R"},
        Entity.ROLE: {_ALL: "R"},
        Entity.PHONE_NUMBER: {_ALL: "R"},
        Entity.RECORD: {_OWN: "CRWD"},
        Entity.SEQUENCE: {_ALL: "R"},
        Entity.ENROLLMENT: {_OWN: "CRW"},
        Entity.WORK_ITEM: {_OWN: "RW"},
        Entity.CONVERSATION: {_OWN: "RW"},
        Entity.MESSAGE: {_OWN: "CR"},
    }
)
_MANAGER: Final = _SALESPERSON | _grants(
    {
        Entity.PROVIDER_ACCOUNT: {_ALL: "R"},
        Entity.PHONE_NUMBER: {_ALL: "RWA"},
        Entity.RECORD: {_ALL: "CRWDA"},
        Entity.ENROLLMENT: {_ALL: "CRW"},
        Entity.WORK_ITEM: {_ALL: "RW"},
        Entity.CONVERSATION: {_ALL: "RW"},
        Entity.MESSAGE: {_ALL: "CR"},
        Entity.SEQUENCE: {_ALL: "CRWD"},
    }
)

ROLES: Final[Mapping[Role, Grants]] = {
    Role.SALESPERSON: _SALESPERSON,
    Role.SALES_MANAGER: _MANAGER,
    Role.SEQUENCE_MANAGER: _MANAGER,
    Role.ADMINISTRATOR: {(entity, privilege): _ALL for entity in Entity for privilege in Privilege},
}


def level_of(actor: Actor, entity: Entity, privilege: Privilege) -> Level | None:
    """Return whose rows of `entity` the actor has `privilege` on, or None for nobody's."""
    return ROLES[actor.role].get((entity, privilege))


def reaches(actor: Actor, entity: Entity, privilege: Privilege, *, owner_id: UUID) -> bool:
    """Return whether the actor has `privilege` on the row of `entity` that the user `owner_id` owns."""
    level = level_of(actor, entity, privilege)
    return level is not None and (level > Level.USER or owner_id == actor.user_id)
