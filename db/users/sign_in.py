"""Who is signed in, and what may they do? Read in one statement, as every request asks it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.business_units.tables import BusinessUnit
from db.organisations.tables import Organisation
from db.roles.tables import Role, UserRole
from db.users.absences import covers_of
from db.users.tables import Session, TeamMember, User
from domain import roles, users
from domain.privileges import Actor, Grants, combined, parse_grants


class HeldRole(NamedTuple):
    """A role that somebody holds."""

    id: UUID
    name: str
    shipped: users.Role | None
    privileges: Mapping[str, str]


class SignIn(NamedTuple):
    """Somebody signed in, until when, and on whose behalf that is."""

    expires_at: datetime
    user: User
    organisation: Organisation
    unit: BusinessUnit
    roles: Sequence[HeldRole]
    actor: Actor


async def find_sign_in(session: AsyncSession, token_hash: bytes, *, now: datetime) -> SignIn | None:
    """Return the sign-in of an active user that this token belongs to, expired or not; who is away, is so at `now`."""
    parameters = {"token_hash": token_hash, "now": now}
    found = (await session.execute(_BY_TOKEN, parameters)).one_or_none()
    if found is None:
        return None
    return sign_in_of(found, found.expires_at, covers=found.covers or ())


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the active user with this e-mail address, in any case."""
    return await session.scalar(select(User).where(User.email == email.lower(), User.is_active))


async def open_session(
    session: AsyncSession, user_id: UUID, *, token_hash: bytes, expires_at: datetime
) -> None:
    """Sign a user in; what has expired goes with what is kept no longer (db/retention/applying.py)."""
    await session.execute(
        insert(Session).values(token_hash=token_hash, user_id=user_id, expires_at=expires_at)
    )


async def keep_password(session: AsyncSession, user: User) -> bool:
    """Return whether a user's password still is what it was when the user was read; if so, it is until the transaction
    ends.

    Whoever changes it waits that long, and then ends what was opened with the former one.
    """
    # not FOR SHARE: of two who change it at once, each would wait for the other
    found = await session.scalar(
        select(User.id)
        .where(User.id == user.id, User.password_hash == user.password_hash)
        .with_for_update(key_share=True)
    )
    return found is not None


async def close_session(session: AsyncSession, token_hash: bytes) -> None:
    """Sign out."""
    await session.execute(delete(Session).where(Session.token_hash == token_hash))


async def close_sessions(session: AsyncSession, user_id: UUID, *, but: bytes | None = None) -> None:
    """Sign a user out everywhere, but where the token has the hash `but`."""
    ends = Session.user_id == user_id
    if but is not None:
        ends &= Session.token_hash != but
    await session.execute(delete(Session).where(ends))


def held_roles() -> ColumnElement[Any]:
    """Return the roles of a selected user as one column, to be read with `roles_in`."""
    role = func.jsonb_build_array(Role.id, Role.name, Role.shipped, Role.privileges)
    return (
        select(func.jsonb_agg(aggregate_order_by(role, Role.name), type_=JSONB))
        .join(UserRole, UserRole.role_id == Role.id)
        .where(UserRole.user_id == User.id)
        .scalar_subquery()
    )


def roles_in(column: Any) -> list[HeldRole]:
    """Return the roles that `held_roles` read."""
    return [
        HeldRole(UUID(role_id), name, None if shipped is None else users.Role(shipped), privileges)
        for role_id, name, shipped, privileges in column or ()
    ]


def grants_of(held: Sequence[HeldRole]) -> Grants:
    """Return what roles give together."""
    shipped = frozenset(role.shipped for role in held if role.shipped is not None)
    own = [parse_grants(role.privileges) for role in held if role.shipped is None]
    return combined(roles.shipped(shipped), *own) if own else roles.shipped(shipped)


def active_user(user_id: ScalarSelect[UUID]) -> Select[Any]:
    """Return the query for an active user with all that `sign_in_of` needs; `user_id` says which."""
    tree = (
        select(User.business_unit_id.label("id"))
        .where(User.id == user_id)
        .cte("units", recursive=True)
    )
    tree = tree.union(select(BusinessUnit.id).join(tree, BusinessUnit.parent_id == tree.c.id))
    other = aliased(BusinessUnit)
    return (
        select(
            User,
            Organisation,
            BusinessUnit,
            held_roles().label("roles"),
            select(func.array_agg(TeamMember.team_id))
            .where(TeamMember.user_id == User.id)
            .scalar_subquery()
            .label("team_ids"),
            select(func.array_agg(tree.c.id))
            .where(tree.c.id != User.business_unit_id)
            .scalar_subquery()
            .label("units_below"),
            exists(literal(1))
            .where(
                other.organisation_id == User.organisation_id, other.id.not_in(select(tree.c.id))
            )
            .label("other_units"),
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .join(BusinessUnit, BusinessUnit.id == User.business_unit_id)
        .where(User.id == user_id, User.is_active)
    )


def sign_in_of(row: Any, expires_at: datetime, *, covers: Sequence[UUID] = ()) -> SignIn:
    """Return what a row of `active_user` says; `covers` are the users for whom that one stands in."""
    held = roles_in(row.roles)
    actor = Actor(
        user_id=row.User.id,
        organisation_id=row.User.organisation_id,
        grants=grants_of(held),
        unit_id=row.User.business_unit_id,
        team_ids=frozenset(row.team_ids or ()),
        units_below=frozenset(row.units_below or ()),
        other_units=row.other_units,
        covers=frozenset(covers),
    )
    return SignIn(expires_at, row.User, row.Organisation, row.BusinessUnit, held, actor)


_OF_TOKEN = Session.token_hash == bindparam("token_hash")
_BY_TOKEN = active_user(select(Session.user_id).where(_OF_TOKEN).scalar_subquery()).add_columns(
    select(Session.expires_at).where(_OF_TOKEN).scalar_subquery().label("expires_at"),
    covers_of(bindparam("now", type_=DateTime(timezone=True))).label("covers"),
)
