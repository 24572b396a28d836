"""How does the key change that the stored secrets are encrypted with, while everything runs?"""

import asyncio
from typing import TYPE_CHECKING

import typer

from commands.output import fail, tell
from commands.settings import server_database, settings_of

if TYPE_CHECKING:
    from db.providers.credentials import Resealed
    from settings import Settings

_REFUSED = 1


def rotate_key() -> None:
    """Encrypt all stored secrets (credentials of providers, embed keys) with a new key. Everything keeps running.

    With a key file in TOUCHLINE_HOME, a new key is drawn, and the former one is forgotten once nothing needs it. With
    TOUCHLINE_SECRET_KEY, first start every process with the new key there and the former one in
    TOUCHLINE_PREVIOUS_SECRET_KEYS (a JSON list), then run this with the same, and then take the former one away. If it
    is interrupted, run it again.

    Example: `TOUCHLINE_DATABASE_URL=postgresql://… touchline rotate-key`
    """
    from settings import Settings

    settings = settings_of(Settings)
    with server_database() as url:
        resealed = asyncio.run(_rotate(settings, url))
    typer.echo(
        f"{resealed.resealed} of {resealed.secrets} stored secrets are newly encrypted with the current key"
    )
    unreadable = [
        *(
            f"The credentials of provider account {account_id} cannot be read with any key that is known here: "
            "enter them again."
            for account_id in resealed.unreadable_accounts
        ),
        *(
            f"The secret of embed key {key_id} cannot be read with any key that is known here: make another one, "
            "and deactivate this one."
            for key_id in resealed.unreadable_keys
        ),
    ]
    if unreadable:
        fail(_REFUSED, *unreadable)
    if settings.previous_secret_keys:
        tell("Nothing needs TOUCHLINE_PREVIOUS_SECRET_KEYS any more.")


async def _rotate(settings: "Settings", database_url: str) -> "Resealed":
    from db.engine import create_engine, create_sessions
    from db.key_file import KeyFile
    from db.providers.credentials import reseal_all
    from db.secrets import secret_box

    file = KeyFile(settings.home) if settings.secret_key is None else None
    engine = create_engine(database_url, pool_size=1)
    try:
        sessions = create_sessions(engine)
        async with sessions() as session:
            await session.connection()  # before a key is drawn in vain
        if file is not None:
            file.begin_rotation()
        secrets = secret_box(
            settings.plain_secret_key(),
            settings.home,
            settings.plain_previous_keys(),
        )
        async with sessions.begin() as session:
            resealed = await reseal_all(session, secrets)
        if file is not None:
            file.finish_rotation()
    finally:
        await engine.dispose()
    return resealed
