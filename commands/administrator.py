"""How does a new server get its first user? From its own shell: whoever has the database may begin an organisation."""

import secrets

from sqlalchemy.exc import IntegrityError

from api.passwords import hash_password
from commands.output import fail
from db.engine import create_engine, create_sessions
from db.organisations.founding import create_organisation
from db.users.queries import create_user
from domain.users import Role

_REFUSED = 1


async def begin(
    database_url: str, organisation: str, email: str, first_name: str, last_name: str
) -> str:
    """Store an organisation and its administrator; return the generated password, which is kept nowhere.

    Ends the command if the organisation's name or the address is taken.
    """
    password = secrets.token_urlsafe(12)
    engine = create_engine(database_url, pool_size=1)
    try:
        async with create_sessions(engine).begin() as session:
            organisation_id = await create_organisation(session, organisation)
            await create_user(
                session,
                organisation_id,
                email=email,
                first_name=first_name,
                last_name=last_name,
                role=Role.ADMINISTRATOR,
                password_hash=hash_password(password),
            )
    except IntegrityError:
        fail(
            _REFUSED,
            f"There is an organisation {organisation!r} or a user {email} already: choose others.",
        )
    finally:
        await engine.dispose()
    return password
