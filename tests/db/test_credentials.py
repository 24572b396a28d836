import asyncio

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.providers.credentials import Resealed, keep_key, reseal_all
from db.secrets import SecretBox, UnreadableSecret
from db.tables import EmbedKey, ProviderAccount
from tests.db.conftest import one, rows, someone_waits
from tests.makers import (
    AUTH_TOKEN,
    EMBED_SECRET,
    SECRETS,
    Scene,
    make_account,
    make_embed_key,
)

NEW = SecretBox("a new key", ["a key for tests"])


async def test_every_accounts_credentials_are_encrypted_with_the_current_key(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await make_account(session, scene.organisation.id)
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(2, 2, [], [])
    for account in await rows(sessions, ProviderAccount):
        opened = SecretBox("a new key").open(account.credentials, row_id=account.id)
        assert opened["auth_token"] == AUTH_TOKEN
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(2, 0, [], [])


async def test_a_rotation_killed_halfway_leaves_every_account_readable(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions() as session:
        await reseal_all(session, NEW)
        await session.rollback()
    account = await one(sessions, ProviderAccount)
    assert NEW.open(account.credentials, row_id=account.id)["auth_token"] == AUTH_TOKEN


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
        assert await reseal_all(session, NEW) == Resealed(2, 1, [other.id], [])
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
    assert await rotating == Resealed(2, 2, [], [])


async def test_a_rotation_of_the_key_encrypts_the_secrets_of_embed_keys_anew(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        key = await make_embed_key(session, scene.seller)
        lost = await make_embed_key(session, scene.seller, secret=b"of a key that nobody has")
    async with sessions.begin() as session:
        assert await reseal_all(session, NEW) == Resealed(3, 2, [], [lost.id])
    kept = await one(sessions, EmbedKey, id=key.id)
    opened = SecretBox("a new key").open(kept.secret, row_id=kept.id)
    assert opened == {"secret": EMBED_SECRET}
    assert (await one(sessions, EmbedKey, id=lost.id)).secret == b"of a key that nobody has"


async def test_the_secret_of_an_embed_key_does_not_decrypt_in_another_row(
    scene: Scene, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        key = await make_embed_key(session, scene.seller)
        other = await make_embed_key(session, scene.seller, secret=key.secret)
    assert SECRETS.open(key.secret, row_id=key.id) == {"secret": EMBED_SECRET}
    with pytest.raises(UnreadableSecret, match="damaged"):
        SECRETS.open(other.secret, row_id=other.id)


async def _rotate(sessions: Sessions) -> Resealed:
    async with sessions.begin() as session:
        return await reseal_all(session, NEW)
