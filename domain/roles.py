"""What each role that comes with the product gives.

Source: capabilities C03 (a salesperson), C04 (what a manager has in addition), C12 (whose conversations a salesperson
opens), C22 (sequences). `REFERENCE` names the source's entity beside each of ours.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from domain.privileges import Entity, Grants, Level, Need, Privilege, combined
from domain.users import Role

REFERENCE: Final[Mapping[Entity, str]] = {
    Entity.NOTE: "Activity; Note",
    Entity.PHONE_NUMBER: "Channel Instance; TeleSign channel instance; Twilio channel instance",
    Entity.PROVIDER_ACCOUNT: "Channel Instance Account",
    Entity.PROVIDER_SETTINGS: "TeleSign channel instance account; Twilio channel instance account",
    Entity.PROVIDER: "Channel Definition; Channel Definition locale; Consuming Application",
    Entity.MESSAGE: "SalesOmnichannel Message",
    Entity.TEMPLATE: "Text message template",
    Entity.TRANSCRIPT: "Transcript",
    Entity.RECORD: "Lead",
    Entity.ORGANISATION: "Setting definition; Environment variable definition",
    Entity.SAVED_VIEW: "Model-driven App User Setting",
    Entity.ENROLLMENT: "Sequence Target",
    Entity.WORK_ITEM: "Sequence Target Step",
    Entity.SEQUENCE: "Sequence",
    Entity.USER: "User",
    Entity.TEAM: "Team",
    Entity.ROLE: "Security Role",
    Entity.BUSINESS_UNIT: "Business Unit",
}
"""What the source calls it. An entity that is not named here is ours alone."""

_LETTERS: Final = {
    "C": Privilege.CREATE,
    "R": Privilege.READ,
    "W": Privilege.WRITE,
    "D": Privilege.DELETE,
    "P": Privilege.APPEND,
    "T": Privilege.APPEND_TO,
    "A": Privilege.ASSIGN,
}
_USER, _UNIT, _ALL = Level.USER, Level.BUSINESS_UNIT, Level.ORGANISATION


def _grants(table: Mapping[Entity, Mapping[Level, str]]) -> dict[Need, Level]:
    return {
        (entity, _LETTERS[letter]): level
        for entity, row in table.items()
        for level, letters in row.items()
        for letter in letters
    }


_SALESPERSON: Final = _grants(
    {
        Entity.USER: {_ALL: "R"},
        Entity.TEAM: {_ALL: "R"},
        Entity.ROLE: {_ALL: "R"},
        Entity.BUSINESS_UNIT: {_ALL: "R"},
        Entity.ORGANISATION: {_ALL: "R"},
        Entity.PROVIDER: {_UNIT: "R"},
        Entity.PROVIDER_ACCOUNT: {_UNIT: "R"},
        Entity.PHONE_NUMBER: {_USER: "T", _UNIT: "R"},
        Entity.RECORD: {_UNIT: "CR", _USER: "WDPT"},
        Entity.NOTE: {_USER: "CWDP", _UNIT: "R"},
        Entity.SEQUENCE: {_ALL: "RT"},
        Entity.ENROLLMENT: {_USER: "CRWPTA"},
        Entity.WORK_ITEM: {_USER: "CRWPA"},
        Entity.SAVED_VIEW: {_USER: "CRWD"},
        # the privileges of the unit's texts are C03's; that only the own conversations open is C12's
        Entity.CONVERSATION: {_USER: "RWPT"},
        Entity.MESSAGE: {_USER: "CWDPA", _UNIT: "R"},
        Entity.TRANSCRIPT: {_USER: "CWDPT", _UNIT: "R"},
        Entity.TEMPLATE: {_UNIT: "CRWD"},
        Entity.CONSENT: {_USER: "C", _UNIT: "R"},
    }
)
_MANAGER: Final = combined(
    _SALESPERSON,
    _grants(
        {
            Entity.PROVIDER: {_UNIT: "R"},
            Entity.PROVIDER_SETTINGS: {_UNIT: "R"},
            # T is ours: a manager answers for the unit's sellers, over the numbers that their customers know
            Entity.PHONE_NUMBER: {_UNIT: "RWAT"},
            Entity.RECORD: {_UNIT: "WDAPT"},
            Entity.SEQUENCE: {_UNIT: "CWD"},
            Entity.ENROLLMENT: {_UNIT: "CRWPTA"},
            Entity.WORK_ITEM: {_UNIT: "CRWPA"},
            Entity.CONVERSATION: {_UNIT: "RWPT"},
            Entity.CONSENT: {_UNIT: "CW"},
        }
    ),
)

SHIPPED: Final[Mapping[Role, Grants]] = {
    Role.ADMINISTRATOR: {(entity, privilege): _ALL for entity in Entity for privilege in Privilege},
    Role.SALES_MANAGER: _MANAGER,
    Role.SEQUENCE_MANAGER: _MANAGER,
    Role.SALESPERSON: _SALESPERSON,
}

NAMES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: "System Administrator",
    Role.SALES_MANAGER: "Sales Manager",
    Role.SEQUENCE_MANAGER: "Sequence Manager",
    Role.SALESPERSON: "Salesperson",
}
"""What people call them."""


@cache
def shipped(roles: frozenset[Role]) -> Grants:
    """Return what these roles give together."""
    return combined(*(SHIPPED[role] for role in roles))
