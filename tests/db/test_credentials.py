import asyncio

from sqlalchemy import update

from db.engine import Sessions
from db.providers.credentials import Resealed, keep_key, reseal_all
from db.secrets import SecretBox
from db.tables import ProviderAccount
from tests.db.conftest import one, rows, someone_waits
from tests.makers import AUTH_TOKEN, Scene, make_account

NEW = SecretBox("a new key", ["a key for tests"])


async def test_every_accounts_credentials_are_encrypted_with_the_current_key(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await make_account(session, scene.organisation.id)
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(2, 2, [])
    for account in await rows(sessions, ProviderAccount):
        opened = SecretBox("a new key").open(account.credentials, account_id=account.id)
        assert opened["auth_token"] == AUTH_TOKEN
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(2, 0, [])


async def test_a_rotation_killed_halfway_leaves_every_account_readable(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions() as session:
        await reseal_all(session, NEW)
        await session.rollback()
    account = await one(sessions, ProviderAccount)
    assert NEW.open(account.credentials, account_id=account.id)["auth_token"] == AUTH_TOKEN


async def test_credentials_that_no_key_opens_are_named_and_left_alone(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        other = await make_account(session, scene.organisation.id)
        await session.execute(
            update(ProviderAccount)
            .where(ProviderAccount.id == other.id)
            .values(credentials=b"of a key that nobody has")
        )
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(2, 1, [other.id])
    left = await one(sessions, ProviderAccount, id=other.id)
    assert left.credentials == b"of a key that nobody has"


async def test_an_account_that_is_being_stored_is_not_missed(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions() as session:
        await keep_key(session)
        await make_account(session, scene.organisation.id)
        rotating = asyncio.create_task(_rotate(sessions))
        await someone_waits(sessions)
        await session.commit()
    assert await rotating == Resealed(2, 2, [])


async def _rotate(sessions: Sessions) -> Resealed:
    async with sessions.begin() as session:
        return await reseal_all(session, NEW)
