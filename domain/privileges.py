"""Who may do what: the one question asked of it, about one row and about lists of them.

What each role gives stands in domain/roles.py. Source: capabilities C05.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID


class Entity(StrEnum):
    USER = "user"
    TEAM = "team"
    ROLE = "role"
    BUSINESS_UNIT = "business_unit"
    ORGANISATION = "organisation"
    """What is decided for the whole organisation: its settings."""
    PROVIDER = "provider"
    PROVIDER_ACCOUNT = "provider_account"
    PROVIDER_SETTINGS = "provider_settings"
    """What an account is set up with, and how it does."""
    PHONE_NUMBER = "phone_number"
    RECORD = "record"
    NOTE = "note"
    SEQUENCE = "sequence"
    ENROLLMENT = "enrollment"
    WORK_ITEM = "work_item"
    SAVED_VIEW = "saved_view"
    CONVERSATION = "conversation"
    MESSAGE = "message"
    TRANSCRIPT = "transcript"
    TEMPLATE = "template"
    CONSENT = "consent"
    ALERT = "alert"
    EMBED_KEY = "embed_key"


class Privilege(StrEnum):
    CREATE = "create"
    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    APPEND = "append"
    """Attach it to another row."""
    APPEND_TO = "append_to"
    """Let other rows be attached to it."""
    ASSIGN = "assign"
    """Change whose it is."""


class Level(IntEnum):
    """Whose rows a privilege reaches; a higher level includes the lower ones."""

    USER = 1
    """The own rows, and those of the own teams."""
    BUSINESS_UNIT = 2
    UNITS_BELOW = 3
    """Those of the own business unit and of every unit below it."""
    ORGANISATION = 4


Need = tuple[Entity, Privilege]
Grants = Mapping[Need, Level]


class UnknownPrivilege(ValueError):
    """A grant that names no entity, no privilege or no level of ours; `path` is the grant's key."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person on whose behalf something is done."""

    user_id: UUID
    organisation_id: UUID
    grants: Grants = field(compare=False, repr=False)
    """What the person's roles give together."""
    unit_id: UUID
    team_ids: frozenset[UUID] = frozenset()
    units_below: frozenset[UUID] = frozenset()
    """The business units below the person's own, at any depth."""
    other_units: bool = False
    """Whether the organisation has units that are neither the person's nor below it."""
    covers: frozenset[UUID] = frozenset()
    """The users for whom the person stands in."""
    only_record_id: UUID | None = None
    """The one record that a token of a host's form narrows the person to."""

    @property
    def stands_for(self) -> frozenset[UUID]:
        """The users whose rows count as the person's own."""
        return self.covers | {self.user_id}


def attaching(entity: Entity, to: Entity) -> tuple[Need, Need]:
    """Return what it takes to attach a row of one entity to a row of another."""
    return (entity, Privilege.APPEND), (to, Privilege.APPEND_TO)


@dataclass(frozen=True, slots=True)
class Own:
    """The rows of the person and of the person's teams."""


@dataclass(frozen=True, slots=True)
class Units:
    """The own rows, those of these business units, and those that are nobody's."""

    ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row of the organisation."""


Scope = Own | Units | Everything


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose a row is: a user's or a team's, and the business unit that it is counted to thereby."""

    user_id: UUID | None = None
    team_id: UUID | None = None
    unit_id: UUID | None = None


NOBODYS: Final = Ownership()
"""A row that belongs to the organisation as a whole, as a number that was given to nobody."""


def level_of(actor: Actor, entity: Entity, privilege: Privilege) -> Level | None:
    """Return whose rows of `entity` the actor has `privilege` on, or None for nobody's."""
    return actor.grants.get((entity, privilege))


def level_of_all(actor: Actor, needs: Collection[Need]) -> Level | None:
    """Return whose rows the actor has every one of `needs` on: the lowest level counts, and none means nobody's."""
    if all(need in actor.grants for need in needs):
        return min(actor.grants[need] for need in needs)
    return None


def scope_of(actor: Actor, level: Level) -> Scope:
    """Return which rows `level` means for the actor.

    Units that are all the organisation has are everything.
    """
    match level:
        case Level.USER:
            return Own()
        case Level.ORGANISATION:
            return Everything()
        case Level.BUSINESS_UNIT:
            units = frozenset({actor.unit_id})
        case Level.UNITS_BELOW:
            units = actor.units_below | {actor.unit_id}
    if not actor.other_units and units >= actor.units_below:
        return Everything()
    return Units(units)


def reaches(actor: Actor, entity: Entity, privilege: Privilege, owned: Ownership) -> bool:
    """Return whether the actor has `privilege` on a row of `entity`, of the own organisation, that is owned so."""
    level = level_of(actor, entity, privilege)
    if level is None:
        return False
    if owned.user_id in actor.stands_for or owned.team_id in actor.team_ids:
        return True
    match scope_of(actor, level):
        case Own():
            return False
        case Units(ids):
            return owned == NOBODYS or owned.unit_id in ids
        case Everything():
            return True


def combined(*grants: Grants) -> dict[Need, Level]:
    """Return what several roles give together: of each privilege the highest level."""
    levels: dict[Need, Level] = {}
    for each in grants:
        for need, level in each.items():
            levels[need] = max(level, levels.get(need, level))
    return levels


def may_grant(actor: Actor, grants: Grants) -> bool:
    """Return whether the actor holds all of `grants`: nobody gives away what they do not have."""
    return all(actor.grants.get(need, 0) >= level for need, level in grants.items())


def written(grants: Grants) -> dict[str, str]:
    """Return `grants` as they are stored: `{"record.read": "business_unit"}`."""
    return {
        f"{entity}.{privilege}": level.name.lower() for (entity, privilege), level in grants.items()
    }


def parse_grants(stored: Mapping[str, str]) -> dict[Need, Level]:
    """Return what `written` wrote. Raises UnknownPrivilege."""
    grants: dict[Need, Level] = {}
    for path, level in stored.items():
        entity, _, privilege = path.partition(".")
        try:
            need = (Entity(entity), Privilege(privilege))
        except ValueError as error:
            raise UnknownPrivilege(path, f"There is no privilege {path}.") from error
        try:
            grants[need] = Level[level.upper()]
        except KeyError as error:
            levels = ", ".join(each.name.lower() for each in Level)
            raise UnknownPrivilege(path, f"The level of {path} is one of {levels}.") from error
    return grants
