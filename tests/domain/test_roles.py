"""The shipped roles, row by row as the source has them."""

import pytest

from domain.privileges import Entity, Level, Need, Privilege, combined
from domain.roles import NAMES, REFERENCE, SHIPPED, shipped
from domain.users import Role

USER, UNIT, ORGANISATION = Level.USER, Level.BUSINESS_UNIT, Level.ORGANISATION

C03 = [
    ("Activity", USER, "Create, Write, Delete, Append"),
    ("Note", USER, "Create, Write, Delete, Append"),
    ("Activity", UNIT, "Read"),
    ("Note", UNIT, "Read"),
    ("Channel Instance", USER, "Append To"),
    ("Channel Instance", UNIT, "Read"),
    ("Channel Instance Account", UNIT, "Read"),
    ("Consuming Application", UNIT, "Read"),
    ("Channel Definition", UNIT, "Read"),
    ("SalesOmnichannel Message", UNIT, "Read"),
    ("Transcript", UNIT, "Read"),
    ("SalesOmnichannel Message", USER, "Create, Write, Delete, Append, Assign"),
    ("Text message template", UNIT, "Create, Write, Read, Delete"),
    ("Transcript", USER, "Create, Write, Delete, Append, Append To"),
]
"""Salesperson or similar: entity, level, privileges."""

C04 = [
    ("Channel Instance", UNIT, "Assign, Write"),
    ("Channel Definition locale", UNIT, "Read"),
    ("TeleSign channel instance account", UNIT, "Read"),
    ("Twilio channel instance account", UNIT, "Read"),
    ("TeleSign channel instance", UNIT, "Read, Write, Assign"),
    ("Twilio channel instance", UNIT, "Read, Write, Assign"),
]
"""What a sales manager or a sequence manager has in addition."""

OURS = {
    Role.SALESPERSON: [
        # the 2026 version of the source's page
        (Entity.RECORD, UNIT, "create, read"),
        (Entity.RECORD, USER, "write, delete, append, append_to"),
        (Entity.ORGANISATION, ORGANISATION, "read"),
        (Entity.SAVED_VIEW, USER, "create, read, write, delete"),
        # C12: a conversation opens for whom its number or its record belongs to
        (Entity.CONVERSATION, USER, "read, write, append, append_to"),
        # C22
        (Entity.SEQUENCE, ORGANISATION, "read, append_to"),
        (Entity.ENROLLMENT, USER, "create, read, write, append, append_to, assign"),
        (Entity.WORK_ITEM, USER, "create, read, write, append, assign"),
        (Entity.CONSENT, UNIT, "read"),
        (Entity.CONSENT, USER, "create"),
        (Entity.USER, ORGANISATION, "read"),
        (Entity.TEAM, ORGANISATION, "read"),
        (Entity.ROLE, ORGANISATION, "read"),
        (Entity.BUSINESS_UNIT, ORGANISATION, "read"),
    ],
    Role.SALES_MANAGER: [
        # a manager answers for the unit's sellers, over their numbers
        (Entity.PHONE_NUMBER, UNIT, "append_to"),
        (Entity.RECORD, UNIT, "write, delete, assign, append, append_to"),
        (Entity.CONVERSATION, UNIT, "read, write, append, append_to"),
        (Entity.SEQUENCE, UNIT, "create, write, delete"),
        (Entity.ENROLLMENT, UNIT, "create, read, write, append, append_to, assign"),
        (Entity.WORK_ITEM, UNIT, "create, read, write, append, assign"),
        (Entity.CONSENT, UNIT, "create, write"),
    ],
}
"""What the source does not say; a manager's in addition to a salesperson's."""


def theirs(rows: list[tuple[str, Level, str]]) -> dict[Need, Level]:
    named = {name: entity for entity, names in REFERENCE.items() for name in names.split("; ")}
    return combined(
        *(
            {(named[entity], Privilege(name.lower().replace(" ", "_"))): level}
            for entity, level, names in rows
            for name in names.split(", ")
        )
    )


def ours(role: Role) -> dict[Need, Level]:
    return combined(
        *(
            {(entity, Privilege(name)): level}
            for entity, level, names in OURS[role]
            for name in names.split(", ")
        )
    )


def test_a_salesperson_has_the_privileges_of_the_source_and_no_others() -> None:
    assert SHIPPED[Role.SALESPERSON] == combined(theirs(C03), ours(Role.SALESPERSON))
    assert not theirs(C03).keys() & ours(Role.SALESPERSON).keys()


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.SEQUENCE_MANAGER])
def test_a_manager_has_a_salespersons_and_those_of_the_source_and_no_others(role: Role) -> None:
    assert SHIPPED[role] == combined(
        SHIPPED[Role.SALESPERSON], theirs(C04), ours(Role.SALES_MANAGER)
    )


def test_a_salesperson_neither_writes_nor_assigns_numbers() -> None:
    own = SHIPPED[Role.SALESPERSON]
    assert (Entity.PHONE_NUMBER, Privilege.WRITE) not in own
    assert (Entity.PHONE_NUMBER, Privilege.ASSIGN) not in own


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.SEQUENCE_MANAGER])
def test_a_manager_neither_adds_nor_removes_numbers_nor_edits_accounts(role: Role) -> None:
    grants = SHIPPED[role]
    for entity, privilege in (
        (Entity.PHONE_NUMBER, Privilege.CREATE),
        (Entity.PHONE_NUMBER, Privilege.DELETE),
        (Entity.PROVIDER_ACCOUNT, Privilege.WRITE),
        (Entity.PROVIDER_SETTINGS, Privilege.WRITE),
    ):
        assert (entity, privilege) not in grants


def test_an_administrator_has_everything_of_the_whole_organisation() -> None:
    everything = SHIPPED[Role.ADMINISTRATOR]
    assert len(everything) == len(Entity) * len(Privilege)
    assert set(everything.values()) == {ORGANISATION}


def test_roles_add_up() -> None:
    both = shipped(frozenset({Role.SALESPERSON, Role.SALES_MANAGER}))
    assert both[Entity.RECORD, Privilege.WRITE] is UNIT
    assert both[Entity.SAVED_VIEW, Privilege.WRITE] is USER


def test_every_role_has_a_name() -> None:
    assert NAMES[Role.ADMINISTRATOR] == "System Administrator"
    assert set(NAMES) == set(SHIPPED) == set(Role)
