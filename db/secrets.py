"""How provider credentials are kept: encrypted, and only for the row they were written for.

A secret is stored as the id of the key it is encrypted with, a nonce, and the AES-GCM ciphertext; the id of the
provider account is authenticated with it, so that one account's secret does not decrypt in another's row.
"""

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class UnreadableSecret(Exception):
    """The secret was encrypted with another key, for another row, or it is damaged."""


class SecretBox:
    """Encrypts and decrypts credentials with one key."""

    def __init__(self, key: str) -> None:
        material = HKDF(
            algorithm=hashes.SHA256(),
            length=32 + _KEY_ID_BYTES,
            salt=None,
            info=b"touchline credentials",
        ).derive(key.encode())
        self._cipher = AESGCM(material[:32])
        self._key_id = material[32:]

    def seal(self, credentials: Mapping[str, str], *, account_id: UUID) -> bytes:
        """Return what to store in the row of `account_id`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(dict(credentials)).encode()
        return self._key_id + nonce + self._cipher.encrypt(nonce, plain, account_id.bytes)

    def open(self, sealed: bytes, *, account_id: UUID) -> dict[str, str]:
        """Return the credentials stored in the row of `account_id`. Raises UnreadableSecret."""
        key_id, rest = sealed[:_KEY_ID_BYTES], sealed[_KEY_ID_BYTES:]
        if key_id != self._key_id:
            raise UnreadableSecret(
                f"the credentials of provider account {account_id} were encrypted with another secret key: "
                "set TOUCHLINE_SECRET_KEY (or the key file) back, or enter the credentials again"
            )
        try:
            plain = self._cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], account_id.bytes)
        except InvalidTag as error:
            raise UnreadableSecret(
                f"the stored credentials of provider account {account_id} are damaged: enter them again"
            ) from error
        opened: dict[str, str] = json.loads(plain)
        return opened


def secret_box(secret_key: str | None, home: Path) -> SecretBox:
    """Return the box of `secret_key`, else of the key file in `home`, which is made on first use (mode 0600)."""
    return SecretBox(secret_key if secret_key is not None else _key_of(home / "secret.key"))


def _key_of(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # mode 0600 from the start; linked into place whole, or not at all
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
        try:
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_urlsafe(48))
                handle.flush()
                os.fsync(handle.fileno())
            # another process may have been first: then its key is the one
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            Path(draft).unlink()
    return file.read_text().strip()
