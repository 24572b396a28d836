"""How does a new server get its first user, and one nobody can help a new password?

From the server's own shell: whoever has the database may begin an organisation, and let its people in again.
"""

import secrets

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from api.passwords import hash_password
from api.schemas import Name
from api.users.schemas import NewUser
from commands.output import fail
from db.engine import create_engine, create_sessions
from db.live import announce_access
from db.organisations.founding import create_organisation
from db.users.queries import change_user, create_user
from db.users.sign_in import close_sessions, find_user_by_email
from domain.users import Role

_REFUSED, _USAGE = 1, 2


class _Beginning(NewUser):
    """An organisation with its administrator, as the API takes other users."""

    organisation: Name


async def begin(
    database_url: str, organisation: str, email: str, first_name: str, last_name: str
) -> str:
    """Store an organisation and its administrator; return the generated password, which is kept nowhere.

    Ends the command if the organisation's name or the address is taken, or is none.
    """
    password = _new_password()
    given = _checked(
        organisation=organisation,
        email=email,
        first_name=first_name,
        last_name=last_name,
        password=password,
    )
    engine = create_engine(database_url, pool_size=1)
    try:
        async with create_sessions(engine).begin() as session:
            organisation_id = await create_organisation(session, given.organisation)
            await create_user(
                session,
                organisation_id,
                email=given.email,
                first_name=given.first_name,
                last_name=given.last_name,
                role=Role.ADMINISTRATOR,
                password_hash=hash_password(password),
            )
    except IntegrityError:
        fail(
            _REFUSED,
            f"There is an organisation {given.organisation!r} or a user {given.email} already: choose others.",
        )
    finally:
        await engine.dispose()
    return password


async def reset_password(database_url: str, email: str) -> str:
    """Give a user a generated password, which is kept nowhere, and end their sessions; return it.

    Ends the command if nobody with this address may sign in.
    """
    password = _new_password()
    engine = create_engine(database_url, pool_size=1)
    try:
        async with create_sessions(engine).begin() as session:
            user = await find_user_by_email(session, email)
            if user is None:
                fail(_REFUSED, f"There is no user {email} who may sign in: nothing was changed.")
            await change_user(session, user, {"password_hash": hash_password(password)})
            # after the change: whoever signs in with the former one meanwhile is signed out, too
            await close_sessions(session, user.id)
            await announce_access(session, user.organisation_id, [user.id])
    finally:
        await engine.dispose()
    return password


def _checked(**given: str) -> _Beginning:
    """Return what is to be stored, or end the command and name what cannot be."""
    try:
        return _Beginning.model_validate(given)
    except ValidationError as error:
        wrong = [str(item["loc"][0]) for item in error.errors()]
        fail(_USAGE, *(_told(name, given[name]) for name in wrong))


def _told(name: str, value: str) -> str:
    if name == "email":
        return f"{value!r} is no e-mail address."
    return f"--{name.replace('_', '-')} {value!r}: write a name of 1 to 100 characters."


def _new_password() -> str:
    return secrets.token_urlsafe(12)
