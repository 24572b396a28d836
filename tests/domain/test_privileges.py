from uuid import UUID

import pytest

from domain.privileges import Actor, Entity, Level, Privilege, level_of, reaches
from domain.users import Role

ME = UUID("0199a0b0-0000-7000-8000-000000000001")
OTHER = UUID("0199a0b0-0000-7000-8000-000000000002")
ORGANISATION = UUID("0199a0b0-0000-7000-8000-000000000003")


def _actor(role: Role) -> Actor:
    return Actor(user_id=ME, organisation_id=ORGANISATION, role=role)


@pytest.mark.parametrize(
    ("role", "entity", "privilege", "level"),
    [
        # capabilities C03: a seller may not write or assign a number
        (Role.SALESPERSON, Entity.PHONE_NUMBER, Privilege.READ, Level.ORGANISATION),
        (Role.SALESPERSON, Entity.PHONE_NUMBER, Privilege.WRITE, None),
        (Role.SALESPERSON, Entity.PHONE_NUMBER, Privilege.ASSIGN, None),
        (Role.SALESPERSON, Entity.MESSAGE, Privilege.CREATE, Level.USER),
        (Role.SALESPERSON, Entity.SEQUENCE, Privilege.WRITE, None),
        # capabilities C04: a manager assigns and edits numbers, and does not create, delete or edit accounts
        (Role.SALES_MANAGER, Entity.PHONE_NUMBER, Privilege.ASSIGN, Level.ORGANISATION),
        (Role.SALES_MANAGER, Entity.PHONE_NUMBER, Privilege.CREATE, None),
        (Role.SALES_MANAGER, Entity.PROVIDER_ACCOUNT, Privilege.READ, Level.ORGANISATION),
        (Role.SALES_MANAGER, Entity.PROVIDER_ACCOUNT, Privilege.WRITE, None),
        (Role.SEQUENCE_MANAGER, Entity.SEQUENCE, Privilege.WRITE, Level.ORGANISATION),
        (Role.SEQUENCE_MANAGER, Entity.USER, Privilege.CREATE, None),
        (Role.ADMINISTRATOR, Entity.PROVIDER_ACCOUNT, Privilege.CREATE, Level.ORGANISATION),
    ],
)
def test_each_role_has_the_privileges_of_the_source(
    role: Role, entity: Entity, privilege: Privilege, level: Level | None
) -> None:
    assert level_of(_actor(role), entity, privilege) is level


def test_a_seller_reaches_the_own_rows_and_a_manager_those_of_others_too() -> None:
    record = (Entity.RECORD, Privilege.WRITE)
    assert reaches(_actor(Role.SALESPERSON), *record, owner_id=ME)
    assert not reaches(_actor(Role.SALESPERSON), *record, owner_id=OTHER)
    assert reaches(_actor(Role.SALES_MANAGER), *record, owner_id=OTHER)
    assert not reaches(_actor(Role.SALESPERSON), Entity.RECORD, Privilege.ASSIGN, owner_id=ME)


def test_a_higher_level_includes_the_lower_ones() -> None:
    assert Level.USER < Level.BUSINESS_UNIT < Level.ORGANISATION
