"""How secrets are kept (credentials of providers, keys of embedded forms): encrypted, and only for their own row.

A secret is stored as the id of the key it is encrypted with, a nonce, and the AES-GCM ciphertext; the id of its row is
authenticated with it, so that one row's secret does not decrypt in another.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from db.key_file import KeyFile

_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


class UnreadableSecret(Exception):
    """The secret was encrypted with another key, for another row, or it is damaged."""


class SecretBox:
    """Encrypts secrets with the current key, and decrypts those of former ones, too."""

    def __init__(
        self,
        key: str,
        former: Sequence[str] = (),
        *,
        reread: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        """`reread` returns all keys as they are now, the current one first, where they may change under us."""
        self._reread = reread
        self._ciphers: dict[bytes, AESGCM] = {}
        self._learn([key, *former])

    def seal(self, secret: Mapping[str, str], *, row_id: UUID) -> bytes:
        """Return what to store in the row of this id."""
        self._refresh()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = json.dumps(dict(secret)).encode()
        cipher = self._ciphers[self._key_id]
        return self._key_id + nonce + cipher.encrypt(nonce, plain, row_id.bytes)

    def open(self, sealed: bytes, *, row_id: UUID) -> dict[str, str]:
        """Return the secret stored in the row of this id. Raises UnreadableSecret."""
        key_id, rest = sealed[:_KEY_ID_BYTES], sealed[_KEY_ID_BYTES:]
        if key_id not in self._ciphers:
            self._refresh()
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnreadableSecret(
                f"the stored secret of {row_id} was encrypted with another secret key: "
                "set TOUCHLINE_SECRET_KEY (or the key file) back, name it in TOUCHLINE_PREVIOUS_SECRET_KEYS, "
                "or enter the secret again"
            )
        try:
            plain = cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], row_id.bytes)
        except InvalidTag as error:
            raise UnreadableSecret(
                f"the stored secret of {row_id} is damaged: enter it again"
            ) from error
        opened: dict[str, str] = json.loads(plain)
        return opened

    def is_current(self, sealed: bytes) -> bool:
        """Return whether a secret is encrypted with the current key."""
        self._refresh()
        return sealed[:_KEY_ID_BYTES] == self._key_id

    def derived_key(self, purpose: str) -> bytes:
        """Return 32 bytes for another purpose, which tell nothing of the secret key; they change when it does."""
        self._refresh()
        return _derived(self._key, f"touchline for {purpose}", 32)

    def _refresh(self) -> None:
        if self._reread is not None:
            self._learn(self._reread())

    def _learn(self, keys: Sequence[str]) -> None:
        """Take `keys` as those of now. None is forgotten: a row that was read before may still need it."""
        for key in reversed(keys):
            material = _derived(key, "touchline credentials", 32 + _KEY_ID_BYTES)
            self._key, self._key_id = key, material[32:]
            self._ciphers.setdefault(self._key_id, AESGCM(material[:32]))


def secret_box(secret_key: str | None, home: Path, previous: Sequence[str] = ()) -> SecretBox:
    """Return the box of `secret_key` with `previous` ones, else of the key file in `home`, made on first use.

    A key file is read anew when its key may have changed, so that a rotation disturbs no running process.
    """
    if secret_key is not None:
        return SecretBox(secret_key, previous)
    file = KeyFile(home)

    def read() -> list[str]:
        return [*file.read(), *previous]

    key, *former = read()
    return SecretBox(key, former, reread=read)


def _derived(key: str, info: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info.encode()).derive(
        key.encode()
    )
