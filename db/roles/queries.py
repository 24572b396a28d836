"""Which roles an organisation has, and who holds which."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.pages import PageOf, PageRequest, read_page
from db.roles.tables import Role, UserRole
from db.users.tables import User
from db.visibility import visible_to
from domain import roles, users
from domain.privileges import Actor, Grants, parse_grants, written


def grants_of(role: Role) -> Grants:
    """Return what a role gives: a shipped one as the code says, an own one as is stored."""
    return parse_grants(role.privileges) if role.shipped is None else roles.SHIPPED[role.shipped]


async def list_roles(session: AsyncSession, actor: Actor, page: PageRequest) -> PageOf[Role]:
    """Return the roles, the oldest first."""
    statement = select(Role).where(visible_to(actor, Role))
    return await read_page(session, statement, lambda role: role, page=page, keys=[Role.id])


async def find_role(session: AsyncSession, actor: Actor, role_id: UUID) -> Role | None:
    """Return the role if the actor may see it."""
    return await session.scalar(select(Role).where(Role.id == role_id, visible_to(actor, Role)))


async def find_roles(
    session: AsyncSession, organisation_id: UUID, role_ids: Collection[UUID]
) -> list[Role]:
    """Return those of `role_ids` that are roles of the organisation."""
    found = await session.scalars(
        select(Role).where(Role.organisation_id == organisation_id, Role.id.in_(role_ids))
    )
    return list(found)


async def create_role(
    session: AsyncSession, organisation_id: UUID, *, name: str, grants: Grants
) -> Role:
    """Store an own role. Its name must be free: `roles_organisation_id_name_key` refuses it otherwise."""
    role = Role(organisation_id=organisation_id, name=name, privileges=written(grants))
    session.add(role)
    await session.flush()
    await session.refresh(role)
    return role


async def change_role(session: AsyncSession, role: Role, changes: Mapping[str, Any]) -> None:
    """Change an own role; the same constraint guards its name."""
    for name, value in changes.items():
        setattr(role, name, value)
    await session.flush()
    await session.refresh(role)


async def delete_role(session: AsyncSession, role: Role) -> None:
    """Delete an own role. One that somebody holds is refused by the foreign key."""
    await session.delete(role)
    await session.flush()


async def give_roles(session: AsyncSession, user_id: UUID, role_ids: Collection[UUID]) -> None:
    """Have a user hold these roles and no others."""
    await session.execute(
        delete(UserRole).where(UserRole.user_id == user_id, UserRole.role_id.not_in(role_ids))
    )
    held = set(await session.scalars(select(UserRole.role_id).where(UserRole.user_id == user_id)))
    new = [{"user_id": user_id, "role_id": each} for each in role_ids if each not in held]
    if new:
        await session.execute(insert(UserRole), new)


async def holders_of(session: AsyncSession, role_id: UUID) -> list[UUID]:
    """Return the users who hold a role."""
    found = await session.scalars(select(UserRole.user_id).where(UserRole.role_id == role_id))
    return list(found)


def holds(role: users.Role) -> ColumnElement[bool]:
    """Return the condition that a selected user holds a shipped role."""
    return exists().where(
        UserRole.user_id == User.id, UserRole.role_id == Role.id, Role.shipped == role
    )


async def has_administrator(session: AsyncSession, organisation_id: UUID) -> bool:
    """Return whether an active user holds the administrator's role."""
    found = await session.scalar(
        select(User.id)
        .where(
            User.organisation_id == organisation_id,
            User.is_active,
            holds(users.Role.ADMINISTRATOR),
        )
        .limit(1)
    )
    return found is not None
