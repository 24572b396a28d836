"""How passwords are kept (argon2id) and checked without telling who exists."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
# one hash takes 64 MiB and a core: more at a time would let sign-ins starve all other requests
_at_a_time = 2


def hash_password(password: str) -> str:
    """Return what to store for `password`. Takes some 50 ms of one core."""
    return _hasher.hash(password)


class PasswordCheck:
    """Checks and hashes passwords off the event loop, a few at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_at_a_time)

    async def hash(self, password: str) -> str:
        """Return what to store for `password`."""
        async with self._turn:
            return await asyncio.to_thread(hash_password, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Return whether `password` is the hashed one; None takes as long and is never right."""
        async with self._turn:
            return await asyncio.to_thread(_matches, password, password_hash)


def _matches(password: str, password_hash: str | None) -> bool:
    try:
        _hasher.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")
