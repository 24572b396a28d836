"""Who works here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.business_units.tables import BusinessUnit
from db.organisations.founding import root_unit, shipped_role
from db.organisations.tables import Organisation
from db.pages import PageOf, PageRequest, read_page
from db.roles.queries import give_roles, has_administrator
from db.users.sign_in import HeldRole, held_roles, roles_in
from db.users.tables import User
from db.visibility import visible_to
from domain import users
from domain.privileges import Actor


class LastAdministrator(Exception):
    """Nobody would be left who may do everything."""


class UserRow(NamedTuple):
    """A user, where the user belongs, and what roles the user holds."""

    user: User
    unit: BusinessUnit
    roles: Sequence[HeldRole]


async def list_users(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[UserRow]:
    """Return users by age of their account."""
    statement = _users().where(visible_to(actor, User))
    return await read_page(session, statement, _row, page=page, keys=[User.id])


async def find_user(session: AsyncSession, actor: Actor, user_id: UUID) -> UserRow | None:
    """Return the user, as it stands now, if the actor may see it."""
    found = await session.execute(
        _users()
        .where(visible_to(actor, User), User.id == user_id)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return None if row is None else _row(*row)


async def get_user(session: AsyncSession, user_id: UUID) -> UserRow:
    """Return the user. Raises NoResultFound."""
    return _row(*(await session.execute(_users().where(User.id == user_id))).one())


async def find_users(
    session: AsyncSession, organisation_id: UUID, user_ids: Collection[UUID]
) -> list[User]:
    """Return those of `user_ids` who are active users of the organisation."""
    found = await session.scalars(
        select(User).where(
            User.organisation_id == organisation_id, User.id.in_(user_ids), User.is_active
        )
    )
    return list(found)


async def users_by_email(
    session: AsyncSession, organisation_id: UUID, emails: Collection[str]
) -> dict[str, User]:
    """Return the organisation's active users with these addresses, by address."""
    found = await session.scalars(
        select(User).where(
            User.organisation_id == organisation_id, User.email.in_(emails), User.is_active
        )
    )
    return {user.email: user for user in found}


async def create_user(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    email: str,
    first_name: str,
    last_name: str,
    password_hash: str,
    business_unit_id: UUID | None = None,
    role_ids: Collection[UUID] = (),
    role: users.Role | None = None,
) -> User:
    """Store a new user, in the root unit unless another is named, with the roles and the shipped one that are named.

    The address must be free: `users_email_key` refuses it otherwise.
    """
    user = User(
        organisation_id=organisation_id,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        business_unit_id=business_unit_id or root_unit(organisation_id),
        password_hash=password_hash,
    )
    session.add(user)
    await session.flush()
    if role is not None:
        row = await session.execute(select(shipped_role(organisation_id, role)))
        role_ids = {*role_ids, row.scalar_one()}
    await give_roles(session, user.id, role_ids)
    return user


async def change_user(
    session: AsyncSession,
    user: User,
    changes: Mapping[str, Any],
    *,
    role_ids: Collection[UUID] | None = None,
) -> None:
    """Change a user, and which roles the user holds.

    Raises LastAdministrator, so that two who demote each other at once do not both succeed.
    """
    # whoever changes users of the organisation waits here for the others
    await session.scalar(
        select(Organisation.id).where(Organisation.id == user.organisation_id).with_for_update()
    )
    for name, value in changes.items():
        setattr(user, name, value)
    await session.flush()
    if role_ids is not None:
        await give_roles(session, user.id, role_ids)
    if not await has_administrator(session, user.organisation_id):
        raise LastAdministrator


def _users() -> Select[Any]:
    return select(User, BusinessUnit, held_roles()).join(
        BusinessUnit, BusinessUnit.id == User.business_unit_id
    )


def _row(user: User, unit: BusinessUnit, roles: Any) -> UserRow:
    return UserRow(user, unit, roles_in(roles))
