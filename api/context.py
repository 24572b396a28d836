"""What every request works with: the settings, the database, the engine, the time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from activities.accounts import OpenAccounts
from api.live import Hub
from api.passwords import PasswordCheck
from api.relay import Relay
from api.releasing import Releases
from api.throttle import SignInThrottle
from db.autocommit import Committing
from db.engine import Sessions
from db.providers.health import AccountMeter
from db.secrets import SecretBox
from settings import Settings


@dataclass(frozen=True)
class Context:
    """The parts one API process is made of; made in `api.app`, closed with it."""

    settings: Settings
    sessions: Sessions
    committing: Committing
    relay: Relay
    releases: Releases
    secrets: SecretBox
    accounts: OpenAccounts
    hub: Hub
    passwords: PasswordCheck
    throttle: SignInThrottle
    meter: AccountMeter = field(default_factory=AccountMeter)

    async def close(self) -> None:
        """Close what it opened: connections to providers and to the database."""
        await self.accounts.close()
        await self.committing.close()


async def context(connection: HTTPConnection) -> Context:
    """Return the context of the process."""
    found: Context = connection.app.state.context
    return found


async def _transaction(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    async with (await context(connection)).sessions.begin() as session:
        yield session


async def _now() -> datetime:
    return datetime.now(UTC)


InContext = Annotated[Context, Depends(context)]

Database = Annotated[AsyncSession, Depends(_transaction, scope="function")]
"""The request's one transaction. It is committed when the answer is ready and before it is sent, so whoever
reads the answer can rely on it; any exception rolls it back."""

Now = Annotated[datetime, Depends(_now)]
"""The instant of the request, in UTC."""
