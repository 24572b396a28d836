import os
import subprocess
import sys
from pathlib import Path

from db.engine import Sessions
from db.secrets import secret_box
from db.tables import ProviderAccount
from tests.db.conftest import one
from tests.makers import AUTH_TOKEN, make_account, make_organisation
from tests.stack import CHECKOUT


def rotate_key(database_url: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if "TOUCHLINE" not in name}
    return subprocess.run(
        [sys.executable, "cli.py", "rotate-key"],
        cwd=CHECKOUT,
        env=clean
        | {"TOUCHLINE_DATABASE_URL": database_url, "TOUCHLINE_HOME": str(home)}
        | {f"TOUCHLINE_{name}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        check=False,
    )


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def _account(sessions: Sessions, secrets_home: Path) -> None:
    """Make an account whose credentials are encrypted with the key file's key."""
    async with sessions.begin() as session:
        account = await make_account(session, (await make_organisation(session)).id)
        account.credentials = secret_box(None, secrets_home).seal(
            {"auth_token": AUTH_TOKEN}, row_id=account.id
        )


async def test_the_key_file_is_replaced_and_every_process_reads_on(
    database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    await _account(sessions, tmp_path)
    running = secret_box(None, tmp_path)
    key = (tmp_path / "secret.key").read_text()
    rotated = rotate_key(database_url, tmp_path)
    assert rotated.returncode == 0, rotated.stderr
    assert rotated.stdout == ("1 of 1 stored secrets are newly encrypted with the current key\n")
    assert (tmp_path / "secret.key").read_text() != key
    assert names(tmp_path) == ["secret.key"]
    account = await one(sessions, ProviderAccount)
    opened = running.open(account.credentials, row_id=account.id)
    assert opened == {"auth_token": AUTH_TOKEN}


async def test_a_key_of_the_environment_takes_the_place_of_a_former_one(
    database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        await make_account(session, (await make_organisation(session)).id)
    rotated = rotate_key(
        database_url,
        tmp_path,
        SECRET_KEY="a new key",
        PREVIOUS_SECRET_KEYS='["a key for tests"]',
    )
    assert rotated.returncode == 0, rotated.stderr
    assert "PREVIOUS_SECRET_KEYS" in rotated.stderr
    assert names(tmp_path) == []
    again = rotate_key(database_url, tmp_path, SECRET_KEY="a new key")
    assert again.stdout.startswith("0 of 1 ")
    lost = rotate_key(database_url, tmp_path, SECRET_KEY="quite another key")
    assert lost.returncode == 1
    assert "enter them again" in lost.stderr


async def test_no_key_is_drawn_while_the_database_is_away(tmp_path: Path) -> None:
    secret_box(None, tmp_path)
    key = (tmp_path / "secret.key").read_text()
    away = rotate_key("postgresql://nobody@127.0.0.1:1/none", tmp_path)
    assert away.returncode == 3
    assert away.stderr.startswith("The database cannot be reached, or is busy: ")
    assert (tmp_path / "secret.key").read_text() == key
