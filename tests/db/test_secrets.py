import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.key_file import KeyFile
from db.secrets import SecretBox, UnreadableSecret, secret_box

ACCOUNT = UUID("0199a0b0-0000-7000-8000-000000000001")
OTHER = UUID("0199a0b0-0000-7000-8000-000000000002")
CREDENTIALS = {"auth_token": "hush"}


def test_what_is_sealed_is_opened_with_the_same_key_only() -> None:
    sealed = SecretBox("a key").seal(CREDENTIALS, row_id=ACCOUNT)
    assert b"hush" not in sealed
    assert SecretBox("a key").open(sealed, row_id=ACCOUNT) == CREDENTIALS
    with pytest.raises(UnreadableSecret, match="another secret key"):
        SecretBox("another key").open(sealed, row_id=ACCOUNT)


def test_a_secret_moved_to_another_accounts_row_does_not_open() -> None:
    box = SecretBox("a key")
    with pytest.raises(UnreadableSecret, match="damaged"):
        box.open(box.seal(CREDENTIALS, row_id=ACCOUNT), row_id=OTHER)


def test_a_damaged_secret_does_not_open() -> None:
    box = SecretBox("a key")
    sealed = bytearray(box.seal(CREDENTIALS, row_id=ACCOUNT))
    sealed[-1] ^= 1
    with pytest.raises(UnreadableSecret, match="damaged"):
        box.open(bytes(sealed), row_id=ACCOUNT)


def test_one_secret_sealed_twice_looks_different() -> None:
    box = SecretBox("a key")
    assert box.seal(CREDENTIALS, row_id=ACCOUNT) != box.seal(CREDENTIALS, row_id=ACCOUNT)


def test_without_a_key_one_is_made_that_only_its_owner_reads(tmp_path: Path) -> None:
    sealed = secret_box(None, tmp_path / "home").seal(CREDENTIALS, row_id=ACCOUNT)
    file = tmp_path / "home" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret_box(None, tmp_path / "home").open(sealed, row_id=ACCOUNT) == CREDENTIALS
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        boxes = list(pool.map(lambda _: secret_box(None, tmp_path), range(8)))
    sealed = boxes[0].seal(CREDENTIALS, row_id=ACCOUNT)
    assert all(box.open(sealed, row_id=ACCOUNT) == CREDENTIALS for box in boxes)


def test_a_former_key_still_opens_and_the_current_one_seals() -> None:
    before, during, after = SecretBox("old"), SecretBox("new", ["old"]), SecretBox("new")
    sealed = before.seal(CREDENTIALS, row_id=ACCOUNT)
    assert during.open(sealed, row_id=ACCOUNT) == CREDENTIALS
    assert not during.is_current(sealed)
    again = during.seal(CREDENTIALS, row_id=ACCOUNT)
    assert during.is_current(again)
    assert after.open(again, row_id=ACCOUNT) == CREDENTIALS
    with pytest.raises(UnreadableSecret):
        after.open(sealed, row_id=ACCOUNT)


def test_a_key_for_another_purpose_is_another_key() -> None:
    box = SecretBox("a key")
    assert box.derived_key("media") == SecretBox("a key", ["old"]).derived_key("media")
    keys = {box.derived_key("media"), box.derived_key("else"), SecretBox("b").derived_key("media")}
    assert [len(key) for key in keys] == [32, 32, 32]


def test_a_key_for_a_purpose_called_credentials_opens_no_credentials() -> None:
    sealed = SecretBox("a key").seal(CREDENTIALS, row_id=ACCOUNT)
    cipher = AESGCM(SecretBox("a key").derived_key("credentials"))
    with pytest.raises(InvalidTag):
        cipher.decrypt(sealed[4:16], sealed[16:], ACCOUNT.bytes)


def test_a_process_that_runs_while_the_key_file_changes_reads_and_writes_on(tmp_path: Path) -> None:
    box = secret_box(None, tmp_path)
    before = box.seal(CREDENTIALS, row_id=ACCOUNT)
    KeyFile(tmp_path).begin_rotation()
    another = secret_box(None, tmp_path)
    after = another.seal(CREDENTIALS, row_id=ACCOUNT)
    assert box.open(after, row_id=ACCOUNT) == CREDENTIALS
    assert another.open(before, row_id=ACCOUNT) == CREDENTIALS
    assert another.is_current(box.seal(CREDENTIALS, row_id=ACCOUNT))
    KeyFile(tmp_path).finish_rotation()
    # read from the database before the rotation, and opened after it
    assert box.open(before, row_id=ACCOUNT) == CREDENTIALS
    with pytest.raises(UnreadableSecret):
        secret_box(None, tmp_path).open(before, row_id=ACCOUNT)
